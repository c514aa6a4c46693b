(module
  (type $s (;0;) (struct (field (mut i32)) (field i16)))
  (type $a (;1;) (array (mut i32)))
  (type $f (;2;) (func))
  (type (;3;) (func (param anyref (ref null $s)) (result i32)))
  (table $t (;0;) 1 funcref)
  (table $u (;1;) 1 funcref)
  (memory $m (;0;) 1)
  (memory $n (;1;) 1)
  (memory $l (;2;) i64 1)
  (elem $el (;0;) func $numbers)
  (elem (;1;) declare func $references)
  (func $numbers (;0;) (type $f)
    i32.const -2147483648
    drop
    i64.const -9223372036854775808
    drop
    f32.const 1.4E-45
    drop
    f32.const -0.0
    drop
    f32.const 3.4028235E38
    drop
    f32.const 0.1
    drop
    f32.const inf
    drop
    f32.const nan
    drop
    f32.const -nan:0x200000
    drop
    f32.const nan:0x7fffff
    drop
    f64.const 4.9E-324
    drop
    f64.const -0.0
    drop
    f64.const 1.0E308
    drop
    f64.const 0.1
    drop
    f64.const -inf
    drop
    f64.const -nan
    drop
    f64.const nan:0x1
    drop
    f64.const 9.007199254740992E15
    drop
    v128.const i32x4 0x03020100 0x07060504 0x0b0a0908 0xff0e0d0c
    drop
    v128.const i32x4 0x3f800000 0x80000000 0x7fc00000 0x7f800000
    drop)
  (func $memory (;1;) (type $f)
    i32.const 0
    i32.load
    drop
    i32.const 0
    i64.load32_s $n offset=4294967295 align=1
    drop
    i64.const 0
    f64.load $l offset=281474976710655
    drop
    i32.const 0
    v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000
    v128.store8_lane $n offset=1 15
    i32.const 0
    v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000
    v128.load64_lane 1
    drop
    i32.const 0
    i32.const 0
    i32.const 0
    i32.atomic.rmw8.cmpxchg_u offset=2
    drop
    atomic.fence
    memory.size
    drop
    i32.const 1
    memory.grow $n
    drop
    i32.const 0
    i32.const 0
    i32.const 0
    memory.copy
    i32.const 0
    i32.const 0
    i32.const 0
    memory.copy $m $n
    i64.const 0
    i32.const 0
    i64.const 0
    memory.fill $l
    i32.const 0
    i32.const 0
    i32.const 0
    memory.init $d
    i32.const 0
    i32.const 0
    i32.const 0
    memory.init $n $d
    data.drop $d
    v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000
    v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000
    i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 31
    drop
    v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000
    i32.const 1
    i16x8.replace_lane 7
    drop)
  (func $references (;2;) (type 3) (param anyref) (param $r (ref null $s)) (result i32)
    i32.const 0
    i32.const 0
    table.get $t
    table.set $u
    i32.const 0
    i32.const 0
    i32.const 0
    table.copy $t $u
    i32.const 0
    i32.const 0
    i32.const 0
    table.copy
    i32.const 0
    i32.const 0
    i32.const 0
    table.init $u $el
    elem.drop $el
    local.get $r
    local.get $r
    struct.get_s $s 1
    struct.set $s 0
    i32.const 1
    i32.const 2
    i32.const 3
    array.new_fixed $a 3
    drop
    i32.const 0
    i32.const 0
    array.new_data $a $d
    drop
    i32.const 1
    array.new_default $a
    i32.const 0
    i32.const 1
    i32.const 1
    array.new $a
    i32.const 0
    i32.const 0
    array.copy $a $a
    block (;@1;) (result anyref)
      local.get 0
      br_on_cast 0 (;@1;) anyref (ref $s)
    end
    drop
    local.get 0
    ref.cast (ref null $a)
    drop
    ref.func $references
    drop
    ref.null $f
    drop
    ref.null nofunc
    drop
    ref.null $f
    call_ref $f
    local.get 0
    ref.test (ref i31))
  (data $d (;0;) "data")
)
