// BatchNorm: normalisation over the batch, with running statistics that evaluation uses.

import { rangeError } from "@mlx-ts/backend-api";
import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { flagArg, float, intArg, numberArg, positiveArg, python } from "../arguments.js";
import type { FreezeOptions } from "../freezing.js";
import { Module } from "../module.js";
import { scaled } from "./normalization.js";

/** Options of {@link BatchNorm}. */
export interface BatchNormOptions {
  /** Added to the variance, above 0. Default: `1e-5`. */
  eps?: number | undefined;
  /** The share of each batch in the running statistics. Default: `0.1`. */
  momentum?: number | undefined;
  /** Whether a weight and bias are learned. Default: `true`. */
  affine?: boolean | undefined;
  /** Whether running statistics are kept for evaluation. Default: `true`. */
  trackRunningStats?: boolean | undefined;
}

const statistics = ["runningMean", "runningVar"] as const;

/**
 * Normalises each channel over the batch and its positions:
 * $\frac{x - E[x]}{\sqrt{Var[x] + \epsilon}} \gamma + \beta$.
 *
 * In training mode the batch's mean and variance are used, and the running ones move towards them:
 * $r \leftarrow (1 - m) r + m E[x]$, for the variance with Bessel's correction. In evaluation mode the
 * running ones are used. They are frozen, and stay so when this layer or a model that holds it is
 * unfrozen (in Python, only when this layer is).
 *
 * @example
 * ```ts
 * const norm = new nn.BatchNorm(2);
 * norm.forward(mx.array([[1, 2], [3, 6]])); // trains: near [[-1, -1], [1, 1]]
 * norm.runningMean?.tolist(); // [0.200000..., 0.400000...]
 * Object.keys(norm.trainableParameters()); // ["weight", "bias"]
 * ```
 * @see Python: `mlx.nn.BatchNorm`
 * @see Ioffe and Szegedy, "Batch Normalization" (2015)
 */
export class BatchNorm extends Module {
  /** $\gamma$, `[numFeatures]`, at first ones; absent unless affine */
  weight?: MLXArray;
  /** $\beta$, `[numFeatures]`, at first zeros; absent unless affine */
  bias?: MLXArray;
  /** `[numFeatures]`, at first zeros; absent where it is not tracked */
  runningMean?: MLXArray;
  /** `[numFeatures]`, at first ones; absent where it is not tracked */
  runningVar?: MLXArray;
  /** Channels of the input. */
  readonly numFeatures: number;
  /** Added to the variance. */
  readonly eps: number;
  /** The share of each batch in the running statistics. */
  readonly momentum: number;
  /** Whether running statistics are kept. */
  readonly trackRunningStats: boolean;

  /**
   * @param numFeatures - channels of the input
   * @param eps - added to the variance, above 0; default `1e-5`
   * @param momentum - the share of each batch in the running statistics; default `0.1`
   * @param affine - whether a weight and bias are learned; default `true`
   * @param trackRunningStats - whether running statistics are kept for evaluation; default `true`
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for values out of range
   */
  constructor(
    numFeatures: number,
    eps?: number | BatchNormOptions,
    momentum?: number | BatchNormOptions,
    affine?: boolean | BatchNormOptions,
    trackRunningStats?: boolean | BatchNormOptions,
  ) {
    super();
    const op = "BatchNorm";
    const options = mx.keywords<BatchNormOptions>(
      op,
      ["eps", "momentum", "affine", "trackRunningStats"],
      [eps, momentum, affine, trackRunningStats],
    );
    this.numFeatures = intArg(op, "numFeatures", numFeatures);
    this.eps = positiveArg(op, "eps", options.eps ?? 1e-5);
    this.momentum = numberArg(op, "momentum", options.momentum ?? 0.1);
    this.trackRunningStats = flagArg(op, "trackRunningStats", options.trackRunningStats ?? true);
    if (flagArg(op, "affine", options.affine ?? true)) {
      this.weight = mx.ones([numFeatures]);
      this.bias = mx.zeros([numFeatures]);
    }
    if (this.trackRunningStats) {
      this.runningMean = mx.zeros([numFeatures]);
      this.runningVar = mx.ones([numFeatures]);
      this.freeze({ keys: statistics, recurse: false });
    }
  }

  /** Unfreezes weight and bias; the running statistics stay frozen. */
  override unfreeze(options?: FreezeOptions): this {
    super.unfreeze(options);
    return this.freeze({ keys: statistics, recurse: false });
  }

  override extraRepr(): string {
    return (
      `${this.numFeatures}, eps=${float(this.eps)}, momentum=${float(this.momentum)}, ` +
      `affine=${python(this.weight !== undefined)}, ` +
      `track_running_stats=${python(this.trackRunningStats)}`
    );
  }

  /**
   * @param x - `[n, numFeatures]`, `[n, length, numFeatures]` or `[n, rows, columns, numFeatures]`
   * @returns the same shape
   * @throws RangeError for other shapes, and for a single value per channel while training
   */
  forward(x: MLXArray): MLXArray {
    if (x.ndim < 2 || x.ndim > 4 || x.shape.at(-1) !== this.numFeatures) {
      throw rangeError(
        `[BatchNorm] the input has shape [${x.shape}], it must have 2 to 4 axes, the last of size ${this.numFeatures}`,
        "SHAPE",
      );
    }
    const [mean, variance] = this.#moments(x);
    const normal = mx.multiply(mx.subtract(x, mean), mx.rsqrt(mx.add(variance, this.eps)));
    return scaled(normal, this.weight, this.bias);
  }

  /** The mean and variance to normalise by; moves the running ones while training. */
  #moments(x: MLXArray): [mean: MLXArray, variance: MLXArray] {
    const { runningMean, runningVar } = this;
    if (!this.training && runningMean !== undefined && runningVar !== undefined) {
      return [runningMean, runningVar];
    }
    if (this.training && x.size === this.numFeatures) {
      throw rangeError(
        `[BatchNorm] the input has shape [${x.shape}], training needs more than one value per channel; call eval() to use the running statistics`,
        "SHAPE",
      );
    }
    const axes = x.shape.slice(0, -1).map((_, i) => i);
    const mean = mx.mean(x, axes);
    if (this.training && runningMean !== undefined && runningVar !== undefined) {
      this.runningMean = this.#moved(runningMean, mean);
      this.runningVar = this.#moved(runningVar, mx.variance(x, axes, { ddof: 1 }));
    }
    return [mean, mx.variance(x, axes)];
  }

  /** A running statistic moved towards a batch's; it survives scopes until valueAndGrad replaces it. */
  #moved(running: MLXArray, batch: MLXArray): MLXArray {
    const kept = mx.multiply(1 - this.momentum, running);
    return mx.own(mx.add(kept, mx.multiply(this.momentum, batch)));
  }
}
