// Pooling over sequences, images and volumes, channels last: the maximum or mean of each window.

import { rangeError } from "@mlx-ts/backend-api";
import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { sizesArg, tuple } from "../arguments.js";
import { Module } from "../module.js";
import type { Size2d, Size3d } from "./convolution.js";

/** Options of pooling over sequences. */
export interface Pool1dOptions {
  /** Step of the window. Default: `kernelSize`. */
  stride?: number | readonly [number] | null | undefined;
  /** Elements added at both ends. Default: `0`. */
  padding?: number | readonly [number] | undefined;
}

/** Options of pooling over images. */
export interface Pool2dOptions {
  /** Step of the window. Default: `kernelSize`. */
  stride?: Size2d | null | undefined;
  /** Elements added at every side. Default: `0`. */
  padding?: Size2d | undefined;
}

/** Options of pooling over volumes. */
export interface Pool3dOptions {
  /** Step of the window. Default: `kernelSize`. */
  stride?: Size3d | null | undefined;
  /** Elements added at every side. Default: `0`. */
  padding?: Size3d | undefined;
}

type Reduce = (x: MLXArray, axes: readonly number[]) => MLXArray;

/** What the pooling layers share; they differ in the number of axes and in what they compute. */
abstract class Pool extends Module {
  readonly #op: string;
  readonly #kernel: readonly number[];
  readonly #stride: readonly number[];
  readonly #padding: readonly number[];
  readonly #paddingValue: number;
  readonly #reduce: Reduce;

  constructor(
    op: string,
    axes: number,
    reduce: Reduce,
    paddingValue: number,
    kernelSize: unknown,
    stride: unknown,
    padding: unknown,
  ) {
    super();
    const options = mx.keywords<{ stride?: unknown; padding?: unknown }>(
      op,
      ["stride", "padding"],
      [stride, padding],
    );
    this.#op = op;
    this.#kernel = sizesArg(op, "kernelSize", kernelSize, axes);
    this.#stride = sizesArg(op, "stride", options.stride ?? kernelSize, axes);
    this.#padding = sizesArg(op, "padding", options.padding ?? 0, axes, 0);
    this.#paddingValue = paddingValue;
    this.#reduce = reduce;
  }

  override extraRepr(): string {
    return (
      `kernel_size=${tuple(this.#kernel)}, stride=${tuple(this.#stride)}, ` +
      `padding=${tuple(this.#padding)}`
    );
  }

  /**
   * @param x - `[n, ..., channels]` with one axis for each of the kernel's
   * @returns the same number of axes
   * @throws RangeError for other shapes, and where the window does not fit
   */
  forward(x: MLXArray): MLXArray {
    if (x.ndim !== this.#kernel.length + 2) {
      throw rangeError(
        `[${this.#op}] the input has shape [${x.shape}], it must have ${this.#kernel.length + 2} axes, channels last`,
        "SHAPE",
      );
    }
    const [windows, axes] = this.#windows(this.#padded(x));
    return this.#reduce(windows, axes);
  }

