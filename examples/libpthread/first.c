/* Where a program begins: thread-local variables of the first thread, which the linker leaves to us; then as any other. */
#include <stdlib.h>

void __wasm_init_tls(void *place);
void __wasm_call_ctors(void);
void __wasm_call_dtors(void);
int __original_main(void);

__attribute__((export_name("_start"))) void _start(void) {
    size_t size = __builtin_wasm_tls_size(), alignment = __builtin_wasm_tls_align();
    if (size) {
        void *place = aligned_alloc(alignment < 16 ? 16 : alignment, size);
        if (!place) __builtin_trap();
        __wasm_init_tls(place);
    }
    /* The linker sees this call, and does not wrap each export in constructors: the start of a thread is one. */
    __wasm_call_ctors();
    int status = __original_main();
    if (status) exit(status);
    __wasm_call_dtors();
}
