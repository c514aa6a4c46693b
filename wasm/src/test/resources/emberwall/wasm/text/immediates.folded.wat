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
    (drop
      (i32.const -2147483648))
    (drop
      (i64.const -9223372036854775808))
    (drop
      (f32.const 1.4E-45))
    (drop
      (f32.const -0.0))
    (drop
      (f32.const 3.4028235E38))
    (drop
      (f32.const 0.1))
    (drop
      (f32.const inf))
    (drop
      (f32.const nan))
    (drop
      (f32.const -nan:0x200000))
    (drop
      (f32.const nan:0x7fffff))
    (drop
      (f64.const 4.9E-324))
    (drop
      (f64.const -0.0))
    (drop
      (f64.const 1.0E308))
    (drop
      (f64.const 0.1))
    (drop
      (f64.const -inf))
    (drop
      (f64.const -nan))
    (drop
      (f64.const nan:0x1))
    (drop
      (f64.const 9.007199254740992E15))
    (drop
      (v128.const i32x4 0x03020100 0x07060504 0x0b0a0908 0xff0e0d0c))
    (drop
      (v128.const i32x4 0x3f800000 0x80000000 0x7fc00000 0x7f800000)))
  (func $memory (;1;) (type $f)
    (drop
      (i32.load
        (i32.const 0)))
    (drop
      (i64.load32_s $n offset=4294967295 align=1
        (i32.const 0)))
    (drop
      (f64.load $l offset=281474976710655
        (i64.const 0)))
    (v128.store8_lane $n offset=1 15
      (i32.const 0)
      (v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000))
    (drop
      (v128.load64_lane 1
        (i32.const 0)
        (v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000)))
    (drop
      (i32.atomic.rmw8.cmpxchg_u offset=2
        (i32.const 0)
        (i32.const 0)
        (i32.const 0)))
    (atomic.fence)
    (drop
      (memory.size))
    (drop
      (memory.grow $n
        (i32.const 1)))
    (memory.copy
      (i32.const 0)
      (i32.const 0)
      (i32.const 0))
    (memory.copy $m $n
      (i32.const 0)
      (i32.const 0)
      (i32.const 0))
    (memory.fill $l
      (i64.const 0)
      (i32.const 0)
      (i64.const 0))
    (memory.init $d
      (i32.const 0)
      (i32.const 0)
      (i32.const 0))
    (memory.init $n $d
      (i32.const 0)
      (i32.const 0)
      (i32.const 0))
    (data.drop $d)
    (drop
      (i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 31
        (v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000)
        (v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000)))
    (drop
      (i16x8.replace_lane 7
        (v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000)
        (i32.const 1))))
  (func $references (;2;) (type 3) (param anyref) (param $r (ref null $s)) (result i32)
    (table.set $u
      (i32.const 0)
      (table.get $t
        (i32.const 0)))
    (table.copy $t $u
      (i32.const 0)
      (i32.const 0)
      (i32.const 0))
    (table.copy
      (i32.const 0)
      (i32.const 0)
      (i32.const 0))
    (table.init $u $el
      (i32.const 0)
      (i32.const 0)
      (i32.const 0))
    (elem.drop $el)
    (struct.set $s 0
      (local.get $r)
      (struct.get_s $s 1
        (local.get $r)))
    (drop
      (array.new_fixed $a 3
        (i32.const 1)
        (i32.const 2)
        (i32.const 3)))
    (drop
      (array.new_data $a $d
        (i32.const 0)
        (i32.const 0)))
    (array.copy $a $a
      (array.new_default $a
        (i32.const 1))
      (i32.const 0)
      (array.new $a
        (i32.const 1)
        (i32.const 1))
      (i32.const 0)
      (i32.const 0))
    (drop
      (block (;@1;) (result anyref)
        (br_on_cast 0 (;@1;) anyref (ref $s)
          (local.get 0))))
    (drop
      (ref.cast (ref null $a)
        (local.get 0)))
    (drop
      (ref.func $references))
    (drop
      (ref.null $f))
    (drop
      (ref.null nofunc))
    (call_ref $f
      (ref.null $f))
    (ref.test (ref i31)
      (local.get 0)))
  (data $d (;0;) "data")
)
