// Square matrix products: what BLAS is under the engine.
import * as mx from "@mlx-ts/core";

const out = {};
for (const n of [64, 256, 512, 1024]) {
  const a = mx.random.normal([n, n]);
  const b = mx.random.normal([n, n]);
  mx.eval(a, b);
  const repeats = Math.max(5, Math.ceil(4e9 / n ** 3 / 2));
  const run = () => {
    const c = mx.matmul(a, b);
    mx.eval(c);
    c.dispose();
  };
  for (let i = 0; i < repeats / 2; i++) run();
  const start = performance.now();
  for (let i = 0; i < repeats; i++) run();
  out[`matmul ${n}, GFLOP/s`] = (2 * n ** 3 * repeats) / ((performance.now() - start) * 1e6);
}
console.log(JSON.stringify(out));
