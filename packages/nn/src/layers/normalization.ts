// Normalisation of each example by itself: over its features, its positions or groups of channels.
// BatchNorm, which looks at the whole batch, is in ./batch-norm.ts.

import { rangeError } from "@mlx-ts/backend-api";
import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { flagArg, float, intArg, positiveArg, python } from "../arguments.js";
import { Module } from "../module.js";

/** Options of {@link RMSNorm}. */
export interface RMSNormOptions {
  /** Added to the mean square, above 0. Default: `1e-5`. */
  eps?: number | undefined;
}

/** Options of {@link InstanceNorm}. */
export interface InstanceNormOptions {
  /** Added to the variance, above 0. Default: `1e-5`. */
  eps?: number | undefined;
  /** Whether a weight and bias are learned. Default: `false`. */
  affine?: boolean | undefined;
}

/** Options of {@link LayerNorm}. */
export interface LayerNormOptions {
  /** Added to the variance, above 0. Default: `1e-5`. */
  eps?: number | undefined;
  /** Whether a weight, and perhaps a bias, is learned. Default: `true`. */
  affine?: boolean | undefined;
  /** Whether a bias is learned next to the weight. Default: `true`. */
  bias?: boolean | undefined;
}

/** Options of {@link GroupNorm}. */
export interface GroupNormOptions {
  /** Added to the variance, above 0. Default: `1e-5`. */
  eps?: number | undefined;
  /** Whether a weight and bias are learned. Default: `true`. */
  affine?: boolean | undefined;
  /** Whether channels are grouped as in PyTorch. Default: `false`. */
  pytorchCompatible?: boolean | undefined;
}

/** Scales and shifts the last axis, where there is something to do so with. */
export const scaled = (x: MLXArray, weight?: MLXArray, bias?: MLXArray): MLXArray =>
  weight === undefined || bias === undefined ? x : mx.add(mx.multiply(weight, x), bias);

/**
 * Normalises each channel of each example over its positions: $\frac{x - E[x]}{\sqrt{Var[x] + \epsilon}}$,
 * times a weight plus a bias when `affine`.
 *
 * @example
 * ```ts
 * const norm = new nn.InstanceNorm(4, { affine: true });
 * norm.forward(mx.ones([8, 4, 4, 4])).shape; // [8, 4, 4, 4]
 * ```
 * @see Python: `mlx.nn.InstanceNorm`
 * @see Ulyanov et al., "Instance Normalization" (2016)
 */
export class InstanceNorm extends Module {
  /** `[dims]`, at first ones; absent unless affine */
  weight?: MLXArray;
  /** `[dims]`, at first zeros; absent unless affine */
  bias?: MLXArray;
  /** Channels of the input. */
  readonly dims: number;
  /** Added to the variance. */
  readonly eps: number;

  /**
   * @param dims - channels of the input
   * @param eps - added to the variance, above 0; default `1e-5`
   * @param affine - whether a weight and bias are learned; default `false`
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for values out of range
   */
  constructor(
    dims: number,
    eps?: number | InstanceNormOptions,
    affine?: boolean | InstanceNormOptions,
  ) {
    super();
    const op = "InstanceNorm";
    const options = mx.keywords<InstanceNormOptions>(op, ["eps", "affine"], [eps, affine]);
    this.dims = intArg(op, "dims", dims);
    this.eps = positiveArg(op, "eps", options.eps ?? 1e-5);
    if (flagArg(op, "affine", options.affine ?? false)) {
      this.weight = mx.ones([dims]);
      this.bias = mx.zeros([dims]);
    }
  }

  override extraRepr(): string {
    return `${this.dims}, eps=${float(this.eps)}, affine=${python(this.weight !== undefined)}`;
  }

  /**
   * @param x - `[n, ..., dims]`, at least 3 axes
   * @returns the same shape
   * @throws RangeError for less axes
   */
  forward(x: MLXArray): MLXArray {
    if (x.ndim < 3) {
      throw rangeError(
        `[InstanceNorm] the input has shape [${x.shape}], it must have at least 3 axes, channels last`,
        "SHAPE",
      );
    }
    const [batch = 0, ...rest] = x.shape;
    const channels = rest.pop() ?? 0;
    if (this.weight !== undefined && this.weight.size !== channels) {
      throw rangeError(
        `[InstanceNorm] the input has shape [${x.shape}], its last axis must have size ${this.weight.size}`,
        "SHAPE",
      );
    }
    const rows = mx.moveaxis(x, -1, 1).reshape([batch, channels, -1]);
    const normal = mx.fast.layerNorm(rows, null, null, this.eps);
    const y = mx.moveaxis(normal.reshape([batch, channels, ...rest]), 1, -1);
    return scaled(y, this.weight, this.bias);
  }
}

