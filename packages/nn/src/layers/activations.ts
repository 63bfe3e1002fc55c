// Activation functions. The modules that call them are in ./activation-modules.ts.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { numberArg, numberOf } from "../arguments.js";

/** Options of activations along an axis. */
export interface AxisOptions {
  /** The axis. Default: `-1`. */
  axis?: number | undefined;
}

/** Options of {@link leakyRelu}. */
export interface LeakyReluOptions {
  /** The slope below zero. Default: `0.01`. */
  negativeSlope?: number | undefined;
}

/** Options of {@link elu} and {@link celu}. */
export interface AlphaOptions {
  /** How far below zero the values go. Default: `1`. */
  alpha?: number | undefined;
}

/** Options of {@link softshrink} and {@link hardShrink}. */
export interface LambdOptions {
  /** The distance from zero that becomes zero. Default: `0.5`. */
  lambd?: number | undefined;
}

/** Options of {@link step}. */
export interface StepOptions {
  /** Where the step is. Default: `0`. */
  threshold?: number | undefined;
}

/** Options of {@link hardTanh}. */
export interface HardTanhOptions {
  /** The least value. Default: `-1`. */
  minVal?: number | undefined;
  /** The greatest value. Default: `1`. */
  maxVal?: number | undefined;
}

const axisOf = (op: string, axis: number | AxisOptions | undefined): number =>
  mx.keywords<AxisOptions>(op, ["axis"], [axis]).axis ?? -1;

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
 * The rectified linear unit: $\max(x, 0)$
 *
 * @param x - any shape
 * @returns the same shape
 * @example
 * ```ts
 * nn.relu(mx.array([-1, 2])).tolist(); // [0, 2]
 * ```
 * @see Python: `mlx.nn.relu`
 */
export const relu = (x: MLXArray): MLXArray => mx.maximum(x, 0);

/**
 * The squared rectified linear unit: $\max(x, 0)^2$
 *
 * @param x - any shape
 * @returns the same shape
 * @example
 * ```ts
 * nn.relu2(mx.array([-1, 2])).tolist(); // [0, 4]
 * ```
 * @see Python: `mlx.nn.relu2`
 */
export const relu2 = (x: MLXArray): MLXArray => mx.square(mx.maximum(x, 0));

/**
 * $\min(\max(x, 0), 6)$
 *
 * @param x - any shape
 * @returns the same shape
 * @example
 * ```ts
 * nn.relu6(mx.array([-1, 9])).tolist(); // [0, 6]
 * ```
 * @see Python: `mlx.nn.relu6`
 */
export const relu6 = (x: MLXArray): MLXArray => mx.minimum(mx.maximum(x, 0), 6);

/**
 * $\max(a x, x)$ with slope $a$
 *
 * @param x - any shape
 * @param negativeSlope - the slope below zero; default `0.01`
 * @returns the same shape
 * @example
 * ```ts
 * nn.leakyRelu(mx.array([-1, 2]), 0.5).tolist(); // [-0.5, 2]
 * ```
 * @see Python: `mlx.nn.leaky_relu`
 */
export function leakyRelu(x: MLXArray, negativeSlope?: number | LeakyReluOptions): MLXArray {
  const slope = numberOf("leakyRelu", "negativeSlope", negativeSlope, 0.01);
  return mx.maximum(mx.multiply(slope, x), x);
}

/**
 * The logarithm of the softmax: $x - \log \sum_i e^{x_i}$
 *
 * @param x - any shape
 * @param axis - the axis of the sum; default `-1`
 * @returns the same shape
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

/**
 * The exponential linear unit: $x$ above zero, $\alpha (e^x - 1)$ below
 *
 * @param x - any shape
 * @param alpha - how far below zero the values go; default `1`
 * @returns the same shape
 * @example
 * ```ts
 * nn.elu(mx.array([-100, 2])).tolist(); // [-1, 2]
 * ```
 * @see Python: `mlx.nn.elu`
 */
