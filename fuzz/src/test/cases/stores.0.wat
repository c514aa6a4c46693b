(module $m0
  (type (;0;) (func (result f32 i32 i64)))
  (memory (;0;) 1)
  (export "f5" (func 0))
  (export "memory0" (memory 0))
  (func (;0;) (type 0) (result f32 i32 i64)
    block (;@1;)
      f32.const 0.0
      i32.const 0
      f32.const 0.0
      i32.const 0
      i64.const 205
      i64.store16 align=1
      br 0 (;@1;)
      drop
    end
    f32.const 0.0
    i32.const 0
    i64.const 0)
)
