// Activations that make zero of what is near to it.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { numberOf } from "../../arguments.js";

/** Options of {@link softshrink} and {@link hardShrink}. */
export interface LambdOptions {
  /** The distance from zero that becomes zero. Default: `0.5`. */
  lambd?: number | undefined;
}

/**
 * $x - \lambda$ above $\lambda$, $x + \lambda$ below $-\lambda$, and 0 between
 *
 * @param x - any shape
 * @param lambd - the distance from zero that becomes zero; default `0.5`
 * @returns the same shape
 * @throws TypeError for a distance that is no number
 * @example
 * ```ts
 * nn.softshrink(mx.array([-2, 0.25, 2])).tolist(); // [-1.5, 0, 1.5]
 * ```
 * @see Python: `mlx.nn.softshrink`
 */
export function softshrink(x: MLXArray, lambd?: number | LambdOptions): MLXArray {
  const distance = numberOf("softshrink", "lambd", lambd, 0.5);
  const shrunk = mx.subtract(x, mx.multiply(mx.sign(x), distance));
  return mx.where(mx.greater(mx.abs(x), distance), shrunk, 0);
}

/**
 * $x$ where it is farther than $\lambda$ from zero, and 0 elsewhere
 *
 * @param x - any shape
 * @param lambd - the distance from zero that becomes zero; default `0.5`
 * @returns the same shape
 * @throws TypeError for a distance that is no number
 * @example
 * ```ts
 * nn.hardShrink(mx.array([-2, 0.25])).tolist(); // [-2, 0]
 * ```
 * @see Python: `mlx.nn.hard_shrink`
 */
export function hardShrink(x: MLXArray, lambd?: number | LambdOptions): MLXArray {
  const distance = numberOf("hardShrink", "lambd", lambd, 0.5);
  return mx.where(mx.greater(mx.abs(x), distance), x, 0);
}
