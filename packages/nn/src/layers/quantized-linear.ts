// Linear layers with packed weights: QuantizedLinear, and QQLinear, which packs its inputs too.

import { rangeError } from "@mlx-ts/backend-api";
import type { MLXArray, QuantizationMode } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { flagArg, intArg, python } from "../arguments.js";
import { Module } from "../module.js";
import type { Linear } from "./linear.js";
import {
  checkRows,
  type Packing,
  type PackingOptions,
  pack,
  packingArg,
  packingNames,
  printedPacking,
  unpack,
} from "./quantization.js";

/** Options of {@link QuantizedLinear}. */
export interface QuantizedLinearOptions extends PackingOptions {
  /** Whether a bias is added. Default: `true`. */
  bias?: boolean | undefined;
}

/** A weight as a linear layer starts with it: uniform in [-k, k) with k = 1 / sqrt(inputs). */
function uniformWeight(op: string, inputs: number, outputs: number, packing: Packing): MLXArray {
  const shape = [intArg(op, "outputDims", outputs), intArg(op, "inputDims", inputs)];
  checkRows(op, shape, packing);
  const k = Math.sqrt(1 / inputs);
  return mx.random.uniform(-k, k, shape);
}

/** Features of the input, by the row of a packed weight. */
const unpackedSize = (words: number, bits: number): number => (words * 32) / bits;

/**
 * A {@link Linear} layer whose weight is packed into few bits: $y = x \hat W^\top + b$. The packed
 * weight is frozen; gradients flow to the input, and to a bias that came from a linear layer.
 *
 * @example
 * ```ts
 * const layer = new nn.QuantizedLinear(128, 16, { bits: 8 });
 * layer.forward(mx.ones([2, 128])).shape; // [2, 16]
 * Object.keys(layer.parameters()); // ["weight", "scales", "biases", "bias"]
 * ```
 * @see Python: `mlx.nn.QuantizedLinear`
 */
export class QuantizedLinear extends Module {
  /** The packed weight, uint32 `[outputDims, inputDims * bits / 32]` */
  weight: MLXArray;
  /** `[outputDims, inputDims / groupSize]` */
  scales: MLXArray;
  /** `[outputDims, inputDims / groupSize]`; the mode affine has them */
  biases?: MLXArray;
  /** `[outputDims]`; absent without bias */
  bias?: MLXArray;
  /** How many neighbours in a row share a scale. */
  readonly groupSize: number;
  /** Bits of one element. */
  readonly bits: number;
  /** How elements are packed. */
  readonly mode: QuantizationMode;

  /**
   * @param inputDims - size of the input's last axis, a multiple of the group size
   * @param outputDims - size of the output's last axis
   * @param bias - whether a bias is added, which starts at zero; default `true`
   * @param groupSize - how many neighbours in a row share a scale; default `null`, the mode's
   * @param bits - bits of one element; default `null`, the mode's
   * @param mode - how elements are packed; default `"affine"`
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for sizes that the mode does not have, or that groups do not divide
   */
  constructor(
    inputDims: number,
    outputDims: number,
    bias?: boolean | QuantizedLinearOptions,
    groupSize?: number | null | QuantizedLinearOptions,
    bits?: number | null | QuantizedLinearOptions,
    mode?: QuantizationMode | QuantizedLinearOptions,
  ) {
    super();
    const op = "QuantizedLinear";
    const names = ["bias", ...packingNames] as const;
    const given = [bias, groupSize, bits, mode];
    const options = mx.keywords<QuantizedLinearOptions>(op, names, given);
    const packing = packingArg(op, options);
    ({ groupSize: this.groupSize, bits: this.bits, mode: this.mode } = packing);
    const packed = mx.tidy(() => pack(uniformWeight(op, inputDims, outputDims, packing), packing));
    this.weight = packed.weight;
    this.scales = packed.scales;
    if (packed.biases !== undefined) this.biases = packed.biases;
    if (flagArg(op, "bias", options.bias ?? true)) this.bias = mx.zeros([outputDims]);
    this.freeze();
  }

  /**
   * Packs the weight of a linear layer. A bias is shared with it, and stays trainable.
   *
   * @param linearLayer - whose weight to pack
   * @param groupSize - how many neighbours in a row share a scale; default `null`, the mode's
   * @param bits - bits of one element; default `null`, the mode's
   * @param mode - how elements are packed; default `"affine"`
   * @returns a new layer
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for sizes that the mode does not have, or that groups do not divide
   * @example
   * ```ts
   * const layer = new nn.Linear(64, 8);
   * nn.QuantizedLinear.fromLinear(layer, { groupSize: 32 }).scales.shape; // [8, 2]
   * ```
   * @see Python: `mlx.nn.QuantizedLinear.from_linear`
   */
  static fromLinear(
    linearLayer: Linear,
    groupSize?: number | null | PackingOptions,
    bits?: number | null | PackingOptions,
    mode?: QuantizationMode | PackingOptions,
  ): QuantizedLinear {
    const op = "QuantizedLinear";
    const options = mx.keywords<PackingOptions>(op, packingNames, [groupSize, bits, mode]);
    const [outputs = 0, inputs = 0] = linearLayer.weight.shape;
    return mx.tidy(() => {
      // Draws a weight that nobody sees, as Python's does, so that later draws agree.
      const layer = new QuantizedLinear(inputs, outputs, { bias: false, ...options });
      Object.assign(layer, pack(linearLayer.weight, layer));
      if (linearLayer.bias !== undefined) layer.bias = linearLayer.bias;
      return layer;
    });
  }

  override extraRepr(): string {
    const [outputs, words = 0] = this.weight.shape;
    return (
      `input_dims=${unpackedSize(words, this.bits)}, output_dims=${outputs}, ` +
      `bias=${python(this.bias !== undefined)}, ${printedPacking(this)}`
    );
  }

