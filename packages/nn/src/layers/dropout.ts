// Dropout, which zeroes random elements, or whole channels, while training.

import { rangeError } from "@mlx-ts/backend-api";
import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { float, numberArg } from "../arguments.js";
import { Module } from "../module.js";

/** Options of the dropouts. */
export interface DropoutOptions {
  /** The probability of zeroing an element or channel, in [0, 1). Default: `0.5`. */
  p?: number | undefined;
}

/** What the dropouts share; they differ in what is zeroed together. */
abstract class AnyDropout extends Module {
  readonly #op: string;
  /** The probability of keeping; Python prints what this leaves, 0.09999999999999998 for 0.1. */
  readonly #kept: number;
  /** Axes before the last that are zeroed together. */
  readonly #whole: number;

  constructor(op: string, whole: number, p: unknown) {
    super();
    const options = mx.keywords<{ p?: unknown }>(op, ["p"], [p]);
    const probability = numberArg(op, "p", options.p ?? 0.5);
    if (probability < 0 || probability >= 1) {
      throw rangeError(`[${op}] p is ${probability}, it must be at least 0 and below 1`);
    }
    this.#op = op;
    this.#kept = 1 - probability;
    this.#whole = whole;
  }

  override extraRepr(): string {
    return `p=${float(1 - this.#kept)}`;
  }

  /**
   * @param x - float; any shape, or the axes that the class names
   * @returns the same shape and dtype
   * @throws RangeError for another number of axes
   */
  forward(x: MLXArray): MLXArray {
    const least = this.#whole + 1;
    if (this.#whole > 0 && x.ndim !== least && x.ndim !== least + 1) {
      throw rangeError(
        `[${this.#op}] the input has shape [${x.shape}], it must have ${least} or ${least + 1} axes, channels last`,
        "SHAPE",
      );
    }
    if (this.#kept === 1 || !this.training) return x;
    const last = x.ndim - 1;
    const shape = x.shape.map((size, i) => (i < last && i >= last - this.#whole ? 1 : size));
    const mask = mx.random.bernoulli(this.#kept, shape);
    return mx.multiply(mx.multiply(mask, x), 1 / this.#kept);
  }
}

/**
 * Zeroes each element with probability $p$ and multiplies the others by $1 / (1 - p)$; in evaluation
 * mode, the identity. Draws from `mx.random`'s global state: capture it where you compile.
 *
 * @example
 * ```ts
 * const dropout = new nn.Dropout(0.25);
 * dropout.eval().forward(mx.ones([2])).tolist(); // [1, 1]
 * ```
 * @see Python: `mlx.nn.Dropout`
 * @see Srivastava et al., "Dropout" (2014)
 */
export class Dropout extends AnyDropout {
  /**
   * @param p - the probability of zeroing an element, in [0, 1); default `0.5`; also `{ p }`
   * @throws RangeError for other probabilities
   */
  constructor(p?: number | DropoutOptions) {
    super("Dropout", 0, p);
  }
}

/**
 * Zeroes each channel of an image with probability $p$ and multiplies the others by $1 / (1 - p)$; in
 * evaluation mode, the identity. Inputs are `[rows, columns, channels]` or
 * `[n, rows, columns, channels]`.
 *
 * @example
 * ```ts
 * const dropout = new nn.Dropout2d({ p: 0.25 });
 * const sums = dropout.forward(mx.ones([2, 4, 4, 8])).sum([1, 2]); // 0 or 16 * 4 / 3
 * sums.shape; // [2, 8]
 * ```
 * @see Python: `mlx.nn.Dropout2d`
 * @see Tompson et al., "Efficient Object Localization Using Convolutional Networks" (2015)
 */
export class Dropout2d extends AnyDropout {
  /**
   * @param p - the probability of zeroing a channel, in [0, 1); default `0.5`; also `{ p }`
   * @throws RangeError for other probabilities
   */
  constructor(p?: number | DropoutOptions) {
    super("Dropout2d", 2, p);
  }
}

/**
 * Zeroes each channel of a volume with probability $p$ and multiplies the others by $1 / (1 - p)$; in
 * evaluation mode, the identity. Inputs are `[depth, rows, columns, channels]` or
 * `[n, depth, rows, columns, channels]`.
 *
 * @example
 * ```ts
 * new nn.Dropout3d(0.25).forward(mx.ones([2, 3, 4, 4, 8])).shape; // [2, 3, 4, 4, 8]
 * ```
 * @see Python: `mlx.nn.Dropout3d`
 * @see Tompson et al., "Efficient Object Localization Using Convolutional Networks" (2015)
 */
export class Dropout3d extends AnyDropout {
  /**
   * @param p - the probability of zeroing a channel, in [0, 1); default `0.5`; also `{ p }`
   * @throws RangeError for other probabilities
   */
  constructor(p?: number | DropoutOptions) {
    super("Dropout3d", 3, p);
  }
}
