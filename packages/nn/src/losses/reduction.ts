// What the losses share: the reduction, and checks of their arguments.

import { rangeError, shown, typeError } from "@mlx-ts/backend-api";
import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";

/** What becomes of the losses: `"none"` keeps each, the others give a scalar. */
export type Reduction = "none" | "mean" | "sum";

/** Options of losses that only reduce. */
export interface LossOptions {
  /** `"none"`, `"mean"` or `"sum"`; each loss names its default. */
  reduction?: Reduction | undefined;
}

/** Options of losses over an axis. */
export interface AxisLossOptions extends LossOptions {
  /** The axis that is reduced; each loss names its default. */
  axis?: number | undefined;
}

/** Keeps the losses, or reduces them to a scalar. */
export function reduce(op: string, loss: MLXArray, reduction: unknown): MLXArray {
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

/** Checks that a value is an array. */
export function arrayArg(op: string, name: string, value: unknown): asserts value is MLXArray {
  if (value instanceof mx.MLXArray) return;
  throw typeError(`[${op}] ${name} must be an array, got ${shown(value)}; use mx.array()`);
}

const sameShape = (a: MLXArray, b: MLXArray): boolean => a.shape.join() === b.shape.join();

/** Checks that predictions and targets, or what else is named, are arrays of one shape. */
export function pairArg(
  op: string,
  name: string,
  predictions: unknown,
  targets: unknown,
  targetsName = "targets",
): void {
  arrayArg(op, name, predictions);
  arrayArg(op, targetsName, targets);
  if (sameShape(predictions, targets)) return;
  throw rangeError(
    `[${op}] ${name} have shape [${predictions.shape}] and ${targetsName} [${targets.shape}], they must be equal`,
    "SHAPE",
  );
}

/** The losses, each multiplied by its weight. */
export function weighted(op: string, loss: MLXArray, weights: MLXArray | null): MLXArray {
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
export function axisArg(op: string, axis: unknown, of: MLXArray): number {
  if (typeof axis !== "number")
    throw typeError(`[${op}] axis must be an integer, got ${shown(axis)}`);
  if (Number.isInteger(axis) && axis >= -of.ndim && axis < of.ndim) {
    return axis < 0 ? axis + of.ndim : axis;
  }
  throw rangeError(`[${op}] axis ${axis} is out of bounds for an array of ${of.ndim} dimensions`);
}
