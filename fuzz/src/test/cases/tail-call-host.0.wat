(module $m0
  (type (;0;) (func (param funcref i32) (result i32)))
  (type (;1;) (func))
  (import "env" "apply" (func (;0;) (type 0) (param funcref i32) (result i32)))
  (export "f0" (func 1))
  (elem (;0;) declare func 2)
  (func (;1;) (type 0) (param funcref i32) (result i32)
    ref.func 2
    i32.const 0
    return_call 0)
  (func (;2;) (type 1)
    unreachable)
)
