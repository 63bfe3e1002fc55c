// Linear layers with packed weights that every process of a group has a part of.

import { rangeError } from "@mlx-ts/backend-api";
import type { MLXArray, QuantizationMode } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { flagArg, groupArg, intArg, python } from "../../arguments.js";
import type { FreezeOptions } from "../../freezing.js";
import { Module } from "../../module.js";
import {
  checkRows,
  type Packing,
  type PackingOptions,
  pack,
  packingArg,
  packingNames,
  printedPacking,
} from "../quantization.js";
import type { QuantizedLinear } from "../quantized-linear.js";
import { shareOf } from "./sharded-linear.js";
import {
  allToSharded,
  ownParts,
  type Segments,
  type ShardingOptions,
  shardedToAll,
  shardingPlan,
} from "./sharding.js";
import { sumGradients } from "./sum-gradients.js";

/** Options of {@link QuantizedAllToShardedLinear} and {@link QuantizedShardedToAllLinear}. */
export interface QuantizedShardedLinearOptions extends PackingOptions {
  /** Whether a bias is added. Default: `true`. */
  bias?: boolean | undefined;
  /** The processes that take part. Default: all. */
  group?: mx.distributed.Group | null | undefined;
}

const names = ["bias", ...packingNames, "group"] as const;

/** How many features packed words hold. */
const features = (words: number, bits: number): number => (words * 32) / bits;

/** A packed layer's sizes and options, to make a part of it. */
function wholeOf(layer: QuantizedLinear, group: mx.distributed.Group) {
  const { groupSize, bits, mode } = layer;
  const [outputs = 0, words = 0] = layer.weight.shape;
  const bias = layer.bias !== undefined;
  const options = { bias, groupSize, bits, mode, group };
  return { inputs: features(words, bits), outputs, options };
}

/** What a packed layer consists of. */
function partsOf({ weight, scales, biases, bias }: QuantizedLinear) {
  return {
    weight,
    scales,
    ...(biases !== undefined && { biases }),
    ...(bias !== undefined && { bias }),
  };
}

/** What both layers have: a packed weight, frozen for good. */
abstract class QuantizedShardedLinear extends Module {
  /** The packed weight, uint32 */
  weight: MLXArray;
  /** One for each group of neighbours in a row */
  scales: MLXArray;
  /** As the scales; the mode affine has them */
  biases?: MLXArray;
  /** Absent without bias */
  bias?: MLXArray;
  /** How many neighbours in a row share a scale. */
  readonly groupSize: number;
  /** Bits of one element. */
  readonly bits: number;
  /** How elements are packed. */
  readonly mode: QuantizationMode;
  /** The processes that take part. */
  readonly group: mx.distributed.Group;

  /** Makes a part of `[outputs, inputs]`, drawn uniform in [-k, k). */
  protected constructor(
    op: string,
    [outputs, inputs]: readonly [outputs: number, inputs: number],
    k: number,
    options: QuantizedShardedLinearOptions,
    group: mx.distributed.Group,
  ) {
    super();
    const packing: Packing = packingArg(op, options);
    ({ groupSize: this.groupSize, bits: this.bits, mode: this.mode } = packing);
    this.group = group;
    checkRows(op, [outputs, inputs], packing);
    const packed = mx.tidy(() => pack(mx.random.uniform(-k, k, [outputs, inputs]), packing));
    this.weight = packed.weight;
    this.scales = packed.scales;
    if (packed.biases !== undefined) this.biases = packed.biases;
    if (flagArg(op, "bias", options.bias ?? true)) this.bias = mx.zeros([outputs]);
    this.freeze();
  }

  /** Its own parameters stay frozen. */
  override unfreeze(options?: FreezeOptions): this {
    super.unfreeze(options);
    return this.freeze({ recurse: false });
  }

  /** $x \hat W^\top$ */
  protected product(x: MLXArray): MLXArray {
    const { groupSize, bits, mode, biases = null } = this;
    const options = { biases, transpose: true, groupSize, bits, mode };
    return mx.quantizedMatmul(x, this.weight, this.scales, options);
  }

  /** What is printed for a layer of these sizes. */
  protected printed(inputs: number, outputs: number): string {
    return (
      `input_dims=${inputs}, output_dims=${outputs}, ` +
      `bias=${python(this.bias !== undefined)}, ${printedPacking(this)}`
    );
  }
}

