(module $m0
  (type (;0;) (func (param f32 f32) (result externref f32)))
  (memory (;0;) 1)
  (global (;0;) (mut i32) (i32.const 0))
  (export "f8" (func 0))
  (export "global0" (global 0))
  (func (;0;) (type 0) (param f32 f32) (result externref f32)
    i64.const 0
    i32.const 0
    memory.grow
    global.set 0
    drop
    ref.null extern
    local.get 0)
)
