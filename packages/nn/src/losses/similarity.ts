// Losses that compare pairs or triples of vectors or scores: how near they are, or which is larger.

import { rangeError } from "@mlx-ts/backend-api";
import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { numberArg } from "../arguments.js";
import {
  type AxisLossOptions,
  arrayArg,
  axisArg,
  type LossOptions,
  pairArg,
  type Reduction,
  reduce,
} from "./reduction.js";

/** Options of {@link tripletLoss}. */
export interface TripletLossOptions extends AxisLossOptions {
  /** The exponent of the norm that measures distances, above 0. Default: `2`. */
  p?: number | undefined;
  /** How much nearer the positives must be. Default: `1`. */
  margin?: number | undefined;
  /** Added to the sums of powers, so that roots of 0 have gradients. Default: `1e-6`. */
  eps?: number | undefined;
}

/** Options of {@link cosineSimilarityLoss}. */
export interface CosineSimilarityLossOptions extends AxisLossOptions {
  /** The least product of norms, so that nothing is divided by 0. Default: `1e-8`. */
  eps?: number | undefined;
}

/** Options of {@link marginRankingLoss}. */
export interface MarginRankingLossOptions extends LossOptions {
  /** By how much the scores must differ. Default: `0`. */
  margin?: number | undefined;
}

/**
 * How much nearer an anchor is to a negative example than to a positive one:
 * $\max(\|a - p\|_p - \|a - n\|_p + margin, 0)$.
 *
 * @param anchors - `[..., features, ...]`
 * @param positives - of a shape that broadcasts with the anchors'
 * @param negatives - of a shape that broadcasts with the anchors'
 * @param axis - the axis of the features; default `-1`
 * @param p - the exponent of the norm, above 0; default `2`
 * @param margin - how much nearer the positives must be; default `1`
 * @param eps - added to the sums of powers; default `1e-6`
 * @param reduction - `"none"`, `"mean"` or `"sum"`; default `"none"`
 * @returns losses of the anchors' shape without `axis`, or a scalar
 * @throws RangeError for an axis out of bounds, an exponent of 0 or below, or an unknown reduction
 * @throws TypeError for values that are no arrays
 * @example
 * ```ts
 * const [anchors, positives, negatives] = [mx.array([[0, 0]]), mx.array([[3, 4]]), mx.array([[0, 4]])];
 * nn.losses.tripletLoss(anchors, positives, negatives).tolist(); // [2.000000...]
 * ```
 * @see Python: `mlx.nn.losses.triplet_loss`
 * @see Schroff et al., "FaceNet" (2015)
 */
export function tripletLoss(
  anchors: MLXArray,
  positives: MLXArray,
  negatives: MLXArray,
  axis?: number | TripletLossOptions,
  p?: number | TripletLossOptions,
  margin?: number | TripletLossOptions,
  eps?: number | TripletLossOptions,
  reduction?: Reduction | TripletLossOptions,
): MLXArray {
  const op = "tripletLoss";
  const options = mx.keywords<TripletLossOptions>(
    op,
    ["axis", "p", "margin", "eps", "reduction"],
    [axis, p, margin, eps, reduction],
  );
  arrayArg(op, "anchors", anchors);
  arrayArg(op, "positives", positives);
  arrayArg(op, "negatives", negatives);
  const exponent = numberArg(op, "p", options.p ?? 2);
  if (exponent <= 0) throw rangeError(`[${op}] p is ${exponent}, it must be above 0`);
  const least = numberArg(op, "eps", options.eps ?? 1e-6);
  const distance = (others: MLXArray): MLXArray => {
    const powers = mx.power(mx.abs(mx.subtract(anchors, others)), exponent);
    const sums = mx.sum(powers, axisArg(op, options.axis ?? -1, powers));
    return mx.power(mx.add(sums, least), 1 / exponent);
  };
  const nearer = mx.subtract(distance(positives), distance(negatives));
  const loss = mx.maximum(mx.add(nearer, numberArg(op, "margin", options.margin ?? 1)), 0);
  return reduce(op, loss, options.reduction ?? "none");
}

