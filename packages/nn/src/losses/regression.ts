// Losses of regressions, whose targets are numbers.

import { rangeError } from "@mlx-ts/backend-api";
import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { flagArg, numberArg } from "../arguments.js";
import { arrayArg, type LossOptions, pairArg, type Reduction, reduce } from "./reduction.js";

/** Options of {@link smoothL1Loss}. */
export interface SmoothL1LossOptions extends LossOptions {
  /** The difference at which the square becomes a line, at least 0. Default: `1`. */
  beta?: number | undefined;
}

/** Options of {@link huberLoss}. */
export interface HuberLossOptions extends LossOptions {
  /** The difference at which the square becomes a line, above 0. Default: `1`. */
  delta?: number | undefined;
}

/** Options of {@link gaussianNllLoss}. */
export interface GaussianNllLossOptions extends LossOptions {
  /** Whether the constant $\frac{1}{2} \log 2 \pi$ is added. Default: `false`. */
  full?: boolean | undefined;
  /** The least variance, so that nothing is divided by 0. Default: `1e-6`. */
  eps?: number | undefined;
}

/**
 * Absolute differences: $|x - t|$.
 *
 * @param predictions - any shape
 * @param targets - of the same shape
 * @param reduction - `"none"`, `"mean"` or `"sum"`; default `"mean"`
 * @returns losses of that shape, or a scalar
 * @throws RangeError for shapes that differ or an unknown reduction
 * @example
 * ```ts
 * nn.losses.l1Loss(mx.array([1, 2]), mx.array([0, 4])).item(); // 1.5
 * ```
 * @see Python: `mlx.nn.losses.l1_loss`
 */
export function l1Loss(
  predictions: MLXArray,
  targets: MLXArray,
  reduction?: Reduction | LossOptions,
): MLXArray {
  const options = mx.keywords<LossOptions>("l1Loss", ["reduction"], [reduction]);
  pairArg("l1Loss", "predictions", predictions, targets);
  const loss = mx.abs(mx.subtract(predictions, targets));
  return reduce("l1Loss", loss, options.reduction ?? "mean");
}

/**
 * Squared differences: $(x - t)^2$.
 *
 * @param predictions - any shape
 * @param targets - of the same shape
 * @param reduction - `"none"`, `"mean"` or `"sum"`; default `"mean"`
 * @returns losses of that shape, or a scalar
 * @throws RangeError for shapes that differ or an unknown reduction
 * @example
 * ```ts
 * nn.losses.mseLoss(mx.array([1, 2]), mx.array([0, 4])).item(); // 2.5
 * ```
 * @see Python: `mlx.nn.losses.mse_loss`
 */
export function mseLoss(
  predictions: MLXArray,
  targets: MLXArray,
  reduction?: Reduction | LossOptions,
): MLXArray {
  const options = mx.keywords<LossOptions>("mseLoss", ["reduction"], [reduction]);
  pairArg("mseLoss", "predictions", predictions, targets);
  const loss = mx.square(mx.subtract(predictions, targets));
  return reduce("mseLoss", loss, options.reduction ?? "mean");
}

/**
 * Squares of small differences and absolute values of large ones: $(x - t)^2 / 2 \beta$ where
 * $|x - t| < \beta$, else $|x - t| - \beta / 2$.
 *
 * @param predictions - any shape
 * @param targets - of the same shape
 * @param beta - the difference at which the square becomes a line, at least 0; default `1`
 * @param reduction - `"none"`, `"mean"` or `"sum"`; default `"mean"`
 * @returns losses of that shape, or a scalar
 * @throws RangeError for shapes that differ, a negative beta or an unknown reduction
 * @example
 * ```ts
 * nn.losses.smoothL1Loss(mx.array([1, 5]), mx.array([0.5, 2]), { reduction: "none" }).tolist(); // [0.125, 2.5]
 * ```
 * @see Python: `mlx.nn.losses.smooth_l1_loss`
 * @see Girshick, "Fast R-CNN" (2015)
 */
export function smoothL1Loss(
  predictions: MLXArray,
  targets: MLXArray,
  beta?: number | SmoothL1LossOptions,
  reduction?: Reduction | SmoothL1LossOptions,
): MLXArray {
  const op = "smoothL1Loss";
  const names = ["beta", "reduction"] as const;
  const options = mx.keywords<SmoothL1LossOptions>(op, names, [beta, reduction]);
  pairArg(op, "predictions", predictions, targets);
  const bend = numberArg(op, "beta", options.beta ?? 1);
  if (bend < 0) throw rangeError(`[${op}] beta is ${bend}, it must be at least 0`);
  const difference = mx.abs(mx.subtract(predictions, targets));
  // Without a square there is none to divide by 0, whose gradient would be NaN.
  if (bend === 0) return reduce(op, difference, options.reduction ?? "mean");
  const square = mx.divide(mx.multiply(0.5, mx.square(difference)), bend);
  const line = mx.subtract(difference, 0.5 * bend);
  return reduce(op, mx.where(mx.less(difference, bend), square, line), options.reduction ?? "mean");
}

