(module $m1
  (type (;0;) (func (param i64) (result i64)))
  (import "m0" "memory0" (memory (;0;) 0))
  (export "f5" (func 0))
  (func (;0;) (type 0) (param i64) (result i64)
    (local f64)
    i32.const 0
    local.get 1
    i32.trunc_sat_f64_s
    i32.const 0
    i32.const 12
    i32.const 1
    memory.init 0
    drop
    drop
    i64.const 0)
  (data (;0;) "\af\13\c1\e12J\9d\aa5B\f6|")
)
