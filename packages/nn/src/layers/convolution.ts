// Convolution layers over sequences, images and volumes, channels last. The transposed ones are in
// ./convolution-transpose.ts.

import { rangeError } from "@mlx-ts/backend-api";
import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { flagArg, intArg, python, sizesArg, tuple } from "../arguments.js";
import { Module } from "../module.js";

/** Options of {@link Conv1d}. */
export interface Conv1dOptions {
  /** Step of the filter. Default: `1`. */
  stride?: number | undefined;
  /** Zeros added at both ends. Default: `0`. */
  padding?: number | undefined;
  /** Distance of the filter's elements. Default: `1`. */
  dilation?: number | undefined;
  /** Groups that input and output channels are parted into. Default: `1`. */
  groups?: number | undefined;
  /** Whether a bias is added. Default: `true`. */
  bias?: boolean | undefined;
}

/** One number for rows and columns, or one for each. */
export type Size2d = number | readonly [rows: number, columns: number];

/** One number for depth, rows and columns, or one for each. */
export type Size3d = number | readonly [depth: number, rows: number, columns: number];

/** Options of {@link Conv2d}. */
export interface Conv2dOptions {
  /** Step of the filter. Default: `1`. */
  stride?: Size2d | undefined;
  /** Zeros added at every side. Default: `0`. */
  padding?: Size2d | undefined;
  /** Distance of the filter's elements. Default: `1`. */
  dilation?: Size2d | undefined;
  /** Groups that input and output channels are parted into. Default: `1`. */
  groups?: number | undefined;
  /** Whether a bias is added. Default: `true`. */
  bias?: boolean | undefined;
}

/** Options of {@link Conv3d}. */
export interface Conv3dOptions {
  /** Step of the filter. Default: `1`. */
  stride?: Size3d | undefined;
  /** Zeros added at every side. Default: `0`. */
  padding?: Size3d | undefined;
  /** Distance of the filter's elements. Default: `1`. */
  dilation?: Size3d | undefined;
  /** Whether a bias is added. Default: `true`. */
  bias?: boolean | undefined;
}

const optionNames = ["stride", "padding", "dilation", "groups", "bias"] as const;

/** The input channels of one group. */
function channelsPerGroup(op: string, inChannels: number, groups: number): number {
  intArg(op, "inChannels", inChannels);
  intArg(op, "groups", groups);
  if (inChannels % groups === 0) return inChannels / groups;
  throw rangeError(
    `[${op}] inChannels is ${inChannels}, it must be divisible by groups, which is ${groups}`,
  );
}

/** Refuses an input that the filter does not fit, such as images with their channels first. */
export function checkInput(op: string, x: MLXArray, weight: MLXArray, groups = 1): void {
  const channels = (weight.shape.at(-1) ?? 0) * groups;
  if (x.ndim === weight.ndim && x.shape.at(-1) === channels) return;
  const inner = ["depth", "rows", "columns"].slice(5 - weight.ndim).join(", ");
  const layout = `[n, ${weight.ndim === 3 ? "length" : inner}, ${channels}]`;
  throw rangeError(
    `[${op}] the input has shape [${x.shape}], it must be ${layout}, channels last`,
    "SHAPE",
  );
}

/** Weights uniform in [-k, k) with k = 1 / sqrt(inputs of one output). */
export function uniformWeight(shape: readonly number[]): MLXArray {
  const inputs = shape.slice(1).reduce((n, size) => n * size, 1);
  const k = Math.sqrt(1 / inputs);
  return mx.random.uniform(-k, k, shape);
}

/**
 * Convolution over a sequence.
 *
 * The weight starts uniform in $[-k, k)$ with $k = 1 / \sqrt{C_{in} / groups \cdot K}$, the bias zero.
 *
 * @example
 * ```ts
 * const layer = new nn.Conv1d(4, 8, 3, { padding: 1 });
 * layer.forward(mx.ones([2, 10, 4])).shape; // [2, 10, 8]
 * ```
 * @see Python: `mlx.nn.Conv1d`
 */
export class Conv1d extends Module {
  /** `[outChannels, kernelSize, inChannels / groups]` */
  weight: MLXArray;
  /** `[outChannels]`; absent without bias */
  bias?: MLXArray;
  /** Step of the filter. */
  readonly stride: number;
  /** Zeros added at both ends. */
  readonly padding: number;
  /** Distance of the filter's elements. */
  readonly dilation: number;
  /** Groups that input and output channels are parted into. */
  readonly groups: number;