export function elu(x: MLXArray, alpha?: number | AlphaOptions): MLXArray {
  const below = mx.multiply(numberOf("elu", "alpha", alpha, 1), mx.subtract(mx.exp(x), 1));
  return mx.where(mx.greater(x, 0), x, below);
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
 * $x - \lambda$ above $\lambda$, $x + \lambda$ below $-\lambda$, and 0 between
 *
 * @param x - any shape
 * @param lambd - the distance from zero that becomes zero; default `0.5`
 * @returns the same shape
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
 * The continuously differentiable exponential linear unit:
 * $\max(0, x) + \alpha (e^{\min(0, x) / \alpha} - 1)$
 *
 * @param x - any shape
 * @param alpha - how far below zero the values go; default `1`
 * @returns the same shape
 * @example
 * ```ts
 * nn.celu(mx.array([-100, 2])).tolist(); // [-1, 2]
 * ```
 * @see Python: `mlx.nn.celu`
 */
export function celu(x: MLXArray, alpha?: number | AlphaOptions): MLXArray {
  const depth = numberOf("celu", "alpha", alpha, 1);
  const below = mx.subtract(mx.exp(mx.divide(mx.minimum(x, 0), depth)), 1);
  return mx.add(mx.maximum(x, 0), mx.multiply(depth, below));
}

/**
 * The sigmoid linear unit, also called swish: $x \sigma(x)$
 *
 * @param x - any shape
 * @returns the same shape
 * @example
 * ```ts
 * nn.silu(mx.array([0])).tolist(); // [0]
 * ```
 * @see Python: `mlx.nn.silu`
 */
export const silu = (x: MLXArray): MLXArray => mx.multiply(x, mx.sigmoid(x));

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
 * The Gaussian error linear unit: $x \Phi(x)$ with the Gaussian's distribution function $\Phi$
 *
 * @param x - any shape
 * @returns the same shape
 * @example
 * ```ts
 * nn.gelu(mx.array([0, 100])).tolist(); // [0, 100]
 * ```
 * @see Python: `mlx.nn.gelu`; Hendrycks and Gimpel, "Gaussian Error Linear Units", 2016
 */
export const gelu = (x: MLXArray): MLXArray =>
  mx.divide(mx.multiply(x, mx.add(1, mx.erf(mx.divide(x, Math.SQRT2)))), 2);

/**
 * {@link gelu} to within 0.0005 on [-6, 6]:
 * $\frac{x}{2} (1 + \tanh(\sqrt{2 / \pi} (x + 0.044715 x^3)))$
 *
 * @param x - any shape
 * @returns the same shape
 * @example
 * ```ts
 * nn.geluApprox(mx.array([0, 100])).tolist(); // [0, 100]
 * ```
 * @see Python: `mlx.nn.gelu_approx`
 */
export function geluApprox(x: MLXArray): MLXArray {
  const cubic = mx.add(x, mx.multiply(0.044715, mx.power(x, 3)));
  const bent = mx.tanh(mx.multiply(Math.sqrt(2 / Math.PI), cubic));
  return mx.multiply(mx.multiply(0.5, x), mx.add(1, bent));
}

/**
 * {@link gelu} to within 0.015 on [-6, 6]: $x \sigma(1.702 x)$
 *
 * @param x - any shape
 * @returns the same shape
 * @example
 * ```ts
 * nn.geluFastApprox(mx.array([0, 100])).tolist(); // [0, 100]
 * ```
 * @see Python: `mlx.nn.gelu_fast_approx`
 */
export const geluFastApprox = (x: MLXArray): MLXArray =>
  mx.multiply(x, mx.sigmoid(mx.multiply(1.702, x)));

/**
 * The gated linear unit: $a \sigma(b)$, where $a$ and $b$ are the halves of an axis
 *
 * @param x - any shape with an even axis
 * @param axis - the axis to halve; default `-1`
 * @returns half as many elements
 * @throws RangeError for an axis of odd size
 * @example
 * ```ts
 * nn.glu(mx.array([3, 0])).tolist(); // [1.5]
 * ```
 * @see Python: `mlx.nn.glu`
 */
export function glu(x: MLXArray, axis?: number | AxisOptions): MLXArray {
  const [a = x, b = x] = mx.split(x, 2, axisOf("glu", axis));
  return mx.multiply(a, mx.sigmoid(b));
}

/**
 * 1 from a threshold on, 0 below
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

/**
 * The scaled exponential linear unit: $1.0507 \cdot elu(x, 1.67326)$
 *
 * @param x - any shape
 * @returns the same shape
 * @example
 * ```ts
 * nn.selu(mx.array([0])).tolist(); // [0]
 * ```
 * @see Python: `mlx.nn.selu`
 */
export const selu = (x: MLXArray): MLXArray => mx.multiply(elu(x, 1.67326), 1.0507);

/**
 * The rectified linear unit with learned slopes below zero: $\max(0, x) + \alpha \min(0, x)$
 *
 * @param x - any shape
 * @param alpha - the slopes; broadcasts to `x`
 * @returns the same shape
 * @example
 * ```ts
 * nn.prelu(mx.array([-2, 2]), mx.array([0.25])).tolist(); // [-0.5, 2]
 * ```
 * @see Python: `mlx.nn.prelu`
 */
export const prelu = (x: MLXArray, alpha: MLXArray): MLXArray =>
  mx.add(mx.maximum(0, x), mx.multiply(alpha, mx.minimum(0, x)));

/**
 * $x \tanh(\log(1 + e^x))$
 *
 * @param x - any shape
 * @returns the same shape
 * @example
 * ```ts
 * nn.mish(mx.array([0])).tolist(); // [0]
 * ```
 * @see Python: `mlx.nn.mish`; Misra, "Mish: A Self Regularized Non-Monotonic Activation Function", 2019
 */
export const mish = (x: MLXArray): MLXArray => mx.multiply(x, mx.tanh(softplus(x)));

/**
 * $x \min(\max(x + 3, 0), 6) / 6$
 *
 * @param x - any shape
 * @returns the same shape
 * @example
 * ```ts
 * nn.hardswish(mx.array([0, 3])).tolist(); // [0, 3]
 * ```
 * @see Python: `mlx.nn.hardswish`
 */
export const hardswish = (x: MLXArray): MLXArray =>
  mx.divide(mx.multiply(x, relu6(mx.add(x, 3))), 6);

/**
 * $\max(\min(x, max), min)$
 *
 * @param x - any shape
 * @param minVal - the least value; default `-1`
 * @param maxVal - the greatest value; default `1`
 * @returns the same shape
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
 * $x$ where it is farther than $\lambda$ from zero, and 0 elsewhere
 *
 * @param x - any shape
 * @param lambd - the distance from zero that becomes zero; default `0.5`
 * @returns the same shape
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