/**
 * Cosine of the angle between vectors: $x \cdot y / \max(\|x\| \|y\|, \epsilon)$. As in Python it grows
 * with the similarity: minimise 1 minus it to make vectors alike.
 *
 * @param x1 - `[..., features, ...]`, at least two axes by default
 * @param x2 - of a shape that broadcasts with `x1`'s
 * @param axis - the axis of the features; default `1`
 * @param eps - the least product of norms; default `1e-8`
 * @param reduction - `"none"`, `"mean"` or `"sum"`; default `"none"`
 * @returns cosines of the inputs' shape without `axis`, or a scalar
 * @throws RangeError for an axis out of bounds or an unknown reduction
 * @throws TypeError for values that are no arrays
 * @example
 * ```ts
 * const [x1, x2] = [mx.array([[3, 4]]), mx.array([[5, 0]])];
 * nn.losses.cosineSimilarityLoss(x1, x2).tolist(); // [0.600000...]
 * ```
 * @see Python: `mlx.nn.losses.cosine_similarity_loss`
 */
export function cosineSimilarityLoss(
  x1: MLXArray,
  x2: MLXArray,
  axis?: number | CosineSimilarityLossOptions,
  eps?: number | CosineSimilarityLossOptions,
  reduction?: Reduction | CosineSimilarityLossOptions,
): MLXArray {
  const op = "cosineSimilarityLoss";
  const names = ["axis", "eps", "reduction"] as const;
  const options = mx.keywords<CosineSimilarityLossOptions>(op, names, [axis, eps, reduction]);
  arrayArg(op, "x1", x1);
  arrayArg(op, "x2", x2);
  const features = options.axis ?? 1;
  const norm = (x: MLXArray) => mx.linalg.norm(x, { axis: axisArg(op, features, x) });
  const norms = mx.multiply(norm(x1), norm(x2));
  const products = mx.multiply(x1, x2);
  const dot = mx.sum(products, axisArg(op, features, products));
  const loss = mx.divide(dot, mx.maximum(norms, numberArg(op, "eps", options.eps ?? 1e-8)));
  return reduce(op, loss, options.reduction ?? "none");
}

/**
 * How far scores are from the wanted order: $\max(-t (x_1 - x_2) + margin, 0)$.
 *
 * @param inputs1 - scores of any shape
 * @param inputs2 - scores of the same shape
 * @param targets - 1 where the first score is to be larger, -1 where the second; of the same shape
 * @param margin - by how much the scores must differ; default `0`
 * @param reduction - `"none"`, `"mean"` or `"sum"`; default `"none"`
 * @returns losses of that shape, or a scalar
 * @throws RangeError for shapes that differ or an unknown reduction
 * @throws TypeError for values that are no arrays
 * @example
 * ```ts
 * const [first, second] = [mx.array([1, 2]), mx.array([3, 1])];
 * nn.losses.marginRankingLoss(first, second, mx.array([1, 1])).tolist(); // [2, 0]
 * ```
 * @see Python: `mlx.nn.losses.margin_ranking_loss`
 */
export function marginRankingLoss(
  inputs1: MLXArray,
  inputs2: MLXArray,
  targets: MLXArray,
  margin?: number | MarginRankingLossOptions,
  reduction?: Reduction | MarginRankingLossOptions,
): MLXArray {
  const op = "marginRankingLoss";
  const names = ["margin", "reduction"] as const;
  const options = mx.keywords<MarginRankingLossOptions>(op, names, [margin, reduction]);
  pairArg(op, "inputs1", inputs1, inputs2, "inputs2");
  pairArg(op, "inputs1", inputs1, targets);
  const least = numberArg(op, "margin", options.margin ?? 0);
  const wrong = mx.multiply(mx.negative(targets), mx.subtract(inputs1, inputs2));
  return reduce(op, mx.maximum(0, mx.add(wrong, least)), options.reduction ?? "none");
}
