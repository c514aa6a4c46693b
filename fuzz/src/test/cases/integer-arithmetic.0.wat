(module $m0
  (type (;0;) (func (param i32 i32 i32 i32 i32) (result i64 i32)))
  (export "f7" (func 0))
  (func (;0;) (type 0) (param i32 i32 i32 i32 i32) (result i64 i32)
    (local i64)
    i32.const 0
    if (;@1;)
    end
    i32.const 0
    drop
    local.get 5
    i64.const 1165
    i64.sub
    i32.const 0
    local.get 0
    br_if 0 (;@0;)
    drop
    drop
    i64.const 0
    i32.const 0)
)
