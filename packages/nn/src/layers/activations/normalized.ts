// Activations whose output, or its exponential, sums to 1 along an axis.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { axisOf } from "../../arguments.js";

/** Options of activations along an axis. */
export interface AxisOptions {
  /** The axis. Default: `-1`. */
  axis?: number | undefined;
}

/**
 * $\frac{e^{x_i}}{\sum_j e^{x_j}}$
 *
 * @param x - any shape
 * @param axis - the axis of the sum; default `-1`
 * @returns the same shape
 * @example
 * ```ts
 * nn.softmax(mx.array([0, 0])).tolist(); // [0.5, 0.5]
 * ```
 * @see Python: `mlx.nn.softmax`
 */
export const softmax = (x: MLXArray, axis?: number | AxisOptions): MLXArray =>
  mx.softmax(x, axisOf("softmax", axis));

/**
 * $\frac{e^{-x_i}}{\sum_j e^{-x_j}}$
 *
 * @param x - any shape
 * @param axis - the axis of the sum; default `-1`
 * @returns the same shape
 * @example
 * ```ts
 * nn.softmin(mx.array([0, 0])).tolist(); // [0.5, 0.5]
 * ```
 * @see Python: `mlx.nn.softmin`
 */
export const softmin = (x: MLXArray, axis?: number | AxisOptions): MLXArray =>
  mx.softmax(mx.negative(x), axisOf("softmin", axis));

/**
 * The logarithm of the softmax: $x - \log \sum_i e^{x_i}$
 *
 * @param x - any shape
 * @param axis - the axis of the sum; default `-1`
 * @returns the same shape
 * @throws RangeError for an axis that the array lacks
 * @example
 * ```ts
 * nn.logSoftmax(mx.array([0, 0])).tolist(); // [-0.693147..., -0.693147...]
 * ```
 * @see Python: `mlx.nn.log_softmax`
 */
export function logSoftmax(x: MLXArray, axis?: number | AxisOptions): MLXArray {
  const along = axisOf("logSoftmax", axis);
  // The sum of a large maximum and its logarithm would lose the latter.
  const shifted = mx.subtract(x, mx.stopGradient(mx.max(x, along, true)));
  return mx.subtract(shifted, mx.logsumexp(shifted, along, true));
}
