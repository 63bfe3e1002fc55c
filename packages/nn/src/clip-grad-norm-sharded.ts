// Gradients that lie in parts in several processes, scaled so that the norm of the whole stays below a
// bound. For whole gradients there is clipGradNorm of @mlx-ts/optimizers.

import { rangeError, shown, typeError } from "@mlx-ts/backend-api";
import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { groupArg } from "./arguments.js";

/** Options of {@link clipGradNormSharded}. */
export interface ClipGradNormShardedOptions {
  /** The processes that take part. Default: all. */
  group?: mx.distributed.Group | null | undefined;
}

/**
 * Scales gradients down when the norm of all parts in all processes exceeds a bound:
 * $g_r \min(1, \frac{c}{\lVert g \rVert + 10^{-6}})$ with $\lVert g \rVert^2 = \sum_r \lVert g_r \rVert^2$.
 *
 * It is for the gradients of `nn.fullyShard`ed modules, of which each process has its own part.
 *
 * @param gradients - a tree of this process's parts
 * @param maxNorm - the bound, at least 0; `Infinity` only measures
 * @param group - the processes that take part; default all
 * @returns a new tree of the scaled parts, and the norm of the whole before that, a scalar
 * @throws RangeError for a bound below 0
 * @throws TypeError for anything but a tree, a number and a group
 * @example
 * ```ts
 * const grads = { a: mx.array([3]), b: mx.array([4]) };
 * const [clipped, norm] = nn.utils.clipGradNormSharded(grads, 1); // with one process
 * norm; // array(5)
 * clipped.a; // array([0.6])
 * ```
 * @see Python: `mlx.nn.utils.clip_grad_norm_sharded`
 */
export function clipGradNormSharded<T extends object>(
  gradients: T,
  maxNorm: number,
  group?: mx.distributed.Group | null | ClipGradNormShardedOptions,
): [clipped: T, norm: MLXArray] {
  const op = "clipGradNormSharded";
  if (typeof gradients !== "object" || gradients === null) {
    throw typeError(`[${op}] a tree of arrays was expected, got ${shown(gradients)}`);
  }
  if (typeof maxNorm !== "number") {
    throw typeError(`[${op}] maxNorm must be a number, got ${shown(maxNorm)}`);
  }
  if (!(maxNorm >= 0)) throw rangeError(`[${op}] maxNorm is ${maxNorm}, it must be at least 0`);
  const options = mx.keywords<ClipGradNormShardedOptions>(op, ["group"], [group]);
  const members = groupArg(op, options.group);
  return mx.tidy(() => {
    const [first = mx.array(0), ...others] = mx.arraysIn(gradients).map(squaredNorm);
    const own = others.reduce((sum, square) => mx.add(sum, square), first);
    const norm = mx.sqrt(mx.distributed.allSum(own, { group: members }));
    const factor = mx.minimum(mx.divide(maxNorm, mx.add(norm, 1e-6)), 1);
    return [mx.mapArrays(gradients, (gradient) => scaled(gradient, factor)), norm];
  });
}

/** In float32 for float16, whose squares overflow. */
const squaredNorm = (gradient: MLXArray): MLXArray =>
  mx.sum(mx.square(gradient.dtype === "float16" ? gradient.astype("float32") : gradient));

/** Floats keep their dtype; they are cast last, since a small factor is 0 in float16. */
function scaled(gradient: MLXArray, factor: MLXArray): MLXArray {
  const result = mx.multiply(gradient, factor);
  return mx.issubdtype(gradient.dtype, mx.floating) ? result.astype(gradient.dtype) : result;
}
