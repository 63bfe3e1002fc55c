// Loops that compute small arrays and look at them: building, evaluating and reading together.
import * as mx from "@mlx-ts/core";
import { best } from "../best.mjs";

const vector = mx.ones([8]);
const matrix = mx.ones([8, 8]);
const weight = mx.multiply(mx.ones([8, 8]), 0.1);
mx.eval(vector, matrix, weight);

const loops = {
  "scalar Newton steps": () => {
    let x = mx.array(1);
    for (let i = 0; i < 10; i++)
      x = mx.subtract(x, mx.divide(mx.subtract(mx.square(x), 2), mx.multiply(x, 2)));
    return x.item();
  },
  "recurrent steps": () => {
    let h = vector;
    for (let i = 0; i < 20; i++) h = mx.tanh(mx.add(mx.matmul(h, weight), vector));
    mx.eval(h);
  },
  "reads of sums": () => {
    let total = 0;
    for (let i = 0; i < 10; i++) total += mx.sum(matrix).item();
    return total;
  },
  "evals of products": () => {
    let y = matrix;
    for (let i = 0; i < 10; i++) {
      y = mx.matmul(y, weight);
      mx.eval(y);
    }
  },
};

console.log(
  JSON.stringify(
    Object.fromEntries(
      Object.entries(loops).map(([name, run]) => [`${name}, µs`, best(() => mx.tidy(run)) / 1000]),
    ),
  ),
);
