// Building ops on tiny arrays: what the way from JavaScript to MLX costs, nothing else.
import * as mx from "@mlx-ts/core";

const calls = 100;
const x = mx.zeros([4]);
const a = mx.ones([4]);
const matrix = mx.ones([4, 4]);

const bodies = {
  chain() {
    let y = x;
    for (let i = 0; i < calls; i += 2) y = mx.add(mx.multiply(y, a), a);
  },
  numbers() {
    let y = x;
    for (let i = 0; i < calls; i += 2) y = mx.add(mx.multiply(y, 2), 0.5);
  },
  reductions() {
    for (let i = 0; i < calls; i += 2) {
      mx.sum(matrix, 0);
      mx.mean(matrix, { axis: 1, keepdims: true });
    }
  },
};

function time(run, repeats = 3000) {
  for (let i = 0; i < 1000; i++) run();
  const start = performance.now();
  for (let i = 0; i < repeats; i++) run();
  return ((performance.now() - start) * 1e6) / (repeats * calls);
}

console.log(
  JSON.stringify({
    "op building in a scope, ns/op": time(() => mx.tidy(bodies.chain)),
    "op building with numbers in a scope, ns/op": time(() => mx.tidy(bodies.numbers)),
    "reductions in a scope, ns/op": time(() => mx.tidy(bodies.reductions)),
    "op building outside scopes, ns/op": time(bodies.chain),
  }),
);
