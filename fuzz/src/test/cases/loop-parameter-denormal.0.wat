(module $m0
  (type (;0;) (func (param i32)))
  (type (;1;) (func (param f64 i64 funcref) (result i64 i64)))
  (type (;2;) (func (param f32) (result i64 i64)))
  (import "env" "fail" (func (;0;) (type 0) (param i32)))
  (memory (;0;) 0)
  (global (;0;) (mut f32) (f32.const 0.0))
  (export "f0" (func 1))
  (export "global2" (global 0))
  (func (;1;) (type 1) (param f64 i64 funcref) (result i64 i64)
    (local i32 i32 i32)
    f32.const 0.0
    f32.const 0.0
    i32.const 0
    select
    i32.const 0
    call 0
    i32.const 3
    local.set 5
    loop (;@1;) (type 2) (param f32) (result i64 i64)
      i32.const 0
      i32.const 0
      i32.const 0
      memory.fill
      global.set 0
      i32.const 0
      drop
      f32.const 1.4E-45
      local.get 5
      i32.const 1
      i32.sub
      local.tee 5
      br_if 0 (;@1;)
      drop
      i64.const 0
      i64.const 0
    end)
)
