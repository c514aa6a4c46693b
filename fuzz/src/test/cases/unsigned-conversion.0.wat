(module $m0
  (rec
    (type (;0;) (sub (array (mut i16))))
    (type (;1;) (sub final 0 (array (mut i16))))
    (type (;2;) (sub (array (mut i64))))
    (type (;3;) (sub (array (mut i16)))))
  (type (;4;) (func))
  (table (;0;) 8 funcref)
  (global (;0;) (mut i64) (i64.const 0))
  (global (;1;) (mut f64) (f64.const 0.0))
  (export "f0" (func 0))
  (export "f5" (func 2))
  (export "global4" (global 1))
  (elem (;0;) (i32.const 0) funcref (ref.null func) (ref.func 1))
  (elem (;1;) declare func 1)
  (func (;0;) (type 4)
    i32.const 0
    f32.const 0.0
    f32.const 0.0
    f32.eq
    table.get 0
    ref.as_non_null
    v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000
    i64.const 0
    global.get 0
    i32.wrap_i64
    f64.convert_i32_u
    global.set 1
    drop
    drop
    drop
    drop)
  (func (;1;) (type 4))
  (func (;2;) (type 4)
    i32.const 0
    ref.i31
    extern.convert_any
    i32.const 0
    i32.const 0
    i32.const 0
    i32.const 0
    array.new 1
    ref.as_non_null
    i64.const 8231636584
    global.set 0
    drop
    drop
    drop
    drop)
)