/**
 * Squares of small differences and multiples of large ones: $\frac{1}{2} (x - t)^2$ where
 * $|x - t| \le \delta$, else $\delta (|x - t| - \frac{1}{2} \delta)$.
 *
 * @param inputs - predictions of any shape
 * @param targets - of a shape that broadcasts with the inputs'
 * @param delta - the difference at which the square becomes a line, above 0; default `1`
 * @param reduction - `"none"`, `"mean"` or `"sum"`; default `"none"`
 * @returns losses of the inputs' shape, or a scalar
 * @throws RangeError for a delta of 0 or below, or an unknown reduction
 * @throws TypeError for values that are no arrays
 * @example
 * ```ts
 * nn.losses.huberLoss(mx.array([1, 5]), mx.array([0.5, 2])).tolist(); // [0.125, 2.5]
 * ```
 * @see Python: `mlx.nn.losses.huber_loss`
 * @see Huber, "Robust Estimation of a Location Parameter" (1964)
 */
export function huberLoss(
  inputs: MLXArray,
  targets: MLXArray,
  delta?: number | HuberLossOptions,
  reduction?: Reduction | HuberLossOptions,
): MLXArray {
  const op = "huberLoss";
  const options = mx.keywords<HuberLossOptions>(op, ["delta", "reduction"], [delta, reduction]);
  arrayArg(op, "inputs", inputs);
  arrayArg(op, "targets", targets);
  const bend = numberArg(op, "delta", options.delta ?? 1);
  if (bend <= 0) throw rangeError(`[${op}] delta is ${bend}, it must be above 0`);
  const difference = mx.abs(mx.subtract(inputs, targets));
  const small = mx.minimum(difference, bend);
  const rest = mx.subtract(difference, small);
  const loss = mx.add(mx.multiply(0.5, mx.square(small)), mx.multiply(bend, rest));
  return reduce(op, loss, options.reduction ?? "none");
}

/**
 * Logarithm of the hyperbolic cosine of differences: $\log \cosh(x - t)$, computed as
 * $\log(e^{x - t} + e^{t - x}) - \log 2$.
 *
 * @param inputs - predictions of any shape
 * @param targets - of a shape that broadcasts with the inputs'
 * @param reduction - `"none"`, `"mean"` or `"sum"`; default `"none"`
 * @returns losses of the inputs' shape, or a scalar
 * @throws RangeError for an unknown reduction
 * @throws TypeError for values that are no arrays
 * @example
 * ```ts
 * nn.losses.logCoshLoss(mx.array([1, 0]), mx.array([0, 0])).tolist(); // [0.433780..., 0]
 * ```
 * @see Python: `mlx.nn.losses.log_cosh_loss`
 */
export function logCoshLoss(
  inputs: MLXArray,
  targets: MLXArray,
  reduction?: Reduction | LossOptions,
): MLXArray {
  const op = "logCoshLoss";
  const options = mx.keywords<LossOptions>(op, ["reduction"], [reduction]);
  arrayArg(op, "inputs", inputs);
  arrayArg(op, "targets", targets);
  const errors = mx.subtract(inputs, targets);
  const loss = mx.subtract(mx.logaddexp(errors, mx.negative(errors)), Math.LN2);
  return reduce(op, loss, options.reduction ?? "none");
}

/**
 * Negative log likelihood of a normal distribution: $\frac{1}{2} (\log v + (t - x)^2 / v)$ with
 * $v = \max(vars, \epsilon)$.
 *
 * @param inputs - the predicted means, any shape
 * @param targets - of the same shape
 * @param vars - the predicted variances, of the same shape
 * @param full - whether the constant $\frac{1}{2} \log 2 \pi$ is added; default `false`
 * @param eps - the least variance; default `1e-6`
 * @param reduction - `"none"`, `"mean"` or `"sum"`; default `"mean"`
 * @returns losses of that shape, or a scalar
 * @throws RangeError for shapes that differ or an unknown reduction
 * @throws TypeError for values that are no arrays
 * @example
 * ```ts
 * const [means, targets, variances] = [mx.array([1]), mx.array([3]), mx.array([1])];
 * nn.losses.gaussianNllLoss(means, targets, variances).item(); // 2
 * ```
 * @see Python: `mlx.nn.losses.gaussian_nll_loss`
 */
export function gaussianNllLoss(
  inputs: MLXArray,
  targets: MLXArray,
  vars: MLXArray,
  full?: boolean | GaussianNllLossOptions,
  eps?: number | GaussianNllLossOptions,
  reduction?: Reduction | GaussianNllLossOptions,
): MLXArray {
  const op = "gaussianNllLoss";
  const names = ["full", "eps", "reduction"] as const;
  const options = mx.keywords<GaussianNllLossOptions>(op, names, [full, eps, reduction]);
  pairArg(op, "inputs", inputs, targets);
  pairArg(op, "inputs", inputs, vars, "vars");
  const variances = mx.maximum(vars, numberArg(op, "eps", options.eps ?? 1e-6));
  const squares = mx.divide(mx.square(mx.subtract(targets, inputs)), variances);
  let loss = mx.multiply(0.5, mx.add(mx.log(variances), squares));
  if (flagArg(op, "full", options.full ?? false)) {
    loss = mx.add(loss, 0.5 * Math.log(2 * Math.PI));
  }
  return reduce(op, loss, options.reduction ?? "mean");
}
