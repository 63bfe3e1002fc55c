// Activations that multiply their input with how far a gate is open.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { axisOf } from "../../arguments.js";
import type { AxisOptions } from "./normalized.js";
import { relu6 } from "./rectifiers.js";
import { softplus } from "./squashing.js";

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
