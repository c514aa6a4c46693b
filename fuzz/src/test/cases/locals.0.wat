(module $m1
  (type (;0;) (func (param f64 i32) (result f64 i32 i64)))
  (type (;1;) (func (param i32) (result i32)))
  (export "f2" (func 0))
  (func (;0;) (type 0) (param f64 i32) (result f64 i32 i64)
    (local i32)
    f64.const 0.0
    i32.const 0
    i64.const 0
    i32.const 0
    i32.const 0
    local.get 1
    if (;@1;) (type 1) (param i32) (result i32)
      ref.null func
      drop
      drop
      i32.const 0
      ref.null func
      local.get 2
      i32.const 1
      i32.sub
      local.tee 2
      drop
      drop
      drop
      i32.const 0
    end
    drop
    drop
    drop
    drop
    local.get 2
    i64.const 0)
)