/**
 * Normalises the last axis: $\frac{x - E[x]}{\sqrt{Var[x] + \epsilon}} \gamma + \beta$.
 *
 * @example
 * ```ts
 * const norm = new nn.LayerNorm(4, { bias: false });
 * norm.forward(mx.array([[1, 2, 3, 4]])).sum().item(); // 0.00000
 * ```
 * @see Python: `mlx.nn.LayerNorm`
 * @see Ba et al., "Layer Normalization" (2016)
 */
export class LayerNorm extends Module {
  /** $\gamma$, `[dims]`, at first ones; absent unless affine */
  weight?: MLXArray;
  /** $\beta$, `[dims]`, at first zeros; absent without bias */
  bias?: MLXArray;
  /** Size of the last axis. */
  readonly dims: number;
  /** Added to the variance. */
  readonly eps: number;

  /**
   * @param dims - size of the last axis
   * @param eps - added to the variance, above 0; default `1e-5`
   * @param affine - whether a weight, and perhaps a bias, is learned; default `true`
   * @param bias - whether a bias is learned next to the weight; default `true`
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for values out of range
   */
  constructor(
    dims: number,
    eps?: number | LayerNormOptions,
    affine?: boolean | LayerNormOptions,
    bias?: boolean | LayerNormOptions,
  ) {
    super();
    const op = "LayerNorm";
    const names = ["eps", "affine", "bias"] as const;
    const options = mx.keywords<LayerNormOptions>(op, names, [eps, affine, bias]);
    this.dims = intArg(op, "dims", dims);
    this.eps = positiveArg(op, "eps", options.eps ?? 1e-5);
    const isBiased = flagArg(op, "bias", options.bias ?? true);
    if (flagArg(op, "affine", options.affine ?? true)) {
      this.weight = mx.ones([dims]);
      if (isBiased) this.bias = mx.zeros([dims]);
    }
  }

  override extraRepr(): string {
    return `${this.dims}, eps=${float(this.eps)}, affine=${python(this.weight !== undefined)}`;
  }

  /**
   * @param x - `[..., dims]`
   * @returns the same shape
   * @throws RangeError for other shapes
   */
  forward(x: MLXArray): MLXArray {
    return mx.fast.layerNorm(x, this.weight ?? null, this.bias ?? null, this.eps);
  }
}

/**
 * Divides the last axis by its root mean square: $\frac{x}{\sqrt{E[x^2] + \epsilon}} \gamma$.
 *
 * @example
 * ```ts
 * new nn.RMSNorm(2).forward(mx.array([3, 4])).tolist(); // [0.848528..., 1.131370...]
 * ```
 * @see Python: `mlx.nn.RMSNorm`
 * @see Zhang and Sennrich, "Root Mean Square Layer Normalization" (2019)
 */
export class RMSNorm extends Module {
  /** $\gamma$, `[dims]`, at first ones */
  weight: MLXArray;
  /** Added to the mean square. */
  readonly eps: number;

  /**
   * @param dims - size of the last axis
   * @param eps - added to the mean square, above 0; default `1e-5`; also `{ eps }`
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for values out of range
   */
  constructor(dims: number, eps?: number | RMSNormOptions) {
    super();
    const options = mx.keywords<RMSNormOptions>("RMSNorm", ["eps"], [eps]);
    this.eps = positiveArg("RMSNorm", "eps", options.eps ?? 1e-5);
    this.weight = mx.ones([intArg("RMSNorm", "dims", dims)]);
  }

  override extraRepr(): string {
    return `${this.weight.shape[0]}, eps=${float(this.eps)}`;
  }

  /**
   * @param x - `[..., dims]`
   * @returns the same shape
   * @throws RangeError for other shapes
   */
  forward(x: MLXArray): MLXArray {
    return mx.fast.rmsNorm(x, this.weight, this.eps);
  }
}

