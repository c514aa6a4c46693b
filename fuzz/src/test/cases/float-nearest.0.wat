(module $m0
  (type (;0;) (func (param f32) (result i64 i32)))
  (global (;0;) (mut f32) (f32.const 0.0))
  (export "f4" (func 0))
  (export "global2" (global 0))
  (func (;0;) (type 0) (param f32) (result i64 i32)
    i32.const 0
    i64.const 0
    i32.const 0
    i32.const 0
    local.get 0
    f32.nearest
    i32.const 0
    drop
    global.set 0
    drop
    drop
    drop
    drop
    i64.const 0
    i32.const 0)
)