  /**
   * @param x - `[..., inputDims]`
   * @returns `[..., outputDims]`
   * @throws RangeError for other shapes
   */
  forward(x: MLXArray): MLXArray {
    const { groupSize, bits, mode, biases = null } = this;
    const options = { biases, transpose: true, groupSize, bits, mode };
    const y = mx.quantizedMatmul(x, this.weight, this.scales, options);
    return this.bias === undefined ? y : mx.add(y, this.bias);
  }
}

/**
 * A linear layer whose weight and inputs are both packed: $y = \hat x \hat W^\top$, without a bias. In
 * training mode it keeps the weight as floats, packed at each call, and is trained; in evaluation mode
 * it keeps the packed weight.
 *
 * @example
 * ```ts
 * const layer = new nn.QQLinear(64, 8, { mode: "mxfp8" });
 * Object.keys(layer.parameters()); // ["weight"]
 * Object.keys(layer.eval().parameters()); // ["weight", "scales"]
 * layer.forward(mx.ones([1, 64])).shape; // [1, 8]
 * ```
 * @see Python: `mlx.nn.QQLinear`
 */
export class QQLinear extends Module {
  /** `[outputDims, inputDims]`; packed: uint32 `[outputDims, inputDims * bits / 32]` */
  weight: MLXArray;
  /** `[outputDims, inputDims / groupSize]`; absent in training mode */
  scales?: MLXArray;
  /** How many neighbours in a row share a scale. */
  readonly groupSize: number;
  /** Bits of one element. */
  readonly bits: number;
  /** How elements are packed. */
  readonly mode: "nvfp4" | "mxfp8";

  /**
   * @param inputDims - size of the input's last axis, a multiple of the group size
   * @param outputDims - size of the output's last axis
   * @param groupSize - how many neighbours in a row share a scale; default `null`, the mode's
   * @param bits - bits of one element; default `null`, the mode's
   * @param mode - how elements are packed, `"nvfp4"` or `"mxfp8"`; default `"nvfp4"`
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for sizes that the mode does not have, or that groups do not divide
   */
  constructor(
    inputDims: number,
    outputDims: number,
    groupSize?: number | null | PackingOptions,
    bits?: number | null | PackingOptions,
    mode?: QuantizationMode | PackingOptions,
  ) {
    super();
    const op = "QQLinear";
    const options = mx.keywords<PackingOptions>(op, packingNames, [groupSize, bits, mode]);
    const packing = packingArg(op, options, "nvfp4");
    if (packing.mode !== "nvfp4" && packing.mode !== "mxfp8") {
      throw rangeError(`[${op}] mode is "${packing.mode}", it must be "nvfp4" or "mxfp8"`);
    }
    this.groupSize = packing.groupSize;
    this.bits = packing.bits;
    this.mode = packing.mode;
    this.weight = uniformWeight(op, inputDims, outputDims, packing);
  }

  /**
   * Takes over the weight of a linear layer, and its training or evaluation mode.
   *
   * @param linearLayer - without a bias
   * @param groupSize - how many neighbours in a row share a scale; default `null`, the mode's
   * @param bits - bits of one element; default `null`, the mode's
   * @param mode - how elements are packed, `"nvfp4"` or `"mxfp8"`; default `"nvfp4"`
   * @returns a new layer
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for a layer with a bias, sizes that the mode does not have, or that groups do not
   * divide
   * @example
   * ```ts
   * const layer = new nn.Linear(64, 8, { bias: false });
   * nn.QQLinear.fromLinear(layer).groupSize; // 16
   * ```
   * @see Python: `mlx.nn.QQLinear.from_linear`
   */
  static fromLinear(
    linearLayer: Linear,
    groupSize?: number | null | PackingOptions,
    bits?: number | null | PackingOptions,
    mode?: QuantizationMode | PackingOptions,
  ): QQLinear {
    if (linearLayer.bias !== undefined) {
      throw rangeError(
        "[QQLinear] the layer has a bias, which is not supported with packed inputs",
      );
    }
    const [outputs = 0, inputs = 0] = linearLayer.weight.shape;
    return mx.tidy(() => {
      const layer = new QQLinear(inputs, outputs, groupSize, bits, mode);
      layer.weight = linearLayer.weight;
      return layer.train(linearLayer.training);
    });
  }

  /** Packs the weight, if it is not yet; {@link eval} does it. */
  quantize(): void {
    if (this.scales !== undefined) return;
    const packed = mx.keep(mx.tidy(() => pack(this.weight, this)));
    this.weight = packed.weight;
    this.scales = packed.scales;
  }

  /** Unpacks the weight, if it is packed, to bfloat16; {@link train} does it. */
  dequantize(): void {
    const { weight, scales } = this;
    if (scales === undefined) return;
    this.weight = mx.keep(unpack({ weight, scales }, this));
    delete this.scales;
  }

  protected override onTrain(): void {
    if (this.training) this.dequantize();
    else this.quantize();
  }

  override extraRepr(): string {
    const [outputs, last = 0] = this.weight.shape;
    const inputs = this.scales === undefined ? last : unpackedSize(last, this.bits);
    return `input_dims=${inputs}, output_dims=${outputs}, ${printedPacking(this)}`;
  }

  /**
   * @param x - `[..., inputDims]`, floats
   * @returns `[..., outputDims]`
   * @throws RangeError for other shapes
   * @throws MLXError where the device has no such product: a CPU multiplies one row with a packed weight
   */
  forward(x: MLXArray): MLXArray {
    const { groupSize, bits, mode, scales = null } = this;
    return mx.qqmm(x, this.weight, scales, groupSize, bits, mode);
  }
}