  #padded(x: MLXArray): MLXArray {
    if (this.#padding.every((p) => p === 0)) return x;
    const before = [0, ...this.#padding, 0];
    const shape = x.shape.map((size, i) => size + 2 * (before[i] ?? 0));
    const stop = x.shape.map((size, i) => size + (before[i] ?? 0));
    return mx.sliceUpdate(mx.full(shape, this.#paddingValue, x.dtype), x, before, stop);
  }

  /** The windows' elements on axes of their own, the first ones, and these axes. */
  #windows(x: MLXArray): [windows: MLXArray, axes: number[]] {
    const [batch = 0, ...rest] = x.shape;
    const channels = rest.pop() ?? 0;
    const counts = rest.map((size, i) => {
      const count = Math.floor((size - (this.#kernel[i] ?? 1)) / (this.#stride[i] ?? 1)) + 1;
      if (count >= 1) return count;
      throw rangeError(
        `[${this.#op}] the window ${tuple(this.#kernel)} is larger than the padded input [${x.shape}]`,
        "SHAPE",
      );
    });
    const apart = rest.every(
      (size, i) => this.#kernel[i] === this.#stride[i] && size % (this.#kernel[i] ?? 1) === 0,
    );
    if (apart) {
      const pairs = counts.flatMap((count, i) => [count, this.#kernel[i] ?? 1]);
      // In front, since the gradient's sums over leading axes are the engine's fastest.
      const order = [
        ...rest.map((_, i) => 2 + 2 * i),
        0,
        ...rest.map((_, i) => 1 + 2 * i),
        2 * rest.length + 1,
      ];
      return [x.reshape([batch, ...pairs, channels]).transpose(order), rest.map((_, i) => i)];
    }
    // One slice for each place in the window: elements are copied, but the gradient is no scatter.
    const slices = places(this.#kernel).map((place) =>
      x.index(
        mx.slice(),
        ...place.map((start, i) => {
          const stride = this.#stride[i] ?? 1;
          return mx.slice(start, start + ((counts[i] ?? 1) - 1) * stride + 1, stride);
        }),
      ),
    );
    return [mx.stack(slices, 0), [0]];
  }
}

/** All places in a window, row-major. */
const places = (kernel: readonly number[]): number[][] =>
  kernel.reduce<number[][]>(
    (found, size) =>
      found.flatMap((place) => Array.from({ length: size }, (_, i) => [...place, i])),
    [[]],
  );

const max: Reduce = (x, axes) => mx.max(x, axes);
const mean: Reduce = (x, axes) => mx.mean(x, axes);

/**
 * The maximum of each window of a sequence; padding is $-\infty$:
 * $y_i = \max_{0 \le j < k} x_{s i + j - p}$, with the window's size $k$,
 * the stride $s$ and the padding $p$.
 *
 * @example
 * ```ts
 * new nn.MaxPool1d(2).forward(mx.ones([1, 6, 3])).shape; // [1, 3, 3]
 * ```
 * @see Python: `mlx.nn.MaxPool1d`
 */
export class MaxPool1d extends Pool {
  /**
   * @param kernelSize - length of the window
   * @param stride - step of the window; default `kernelSize`
   * @param padding - elements added at both ends; default `0`
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for sizes out of range
   */
  constructor(
    kernelSize: number | readonly [number],
    stride?: number | readonly [number] | null | Pool1dOptions,
    padding?: number | readonly [number] | Pool1dOptions,
  ) {
    super("MaxPool1d", 1, max, Number.NEGATIVE_INFINITY, kernelSize, stride, padding);
  }
}

/**
 * The mean of each window of a sequence; padding is 0 and counts:
 * $y_i = \frac{1}{k} \sum_{j=0}^{k-1} x_{s i + j - p}$, with the window's size $k$,
 * the stride $s$ and the padding $p$.
 *
 * @example
 * ```ts
 * new nn.AvgPool1d(2).forward(mx.ones([1, 6, 3])).shape; // [1, 3, 3]
 * ```
 * @see Python: `mlx.nn.AvgPool1d`
 */
export class AvgPool1d extends Pool {
  /**
   * @param kernelSize - length of the window
   * @param stride - step of the window; default `kernelSize`
   * @param padding - elements added at both ends; default `0`
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for sizes out of range
   */
  constructor(
    kernelSize: number | readonly [number],
    stride?: number | readonly [number] | null | Pool1dOptions,
    padding?: number | readonly [number] | Pool1dOptions,
  ) {
    super("AvgPool1d", 1, mean, 0, kernelSize, stride, padding);
  }
}

/**
 * The maximum of each window of an image; padding is $-\infty$:
 * $y_i = \max_{0 \le j < k} x_{s i + j - p}$ along each axis, with the window's size $k$,
 * the stride $s$ and the padding $p$.
 *
 * @example
 * ```ts
 * const pool = new nn.MaxPool2d(2, { stride: 2 });
 * pool.forward(mx.ones([1, 28, 28, 8])).shape; // [1, 14, 14, 8]
 * ```
 * @see Python: `mlx.nn.MaxPool2d`
 */
export class MaxPool2d extends Pool {
  /**
   * @param kernelSize - rows and columns of the window
   * @param stride - step of the window; default `kernelSize`
   * @param padding - elements added at every side; default `0`
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for sizes out of range
   */
  constructor(
    kernelSize: Size2d,
    stride?: Size2d | null | Pool2dOptions,
    padding?: Size2d | Pool2dOptions,
  ) {
    super("MaxPool2d", 2, max, Number.NEGATIVE_INFINITY, kernelSize, stride, padding);
  }
}

/**
 * The mean of each window of an image; padding is 0 and counts:
 * $y_i = \frac{1}{k} \sum_{j=0}^{k-1} x_{s i + j - p}$ along each axis, with the window's size $k$,
 * the stride $s$ and the padding $p$.
 *
 * @example
 * ```ts
 * new nn.AvgPool2d([2, 4]).forward(mx.ones([1, 28, 28, 8])).shape; // [1, 14, 7, 8]
 * ```
 * @see Python: `mlx.nn.AvgPool2d`
 */
export class AvgPool2d extends Pool {
  /**
   * @param kernelSize - rows and columns of the window
   * @param stride - step of the window; default `kernelSize`
   * @param padding - elements added at every side; default `0`
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for sizes out of range
   */
  constructor(
    kernelSize: Size2d,
    stride?: Size2d | null | Pool2dOptions,
    padding?: Size2d | Pool2dOptions,
  ) {
    super("AvgPool2d", 2, mean, 0, kernelSize, stride, padding);
  }
}

/**
 * The maximum of each window of a volume; padding is $-\infty$:
 * $y_i = \max_{0 \le j < k} x_{s i + j - p}$ along each axis, with the window's size $k$,
 * the stride $s$ and the padding $p$.
 *
 * @example
 * ```ts
 * new nn.MaxPool3d(2).forward(mx.ones([1, 4, 6, 8, 3])).shape; // [1, 2, 3, 4, 3]
 * ```
 * @see Python: `mlx.nn.MaxPool3d`
 */
export class MaxPool3d extends Pool {
  /**
   * @param kernelSize - depth, rows and columns of the window
   * @param stride - step of the window; default `kernelSize`
   * @param padding - elements added at every side; default `0`
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for sizes out of range
   */
  constructor(
    kernelSize: Size3d,
    stride?: Size3d | null | Pool3dOptions,
    padding?: Size3d | Pool3dOptions,
  ) {
    super("MaxPool3d", 3, max, Number.NEGATIVE_INFINITY, kernelSize, stride, padding);
  }
}

/**
 * The mean of each window of a volume; padding is 0 and counts:
 * $y_i = \frac{1}{k} \sum_{j=0}^{k-1} x_{s i + j - p}$ along each axis, with the window's size $k$,
 * the stride $s$ and the padding $p$.
 *
 * @example
 * ```ts
 * new nn.AvgPool3d(2).forward(mx.ones([1, 4, 6, 8, 3])).shape; // [1, 2, 3, 4, 3]
 * ```
 * @see Python: `mlx.nn.AvgPool3d`
 */
export class AvgPool3d extends Pool {
  /**
   * @param kernelSize - depth, rows and columns of the window
   * @param stride - step of the window; default `kernelSize`
   * @param padding - elements added at every side; default `0`
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for sizes out of range
   */
  constructor(
    kernelSize: Size3d,
    stride?: Size3d | null | Pool3dOptions,
    padding?: Size3d | Pool3dOptions,
  ) {
    super("AvgPool3d", 3, mean, 0, kernelSize, stride, padding);
  }
}
