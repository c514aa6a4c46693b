(module $m0
  (type (;0;) (func (result f32 f32 i32)))
  (global (;0;) (mut i64) (i64.const 7520123962437946479))
  (export "f3" (func 0))
  (export "global1" (global 0))
  (func (;0;) (type 0) (result f32 f32 i32)
    i64.const 0
    global.set 0
    i32.const 0
    drop
    f32.const 0.0
    f32.const 0.0
    i32.const 0)
)