/**
 * A `QuantizedLinear` layer divided by its outputs: from the whole input each process computes its part of
 * the result, $y_r = x \hat W_r^\top + b_r$. Gradients with respect to the input are summed over the
 * processes. All parameters are frozen, and stay so: the weight `[outputDims / processes, inputDims * bits / 32]`,
 * scales and biases `[outputDims / processes, inputDims / groupSize]`, and the bias `[outputDims / processes]`.
 *
 * @example
 * ```ts
 * const layer = new nn.QuantizedAllToShardedLinear(128, 16, { bits: 8 }); // with one process:
 * layer.forward(mx.ones([2, 128])).shape; // [2, 16]
 * ```
 * @see Python: `mlx.nn.QuantizedAllToShardedLinear`
 */
export class QuantizedAllToShardedLinear extends QuantizedShardedLinear {
  /**
   * @param inputDims - size of the input's last axis, a multiple of the group size
   * @param outputDims - size of the whole output's last axis, a multiple of the number of processes
   * @param bias - whether a bias is added, which starts at zero; default `true`
   * @param groupSize - how many neighbours in a row share a scale; default `null`, the mode's
   * @param bits - bits of one element; default `null`, the mode's
   * @param mode - how elements are packed; default `"affine"`
   * @param group - the processes that take part; default all
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for sizes that the mode does not have, or that groups or processes do not divide
   */
  constructor(
    inputDims: number,
    outputDims: number,
    bias?: boolean | QuantizedShardedLinearOptions,
    groupSize?: number | null | QuantizedShardedLinearOptions,
    bits?: number | null | QuantizedShardedLinearOptions,
    mode?: QuantizationMode | QuantizedShardedLinearOptions,
    group?: mx.distributed.Group | null | QuantizedShardedLinearOptions,
  ) {
    const op = "QuantizedAllToShardedLinear";
    const given = [bias, groupSize, bits, mode, group];
    const options = mx.keywords<QuantizedShardedLinearOptions>(op, names, given);
    const members = groupArg(op, options.group);
    const inputs = intArg(op, "inputDims", inputDims);
    const outputs = shareOf(op, "outputDims", outputDims, members);
    super(op, [outputs, inputs], Math.sqrt(1 / inputs), options, members);
  }

  /**
   * Takes this process's part of a packed layer.
   *
   * @param quantizedLinearLayer - the whole layer, the same in all processes; it stays as it is
   * @param options - `segments`: the parts of a fused weight, default `1`; `group`: the processes that
   * take part, default all
   * @returns a new layer
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for outputs that segments or processes do not divide
   * @example
   * ```ts
   * const whole = new nn.QuantizedLinear(64, 12);
   * const layer = nn.QuantizedAllToShardedLinear.fromQuantizedLinear(whole, { segments: 3 });
   * layer.forward(mx.ones([2, 64])).shape; // [2, 12]
   * ```
   * @see Python: `mlx.nn.QuantizedAllToShardedLinear.from_quantized_linear`
   */
  static fromQuantizedLinear(
    quantizedLinearLayer: QuantizedLinear,
    options?: ShardingOptions,
  ): QuantizedAllToShardedLinear {
    const op = "QuantizedAllToShardedLinear";
    const { segments, group } = shardingPlan(op, options);
    const whole = wholeOf(quantizedLinearLayer, group);
    return mx.tidy(() => {
      // Draws a weight that nobody sees, as Python's does, so that later draws agree.
      const layer = new QuantizedAllToShardedLinear(whole.inputs, whole.outputs, whole.options);
      const parts = partsOf(quantizedLinearLayer);
      return layer.update(ownParts(op, parts, allToSharded(segments), group));
    });
  }

  override extraRepr(): string {
    const [outputs = 0, words = 0] = this.weight.shape;
    return this.printed(features(words, this.bits), outputs * this.group.size());
  }

  /**
   * @param x - `[..., inputDims]`, the same in all processes
   * @returns `[..., outputDims / processes]`, this process's part
   * @throws RangeError for other shapes
   */
  forward(x: MLXArray): MLXArray {
    const y = this.product(sumGradients(this.group)(x));
    return this.bias === undefined ? y : mx.add(y, this.bias);
  }
}

