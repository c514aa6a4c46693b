(module $m1
  (type (;0;) (func (param i32 i64) (result i32)))
  (type (;1;) (func (result i32 funcref)))
  (export "f7" (func 0))
  (func (;0;) (type 0) (param i32 i64) (result i32)
    i32.const 0
    i32.const 0
    i32.shr_u
    if (;@1;) (type 1) (result i32 funcref)
      i32.const 0
      ref.null func
    else
      block (;@2;) (type 1) (result i32 funcref)
        i32.const 0
        ref.null func
        i32.const 0
        i32.const -1
        local.get 0
        i32.const 0
        i32.or
        i32.rem_s
        i32.rem_s
        i32.const 1
        i32.and
        br_table 1 (;@1;) 0 (;@2;)
      end
      i32.const 0
      i32.const 1
      return
      i32.const 0
      drop
      drop
      drop
      drop
      i32.const 0
      ref.null func
    end
    drop
    drop
    i32.const 0)
)
