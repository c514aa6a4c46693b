(module $m0
  (type (;0;) (func (param externref) (result i64 f64 i64)))
  (type (;1;) (func (param i64 f64)))
  (memory (;0;) 1)
  (export "f4" (func 0))
  (export "memory0" (memory 0))
  (func (;0;) (type 0) (param externref) (result i64 f64 i64)
    (local f64 f64 i64)
    i32.const 0
    i64.const 0
    i64.const 0
    f64.const 0.0
    i32.const 0
    if (;@1;) (type 1) (param i64 f64)
      drop
      drop
    else
      i32.const 0
      local.get 3
      i64.clz
      i64.store32 align=1
      drop
      drop
    end
    drop
    drop
    i64.const 0
    local.get 2
    i64.const 0)
)