/**
 * A `QuantizedLinear` layer divided by its inputs: from its part of the input each process computes a
 * summand of the result, which all of them then have: $y = \sum_r x_r \hat W_r^\top + b$. All parameters are
 * frozen, and stay so: the weight `[outputDims, inputDims / processes * bits / 32]`, scales and biases
 * `[outputDims, inputDims / processes / groupSize]`, and the bias `[outputDims]`.
 *
 * @example
 * ```ts
 * const parts = mx.distributed.init().size();
 * const layer = new nn.QuantizedShardedToAllLinear(128, 16, { groupSize: 32 });
 * layer.forward(mx.ones([2, 128 / parts])).shape; // [2, 16]
 * ```
 * @see Python: `mlx.nn.QuantizedShardedToAllLinear`
 */
export class QuantizedShardedToAllLinear extends QuantizedShardedLinear {
  /**
   * @param inputDims - size of the whole input's last axis, a multiple of the group size in each process
   * @param outputDims - size of the output's last axis
   * @param bias - whether a bias is added, which starts at zero; default `true`
   * @param groupSize - how many neighbours in a row share a scale; default `null`, the mode's
   * @param bits - bits of one element; default `null`, the mode's
   * @param mode - how elements are packed; default `"affine"`
   * @param group - the processes that take part; default all
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for sizes that the mode does not have, or that groups or processes do not divide
   */
  constructor(
    inputDims: number,
    outputDims: number,
    bias?: boolean | QuantizedShardedLinearOptions,
    groupSize?: number | null | QuantizedShardedLinearOptions,
    bits?: number | null | QuantizedShardedLinearOptions,
    mode?: QuantizationMode | QuantizedShardedLinearOptions,
    group?: mx.distributed.Group | null | QuantizedShardedLinearOptions,
  ) {
    const op = "QuantizedShardedToAllLinear";
    const given = [bias, groupSize, bits, mode, group];
    const options = mx.keywords<QuantizedShardedLinearOptions>(op, names, given);
    const members = groupArg(op, options.group);
    const inputs = shareOf(op, "inputDims", inputDims, members);
    const outputs = intArg(op, "outputDims", outputDims);
    super(op, [outputs, inputs], Math.sqrt(1 / inputDims), options, members);
  }

  /**
   * Takes this process's part of a packed layer. Segments are given by their number or as fractions of a
   * row: packed, a row has no positions.
   *
   * @param quantizedLinearLayer - the whole layer, the same in all processes; it stays as it is
   * @param options - `segments`: the parts of a fused weight, default `1`; `group`: the processes that
   * take part, default all
   * @returns a new layer
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for rows of scales that segments or processes do not divide, and for positions
   * @example
   * ```ts
   * const whole = new nn.QuantizedLinear(64, 12);
   * const layer = nn.QuantizedShardedToAllLinear.fromQuantizedLinear(whole);
   * layer.forward(mx.ones([2, 64])).shape; // [2, 12]
   * ```
   * @see Python: `mlx.nn.QuantizedShardedToAllLinear.from_quantized_linear`
   */
  static fromQuantizedLinear(
    quantizedLinearLayer: QuantizedLinear,
    options?: ShardingOptions,
  ): QuantizedShardedToAllLinear {
    const op = "QuantizedShardedToAllLinear";
    const { segments, group } = shardingPlan(op, options);
    refusePositions(op, segments);
    const whole = wholeOf(quantizedLinearLayer, group);
    return mx.tidy(() => {
      // Draws a weight that nobody sees, as Python's does, so that later draws agree.
      const layer = new QuantizedShardedToAllLinear(whole.inputs, whole.outputs, whole.options);
      const parts = partsOf(quantizedLinearLayer);
      return layer.update(ownParts(op, parts, shardedToAll(segments), group));
    });
  }

  override extraRepr(): string {
    const [outputs = 0, words = 0] = this.weight.shape;
    return this.printed(features(words, this.bits) * this.group.size(), outputs);
  }

  /**
   * @param x - `[..., inputDims / processes]`, this process's part
   * @returns `[..., outputDims]`, the same in all processes
   * @throws RangeError for other shapes
   */
  forward(x: MLXArray): MLXArray {
    const y = mx.distributed.allSum(this.product(x), { group: this.group });
    return this.bias === undefined ? y : mx.add(y, this.bias);
  }
}

/** A position would stand at different features in the packed weight and in the scales. */
function refusePositions(op: string, segments: Segments): void {
  if (typeof segments === "number" || !segments.every(Number.isInteger)) return;
  throw rangeError(
    `[${op}] segments are positions [${segments}], which packed rows do not have; give fractions of a row, such as [0.5]`,
  );
}
