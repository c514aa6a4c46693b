(module $m0
  (type (;0;) (func (result i32 f64)))
  (type (;1;) (func (param i32 i64 i32 i32 i64) (result i32 f32)))
  (type (;2;) (func (param funcref i64 f32 i64) (result f64 i32 f32)))
  (type (;3;) (func (param f64 i32) (result i64 f64)))
  (table (;0;) 3 18 funcref)
  (global (;0;) (mut i32) (i32.const 0))
  (global (;1;) (mut f32) (f32.const -1.5))
  (export "f4" (func 1))
  (export "f5" (func 2))
  (func (;0;) (type 0) (result i32 f64)
    (local f64 i32)
    ref.null func
    i32.const 0
    f64.const 0.0
    i32.const 0
    br_if 0 (;@0;)
    ref.null func
    i32.const 2
    table.grow 0
    i32.const 0
    i32.const 0
    drop
    drop
    local.set 1
    ref.null extern
    ref.null func
    local.get 0
    i32.const 0
    local.get 1
    global.set 0
    drop
    drop
    drop
    drop
    drop
    drop
    drop
    i32.const 0
    local.get 0)
  (func (;1;) (type 1) (param i32 i64 i32 i32 i64) (result i32 f32)
    f32.const 0.0
    f32.const 0.0
    i32.const 0
    select
    call 0
    drop
    drop
    i32.const 0
    ref.null func
    ref.null extern
    f32.const 0.0
    i64.const 0
    drop
    ref.null func
    i32.const 2
    table.grow 0
    drop
    drop
    drop
    drop
    drop
    drop
    i32.const 0
    f32.const 0.0)
  (func (;2;) (type 2) (param funcref i64 f32 i64) (result f64 i32 f32)
    call 0
    drop
    drop
    f32.const 0.0
    f32.const 0.0
    f64.const 0.0
    i32.const 0
    i32.const 0
    global.get 0
    i32.lt_s
    if (;@1;) (type 3) (param f64 i32) (result i64 f64)
      drop
      drop
      i64.const 0
      f64.const 0.0
    else
      i64.const 0
      f64.const 0.0
      i32.const 0
      i32.const 0
      i64.const 0
      f32.convert_i64_u
      f64.const 0.0
      i32.const 0
      global.get 1
      i32.const 0
      br_table 1 (;@0;)
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
      i64.const 0
      f64.const 0.0
    end
    drop
    drop
    drop
    drop
    f64.const 0.0
    i32.const 0
    f32.const 0.0)
)
