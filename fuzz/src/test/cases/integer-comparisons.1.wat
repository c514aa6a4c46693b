(module $m1
  (type (;0;) (func (param i32) (result externref f32 i64)))
  (type (;1;) (func (param funcref) (result i64)))
  (import "m0" "f1" (func (;0;) (type 0) (param i32) (result externref f32 i64)))
  (import "m0" "table1" (table (;0;) 0 funcref))
  (export "f2" (func 1))
  (elem (;0;) declare func 0)
  (func (;1;) (type 1) (param funcref) (result i64)
    (local i64 i64)
    i32.const 0
    if (;@1;)
    end
    i32.const 0
    f64.const 0.0
    f64.const 0.0
    drop
    drop
    local.get 2
    i64.const 0
    i64.le_u
    i32.const 1
    i32.and
    ref.func 0
    i32.const 1
    table.fill 0
    drop
    i64.const 0)
)
