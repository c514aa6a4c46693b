(module $m0
  (memory (;0;) 1)
  (export "memory0" (memory 0))
)
