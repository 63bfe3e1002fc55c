// MLX's transforms over lists of handles. A callback owns the handles it gets, and gives away those it
// returns.

import type { HandleFunction, TransformsExtension } from "@mlx-ts/backend-api";
import type { Addon } from "./addon.js";
import { list, results } from "./wire.js";

/** A callback as C++ calls it: inputs wait in the results buffer, outputs go back as a list. */
export const callback =
  (fn: HandleFunction<number>) =>
  (count: number): number =>
    list(fn(results(count)));

/** Values and derivatives, which follow each other in the results buffer. */
function parted(valueCount: number, derivativeCount: number): [number[], number[]] {
  const all = results(valueCount + derivativeCount);
  return [all.slice(0, valueCount), all.slice(valueCount)];
}

export const transformsExtension = (addon: Addon): TransformsExtension<number> => ({
  valueAndGrad(fn, inputs, argnums) {
    const count = addon.valueAndGrad(callback(fn), list(inputs), list(argnums));
    const [values, grads] = parted(count, argnums.length);
    return { values, grads };
  },
  vjp(fn, primals, cotangents) {
    const count = addon.vjp(callback(fn), list(primals), list(cotangents));
    const [values, vjps] = parted(count, primals.length);
    return { values, vjps };
  },
  jvp(fn, primals, tangents) {
    const count = addon.jvp(callback(fn), list(primals), list(tangents));
    // One product for each output that depends on a primal; MLX gives one for each value.
    const [values, jvps] = parted(count, count);
    return { values, jvps };
  },
});
