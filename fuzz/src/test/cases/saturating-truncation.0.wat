(module $m0
  (type (;0;) (func (param i32 i32 f32 i32 i64) (result f32 i32 i64 f32 externref i32 i32 f64 funcref i64 f32 funcref i64 i64 f64 i64 i64 i32 externref i32 externref funcref i64 i32 f32 i32 i64 i32 i32 i64 i64 i32 f32 f32 f32 i32 f32 i32 f32 i32 externref i32 externref i32 i64 i64 f64 i32)))
  (export "f2" (func 0))
  (func (;0;) (type 0)
    i32.const 0
    f64.const 0.0
    i64.const 0
    f32.const 0.0
    i32.const 0
    i64.const 0
    f32.const 0.0
    ref.null extern
    i32.const 0
    i32.const 0
    f64.const 0.0
    ref.null func
    i64.const 0
    f32.const 0.0
    ref.null func
    i64.const 0
    i64.const 0
    f64.const 0.0
    i64.const 0
    local.get 2
    i64.trunc_sat_f32_u
    i32.const 0
    ref.null extern
    i32.const 0
    ref.null extern
    ref.null func
    i64.const 0
    i32.const 0
    f32.const 0.0
    i32.const 0
    i64.const 0
    i32.const 0
    i32.const 0
    i64.const 0
    i64.const 0
    i32.const 0
    f32.const 0.0
    f32.const 0.0
    f32.const 0.0
    i32.const 0
    f32.const 0.0
    i32.const 0
    f32.const 0.0
    i32.const 0
    ref.null extern
    i32.const 0
    ref.null extern
    i32.const 0
    i64.const 0
    i64.const 0
    f64.const 0.0
    i32.const 0
    i32.const 0
    local.get 3
    i32.lt_s
    br_if 0 (;@0;)
    i64.const 0
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
    drop
    drop
    drop
    drop
    f32.const 0.0
    i32.const 0
    i64.const 0
    f32.const 0.0
    ref.null extern
    i32.const 0
    i32.const 0
    f64.const 0.0
    ref.null func
    i64.const 0
    f32.const 0.0
    ref.null func
    i64.const 0
    i64.const 0
    f64.const 0.0
    i64.const 0
    i64.const 0
    i32.const 0
    ref.null extern
    i32.const 0
    ref.null extern
    ref.null func
    i64.const 0
    i32.const 0
    f32.const 0.0
    i32.const 0
    i64.const 0
    i32.const 0
    i32.const 0
    i64.const 0
    i64.const 0
    i32.const 0
    f32.const 0.0
    f32.const 0.0
    f32.const 0.0
    i32.const 0
    f32.const 0.0
    i32.const 0
    f32.const 0.0
    i32.const 0
    ref.null extern
    i32.const 0
    ref.null extern
    i32.const 0
    i64.const 0
    i64.const 0
    f64.const 0.0
    i32.const 0)
)
