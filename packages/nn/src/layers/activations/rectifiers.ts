// Activations that let what is above zero through, and bend what is below.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { numberOf } from "../../arguments.js";

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
 * @throws TypeError for a slope that is no number
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
 * The exponential linear unit: $x$ above zero, $\alpha (e^x - 1)$ below
 *
 * @param x - any shape
 * @param alpha - how far below zero the values go; default `1`
 * @returns the same shape
 * @throws TypeError for a scale that is no number
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
 * The continuously differentiable exponential linear unit:
 * $\max(0, x) + \alpha (e^{\min(0, x) / \alpha} - 1)$
 *
 * @param x - any shape
 * @param alpha - how far below zero the values go; default `1`
 * @returns the same shape
 * @throws TypeError for a scale that is no number
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