/**
 * Normalises groups of channels of each example over their positions:
 * $\frac{x - E[x]}{\sqrt{Var[x] + \epsilon}} \gamma + \beta$. Channel $c$ belongs to group
 * $c \bmod groups$; PyTorch puts neighbours together, and `pytorchCompatible` does as it does.
 *
 * @example
 * ```ts
 * const norm = new nn.GroupNorm(2, 8, { pytorchCompatible: true });
 * norm.forward(mx.ones([1, 4, 4, 8])).shape; // [1, 4, 4, 8]
 * ```
 * @see Python: `mlx.nn.GroupNorm`
 * @see Wu and He, "Group Normalization" (2018)
 */
export class GroupNorm extends Module {
  /** $\beta$, `[dims]`, at first zeros; absent unless affine */
  bias?: MLXArray;
  /** $\gamma$, `[dims]`, at first ones; absent unless affine */
  weight?: MLXArray;
  /** Groups that the channels are parted into. */
  readonly numGroups: number;
  /** Channels of the input. */
  readonly dims: number;
  /** Added to the variance. */
  readonly eps: number;
  /** Whether channels are grouped as in PyTorch. */
  readonly pytorchCompatible: boolean;

  /**
   * @param numGroups - groups that the channels are parted into
   * @param dims - channels of the input, divisible by `numGroups`
   * @param eps - added to the variance, above 0; default `1e-5`
   * @param affine - whether a weight and bias are learned; default `true`
   * @param pytorchCompatible - whether channels are grouped as in PyTorch; default `false`
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for values out of range, and channels that the groups do not divide
   */
  constructor(
    numGroups: number,
    dims: number,
    eps?: number | GroupNormOptions,
    affine?: boolean | GroupNormOptions,
    pytorchCompatible?: boolean | GroupNormOptions,
  ) {
    super();
    const op = "GroupNorm";
    const names = ["eps", "affine", "pytorchCompatible"] as const;
    const options = mx.keywords<GroupNormOptions>(op, names, [eps, affine, pytorchCompatible]);
    this.numGroups = intArg(op, "numGroups", numGroups);
    this.dims = intArg(op, "dims", dims);
    if (dims % numGroups !== 0) {
      throw rangeError(
        `[${op}] dims is ${dims}, it must be divisible by numGroups, which is ${numGroups}`,
      );
    }
    this.eps = positiveArg(op, "eps", options.eps ?? 1e-5);
    this.pytorchCompatible = flagArg(op, "pytorchCompatible", options.pytorchCompatible ?? false);
    if (flagArg(op, "affine", options.affine ?? true)) {
      this.bias = mx.zeros([dims]);
      this.weight = mx.ones([dims]);
    }
  }

  override extraRepr(): string {
    return (
      `${this.numGroups}, ${this.dims}, eps=${float(this.eps)}, ` +
      `affine=${python(this.weight !== undefined)}, ` +
      `pytorch_compatible=${python(this.pytorchCompatible)}`
    );
  }

  /**
   * @param x - `[n, ..., dims]`
   * @returns the same shape
   * @throws RangeError for another number of channels
   */
  forward(x: MLXArray): MLXArray {
    if (x.ndim < 2 || x.shape.at(-1) !== this.dims) {
      throw rangeError(
        `[GroupNorm] the input has shape [${x.shape}], it must be [n, ..., ${this.dims}]`,
        "SHAPE",
      );
    }
    const y = this.pytorchCompatible ? this.#neighbours(x) : this.#strided(x);
    return scaled(y.reshape(x.shape), this.weight, this.bias);
  }

  /** A group is channels that stand together, as in PyTorch. */
  #neighbours(x: MLXArray): MLXArray {
    const [batch = 0] = x.shape;
    const groups = this.numGroups;
    const size = this.dims / groups;
    const rows = x.reshape([batch, -1, groups, size]).swapaxes(1, 2).reshape([batch, groups, -1]);
    const normal = mx.fast.layerNorm(rows, null, null, this.eps);
    return normal.reshape([batch, groups, -1, size]).swapaxes(1, 2);
  }

  /** A group is every `numGroups`-th channel, which needs no transposition. */
  #strided(x: MLXArray): MLXArray {
    const rows = x.reshape([x.shape[0] ?? 0, -1, this.numGroups]);
    const mean = mx.mean(rows, 1, true);
    const variance = mx.variance(rows, 1, true);
    return mx.multiply(mx.subtract(rows, mean), mx.rsqrt(mx.add(variance, this.eps)));
  }
}
