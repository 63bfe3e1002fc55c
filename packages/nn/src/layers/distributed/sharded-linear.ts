// Linear layers that every process of a group has a part of. Those with packed weights are in
// ./quantized-sharded-linear.ts.

import { rangeError } from "@mlx-ts/backend-api";
import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { flagArg, groupArg, intArg, python } from "../../arguments.js";
import { Module } from "../../module.js";
import type { Linear } from "../linear.js";
import {
  allToSharded,
  ownParts,
  type ShardingOptions,
  shardedToAll,
  shardingPlan,
} from "./sharding.js";
import { sumGradients } from "./sum-gradients.js";

/** Options of {@link AllToShardedLinear} and {@link ShardedToAllLinear}. */
export interface ShardedLinearOptions {
  /** Whether a bias is added. Default: `true`. */
  bias?: boolean | undefined;
  /** The processes that take part. Default: all. */
  group?: mx.distributed.Group | null | undefined;
}

const names = ["bias", "group"] as const;

/** What each process has of a size that all of them divide. */
export function shareOf(
  op: string,
  name: string,
  value: unknown,
  group: mx.distributed.Group,
): number {
  const size = intArg(op, name, value);
  if (size % group.size() === 0) return size / group.size();
  throw rangeError(
    `[${op}] ${name} is ${size}, which is not divisible by the ${group.size()} processes of the group; keep this layer whole`,
    "SHAPE",
  );
}

/** What a linear layer consists of, as far as it is divided. */
const affine = ({ weight, bias }: Linear) => (bias === undefined ? { weight } : { weight, bias });

/**
 * A {@link Linear} layer divided by its outputs: from the whole input each process computes its part of
 * the result, $y_r = x W_r^\top + b_r$. Gradients with respect to the input are summed over the processes.
 *
 * Weight and bias start as in {@link Linear}, uniform in $[-k, k)$ with $k = 1 / \sqrt{D_{in}}$.
 *
 * @example
 * ```ts
 * const layer = new nn.AllToShardedLinear(784, 128); // with one process:
 * layer.forward(mx.ones([64, 784])).shape; // [64, 128]
 * ```
 * @see Python: `mlx.nn.AllToShardedLinear`
 * @see Shoeybi et al., "Megatron-LM", https://arxiv.org/abs/1909.08053
 */
export class AllToShardedLinear extends Module {
  /** `[outputDims / processes, inputDims]` */
  weight: MLXArray;
  /** `[outputDims / processes]`; absent without bias */
  bias?: MLXArray;
  /** The processes that take part. */
  readonly group: mx.distributed.Group;

  /**
   * @param inputDims - size of the input's last axis
   * @param outputDims - size of the whole output's last axis, a multiple of the number of processes
   * @param bias - whether a bias is added; default `true`; also `{ bias, group }`
   * @param group - the processes that take part; default all
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for sizes below 1, and for outputs that the processes do not divide
   */
  constructor(
    inputDims: number,
    outputDims: number,
    bias?: boolean | ShardedLinearOptions,
    group?: mx.distributed.Group | null | ShardedLinearOptions,
  ) {
    super();
    const op = "AllToShardedLinear";
    const options = mx.keywords<ShardedLinearOptions>(op, names, [bias, group]);
    this.group = groupArg(op, options.group);
    const inputs = intArg(op, "inputDims", inputDims);
    const outputs = shareOf(op, "outputDims", outputDims, this.group);
    const k = Math.sqrt(1 / inputs);
    this.weight = mx.random.uniform(-k, k, [outputs, inputs]);
    if (flagArg(op, "bias", options.bias ?? true)) {
      this.bias = mx.random.uniform(-k, k, [outputs]);
    }
  }

  /**
   * Takes this process's part of a linear layer.
   *
   * @param linearLayer - the whole layer, the same in all processes; it stays as it is
   * @param options - `segments`: the parts of a fused weight, default `1`; `group`: the processes that
   * take part, default all
   * @returns a new layer
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for outputs that segments or processes do not divide
   * @example
   * ```ts
   * const layer = nn.AllToShardedLinear.fromLinear(new nn.Linear(4, 12), { segments: 3 });
   * String(layer); // "AllToShardedLinear(input_dims=4, output_dims=12, bias=True)"
   * ```
   * @see Python: `mlx.nn.AllToShardedLinear.from_linear`
   */
  static fromLinear(linearLayer: Linear, options?: ShardingOptions): AllToShardedLinear {
    const op = "AllToShardedLinear";
    const { segments, group } = shardingPlan(op, options);
    const [outputs = 0, inputs = 0] = linearLayer.weight.shape;
    return mx.tidy(() => {
      // Draws weights that nobody sees, as Python's does, so that later draws agree.
      const layer = new AllToShardedLinear(inputs, outputs, linearLayer.bias !== undefined, group);
      return layer.update(ownParts(op, affine(linearLayer), allToSharded(segments), group));
    });
  }

