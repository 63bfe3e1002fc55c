// Building ops on tiny arrays: what the way from JavaScript to MLX costs, nothing else.
import * as mx from "@mlx-ts/core";
import { best } from "../best.mjs";

const calls = 100;
const x = mx.zeros([4]);
const a = mx.ones([4]);
const matrix = mx.ones([4, 4]);
// Both sides have started their engine threads, as every program that computes something has.
mx.eval(x, a, matrix);

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

const time = (run) => best(run) / calls;

// Long batches for the last figure: the garbage collector belongs to it.
console.log(
  JSON.stringify({
    "op building in a scope, ns/op": time(() => mx.tidy(bodies.chain)),
    "op building with numbers in a scope, ns/op": time(() => mx.tidy(bodies.numbers)),
    "reductions in a scope, ns/op": time(() => mx.tidy(bodies.reductions)),
    "op building outside scopes, ns/op":
      best(bodies.chain, { batches: 6, milliseconds: 200 }) / calls,
  }),
);
