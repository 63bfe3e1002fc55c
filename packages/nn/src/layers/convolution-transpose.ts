// Transposed convolution layers over sequences, images and volumes, channels last. The weight has the
// layout of the convolutions' (./convolution.ts).

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { flagArg, intArg, python, tuple } from "../arguments.js";
import { Module } from "../module.js";
import {
  checkInput,
  givenDilation,
  pairArg,
  type Size2d,
  type Size3d,
  tripleArg,
  uniformWeight,
} from "./convolution.js";

/** Options of {@link ConvTranspose1d}. */
export interface ConvTranspose1dOptions {
  /** Step of the filter in the output. Default: `1`. */
  stride?: number | undefined;
  /** Elements taken away at both ends. Default: `0`. */
  padding?: number | undefined;
  /** Distance of the filter's elements. Default: `1`. */
  dilation?: number | undefined;
  /** Elements added at the end. Default: `0`. */
  outputPadding?: number | undefined;
  /** Whether a bias is added. Default: `true`. */
  bias?: boolean | undefined;
}

/** Options of {@link ConvTranspose2d}. */
export interface ConvTranspose2dOptions {
  /** Step of the filter in the output. Default: `1`. */
  stride?: Size2d | undefined;
  /** Elements taken away at every side. Default: `0`. */
  padding?: Size2d | undefined;
  /** Distance of the filter's elements. Default: `1`. */
  dilation?: Size2d | undefined;
  /** Elements added at the end. Default: `0`. */
  outputPadding?: Size2d | undefined;
  /** Whether a bias is added. Default: `true`. */
  bias?: boolean | undefined;
}

/** Options of {@link ConvTranspose3d}. */
export interface ConvTranspose3dOptions {
  /** Step of the filter in the output. Default: `1`. */
  stride?: Size3d | undefined;
  /** Elements taken away at every side. Default: `0`. */
  padding?: Size3d | undefined;
  /** Distance of the filter's elements. Default: `1`. */
  dilation?: Size3d | undefined;
  /** Elements added at the end. Default: `0`. */
  outputPadding?: Size3d | undefined;
  /** Whether a bias is added. Default: `true`. */
  bias?: boolean | undefined;
}

const optionNames = ["stride", "padding", "dilation", "outputPadding", "bias"] as const;

/**
 * Transposed convolution over sequences: the map that takes a convolution's gradient back to its input,
 * which makes sequences larger.
 *
 * The weight starts uniform in $[-k, k)$ with $k = 1 / \sqrt{C_{in} K}$, the bias zero.
 *
 * @example
 * ```ts
 * const layer = new nn.ConvTranspose1d(4, 8, 3, { stride: 2 });
 * layer.forward(mx.ones([2, 10, 4])).shape; // [2, 21, 8]
 * ```
 * @see Python: `mlx.nn.ConvTranspose1d`
 */
export class ConvTranspose1d extends Module {
  /** `[outChannels, kernelSize, inChannels]` */
  weight: MLXArray;
  /** `[outChannels]`; absent without bias */
  bias?: MLXArray;
  /** Step of the filter in the output. */
  readonly stride: number;
  /** Elements taken away at both ends. */
  readonly padding: number;
  /** Distance of the filter's elements. */
  readonly dilation: number;
  /** Elements added at the end. */
  readonly outputPadding: number;

  /**
   * @param inChannels - channels of the input
   * @param outChannels - channels of the output
   * @param kernelSize - length of the filter
   * @param stride - step of the filter in the output; default `1`
   * @param padding - elements taken away at both ends; default `0`
   * @param dilation - distance of the filter's elements; default `1`
   * @param outputPadding - elements added at the end; default `0`
   * @param bias - whether a bias is added; default `true`
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for sizes out of range
   */
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: number,
    stride?: number | ConvTranspose1dOptions,
    padding?: number | ConvTranspose1dOptions,
    dilation?: number | ConvTranspose1dOptions,
    outputPadding?: number | ConvTranspose1dOptions,
    bias?: boolean | ConvTranspose1dOptions,
  ) {
    super();
    const op = "ConvTranspose1d";
    const given = [stride, padding, dilation, outputPadding, bias];
    const options = mx.keywords<ConvTranspose1dOptions>(op, optionNames, given);
    this.stride = intArg(op, "stride", options.stride ?? 1);
    this.padding = intArg(op, "padding", options.padding ?? 0, 0);
    this.dilation = intArg(op, "dilation", options.dilation ?? 1);
    this.outputPadding = intArg(op, "outputPadding", options.outputPadding ?? 0, 0);
    const inputs = intArg(op, "inChannels", inChannels);
    const outputs = intArg(op, "outChannels", outChannels);
    this.weight = uniformWeight([outputs, intArg(op, "kernelSize", kernelSize), inputs]);
    if (flagArg(op, "bias", options.bias ?? true)) this.bias = mx.zeros([outputs]);
  }

  override extraRepr(): string {
    const [outputs = 0, ...kernel] = this.weight.shape;
    const inputs = kernel.pop() ?? 0;
    return (
      `${inputs}, ${outputs}, kernel_size=${kernel[0]}, stride=${this.stride}, ` +
      `padding=${this.padding}, dilation=${this.dilation}, output_padding=${this.outputPadding}, ` +
      `bias=${python(this.bias !== undefined)}`
    );
  }

  /**
   * @param x - `[n, length, inChannels]`
   * @returns `[n, newLength, outChannels]`
   * @throws RangeError for other shapes
   */
  forward(x: MLXArray): MLXArray {
    const { weight, stride, padding, dilation, outputPadding } = this;
    checkInput("ConvTranspose1d", x, weight);
    const y = mx.convTranspose1d(x, weight, stride, padding, dilation, outputPadding);
    return this.bias === undefined ? y : mx.add(y, this.bias);
  }
}

