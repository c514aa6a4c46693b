(module $m0
  (type (;0;) (func (param i32) (result externref f32 i64)))
  (table (;0;) 21 funcref)
  (export "f1" (func 0))
  (export "table1" (table 0))
  (func (;0;) (type 0) (param i32) (result externref f32 i64)
    ref.null extern
    f32.const 0.0
    i64.const 0)
)
