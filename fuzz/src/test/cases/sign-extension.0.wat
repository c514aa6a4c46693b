(module $m0
  (type (;0;) (func (param f64 f64) (result i64 i32)))
  (global (;0;) (mut i64) i64.const 8 i64.const -128 i64.mul)
  (export "f1" (func 0))
  (export "global5" (global 0))
  (func (;0;) (type 0) (param f64 f64) (result i64 i32)
    ref.null func
    i32.const 0
    i64.const 0
    i32.const 0
    local.get 0
    global.get 0
    i64.extend16_s
    global.set 0
    drop
    drop
    drop
    drop
    drop
    i64.const 0
    i32.const 0)
)
