// Layers that map features linearly: Linear, Bilinear and Identity.

import { rangeError } from "@mlx-ts/backend-api";
import type { MLXArray, QuantizationMode } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { flagArg, intArg, python } from "../arguments.js";
import { Module } from "../module.js";
import { type ToQuantizedOptions, toQuantizedNames } from "./quantization.js";
import { QQLinear, QuantizedLinear } from "./quantized-linear.js";

/** Options of {@link Linear}. */
export interface LinearOptions {
  /** Whether a bias is added. Default: `true`. */
  bias?: boolean | undefined;
}

/** Options of {@link Bilinear}. */
export type BilinearOptions = LinearOptions;

/**
 * An affine map of the last axis: $y = x W^\top + b$.
 *
 * Weight and bias start uniform in $[-k, k)$ with $k = 1 / \sqrt{D_{in}}$, drawn in this order.
 *
 * @example
 * ```ts
 * const layer = new nn.Linear(784, 128, { bias: false });
 * layer.forward(mx.ones([64, 784])).shape; // [64, 128]
 * ```
 * @see Python: `mlx.nn.Linear`
 */
export class Linear extends Module {
  /** `[outputDims, inputDims]` */
  weight: MLXArray;
  /** `[outputDims]`; absent without bias */
  bias?: MLXArray;

  /**
   * @param inputDims - size of the input's last axis
   * @param outputDims - size of the output's last axis
   * @param bias - whether a bias is added; default `true`; also `{ bias }`
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for sizes below 1
   */
  constructor(inputDims: number, outputDims: number, bias?: boolean | LinearOptions) {
    super();
    const options = mx.keywords<LinearOptions>("Linear", ["bias"], [bias]);
    const inputs = intArg("Linear", "inputDims", inputDims);
    const outputs = intArg("Linear", "outputDims", outputDims);
    const k = Math.sqrt(1 / inputs);
    this.weight = mx.random.uniform(-k, k, [outputs, inputs]);
    if (flagArg("Linear", "bias", options.bias ?? true)) {
      this.bias = mx.random.uniform(-k, k, [outputs]);
    }
  }

  override extraRepr(): string {
    const [outputs, inputs] = this.weight.shape;
    return `input_dims=${inputs}, output_dims=${outputs}, bias=${python(this.bias !== undefined)}`;
  }

  /**
   * Packs the weight into few bits.
   *
   * @param groupSize - how many neighbours in a row share a scale; default `null`, the mode's
   * @param bits - bits of one element; default `null`, the mode's
   * @param mode - how elements are packed; default `"affine"`
   * @param quantizeInput - whether inputs are packed too, with modes nvfp4 and mxfp8; default `false`
   * @returns a new layer; this one stays as it is
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for sizes that the mode does not have, or that groups do not divide
   * @example
   * ```ts
   * const layer = new nn.Linear(64, 8).toQuantized({ bits: 8 });
   * layer.forward(mx.ones([2, 64])).shape; // [2, 8]
   * ```
   * @see Python: `mlx.nn.Linear.to_quantized`
   */
  toQuantized(
    groupSize?: number | null | ToQuantizedOptions,
    bits?: number | null | ToQuantizedOptions,
    mode?: QuantizationMode | ToQuantizedOptions,
    quantizeInput?: boolean | ToQuantizedOptions,
  ): QuantizedLinear | QQLinear {
    const given = [groupSize, bits, mode, quantizeInput];
    const options = mx.keywords<ToQuantizedOptions>("toQuantized", toQuantizedNames, given);
    const { quantizeInput: both = false, ...packing } = options;
    if (!flagArg("toQuantized", "quantizeInput", both)) {
      return QuantizedLinear.fromLinear(this, packing);
    }
    return QQLinear.fromLinear(this, { mode: "affine", ...packing });
  }

