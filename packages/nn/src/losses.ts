// Loss functions. Each compares predictions with targets element by element, and then reduces.

import { rangeError, shown, typeError } from "@mlx-ts/backend-api";
import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { flagArg, numberArg } from "./arguments.js";

/** What becomes of the losses: `"none"` keeps each, the others give a scalar. */
export type Reduction = "none" | "mean" | "sum";

/** Options of losses that only reduce. */
export interface LossOptions {
  /** `"none"`, `"mean"` or `"sum"`; each loss names its default. */
  reduction?: Reduction | undefined;
}

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
export interface NllLossOptions extends LossOptions {
  /** The axis of the classes. Default: `-1`. */
  axis?: number | undefined;
}

function reduce(op: string, loss: MLXArray, reduction: unknown): MLXArray {
  switch (reduction) {
    case "none":
      return loss;
    case "mean":
      return mx.mean(loss);
    case "sum":
      return mx.sum(loss);
    default:
      throw rangeError(
        `[${op}] the reduction must be "none", "mean" or "sum", got ${shown(reduction)}`,
      );
  }
}

function arrayArg(op: string, name: string, value: unknown): asserts value is MLXArray {
  if (value instanceof mx.MLXArray) return;
  throw typeError(`[${op}] ${name} must be an array, got ${shown(value)}; use mx.array()`);
}

const sameShape = (a: MLXArray, b: MLXArray): boolean => a.shape.join() === b.shape.join();

/** Checks that predictions and targets are arrays of one shape. */
function pairArg(op: string, name: string, predictions: unknown, targets: unknown): void {
  arrayArg(op, name, predictions);
  arrayArg(op, "targets", targets);
  if (sameShape(predictions, targets)) return;
  throw rangeError(
    `[${op}] ${name} have shape [${predictions.shape}] and targets [${targets.shape}], they must be equal`,
    "SHAPE",
  );
}

function weighted(op: string, loss: MLXArray, weights: MLXArray | null): MLXArray {
  if (weights === null) return loss;
  arrayArg(op, "weights", weights);
  if (!sameShape(weights, loss)) {
    throw rangeError(
      `[${op}] weights have shape [${weights.shape}], the losses [${loss.shape}]; they must be equal`,
      "SHAPE",
    );
  }
  return mx.multiply(loss, weights);
}

/** The axis counted from the front. */
function axisArg(op: string, axis: unknown, of: MLXArray): number {
  if (typeof axis !== "number")
    throw typeError(`[${op}] axis must be an integer, got ${shown(axis)}`);
  if (Number.isInteger(axis) && axis >= -of.ndim && axis < of.ndim) {
    return axis < 0 ? axis + of.ndim : axis;
  }
  throw rangeError(`[${op}] axis ${axis} is out of bounds for an array of ${of.ndim} dimensions`);
}

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