/** What a layer over images or volumes prints, as Python does. */
function printed(layer: ConvTranspose2d | ConvTranspose3d, dilation: string): string {
  const { weight, stride, padding, outputPadding, bias } = layer;
  const [outputs = 0, ...kernel] = weight.shape;
  const inputs = kernel.pop() ?? 0;
  return (
    `${inputs}, ${outputs}, kernel_size=${tuple(kernel)}, stride=${tuple(stride)}, ` +
    `padding=${tuple(padding)}, dilation=${dilation}, output_padding=${tuple(outputPadding)}, ` +
    `bias=${python(bias !== undefined)}`
  );
}

/**
 * Transposed convolution over images: the map that takes a convolution's gradient back to its input,
 * which makes images larger.
 *
 * The weight starts uniform in $[-k, k)$ with $k = 1 / \sqrt{C_{in} K_h K_w}$, the bias zero.
 *
 * @example
 * ```ts
 * const layer = new nn.ConvTranspose2d(8, 1, 2, { stride: 2 });
 * layer.forward(mx.ones([2, 14, 14, 8])).shape; // [2, 28, 28, 1]
 * ```
 * @see Python: `mlx.nn.ConvTranspose2d`
 */
export class ConvTranspose2d extends Module {
  /** `[outChannels, kernelRows, kernelColumns, inChannels]` */
  weight: MLXArray;
  /** `[outChannels]`; absent without bias */
  bias?: MLXArray;
  /** Step of the filter in the output. */
  readonly stride: readonly [rows: number, columns: number];
  /** Elements taken away at every side. */
  readonly padding: readonly [rows: number, columns: number];
  /** Distance of the filter's elements. */
  readonly dilation: readonly [rows: number, columns: number];
  /** Elements added at the end. */
  readonly outputPadding: readonly [rows: number, columns: number];
  /** As it was given, for printing. */
  readonly #givenDilation: string;

  /**
   * @param inChannels - channels of the input
   * @param outChannels - channels of the output
   * @param kernelSize - rows and columns of the filter
   * @param stride - step of the filter in the output; default `1`
   * @param padding - elements taken away at every side; default `0`
   * @param dilation - distance of the filter's elements; default `1`
   * @param outputPadding - elements added at the end; default `0`
   * @param bias - whether a bias is added; default `true`
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for sizes out of range
   */
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Size2d,
    stride?: Size2d | ConvTranspose2dOptions,
    padding?: Size2d | ConvTranspose2dOptions,
    dilation?: Size2d | ConvTranspose2dOptions,
    outputPadding?: Size2d | ConvTranspose2dOptions,
    bias?: boolean | ConvTranspose2dOptions,
  ) {
    super();
    const op = "ConvTranspose2d";
    const given = [stride, padding, dilation, outputPadding, bias];
    const options = mx.keywords<ConvTranspose2dOptions>(op, optionNames, given);
    this.stride = pairArg(op, "stride", options.stride ?? 1);
    this.padding = pairArg(op, "padding", options.padding ?? 0, 0);
    this.dilation = pairArg(op, "dilation", options.dilation ?? 1);
    this.outputPadding = pairArg(op, "outputPadding", options.outputPadding ?? 0, 0);
    this.#givenDilation = givenDilation(options.dilation, this.dilation);
    const inputs = intArg(op, "inChannels", inChannels);
    const outputs = intArg(op, "outChannels", outChannels);
    this.weight = uniformWeight([outputs, ...pairArg(op, "kernelSize", kernelSize), inputs]);
    if (flagArg(op, "bias", options.bias ?? true)) this.bias = mx.zeros([outputs]);
  }

  override extraRepr(): string {
    return printed(this, this.#givenDilation);
  }

  /**
   * @param x - `[n, rows, columns, inChannels]`
   * @returns `[n, newRows, newColumns, outChannels]`
   * @throws RangeError for other shapes
   */
  forward(x: MLXArray): MLXArray {
    const { weight, stride, padding, dilation, outputPadding } = this;
    checkInput("ConvTranspose2d", x, weight);
    const y = mx.convTranspose2d(x, weight, stride, padding, dilation, outputPadding);
    return this.bias === undefined ? y : mx.add(y, this.bias);
  }
}

