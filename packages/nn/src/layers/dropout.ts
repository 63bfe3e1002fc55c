// Dropout, which zeroes random elements while training.

import { rangeError } from "@mlx-ts/backend-api";
import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { numberArg } from "../arguments.js";
import { Module } from "../module.js";

/** Options of {@link Dropout}. */
export interface DropoutOptions {
  /** The probability of zeroing an element, in [0, 1). Default: `0.5`. */
  p?: number | undefined;
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
 */
export class Dropout extends Module {
  readonly #p: number;

  /**
   * @param p - the probability of zeroing an element, in [0, 1); default `0.5`; also `{ p }`
   * @throws RangeError for other probabilities
   */
  constructor(p?: number | DropoutOptions) {
    super();
    const options = mx.keywords<DropoutOptions>("Dropout", ["p"], [p]);
    this.#p = numberArg("Dropout", "p", options.p ?? 0.5);
    if (this.#p < 0 || this.#p >= 1) {
      throw rangeError(`[Dropout] p is ${this.#p}, it must be at least 0 and below 1`);
    }
  }

  override extraRepr(): string {
    return `p=${this.#p}`;
  }

  /**
   * @param x - any shape, float
   * @returns the same shape and dtype
   */
  forward(x: MLXArray): MLXArray {
    const kept = 1 - this.#p;
    if (kept === 1 || !this.training) return x;
    const mask = mx.random.bernoulli(kept, x.shape);
    return mx.multiply(mx.multiply(mask, x), 1 / kept);
  }
}
