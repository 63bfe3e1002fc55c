// Gradients of several parts of a batch, added up.

import { rangeError, shown, typeError } from "@mlx-ts/backend-api";
import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";

/** Options of {@link accumulateGradients}. */
export interface AccumulateOptions {
  /** What the gradients are multiplied by. Default: `1`. */
  scale?: number | MLXArray | undefined;
}

/**
 * Adds gradients to a sum, $s + c g$: a batch that does not fit in memory is taken in parts, and its update is that
 * of the whole. Both trees are used up, as by `optimizer.update`; pass those you need longer to `mx.keep` before.
 *
 * Evaluate the sum after each part (`mx.eval(sum)`): that is what frees the part's memory.
 *
 * @param sum - what the last call returned; for the first part `{}`, `null` or `undefined`
 * @param grads - a tree of arrays, from `nn.valueAndGrad`
 * @param scale - what they are multiplied by, a number or a scalar: the part's share of the batch; default `1`
 * @returns a tree like `grads`, of their dtypes
 * @throws RangeError for trees of different structure
 * @throws TypeError for anything but trees, and a scale that is no number and no array
 * @example
 * ```ts
 * let sum: mx.ArrayTree = {};
 * for (const part of mx.split(mx.ones([8, 2]), 4)) {
 *   const [, grads] = lossAndGrad(part);
 *   sum = optim.accumulateGradients(sum, grads, 1 / 4);
 *   mx.eval(sum);
 * }
 * optimizer.update(model, sum);
 * ```
 */
export function accumulateGradients<T extends object>(
  sum: T | null | undefined,
  grads: T,
  scale?: number | MLXArray | AccumulateOptions,
): T {
  const op = "accumulateGradients";
  const { scale: share = 1 } = mx.keywords<AccumulateOptions>(op, ["scale"], [scale]);
  for (const tree of [sum ?? {}, grads]) {
    if (typeof tree === "object" && tree !== null) continue;
    throw typeError(`[${op}] a tree of arrays was expected, got ${shown(tree)}`);
  }
  if (typeof share !== "number" && !(share instanceof mx.MLXArray)) {
    throw typeError(`[${op}] the scale must be a number or an array, got ${shown(share)}`);
  }
  const [count, counted] = [mx.arraysIn(grads).length, mx.arraysIn(sum).length];
  if (counted > 0 && count !== counted) {
    throw rangeError(
      `[${op}] there are ${count} gradients, the sum has ${counted}; both must be of one tree`,
    );
  }
  const scaled = (gradient: MLXArray): MLXArray =>
    share === 1 ? gradient : mx.multiply(gradient, share).astype(gradient.dtype);
  const added = mx.tidy(() => {
    const part = mx.mapArrays(grads, scaled);
    return counted > 0
      ? (mx.treeMap((a: MLXArray, b: MLXArray) => mx.add(a, b), sum, part) as T)
      : part;
  });
  const present = new Set(mx.arraysIn(added));
  mx.replace(
    mx.arraysIn([sum, grads]).filter((array) => !present.has(array)),
    `${op}(), which added it up`,
  );
  return mx.passOn(added);
}
