# Where threads begin and end: what must not use the stack, since it is not there yet or may be somebody else's already.

	.globaltype	__stack_pointer, i32
	.functype	__wasm_init_tls (i32) -> ()
	.functype	__threads_run (i32, i32) -> (i32)

# wasi_thread_start(number, start): the export that the host calls on the new thread. Start begins with the stack's upper
# end and the place for thread-local variables; __threads_run returns the address of the word that joining waits at.
	.section	.text.wasi_thread_start,"",@
	.globl	wasi_thread_start
	.type	wasi_thread_start,@function
	.export_name	wasi_thread_start, wasi_thread_start
wasi_thread_start:
	.functype	wasi_thread_start (i32, i32) -> ()
	local.get	1
	i32.load	0
	global.set	__stack_pointer
	local.get	1
	i32.load	4
	call	__wasm_init_tls
	local.get	0
	local.get	1
	call	__threads_run
	local.tee	0
	i32.const	0
	i32.atomic.store	0
	local.get	0
	i32.const	-1
	memory.atomic.notify	0
	drop
	end_function

# __threads_end(word): the end of a thread that is deep in calls. No instruction ends a thread, so it waits for the end of
# the program.
	.section	.text.__threads_end,"",@
	.globl	__threads_end
	.hidden	__threads_end
	.type	__threads_end,@function
__threads_end:
	.functype	__threads_end (i32) -> ()
	local.get	0
	i32.const	0
	i32.atomic.store	0
	local.get	0
	i32.const	-1
	memory.atomic.notify	0
	drop
	loop
	i32.const	forever
	i32.const	0
	i64.const	-1
	memory.atomic.wait32	0
	drop
	br	0
	end_loop
	end_function

	.section	.bss.forever,"",@
	.type	forever,@object
	.p2align	2
forever:
	.int32	0
	.size	forever, 4
