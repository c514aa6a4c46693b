(module $m0
  (type (;0;) (func (param f32 f32 funcref f64 externref externref f64 i64 f32 funcref f32 f64 f64 externref i64 f64) (result i64 i64 f32)))
  (type (;1;) (func (param i64 i64)))
  (type (;2;) (func (param i64 i64) (result i64 i64)))
  (memory (;0;) 1)
  (global (;0;) (mut i64) (i64.const 0))
  (export "f5" (func 0))
  (func (;0;) (type 0)
    (local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)
    global.get 0
    i64.const 0
    i32.const 0
    i32.const 0
    i32.const 0
    memory.copy
    i32.const 3
    local.set 35
    loop (;@1;) (type 1) (param i64 i64)
      block (;@2;) (type 2) (param i64 i64) (result i64 i64)
        local.get 34
        drop
        local.get 32
        i32.const 0
        i32.lt_s
        drop
        local.get 8
        local.get 3
        local.get 9
        global.get 0
        local.get 18
        local.set 22
        drop
        drop
        drop
        drop
        drop
        local.set 7
        local.get 14
        i64.const 0
      end
      local.get 35
      i32.const 1
      i32.sub
      local.tee 35
      br_if 0 (;@1;)
      drop
      drop
    end
    i64.const 0
    local.get 7
    f32.const 0.0)
)
