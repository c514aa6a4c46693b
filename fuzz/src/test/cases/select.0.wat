(module $m1
  (type (;0;) (func (param i32 i64 i32 f64 f32 i64 i64 i64 i64 f64 i32 f32 i64 i64 f64) (result f64 i32)))
  (global (;0;) (mut i32) (i32.const 0))
  (export "f0" (func 0))
  (func (;0;) (type 0)
    i32.const 0
    i64.const 0
    i32.const 0
    i32.const 0
    i64.const 0
    drop
    local.get 10
    i32.const 0
    drop
    local.get 14
    local.get 9
    f64.ne
    select
    global.set 0
    f64.const 0.0
    i32.const 0
    i32.const 0
    f64.const 0.0
    f64.const 0.0
    i64.const 0
    f64.const 0.0
    f64.const 0.0
    f32.const 0.0
    i32.const 0
    f32.const 0.0
    global.get 0
    f64.convert_i32_s
    i32.const 0
    local.get 10
    i32.const 1
    i32.and
    br_if 0 (;@0;)
    drop
    drop
    drop
    drop
    drop
    drop
    drop
    drop
    drop
    drop
    drop
    drop
    drop
    drop
    drop
    drop
    f64.const 0.0
    i32.const 0)
)