  /**
   * @param x - `[..., inputDims]`
   * @returns `[..., outputDims]`
   * @throws RangeError for other shapes
   */
  forward(x: MLXArray): MLXArray {
    const transposed = this.weight.T;
    return this.bias === undefined ? mx.matmul(x, transposed) : mx.addmm(this.bias, x, transposed);
  }
}

/**
 * A bilinear map of two last axes: $y_k = x_2^\top W_k x_1 + b_k$.
 *
 * Weight and bias start uniform in $[-k, k)$ with $k = 1 / \sqrt{D_1}$, drawn in this order.
 *
 * @example
 * ```ts
 * const layer = new nn.Bilinear(5, 6, 3);
 * layer.forward(mx.ones([4, 5]), mx.ones([4, 6])).shape; // [4, 3]
 * ```
 * @see Python: `mlx.nn.Bilinear`
 */
export class Bilinear extends Module {
  /** `[outputDims, input2Dims, input1Dims]` */
  weight: MLXArray;
  /** `[outputDims]`; absent without bias */
  bias?: MLXArray;

  /**
   * @param input1Dims - size of the first input's last axis
   * @param input2Dims - size of the second input's last axis
   * @param outputDims - size of the output's last axis
   * @param bias - whether a bias is added; default `true`; also `{ bias }`
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for sizes below 1
   */
  constructor(
    input1Dims: number,
    input2Dims: number,
    outputDims: number,
    bias?: boolean | BilinearOptions,
  ) {
    super();
    const op = "Bilinear";
    const options = mx.keywords<BilinearOptions>(op, ["bias"], [bias]);
    const first = intArg(op, "input1Dims", input1Dims);
    const second = intArg(op, "input2Dims", input2Dims);
    const outputs = intArg(op, "outputDims", outputDims);
    const k = Math.sqrt(1 / first);
    this.weight = mx.random.uniform(-k, k, [outputs, second, first]);
    if (flagArg(op, "bias", options.bias ?? true)) {
      this.bias = mx.random.uniform(-k, k, [outputs]);
    }
  }

  override extraRepr(): string {
    const [outputs, second, first] = this.weight.shape;
    return (
      `input1_dims=${first}, input2_dims=${second}, output_dims=${outputs}, ` +
      `bias=${python(this.bias !== undefined)}`
    );
  }

  /**
   * @param x1 - `[..., input1Dims]`
   * @param x2 - `[..., input2Dims]`, with the first axes of `x1`
   * @returns `[..., outputDims]`
   * @throws RangeError for inputs that differ in their first axes
   */
  forward(x1: MLXArray, x2: MLXArray): MLXArray {
    const [outputs = 0, second = 0, first = 0] = this.weight.shape;
    const [batch, other] = [x1.shape.slice(0, -1), x2.shape.slice(0, -1)];
    if (batch.join() !== other.join()) {
      throw rangeError(
        `[Bilinear] the inputs have shapes [${x1.shape}] and [${x2.shape}], they must be equal but for the last axis`,
        "SHAPE",
      );
    }
    // All of W x1 as one product, and then x2 against each output's row of it.
    const rows = this.weight.reshape([outputs * second, first]);
    const mapped = mx.matmul(x1.reshape([-1, first]), rows.T).reshape([-1, outputs, second]);
    const pairs = mx.matmul(x2.reshape([-1, 1, second]), mapped.swapaxes(-2, -1));
    const y = pairs.squeeze(1).reshape([...batch, outputs]);
    return this.bias === undefined ? y : mx.add(y, this.bias);
  }
}

/**
 * The identity, which holds the place of a layer.
 *
 * @example
 * ```ts
 * new nn.Identity().forward(mx.ones([2])).tolist(); // [1, 1]
 * ```
 * @see Python: `mlx.nn.Identity`
 */
export class Identity extends Module {
  /** @param _unused - what the layer in whose place this stands takes; it is ignored */
  constructor(..._unused: readonly unknown[]) {
    super();
  }

  /**
   * @param x - anything
   * @returns the same
   */
  forward(x: MLXArray): MLXArray {
    return x;
  }
}
