// Losses of classifiers, whose targets are classes or probabilities.

import { rangeError, typeError } from "@mlx-ts/backend-api";
import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { flagArg, numberArg } from "../arguments.js";
import {
  type AxisLossOptions,
  arrayArg,
  axisArg,
  type LossOptions,
  pairArg,
  type Reduction,
  reduce,
  weighted,
} from "./reduction.js";

/** Options of {@link crossEntropy}. */
export interface CrossEntropyOptions extends LossOptions {
  /** A factor for each target, of the losses' shape. Default: none. */
  weights?: MLXArray | null | undefined;
  /** The axis of the classes. Default: `-1`. */
  axis?: number | undefined;
  /** How much of each target is spread over all classes, in [0, 1). Default: `0`. */
  labelSmoothing?: number | undefined;
}

/** Options of {@link binaryCrossEntropy}. */
export interface BinaryCrossEntropyOptions extends LossOptions {
  /** A factor for each target, of the losses' shape. Default: none. */
  weights?: MLXArray | null | undefined;
  /** Whether the inputs are logits rather than probabilities. Default: `true`. */
  withLogits?: boolean | undefined;
}

/** Options of {@link nllLoss}. */
export type NllLossOptions = AxisLossOptions;

/** Options of {@link klDivLoss}. */
export type KlDivLossOptions = AxisLossOptions;

/** The value of each target's class, along an axis. */
function scoreOf(op: string, values: MLXArray, targets: MLXArray, axis: number): MLXArray {
  if (!/^u?int/.test(targets.dtype)) {
    throw typeError(
      `[${op}] targets are class indices of dtype ${targets.dtype}, they must be integers; use targets.astype("int32")`,
      "DTYPE",
    );
  }
  return mx.takeAlongAxis(values, mx.expandDims(targets, axis), axis).squeeze(axis);
}

/**
 * Cross entropy of unnormalised logits: $\log \sum_j e^{x_j} - x_t$, or with probabilities $p$ as
 * targets $\log \sum_j e^{x_j} - \sum_j p_j x_j$.
 *
 * @param logits - `[..., classes, ...]`, float
 * @param targets - class indices, integers of the logits' shape without `axis`; or probabilities of
 * the logits' shape
 * @param weights - a factor for each target; default none
 * @param axis - the axis of the classes; default `-1`
 * @param labelSmoothing - how much of each target is spread over all classes, in [0, 1); default `0`
 * @param reduction - `"none"`, `"mean"` or `"sum"`; default `"none"`
 * @returns losses of the logits' shape without `axis`, or a scalar
 * @throws RangeError for shapes that do not fit, a label smoothing or reduction out of range
 * @throws TypeError for class indices that are no integers, and values that are no arrays
 * @example
 * ```ts
 * const logits = mx.array([[2, -1], [-1, 2]]);
 * const targets = mx.array([0, 1], "int32");
 * nn.losses.crossEntropy(logits, targets, { reduction: "mean" }).item(); // 0.0485873...
 * ```
 * @see Python: `mlx.nn.losses.cross_entropy`
 */
export function crossEntropy(
  logits: MLXArray,
  targets: MLXArray,
  weights?: MLXArray | null | CrossEntropyOptions,
  axis?: number | CrossEntropyOptions,
  labelSmoothing?: number | CrossEntropyOptions,
  reduction?: Reduction | CrossEntropyOptions,
): MLXArray {
  const op = "crossEntropy";
  const options = mx.keywords<CrossEntropyOptions>(
    op,
    ["weights", "axis", "labelSmoothing", "reduction"],
    [weights, axis, labelSmoothing, reduction],
  );
  arrayArg(op, "logits", logits);
  arrayArg(op, "targets", targets);
  const smoothing = numberArg(op, "labelSmoothing", options.labelSmoothing ?? 0);
  if (smoothing < 0 || smoothing >= 1) {
    throw rangeError(`[${op}] labelSmoothing is ${smoothing}, it must be at least 0 and below 1`);
  }
  const classes = axisArg(op, options.axis ?? -1, logits);
  const areProbabilities = targets.ndim === logits.ndim;
  const expected = logits.shape.filter((_, i) => areProbabilities || i !== classes);
  if (targets.shape.join() !== expected.join()) {
    throw rangeError(
      `[${op}] targets have shape [${targets.shape}], logits [${logits.shape}]; class indices need [${logits.shape.filter((_, i) => i !== classes)}], probabilities the logits' shape`,
      "SHAPE",
    );
  }

  const shifted = mx.subtract(logits, mx.stopGradient(mx.max(logits, classes, true)));
  const score = areProbabilities
    ? mx.sum(mx.multiply(shifted, targets), classes)
    : scoreOf(op, shifted, targets, classes);
  let loss = mx.logsumexp(shifted, classes);
  if (smoothing > 0) {
    const mean = mx.mean(shifted, classes);
    loss = mx.subtract(loss, mx.multiply(score, 1 - smoothing));
    loss = mx.add(loss, mx.multiply(mx.negative(mean), smoothing));
  } else {
    loss = mx.subtract(loss, score);
  }
  return reduce(op, weighted(op, loss, options.weights ?? null), options.reduction ?? "none");
}

/**
 * Binary cross entropy: $\log(1 + e^x) - x t$ for logits; for probabilities
 * $-(t \log x + (1 - t) \log(1 - x))$ with logarithms of at least -100.
 *
 * @param inputs - logits, or probabilities with `withLogits: false`
 * @param targets - 0 or 1, of the inputs' shape
 * @param weights - a factor for each target; default none
 * @param withLogits - whether the inputs are logits; default `true`
 * @param reduction - `"none"`, `"mean"` or `"sum"`; default `"mean"`
 * @returns losses of the inputs' shape, or a scalar
 * @throws RangeError for shapes that differ or an unknown reduction
 * @example
 * ```ts
 * nn.losses.binaryCrossEntropy(mx.array([0, 0]), mx.array([0, 1])).item(); // 0.693147...
 * ```
 * @see Python: `mlx.nn.losses.binary_cross_entropy`
 */
