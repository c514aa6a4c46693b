(module $m0
  (type (;0;) (func (param externref i64 i64)))
  (type (;1;) (func (param i32 i32 i64 i32) (result i64)))
  (type (;2;) (func (param f32) (result i64 f64)))
  (global (;0;) (mut f64) (f64.const 0.0))
  (export "f3" (func 0))
  (export "f5" (func 2))
  (func (;0;) (type 0) (param externref i64 i64)
    (local f64)
    i64.const 0
    i32.const 0
    i32.const 0
    global.get 0
    local.get 3
    f64.min
    i32.trunc_f64_s
    i32.const 0
    i32.or
    drop
    drop
    drop
    f32.const 0.0
    f32.const 0.0
    i64.const 0
    drop
    drop
    drop
    f32.const 0.0
    i32.const 0
    ref.null extern
    drop
    drop
    drop
    ref.null extern
    ref.is_null
    br 0 (;@0;))
  (func (;1;) (type 1) (param i32 i32 i64 i32) (result i64)
    f64.const 0.0
    i32.const 0
    f64.const -1.0041990888017252E308
    f64.const 0.0
    i32.const 0
    i32.eqz
    select
    i32.const 0
    i32.const 0
    drop
    drop
    global.set 0
    drop
    drop
    i64.const 0)
  (func (;2;) (type 2) (param f32) (result i64 f64)
    i32.const 0
    i32.const 0
    i64.const 0
    i32.const 0
    call 1
    global.get 0)
)