  /**
   * @param inChannels - channels of the input
   * @param outChannels - channels of the output
   * @param kernelSize - length of the filter
   * @param stride - step of the filter; default `1`
   * @param padding - zeros added at both ends; default `0`
   * @param dilation - distance of the filter's elements; default `1`
   * @param groups - groups that input and output channels are parted into; default `1`
   * @param bias - whether a bias is added; default `true`
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for sizes out of range
   */
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: number,
    stride?: number | Conv1dOptions,
    padding?: number | Conv1dOptions,
    dilation?: number | Conv1dOptions,
    groups?: number | Conv1dOptions,
    bias?: boolean | Conv1dOptions,
  ) {
    super();
    const op = "Conv1d";
    const given = [stride, padding, dilation, groups, bias];
    const options = mx.keywords<Conv1dOptions>(op, optionNames, given);
    this.stride = intArg(op, "stride", options.stride ?? 1);
    this.padding = intArg(op, "padding", options.padding ?? 0, 0);
    this.dilation = intArg(op, "dilation", options.dilation ?? 1);
    this.groups = options.groups ?? 1;
    const channels = channelsPerGroup(op, inChannels, this.groups);
    const outputs = intArg(op, "outChannels", outChannels);
    this.weight = uniformWeight([outputs, intArg(op, "kernelSize", kernelSize), channels]);
    if (flagArg(op, "bias", options.bias ?? true)) this.bias = mx.zeros([outputs]);
  }

  override extraRepr(): string {
    const [outputs = 0, kernel = 0, channels = 0] = this.weight.shape;
    return (
      `${channels * this.groups}, ${outputs}, kernel_size=${kernel}, stride=${this.stride}, ` +
      `padding=${this.padding}, dilation=${this.dilation}, groups=${this.groups}, ` +
      `bias=${python(this.bias !== undefined)}`
    );
  }

  /**
   * @param x - `[n, length, inChannels]`
   * @returns `[n, newLength, outChannels]`
   * @throws RangeError for other shapes
   */
  forward(x: MLXArray): MLXArray {
    checkInput("Conv1d", x, this.weight, this.groups);
    const y = mx.conv1d(x, this.weight, this.stride, this.padding, this.dilation, this.groups);
    return this.bias === undefined ? y : mx.add(y, this.bias);
  }
}

/**
 * Convolution over images.
 *
 * The weight starts uniform in $[-k, k)$ with $k = 1 / \sqrt{C_{in} / groups \cdot K_h K_w}$, the bias
 * zero.
 *
 * @example
 * ```ts
 * const layer = new nn.Conv2d(1, 8, 3, { padding: 1 });
 * layer.forward(mx.ones([2, 28, 28, 1])).shape; // [2, 28, 28, 8]
 * ```
 * @see Python: `mlx.nn.Conv2d`
 */
export class Conv2d extends Module {
  /** `[outChannels, kernelRows, kernelColumns, inChannels / groups]` */
  weight: MLXArray;
  /** `[outChannels]`; absent without bias */
  bias?: MLXArray;
  /** Step of the filter. */
  readonly stride: readonly [rows: number, columns: number];
  /** Zeros added at every side. */
  readonly padding: readonly [rows: number, columns: number];
  /** Distance of the filter's elements. */
  readonly dilation: readonly [rows: number, columns: number];
  /** Groups that input and output channels are parted into. */
  readonly groups: number;
  /** As it was given, for printing. */
  readonly #givenDilation: string;

  /**
   * @param inChannels - channels of the input
   * @param outChannels - channels of the output
   * @param kernelSize - rows and columns of the filter
   * @param stride - step of the filter; default `1`
   * @param padding - zeros added at every side; default `0`
   * @param dilation - distance of the filter's elements; default `1`
   * @param groups - groups that input and output channels are parted into; default `1`
   * @param bias - whether a bias is added; default `true`
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for sizes out of range
   */
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Size2d,
    stride?: Size2d | Conv2dOptions,
    padding?: Size2d | Conv2dOptions,
    dilation?: Size2d | Conv2dOptions,
    groups?: number | Conv2dOptions,
    bias?: boolean | Conv2dOptions,
  ) {
    super();
    const op = "Conv2d";
    const given = [stride, padding, dilation, groups, bias];
    const options = mx.keywords<Conv2dOptions>(op, optionNames, given);
    this.stride = pairArg(op, "stride", options.stride ?? 1);
    this.padding = pairArg(op, "padding", options.padding ?? 0, 0);
    this.dilation = pairArg(op, "dilation", options.dilation ?? 1);
    this.#givenDilation = givenDilation(options.dilation, this.dilation);
    this.groups = options.groups ?? 1;
    const channels = channelsPerGroup(op, inChannels, this.groups);
    const outputs = intArg(op, "outChannels", outChannels);
    const kernel = pairArg(op, "kernelSize", kernelSize);
    this.weight = uniformWeight([outputs, ...kernel, channels]);
    if (flagArg(op, "bias", options.bias ?? true)) this.bias = mx.zeros([outputs]);
  }

  override extraRepr(): string {
    const [outputs = 0, rows = 0, columns = 0, channels = 0] = this.weight.shape;
    return (
      `${channels * this.groups}, ${outputs}, kernel_size=${tuple([rows, columns])}, ` +
      `stride=${tuple(this.stride)}, padding=${tuple(this.padding)}, ` +
      `dilation=${this.#givenDilation}, groups=${this.groups}, ` +
      `bias=${python(this.bias !== undefined)}`
    );
  }

  /**
   * @param x - `[n, rows, columns, inChannels]`
   * @returns `[n, newRows, newColumns, outChannels]`
   * @throws RangeError for other shapes
   */
  forward(x: MLXArray): MLXArray {
    checkInput("Conv2d", x, this.weight, this.groups);
    const y = mx.conv2d(x, this.weight, this.stride, this.padding, this.dilation, this.groups);
    return this.bias === undefined ? y : mx.add(y, this.bias);
  }
}

