(module $m0
  (type (;0;) (func (param externref f64) (result i64 f64 i64)))
  (type (;1;) (func (param f32 i64 i64 i32 i32 i64 i64 i64 f64 i64 i32 i32 i32 i32 i64 f64) (result f32 f64)))
  (type (;2;) (func (result f32 i32)))
  (type (;3;) (func (param f64) (result i32 i32 externref f32 i32 f32 i64)))
  (table (;0;) 8 funcref)
  (export "f5" (func 1))
  (elem (;0;) (i32.const 0) funcref  (ref.null func)  (ref.null func)  (ref.null func)  (ref.null func)  (ref.null func)  (ref.null func)  (ref.null func)  (ref.func 2))
  (elem (;1;) declare func 0 2)
  (func (;0;) (type 0) (param externref f64) (result i64 f64 i64)
    i32.const 0
    i64.const 0
    i64.const 0
    i32.const 0
    ref.func 0
    table.set 0
    f64.const 0.0
    f64.const 0.0
    drop
    drop
    drop
    drop
    drop
    i64.const 0
    f64.const 0.0
    i64.const 0)
  (func (;1;) (type 1)
    local.get 8
    i32.const 7
    call_indirect (type 3) (param f64) (result i32 i32 externref f32 i32 f32 i64)
    i64.const 0
    drop
    drop
    drop
    drop
    drop
    drop
    drop
    drop
    f32.const 0.0
    f64.const 0.0)
  (func (;2;) (type 2) (result f32 i32)
    f32.const 0.0
    i32.const 0)
)
