(module $m0
  (type (;0;) (func (param i32 i64 i64 i32) (result i32 funcref i32)))
  (type (;1;) (func))
  (table (;0;) 23 funcref)
  (export "table0" (table 0))
  (elem (;0;) (i32.const 0) funcref  (ref.func 0))
  (elem (;1;) declare func 0)
  (func (;0;) (type 0) (param i32 i64 i64 i32) (result i32 funcref i32)
    i32.const 0
    ref.null func
    i32.const 0)
  (func (;1;) (type 1)
    (local f32 f32)
    i32.const 0
    i64.const 0
    i32.const 0
    i64.const 0
    i32.const 0
    i64.const 0
    i32.const 0
    i32.const 0
    i32.const 0
    f32.const 0.0
    i64.const 0
    f32.const 0.0
    i64.const 0
    f32.const 0.0
    i32.const 0
    ref.null func
    local.get 1
    i32.const 0
    ref.null extern
    local.get 0
    i32.const 0
    local.get 1
    ref.null extern
    i64.const 0
    ref.func 0
    i64.const 0
    ref.null extern
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
