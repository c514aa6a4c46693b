(module $m2
  (type (;0;) (func (param f64 externref i32 i32 i32 i32 f64 f64 f32) (result i32 i32 f64 f32 i32 i64 i32 i32 i64 i64 externref)))
  (export "f0" (func 0))
  (func (;0;) (type 0)
    (local i64 i64 i64 i64 i64 i64)
    i64.const 0
    i32.const 0
    i32.const 0
    f64.const 0.0
    f32.const 0.0
    i32.const 0
    i64.const 0
    i32.const 0
    i32.const 0
    i64.const 0
    i64.const 0
    ref.null extern
    i32.const 0
    i32.const 0
    f64.const 0.0
    f32.const 0.0
    i32.const 0
    i64.const 0
    i32.const 0
    i32.const 0
    i64.const 0
    i64.const 0
    ref.null extern
    i32.const 0
    f64.const 0.0
    local.get 0
    f64.lt
    i32.and
    br_if 0 (;@0;)
    i32.const 0
    i32.const 0
    local.get 6
    f32.const 0.0
    i32.const 0
    local.get 10
    i64.clz
    i64.const 63
    i64.shl
    i32.const 0
    i32.const 0
    i64.const 0
    i64.const 0
    ref.null extern
    return
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
    i32.const 0
    i32.const 0
    local.get 6
    local.get 8
    i32.const 0
    i64.const 0
    i32.const 0
    i32.const 0
    i64.const 0
    i64.const 0
    ref.null extern)
)