  override extraRepr(): string {
    const [outputs = 0, inputs] = this.weight.shape;
    return (
      `input_dims=${inputs}, output_dims=${outputs * this.group.size()}, ` +
      `bias=${python(this.bias !== undefined)}`
    );
  }

  /**
   * @param x - `[..., inputDims]`, the same in all processes
   * @returns `[..., outputDims / processes]`, this process's part
   * @throws RangeError for other shapes
   */
  forward(x: MLXArray): MLXArray {
    const input = sumGradients(this.group)(x);
    const transposed = this.weight.T;
    return this.bias === undefined
      ? mx.matmul(input, transposed)
      : mx.addmm(this.bias, input, transposed);
  }
}

/**
 * A {@link Linear} layer divided by its inputs: from its part of the input each process computes a summand
 * of the result, which all of them then have: $y = \sum_r x_r W_r^\top + b$.
 *
 * Weight and bias start as in {@link Linear}, uniform in $[-k, k)$ with $k = 1 / \sqrt{D_{in}}$.
 *
 * @example
 * ```ts
 * const parts = mx.distributed.init().size();
 * const layer = new nn.ShardedToAllLinear(784, 128);
 * layer.forward(mx.ones([64, 784 / parts])).shape; // [64, 128]
 * ```
 * @see Python: `mlx.nn.ShardedToAllLinear`
 * @see Shoeybi et al., "Megatron-LM", https://arxiv.org/abs/1909.08053
 */
export class ShardedToAllLinear extends Module {
  /** `[outputDims, inputDims / processes]` */
  weight: MLXArray;
  /** `[outputDims]`, whole in all processes; absent without bias */
  bias?: MLXArray;
  /** The processes that take part. */
  readonly group: mx.distributed.Group;

  /**
   * @param inputDims - size of the whole input's last axis, a multiple of the number of processes
   * @param outputDims - size of the output's last axis
   * @param bias - whether a bias is added; default `true`; also `{ bias, group }`
   * @param group - the processes that take part; default all
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for sizes below 1, and for inputs that the processes do not divide
   */
  constructor(
    inputDims: number,
    outputDims: number,
    bias?: boolean | ShardedLinearOptions,
    group?: mx.distributed.Group | null | ShardedLinearOptions,
  ) {
    super();
    const op = "ShardedToAllLinear";
    const options = mx.keywords<ShardedLinearOptions>(op, names, [bias, group]);
    this.group = groupArg(op, options.group);
    const inputs = shareOf(op, "inputDims", inputDims, this.group);
    const outputs = intArg(op, "outputDims", outputDims);
    const k = Math.sqrt(1 / inputDims);
    this.weight = mx.random.uniform(-k, k, [outputs, inputs]);
    if (flagArg(op, "bias", options.bias ?? true)) {
      this.bias = mx.random.uniform(-k, k, [outputs]);
    }
  }

  /**
   * Takes this process's part of a linear layer.
   *
   * @param linearLayer - the whole layer, the same in all processes; it stays as it is
   * @param options - `segments`: the parts of a fused weight, default `1`; `group`: the processes that
   * take part, default all
   * @returns a new layer
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for inputs that segments or processes do not divide
   * @example
   * ```ts
   * const layer = nn.ShardedToAllLinear.fromLinear(new nn.Linear(12, 4));
   * String(layer); // "ShardedToAllLinear(input_dims=12, output_dims=4, bias=True)"
   * ```
   * @see Python: `mlx.nn.ShardedToAllLinear.from_linear`
   */
  static fromLinear(linearLayer: Linear, options?: ShardingOptions): ShardedToAllLinear {
    const op = "ShardedToAllLinear";
    const { segments, group } = shardingPlan(op, options);
    const [outputs = 0, inputs = 0] = linearLayer.weight.shape;
    return mx.tidy(() => {
      // Draws weights that nobody sees, as Python's does, so that later draws agree.
      const layer = new ShardedToAllLinear(inputs, outputs, linearLayer.bias !== undefined, group);
      return layer.update(ownParts(op, affine(linearLayer), shardedToAll(segments), group));
    });
  }

  override extraRepr(): string {
    const [outputs, inputs = 0] = this.weight.shape;
    return (
      `input_dims=${inputs * this.group.size()}, output_dims=${outputs}, ` +
      `bias=${python(this.bias !== undefined)}`
    );
  }

  /**
   * @param x - `[..., inputDims / processes]`, this process's part
   * @returns `[..., outputDims]`, the same in all processes
   * @throws RangeError for other shapes
   */
  forward(x: MLXArray): MLXArray {
    const summand = mx.matmul(x, this.weight.T);
    const y = mx.distributed.allSum(summand, { group: this.group });
    return this.bias === undefined ? y : mx.add(y, this.bias);
  }
}
