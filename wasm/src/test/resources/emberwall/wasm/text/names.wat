(module $"a module"
  (type $t (;0;) (struct (field $a i32) (field $"b c" i32) (field i32)))
  (type (;1;) (func (param i32 i32 i64 i32) (result i32)))
  (type (;2;) (func (result i32)))
  (type (;3;) (func))
  (func $same (;0;) (type 1) (param $p i32) (param i32 i64) (param $"p q" i32) (result i32)
    (local $l i32) (local f32 f32) (local $"\"\\" f64)
    local.get $p
    local.set $l
    f64.const 1.0
    local.set $"\"\\"
    local.get 1
    local.get $"p q"
    i32.add)
  (func $#func1<same> (@name "same") (;1;) (type 2) (result i32)
    struct.new_default $t
    struct.get $t $"b c")
  (func $"with space" (;2;) (type 3))
  (func $"\u{202e}right to left\u{7f}😀é" (;3;) (type 3))
  (func $#func4 (@name "") (;4;) (type 3)
    call $"with space"
    call $#func4)
  (func (;5;) (type 3)
    block $l (;@1;)
      block $m (;@2;)
        loop $l (;@3;)
          br $l
          br 2 (;@1;)
          br $m
          br 3 (;@0;)
        end
      end
    end)
)
