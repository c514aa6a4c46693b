(module $m1
  (type (;0;) (func (param i64 externref i32 i64 f64)))
  (type (;1;) (func (param funcref f64) (result f32 f32 i32 i32 i32 f32 i64 f32 i32 f64 i64 i64 f64 f32)))
  (global (;0;) (mut f32) (f32.const 105.75))
  (global (;1;) (mut f64) (f64.const 0.0))
  (export "f2" (func 0))
  (export "f3" (func 1))
  (func (;0;) (type 0) (param i64 externref i32 i64 f64)
    (local f64)
    i32.const 0
    i32.const 0
    i32.const 0
    global.get 0
    i32.const 0
    local.get 5
    local.get 4
    i32.const 0
    f64.convert_i32_u
    f64.mul
    f64.add
    global.set 1
    drop
    drop
    drop
    drop
    drop)
  (func (;1;) (type 1) (param funcref f64) (result f32 f32 i32 i32 i32 f32 i64 f32 i32 f64 i64 i64 f64 f32)
    (local f32)
    i32.const 0
    i32.const 0
    i64.const 0
    f64.const 0.0
    global.get 0
    local.tee 2
    f32.const 0.0
    local.get 2
    f32.sub
    global.get 1
    f64.const 0.0
    f64.eq
    i32.eqz
    select
    global.set 0
    drop
    drop
    drop
    drop
    f32.const 0.0
    f32.const 0.0
    i32.const 0
    i32.const 0
    i32.const 0
    local.get 2
    i64.const 0
    local.get 2
    i32.const 0
    local.get 1
    i64.const 0
    i64.const 0
    local.get 1
    global.get 0)
)
