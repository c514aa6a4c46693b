(module $m0
  (type (;0;) (func (param i32 i64 f32 f64) (result i64)))
  (type (;1;) (func))
  (type (;2;) (func (param f32 i64 i32 i32 i64 i32) (result i32)))
  (import "env" "mix" (func (;0;) (type 0) (param i32 i64 f32 f64) (result i64)))
  (table (;0;) 8 funcref)
  (global (;0;) (mut i64) (i64.const 0))
  (export "f7" (func 2))
  (export "global1" (global 0))
  (elem (;0;) (i32.const 0) funcref  (ref.func 1)  (ref.func 1)  (ref.null func)  (ref.null func)  (ref.null func)  (ref.null func)  (ref.func 0))
  (elem (;1;) declare func 1 0)
  (func (;1;) (type 1)
    ref.func 1
    drop)
  (func (;2;) (type 2) (param f32 i64 i32 i32 i64 i32) (result i32)
    i32.const 0
    i64.const 0
    local.get 0
    local.get 0
    f32.ge
    f64.convert_i32_u
    f32.demote_f64
    f64.const 0.0
    i32.const 6
    call_indirect (type 0) (param i32 i64 f32 f64) (result i64)
    global.set 0
    i32.const 0)
)
