(module $m0
  (type (;0;) (func (param i64 i32 i64 i64) (result funcref i64 f32)))
  (memory (;0;) 0)
  (export "f5" (func 0))
  (func (;0;) (type 0) (param i64 i32 i64 i64) (result funcref i64 f32)
    i32.const 0
    f32.const 0.0
    i64.const 0
    i32.const 0
    i32.const 0
    i64.load16_s align=1
    drop
    drop
    drop
    drop
    drop
    ref.null func
    i64.const 0
    f32.const 0.0)
)
