(module $m0
  (type (;0;) (func (param f32 f64 funcref f64)))
  (type (;1;) (func (param f64 funcref) (result i32)))
  (table (;0;) 13 funcref)
  (export "f3" (func 0))
  (func (;0;) (type 0) (param f32 f64 funcref f64)
    i64.const 0
    local.get 3
    ref.null func
    i32.const 0
    call_indirect (type 1) (param f64 funcref) (result i32)
    drop
    drop)
)
