(module $m1
  (type (;0;) (func (param funcref f64) (result f32 f32 i32 i32 i32 f32 i64 f32 i32 f64 i64 i64 f64 f32)))
  (type (;1;) (func (param funcref i32) (result i32)))
  (import "m0" "table2" (table (;0;) 0 funcref))
  (global (;0;) (mut f32) (f32.const 0.0))
  (global (;1;) (mut funcref) (ref.func 1))
  (export "f4" (func 1))
  (export "global5" (global 0))
  (elem (;0;) (i32.const 0) funcref  (ref.null func)  (ref.null func)  (ref.func 0)  (ref.func 0))
  (elem (;1;) declare func 1 0)
  (func (;0;) (type 0) (param funcref f64) (result f32 f32 i32 i32 i32 f32 i64 f32 i32 f64 i64 i64 f64 f32)
    (local f32)
    i32.const 0
    i32.const 0
    i64.const 0
    i64.const 0
    drop
    i32.const 1
    f32.reinterpret_i32
    i32.const 0
    if (;@1;)
    end
    local.set 2
    f64.const 0.0
    f32.const 0.0
    local.get 2
    f32.sub
    local.tee 2
    f32.const 0.0
    drop
    drop
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
    f32.const 0.0)
  (func (;1;) (type 1) (param funcref i32) (result i32)
    ref.null func
    f64.const 0.0
    i32.const 3
    call_indirect (type 0) (param funcref f64) (result f32 f32 i32 i32 i32 f32 i64 f32 i32 f64 i64 i64 f64 f32)
    drop
    drop
    drop
    drop
    drop
    drop
    drop
    drop
    global.set 0
    drop
    drop
    drop
    drop
    drop
    i32.const 0)
)
