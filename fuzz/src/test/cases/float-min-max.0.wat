(module $m0
  (type (;0;) (func (param f64 i32 f32 i64 i32 i32 i32 i32 i64 i64 f64 f32 f64 f64 f64 f32 f32 f64 f64 i32) (result i32 f64 i64 f32 i32 i64)))
  (type (;1;) (func (param i64 f64) (result f32)))
  (import "env" "many" (func (;0;) (type 0)))
  (global (;0;) (mut i64) (i64.const 0))
  (export "f6" (func 1))
  (export "global1" (global 0))
  (func (;1;) (type 1) (param i64 f64) (result f32)
    (local f32 f64)
    i32.const 0
    f64.const 0.0
    loop (;@1;)
      f64.const 0.0
      i32.const 0
      f32.const 0.0
      i64.const 0
      i32.const 0
      i32.const 0
      i32.const 0
      i32.const 0
      i64.const 0
      i64.const 0
      f64.const 0.0
      f32.const 0.0
      f64.const 0.0
      f64.const 0.0
      local.get 3
      f64.const -0.0
      f64.max
      i64.const 0
      f32.convert_i64_s
      local.get 2
      f64.const 0.0
      f64.const 0.0
      i32.const 0
      call 0
      global.set 0
      drop
      drop
      drop
      drop
      drop
    end
    i32.const 0
    drop
    drop
    drop
    local.get 2)
)
