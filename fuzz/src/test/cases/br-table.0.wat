(module $m0
  (type (;0;) (func (param f32 i32 i32 i32) (result i64 i32)))
  (type (;1;) (func (param f64 i64 funcref externref i32 i32 f32 i64 f32 i64 i64 i32 i64 i32 i32 f32 f64 f32 f32 i32 funcref i32 i64 i32 i32 i64 f64 f64 i64 externref funcref i64 i64 f32 externref i64 f32 i32 f64 i32 f64 i32 f32 i64 i64 i32 f64 i64 f32 f64 i64 f32 i64 i64 i32 i64 i64 i64 i32 f64 i32 externref i32 i32 i64 i64 i32 i32 i32 f64 i32 i32 f32 i32 f32 f64 i32 i64 f64 i32 i32 i64 f32 i32 i32 externref f32 i64 i32 i64 i32 i32 i64 i64 i64 i32 f32 i64 i32 i32 i64 i32 f32 i32 i32 i64 i32 i64 i64 f64 funcref i64 f64 i64 i32 f32 externref i32 f64 i32 i32 externref f32 f64 i32 i32 i32 f32 f64 i64 i32 i64 externref i32 f64 i32 i32 i32 i32 f64 i32 i64 i64 i32 i32 i32 f32 f32 i64 f64 f32 i64 i32 i32 externref i32 i64 i64 f64 f64 f64 i32 f32 funcref i32 f64 funcref i64 i64 f64 i64 i32 i32 i32 f32 i64 f64)))
  (table (;0;) 21 externref)
  (global (;0;) (mut i32) (i32.const 0))
  (global (;1;) (mut f64) (f64.const 0.0))
  (export "f4" (func 0))
  (export "f6" (func 1))
  (func (;0;) (type 0) (param f32 i32 i32 i32) (result i64 i32)
    ref.null extern
    i32.const 0
    table.grow 0
    i64.const 0
    i32.const 0
    i32.const 0
    f32.const 0.0
    i32.const 0
    global.get 1
    global.get 1
    f64.add
    global.get 1
    drop
    drop
    drop
    drop
    drop
    i64.const 0
    drop
    drop
    drop
    global.set 0
    i64.const 0
    i32.const 0)
  (func (;1;) (type 1)
    i32.const 0
    block (;@1;)
      i32.const 0
      i32.clz
      global.get 0
      i32.rem_s
      i32.const 15
      i32.and
      br_table 1 (;@0;) 1 (;@0;) 0 (;@1;) 0 (;@1;) 0 (;@1;) 0 (;@1;) 1 (;@0;)
    end
    i32.const 0
    i32.shr_u
    local.get 75
    i64.const 0
    ref.null func
    ref.null extern
    i32.const 0
    i32.const 0
    f32.const 0.0
    i64.const 0
    local.get 174
    i64.const 0
    i64.const 0
    i32.const 0
    i64.const 0
    i32.const 0
    i32.const 0
    f32.const 0.0
    f64.const 0.0
    f32.const 0.0
    f32.const 0.0
    i32.const 0
    ref.null func
    i32.const 0
    i64.const 0
    i32.const 0
    i32.const 0
    i64.const 0
    f64.const 0.0
    local.get 118
    i64.const 0
    ref.null extern
    ref.null func
    i64.const 0
    i64.const 0
    local.get 162
    ref.null extern
    i64.const 0
    f32.const 0.0
    i32.const 0
    f64.const 0.0
    i32.const 0
    f64.const 0.0
    i32.const 0
    f32.const 0.0
    i64.const 0
    i64.const 0
    i32.const 0
    f64.const 0.0
    i64.const 0
    f32.const 0.0
    f64.const 0.0
    i64.const 0
    f32.const 0.0
    i64.const 0
    i64.const 0
    i32.const 0
    i64.const 0
    i64.const 0
    i64.const 0
    i32.const 0
    f64.const 0.0
    i32.const 0
    ref.null extern
    i32.const 0
    i32.const 0
    i64.const 0
    i64.const 0
    i32.const 0
    i32.const 0
    i32.const 0
    local.get 75
    i32.const 0
    i32.const 0
    f32.const 0.0
    i32.const 0
    f32.const 0.0
    local.get 128
    i32.const 0
    i32.const 0
    i32.const 0
    i32.or
    i32.div_s
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
    drop)
)
