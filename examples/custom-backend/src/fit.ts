// What users do with a backend: a small network learns a curve by gradient descent.

import * as mx from "@mlx-ts/core";

/** Fits `sin(x)`; gives the loss before each step. */
export function fit(steps: number): number[] {
  const key = mx.random.key(0);
  const x = mx.linspace(-3, 3, 32).reshape([32, 1]);
  const y = mx.sin(x);
  const predict = (w1: mx.MLXArray, b1: mx.MLXArray, w2: mx.MLXArray) =>
    mx.matmul(mx.tanh(mx.matmul(x, w1).add(b1)), w2);
  const loss = (...weights: [mx.MLXArray, mx.MLXArray, mx.MLXArray]) =>
    mx.mean(mx.square(predict(...weights).subtract(y)));
  const lossAndGrads = mx.valueAndGrad(loss, [0, 1, 2]);

  let weights: [mx.MLXArray, mx.MLXArray, mx.MLXArray] = [
    mx.random.normal([1, 16], { key }),
    mx.zeros([16]),
    mx.random.normal([16, 1], { key }).multiply(0.25),
  ];
  return Array.from({ length: steps }, () => {
    const [value, grads] = lossAndGrads(...weights);
    const step = (i: 0 | 1 | 2) => weights[i].subtract(grads[i].multiply(0.1));
    weights = [step(0), step(1), step(2)];
    return value.item();
  });
}
