(module $m1
  (type (;0;) (func (param f32 f32) (result f32 f64 externref)))
  (type (;1;) (func (param f64 i32 i32 i32) (result i32 i64 i32)))
  (memory (;0;) 1)
  (export "f0" (func 0))
  (export "f5" (func 1))
  (func (;0;) (type 0) (param f32 f32) (result f32 f64 externref)
    i64.const 0
    i32.const 0
    i64.load8_s offset=26
    i64.add
    f32.convert_i64_u
    i64.const 0
    f64.reinterpret_i64
    ref.null extern
    i32.const 0
    i32.const 0
    i32.and
    br_table 0 (;@0;)
    i32.const 0
    f64.const 0.0
    drop
    drop
    drop
    drop
    f64.const 0.0
    ref.null extern)
  (func (;1;) (type 1) (param f64 i32 i32 i32) (result i32 i64 i32)
    ref.null extern
    local.get 1
    f64.const 3.356253329040093E-155
    f64.store offset=3 align=1
    drop
    i32.const 0
    i64.const 0
    i32.const 0)
)
