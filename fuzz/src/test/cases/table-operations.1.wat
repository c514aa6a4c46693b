(module $m2
  (type (;0;) (func (param f64 i32) (result funcref i32)))
  (import "m0" "table0" (table (;0;) 0 funcref))
  (export "f9" (func 0))
  (func (;0;) (type 0) (param f64 i32) (result funcref i32)
    i32.const 0
    i32.const 0
    f32.const 0.0
    drop
    i32.const 0
    i32.const 0
    i32.const 0
    table.get 0
    i32.const 4
    table.fill 0
    drop
    drop
    drop
    ref.null func
    i32.const 0)
)