/**
 * Transposed convolution over volumes: the map that takes a convolution's gradient back to its input,
 * which makes volumes larger.
 *
 * The weight starts uniform in $[-k, k)$ with $k = 1 / \sqrt{C_{in} K_d K_h K_w}$, the bias zero.
 *
 * @example
 * ```ts
 * const layer = new nn.ConvTranspose3d(2, 1, 2, { stride: 2 });
 * layer.forward(mx.ones([1, 3, 4, 5, 2])).shape; // [1, 6, 8, 10, 1]
 * ```
 * @see Python: `mlx.nn.ConvTranspose3d`
 */
export class ConvTranspose3d extends Module {
  /** `[outChannels, kernelDepth, kernelRows, kernelColumns, inChannels]` */
  weight: MLXArray;
  /** `[outChannels]`; absent without bias */
  bias?: MLXArray;
  /** Step of the filter in the output. */
  readonly stride: readonly [depth: number, rows: number, columns: number];
  /** Elements taken away at every side. */
  readonly padding: readonly [depth: number, rows: number, columns: number];
  /** Distance of the filter's elements. */
  readonly dilation: readonly [depth: number, rows: number, columns: number];
  /** Elements added at the end. */
  readonly outputPadding: readonly [depth: number, rows: number, columns: number];
  /** As it was given, for printing. */
  readonly #givenDilation: string;

  /**
   * @param inChannels - channels of the input
   * @param outChannels - channels of the output
   * @param kernelSize - depth, rows and columns of the filter
   * @param stride - step of the filter in the output; default `1`
   * @param padding - elements taken away at every side; default `0`
   * @param dilation - distance of the filter's elements; default `1`
   * @param outputPadding - elements added at the end; default `0`
   * @param bias - whether a bias is added; default `true`
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for sizes out of range
   */
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Size3d,
    stride?: Size3d | ConvTranspose3dOptions,
    padding?: Size3d | ConvTranspose3dOptions,
    dilation?: Size3d | ConvTranspose3dOptions,
    outputPadding?: Size3d | ConvTranspose3dOptions,
    bias?: boolean | ConvTranspose3dOptions,
  ) {
    super();
    const op = "ConvTranspose3d";
    const given = [stride, padding, dilation, outputPadding, bias];
    const options = mx.keywords<ConvTranspose3dOptions>(op, optionNames, given);
    this.stride = tripleArg(op, "stride", options.stride ?? 1);
    this.padding = tripleArg(op, "padding", options.padding ?? 0, 0);
    this.dilation = tripleArg(op, "dilation", options.dilation ?? 1);
    this.outputPadding = tripleArg(op, "outputPadding", options.outputPadding ?? 0, 0);
    this.#givenDilation = givenDilation(options.dilation, this.dilation);
    const inputs = intArg(op, "inChannels", inChannels);
    const outputs = intArg(op, "outChannels", outChannels);
    this.weight = uniformWeight([outputs, ...tripleArg(op, "kernelSize", kernelSize), inputs]);
    if (flagArg(op, "bias", options.bias ?? true)) this.bias = mx.zeros([outputs]);
  }

  override extraRepr(): string {
    return printed(this, this.#givenDilation);
  }

  /**
   * @param x - `[n, depth, rows, columns, inChannels]`
   * @returns `[n, newDepth, newRows, newColumns, outChannels]`
   * @throws RangeError for other shapes
   */
  forward(x: MLXArray): MLXArray {
    const { weight, stride, padding, dilation, outputPadding } = this;
    checkInput("ConvTranspose3d", x, weight);
    const y = mx.convTranspose3d(x, weight, stride, padding, dilation, outputPadding);
    return this.bias === undefined ? y : mx.add(y, this.bias);
  }
}
