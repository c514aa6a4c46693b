(module $m0
  (type (;0;) (func (param f64 i32 funcref) (result f64 funcref)))
  (export "f4" (func 0))
  (func (;0;) (type 0) (param f64 i32 funcref) (result f64 funcref)
    v128.const i32x4 0x00000021 0x00000000 0x00000000 0x00000000
    i32.const 0
    local.get 0
    ref.null func
    local.get 1
    br_if 0 (;@0;)
    drop
    drop
    drop
    drop
    f64.const 0.0
    ref.null func)
)
