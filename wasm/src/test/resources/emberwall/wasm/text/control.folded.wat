(module
  (type $carry (;0;) (func (param i32 i64) (result i64 i32)))
  (type $unary (;1;) (func (param i32) (result i32)))
  (type (;2;) (func (param i32)))
  (type (;3;) (func (result i32 i64)))
  (type (;4;) (func))
  (type (;5;) (func (result i32 exnref)))
  (type (;6;) (func (result i32)))
  (table (;0;) 1 funcref)
  (tag $e (;0;) (type 2) (param i32))
  (func $blocks (;0;) (type $unary) (param i32) (result i32)
    (drop
      (block (;@1;) (result i32)
        (if (;@2;) (result i32)
          (local.get 0)
          (then
            (i32.const 1))
          (else
            (br_if 1 (;@1;)
              (i32.const 2)
              (local.get 0))))))
    (if (;@1;)
      (local.get 0)
      (then
        (return
          (i32.const 3))))
    (if (;@1;)
      (i32.eqz
        (local.get 0))
      (then)
      (else
        (unreachable)))
    (loop $again (;@1;)
      (br_if $again
        (i32.lt_u
          (local.get 0)
          (i32.const 10))))
    (i32.const 1)
    (i64.const 2)
    (block $b (;@1;) (type $carry) (param i32 i64) (result i64 i32)
      (loop (;@2;) (type $carry) (param i32 i64) (result i64 i32)
        (drop)
        (drop)
        (br $b
          (i64.const 7)
          (i32.const 8))))
    (drop)
    (drop)
    (block $x (;@1;)
      (block $y (;@2;)
        (block $z (;@3;)
          (br_table $x $y $z $y
            (local.get 0)))))
    (call_indirect (type $unary) (param i32) (result i32)
      (i32.const 5)
      (i32.const 0)))
  (func $several (;1;) (type 3) (result i32 i64)
    (i32.const 1)
    (i64.const 2))
  (func $folds (;2;) (type 2) (param i32)
    (call $several)
    (drop)
    (drop)
    (i32.const 1)
    (nop)
    (i32.const 2)
    (drop
      (i32.add))
    (drop
      (select
        (i32.const 1)
        (i32.const 2)
        (local.get 0)))
    (drop
      (select (result i64)
        (i64.const 1)
        (i64.const 2)
        (local.get 0)))
    (return_call $folds
      (call $blocks
        (i32.const 3))))
  (func $catches (;3;) (type 4)
    (drop
      (block $h (;@1;) (result i32)
        (try_table (;@2;) (catch $e $h) (catch_all 1 (;@0;))
          (throw $e
            (i32.const 1)))
        (i32.const 2)))
    (block $r (;@1;) (type 5) (result i32 exnref)
      (try_table (;@2;) (catch_ref $e $r)
        (nop))
      (return))
    (throw_ref))
  (func $old (;4;) (type 6) (result i32)
    (try $outer (;@1;) (result i32)
      (do
        (try (;@2;) (result i32)
          (do
            (throw $e
              (i32.const 1)))
          (delegate $outer)))
      (catch $e)
      (catch_all
        (rethrow $outer))))
  (func $hints (;5;) (type 2) (param i32)
    (@metadata.code.branch_hint "\01")
    (if (;@1;)
      (i32.eqz
        (local.get 0))
      (then
        (nop)))
    (block (;@1;)
      (@metadata.code.branch_hint "\00")
      (br_if 0 (;@1;)
        (local.get 0))))
)