export function binaryCrossEntropy(
  inputs: MLXArray,
  targets: MLXArray,
  weights?: MLXArray | null | BinaryCrossEntropyOptions,
  withLogits?: boolean | BinaryCrossEntropyOptions,
  reduction?: Reduction | BinaryCrossEntropyOptions,
): MLXArray {
  const op = "binaryCrossEntropy";
  const options = mx.keywords<BinaryCrossEntropyOptions>(
    op,
    ["weights", "withLogits", "reduction"],
    [weights, withLogits, reduction],
  );
  pairArg(op, "inputs", inputs, targets);
  let loss: MLXArray;
  if (flagArg(op, "withLogits", options.withLogits ?? true)) {
    loss = mx.subtract(mx.logaddexp(0, inputs), mx.multiply(inputs, targets));
  } else {
    const log = mx.clip(mx.log(inputs), -100, null);
    const logOfRest = mx.clip(mx.log(mx.subtract(1, inputs)), -100, null);
    const rest = mx.multiply(mx.subtract(1, targets), logOfRest);
    loss = mx.negative(mx.add(mx.multiply(targets, log), rest));
  }
  return reduce(op, weighted(op, loss, options.weights ?? null), options.reduction ?? "mean");
}

/**
 * Negative log likelihood of log probabilities: $-x_t$.
 *
 * @param inputs - `[..., classes, ...]`, log probabilities
 * @param targets - class indices, integers of the inputs' shape without `axis`
 * @param axis - the axis of the classes; default `-1`
 * @param reduction - `"none"`, `"mean"` or `"sum"`; default `"none"`
 * @returns losses of the targets' shape, or a scalar
 * @throws RangeError for an axis out of bounds or an unknown reduction
 * @throws TypeError for class indices that are no integers
 * @example
 * ```ts
 * nn.losses.nllLoss(mx.log(mx.array([[0.5, 0.5]])), mx.array([1], "int32")).tolist(); // [0.693147...]
 * ```
 * @see Python: `mlx.nn.losses.nll_loss`
 */
export function nllLoss(
  inputs: MLXArray,
  targets: MLXArray,
  axis?: number | NllLossOptions,
  reduction?: Reduction | NllLossOptions,
): MLXArray {
  const op = "nllLoss";
  const options = mx.keywords<NllLossOptions>(op, ["axis", "reduction"], [axis, reduction]);
  arrayArg(op, "inputs", inputs);
  arrayArg(op, "targets", targets);
  const score = scoreOf(op, inputs, targets, axisArg(op, options.axis ?? -1, inputs));
  return reduce(op, mx.negative(score), options.reduction ?? "none");
}

/**
 * Kullback-Leibler divergence of log probabilities: $\sum_j e^{t_j} (t_j - x_j)$.
 *
 * @param inputs - `[..., classes, ...]`, predicted log probabilities
 * @param targets - the wanted log probabilities, of a shape that broadcasts with the inputs'
 * @param axis - the axis of the classes; default `-1`
 * @param reduction - `"none"`, `"mean"` or `"sum"`; default `"none"`
 * @returns divergences of the inputs' shape without `axis`, or a scalar
 * @throws RangeError for an axis out of bounds or an unknown reduction
 * @throws TypeError for values that are no arrays
 * @example
 * ```ts
 * const even = mx.log(mx.array([0.5, 0.5]));
 * nn.losses.klDivLoss(even, mx.log(mx.array([0.25, 0.75]))).item(); // 0.130812...
 * ```
 * @see Python: `mlx.nn.losses.kl_div_loss`
 */
export function klDivLoss(
  inputs: MLXArray,
  targets: MLXArray,
  axis?: number | KlDivLossOptions,
  reduction?: Reduction | KlDivLossOptions,
): MLXArray {
  const op = "klDivLoss";
  const options = mx.keywords<KlDivLossOptions>(op, ["axis", "reduction"], [axis, reduction]);
  arrayArg(op, "inputs", inputs);
  arrayArg(op, "targets", targets);
  const terms = mx.multiply(mx.exp(targets), mx.subtract(targets, inputs));
  const loss = mx.sum(terms, axisArg(op, options.axis ?? -1, terms));
  return reduce(op, loss, options.reduction ?? "none");
}

/**
 * Hinge loss: $\max(1 - x t, 0)$.
 *
 * @param inputs - scores of any shape
 * @param targets - -1 or 1, of a shape that broadcasts with the inputs'
 * @param reduction - `"none"`, `"mean"` or `"sum"`; default `"none"`
 * @returns losses of the inputs' shape, or a scalar
 * @throws RangeError for an unknown reduction
 * @throws TypeError for values that are no arrays
 * @example
 * ```ts
 * nn.losses.hingeLoss(mx.array([0.5, 2]), mx.array([1, -1])).tolist(); // [0.5, 3]
 * ```
 * @see Python: `mlx.nn.losses.hinge_loss`
 */
export function hingeLoss(
  inputs: MLXArray,
  targets: MLXArray,
  reduction?: Reduction | LossOptions,
): MLXArray {
  const op = "hingeLoss";
  const options = mx.keywords<LossOptions>(op, ["reduction"], [reduction]);
  arrayArg(op, "inputs", inputs);
  arrayArg(op, "targets", targets);
  const loss = mx.maximum(mx.subtract(1, mx.multiply(inputs, targets)), 0);
  return reduce(op, loss, options.reduction ?? "none");
}
