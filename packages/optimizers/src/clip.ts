// Gradients scaled so that their norm stays below a bound.

import { rangeError, shown, typeError } from "@mlx-ts/backend-api";
import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";

/**
 * Scales gradients down when the norm of all of them together exceeds a bound:
 * $g \min(1, \frac{c}{\lVert g \rVert + 10^{-6}})$.
 *
 * @param grads - a tree of arrays
 * @param maxNorm - the bound, at least 0; `Infinity` only measures
 * @returns a new tree of the scaled gradients, and their norm before that, a scalar; the gradients that were
 * given stay until their scope ends
 * @throws RangeError for a bound below 0
 * @throws TypeError for anything but a tree and a number
 * @example
 * ```ts
 * const [clipped, norm] = optim.clipGradNorm({ a: mx.array([3]), b: mx.array([4]) }, 1);
 * norm; // array(5)
 * clipped.a; // array([0.6])
 * ```
 * @see Python: `mlx.optimizers.clip_grad_norm`
 */
export function clipGradNorm<T extends object>(
  grads: T,
  maxNorm: number,
): [clipped: T, norm: MLXArray] {
  const op = "clipGradNorm";
  if (typeof grads !== "object" || grads === null) {
    throw typeError(`[${op}] a tree of arrays was expected, got ${shown(grads)}`);
  }
  if (typeof maxNorm !== "number") {
    throw typeError(`[${op}] maxNorm must be a number, got ${shown(maxNorm)}`);
  }
  if (!(maxNorm >= 0)) throw rangeError(`[${op}] maxNorm is ${maxNorm}, it must be at least 0`);
  return mx.tidy(() => {
    const [first = mx.array(0), ...others] = mx.arraysIn(grads).map(squaredNorm);
    const norm = mx.sqrt(others.reduce((sum, square) => mx.add(sum, square), first));
    const factor = mx.minimum(mx.divide(maxNorm, mx.add(norm, 1e-6)), 1);
    return [mx.mapArrays(grads, (gradient) => scaled(gradient, factor)), norm];
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
