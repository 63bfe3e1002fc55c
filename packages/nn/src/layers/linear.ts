// Layers that map features linearly: Linear and Identity.

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
   */
  forward(x: MLXArray): MLXArray {
    const transposed = this.weight.T;
    return this.bias === undefined ? mx.matmul(x, transposed) : mx.addmm(this.bias, x, transposed);
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
  /**
   * @param x - anything
   * @returns the same
   */
  forward(x: MLXArray): MLXArray {
    return x;
  }
}
