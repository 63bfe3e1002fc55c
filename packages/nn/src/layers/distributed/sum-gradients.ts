// The identity whose gradient is summed over processes: what stands before a layer that every process has
// a part of.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { groupArg } from "../../arguments.js";

type Identity = (x: MLXArray) => MLXArray;

const made = new WeakMap<mx.distributed.Group, Identity>();

/**
 * A function that gives its argument back, and sums the gradient with respect to it over the processes of
 * a group: $y = x$, $\bar x = \sum_r \bar y_r$.
 *
 * It stands where all processes have the same array and each goes on with a part of a layer.
 *
 * @param group - the processes that take part
 * @returns a function of one array; for a group of one, the plain identity
 * @throws TypeError for anything but a group
 * @example
 * ```ts
 * const summed = nn.layers.distributed.sumGradients(mx.distributed.init());
 * mx.grad((x: mx.MLXArray) => mx.sum(summed(x)))(mx.zeros([2])).tolist(); // [1, 1]
 * ```
 * @see Python: `mlx.nn.layers.distributed.sum_gradients`
 */
export function sumGradients(group: mx.distributed.Group): (x: MLXArray) => MLXArray {
  const members = groupArg("sumGradients", group);
  let identity = made.get(members);
  if (identity === undefined) {
    identity = identityOf(members);
    made.set(members, identity);
  }
  return identity;
}

function identityOf(group: mx.distributed.Group): Identity {
  if (group.size() === 1) return (x) => x;
  const identity = mx.customFunction((x: MLXArray) => x);
  return identity.vjp((_x, gradient) => mx.distributed.allSum(gradient, { group }));
}
