(module $m0
  (table (;0;) 15 funcref)
  (export "table2" (table 0))
)
