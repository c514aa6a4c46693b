/**
 * WASI preview 1: the functions that programs compiled for {@code wasm32-wasi} import from {@code
 * wasi_snapshot_preview1}.
 *
 * <pre>{@code
 * try (Wasi wasi = Wasi.builder().args("program", "-v").inheritStdio().preopen(data, "/data", true).build()) {
 *     Instance instance = module.instantiate(wasi.addTo(Imports.of()));
 *     int code = wasi.run(instance);
 * }
 * }</pre>
 *
 * A guest can reach what was opened for it and nothing else. The road of a call: {@code Row} (name and signature) →
 * {@code Wasi} (one thread at a time, errors become numbers) → {@code Calls} (arguments taken apart) → {@code
 * DescriptorCalls}, {@code PathCalls}, {@code PollCalls}, {@code SocketCalls}, {@code ProcessCalls} (hostile numbers
 * checked, rights asked) → {@code emberwall.wasi.file} (what is open) → {@code emberwall.wasi.host} (system calls).
 */
package emberwall.wasi;
