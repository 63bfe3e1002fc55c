// Activations that keep their output within bounds, and softplus, whose slope is the sigmoid.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { numberArg, numberOf } from "../../arguments.js";

/** Options of {@link hardTanh}. */
export interface HardTanhOptions {
  /** The least value. Default: `-1`. */
  minVal?: number | undefined;
  /** The greatest value. Default: `1`. */
  maxVal?: number | undefined;
}

/** Options of {@link step}. */
export interface StepOptions {
  /** Where the step is. Default: `0`. */
  threshold?: number | undefined;
}

/**
 * $\sigma(x) = \frac{1}{1 + e^{-x}}$
 *
 * @param x - any shape
 * @returns the same shape
 * @example
 * ```ts
 * nn.sigmoid(mx.array([0])).tolist(); // [0.5]
 * ```
 * @see Python: `mlx.nn.sigmoid`
 */
export const sigmoid = (x: MLXArray): MLXArray => mx.sigmoid(x);

/**
 * $\log \sigma(x) = -\log(1 + e^{-x})$
 *
 * @param x - any shape
 * @returns the same shape
 * @example
 * ```ts
 * nn.logSigmoid(mx.array([0])).tolist(); // [-0.693147...]
 * ```
 * @see Python: `mlx.nn.log_sigmoid`
 */
export const logSigmoid = (x: MLXArray): MLXArray => mx.negative(softplus(mx.negative(x)));

/**
 * $\log(1 + e^x)$
 *
 * @param x - any shape
 * @returns the same shape
 * @example
 * ```ts
 * nn.softplus(mx.array([100])).tolist(); // [100]
 * ```
 * @see Python: `mlx.nn.softplus`
 */
export const softplus = (x: MLXArray): MLXArray => mx.logaddexp(x, 0);

/**
 * $\frac{x}{1 + |x|}$
 *
 * @param x - any shape
 * @returns the same shape
 * @example
 * ```ts
 * nn.softsign(mx.array([-1, 3])).tolist(); // [-0.5, 0.75]
 * ```
 * @see Python: `mlx.nn.softsign`
 */
export const softsign = (x: MLXArray): MLXArray => mx.divide(x, mx.add(1, mx.abs(x)));

/**
 * $\tanh(x)$
 *
 * @param x - any shape
 * @returns the same shape
 * @example
 * ```ts
 * nn.tanh(mx.array([0])).tolist(); // [0]
 * ```
 * @see Python: `mlx.nn.tanh`
 */
export const tanh = (x: MLXArray): MLXArray => mx.tanh(x);

/**
 * $\max(\min(x, max), min)$
 *
 * @param x - any shape
 * @param minVal - the least value; default `-1`
 * @param maxVal - the greatest value; default `1`
 * @returns the same shape
 * @throws TypeError for bounds that are no numbers
 * @example
 * ```ts
 * nn.hardTanh(mx.array([-3, 0.5])).tolist(); // [-1, 0.5]
 * ```
 * @see Python: `mlx.nn.hard_tanh`
 */
export function hardTanh(
  x: MLXArray,
  minVal?: number | HardTanhOptions,
  maxVal?: number | HardTanhOptions,
): MLXArray {
  const options = mx.keywords<HardTanhOptions>("hardTanh", ["minVal", "maxVal"], [minVal, maxVal]);
  const least = numberArg("hardTanh", "minVal", options.minVal ?? -1);
  return mx.minimum(mx.maximum(x, least), numberArg("hardTanh", "maxVal", options.maxVal ?? 1));
}

/**
 * 1 from a threshold on, $x \ge t$, 0 below
 *
 * @param x - any shape
 * @param threshold - where the step is; default `0`
 * @returns int32 of the same shape
 * @example
 * ```ts
 * nn.step(mx.array([-1, 0, 2])).tolist(); // [0, 1, 1]
 * ```
 * @see Python: `mlx.nn.step`
 */
export const step = (x: MLXArray, threshold?: number | StepOptions): MLXArray =>
  mx.astype(mx.greaterEqual(x, numberOf("step", "threshold", threshold, 0)), "int32");
