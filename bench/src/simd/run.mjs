// Runs the kernels under Node as VectorKernels does: run.mjs FILE REPEATS NAME:ROUNDS... prints name, check, median microseconds.
import { readFileSync } from 'node:fs';

const [file, repeats, ...kernels] = process.argv.slice(2);
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(file)));
const now = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};
for (const kernel of kernels) {
  const [name, rounds] = kernel.split(':');
  exports.prepare();
  let check = 0;
  const times = [];
  for (let i = 0; i < repeats; i++) {
    const start = now();
    check = (check * 31 + exports[name](+rounds)) | 0;
    times.push(now() - start);
  }
  times.sort((x, y) => x - y);
  console.log(name, check, times[times.length >> 1]);
}