/**
 * Convolution over volumes.
 *
 * The weight starts uniform in $[-k, k)$ with $k = 1 / \sqrt{C_{in} \cdot K_d K_h K_w}$, the bias zero.
 *
 * @example
 * ```ts
 * const layer = new nn.Conv3d(1, 4, 3, { padding: 1 });
 * layer.forward(mx.ones([1, 5, 6, 7, 1])).shape; // [1, 5, 6, 7, 4]
 * ```
 * @see Python: `mlx.nn.Conv3d`
 */
export class Conv3d extends Module {
  /** `[outChannels, kernelDepth, kernelRows, kernelColumns, inChannels]` */
  weight: MLXArray;
  /** `[outChannels]`; absent without bias */
  bias?: MLXArray;
  /** Step of the filter. */
  readonly stride: readonly [depth: number, rows: number, columns: number];
  /** Zeros added at every side. */
  readonly padding: readonly [depth: number, rows: number, columns: number];
  /** Distance of the filter's elements. */
  readonly dilation: readonly [depth: number, rows: number, columns: number];
  /** As it was given, for printing. */
  readonly #givenDilation: string;

  /**
   * @param inChannels - channels of the input
   * @param outChannels - channels of the output
   * @param kernelSize - depth, rows and columns of the filter
   * @param stride - step of the filter; default `1`
   * @param padding - zeros added at every side; default `0`
   * @param dilation - distance of the filter's elements; default `1`
   * @param bias - whether a bias is added; default `true`
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for sizes out of range
   */
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Size3d,
    stride?: Size3d | Conv3dOptions,
    padding?: Size3d | Conv3dOptions,
    dilation?: Size3d | Conv3dOptions,
    bias?: boolean | Conv3dOptions,
  ) {
    super();
    const op = "Conv3d";
    const names = ["stride", "padding", "dilation", "bias"] as const;
    const options = mx.keywords<Conv3dOptions>(op, names, [stride, padding, dilation, bias]);
    this.stride = tripleArg(op, "stride", options.stride ?? 1);
    this.padding = tripleArg(op, "padding", options.padding ?? 0, 0);
    this.dilation = tripleArg(op, "dilation", options.dilation ?? 1);
    this.#givenDilation = givenDilation(options.dilation, this.dilation);
    const inputs = intArg(op, "inChannels", inChannels);
    const outputs = intArg(op, "outChannels", outChannels);
    this.weight = uniformWeight([outputs, ...tripleArg(op, "kernelSize", kernelSize), inputs]);
    if (flagArg(op, "bias", options.bias ?? true)) this.bias = mx.zeros([outputs]);
  }

  override extraRepr(): string {
    const [outputs = 0, ...kernel] = this.weight.shape;
    const inputs = kernel.pop() ?? 0;
    return (
      `${inputs}, ${outputs}, kernel_size=${tuple(kernel)}, stride=${tuple(this.stride)}, ` +
      `padding=${tuple(this.padding)}, dilation=${this.#givenDilation}, ` +
      `bias=${python(this.bias !== undefined)}`
    );
  }

  /**
   * @param x - `[n, depth, rows, columns, inChannels]`
   * @returns `[n, newDepth, newRows, newColumns, outChannels]`
   * @throws RangeError for other shapes
   */
  forward(x: MLXArray): MLXArray {
    checkInput("Conv3d", x, this.weight);
    const y = mx.conv3d(x, this.weight, this.stride, this.padding, this.dilation);
    return this.bias === undefined ? y : mx.add(y, this.bias);
  }
}

/** Sizes of two axes. */
type Pair = readonly [rows: number, columns: number];

/** Sizes of three axes. */
type Triple = readonly [depth: number, rows: number, columns: number];

/** One size for both axes, or one for each. */
export function pairArg(op: string, name: string, value: unknown, least = 1): Pair {
  const [rows = least, columns = least] = sizesArg(op, name, value, 2, least);
  return [rows, columns];
}

/** One size for all three axes, or one for each. */
export function tripleArg(op: string, name: string, value: unknown, least = 1): Triple {
  const [depth = least, rows = least, columns = least] = sizesArg(op, name, value, 3, least);
  return [depth, rows, columns];
}

/** A dilation as Python prints it: as it was given. */
export const givenDilation = (given: unknown, sizes: readonly number[]): string =>
  Array.isArray(given) ? tuple(sizes) : String(sizes[0]);
