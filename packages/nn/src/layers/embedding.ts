// Embedding: a learned vector for each token.

import { rangeError } from "@mlx-ts/backend-api";
import type { MLXArray, QuantizationMode } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { flagArg, intArg, tokensArg } from "../arguments.js";
import { Module } from "../module.js";
import { type ToQuantizedOptions, toQuantizedNames } from "./quantization.js";
import { QuantizedEmbedding } from "./quantized-embedding.js";

/**
 * A table of vectors that integers look up: $y = W_x$.
 *
 * The weight starts normal with mean 0 and standard deviation $1 / \sqrt{dims}$.
 *
 * @example
 * ```ts
 * const embedding = new nn.Embedding(100, 16);
 * const h = embedding.forward(mx.array([[3, 7, 7]], "int32"));
 * h.shape; // [1, 3, 16]
 * embedding.asLinear(h).shape; // [1, 3, 100]
 * ```
 * @see Python: `mlx.nn.Embedding`
 */
export class Embedding extends Module {
  /** `[numEmbeddings, dims]` */
  weight: MLXArray;

  /**
   * @param numEmbeddings - how many tokens there are
   * @param dims - size of each token's vector
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for sizes below 1
   */
  constructor(numEmbeddings: number, dims: number) {
    super();
    const tokens = intArg("Embedding", "numEmbeddings", numEmbeddings);
    const size = intArg("Embedding", "dims", dims);
    this.weight = mx.random.normal([tokens, size], { scale: Math.sqrt(1 / size) });
  }

  override extraRepr(): string {
    return this.weight.shape.join(", ");
  }

  /**
   * @param x - tokens of any shape, integers below `numEmbeddings`
   * @returns `[...x.shape, dims]`
   * @throws TypeError for an array of floats, which `mx.array` makes of numbers
   */
  forward(x: MLXArray): MLXArray {
    return this.weight.index(tokensArg("Embedding", x));
  }

  /**
   * Uses the table as the weight of a linear layer: how alike the input is to each token's vector.
   * Language models share it with the input that way.
   *
   * @param x - `[..., dims]`
   * @returns `[..., numEmbeddings]`
   * @see Python: `mlx.nn.Embedding.as_linear`
   */
  asLinear(x: MLXArray): MLXArray {
    return mx.matmul(x, this.weight.T);
  }

  /**
   * Packs the vectors into few bits.
   *
   * @param groupSize - how many neighbours in a vector share a scale; default `null`, the mode's
   * @param bits - bits of one element; default `null`, the mode's
   * @param mode - how elements are packed; default `"affine"`
   * @param quantizeInput - `false`: tokens are integers already
   * @returns a new layer; this one stays as it is
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for sizes that the mode does not have, or that groups do not divide, and for
   * `quantizeInput`
   * @example
   * ```ts
   * new nn.Embedding(10, 64).toQuantized({ bits: 8 }).weight.shape; // [10, 16]
   * ```
   * @see Python: `mlx.nn.Embedding.to_quantized`
   */
  toQuantized(
    groupSize?: number | null | ToQuantizedOptions,
    bits?: number | null | ToQuantizedOptions,
    mode?: QuantizationMode | ToQuantizedOptions,
    quantizeInput?: boolean | ToQuantizedOptions,
  ): QuantizedEmbedding {
    const given = [groupSize, bits, mode, quantizeInput];
    const options = mx.keywords<ToQuantizedOptions>("toQuantized", toQuantizedNames, given);
    const { quantizeInput: both = false, ...packing } = options;
    if (flagArg("toQuantized", "quantizeInput", both)) {
      throw rangeError("[Embedding] quantizeInput is true, but its inputs are integers");
    }
    return QuantizedEmbedding.fromEmbedding(this, packing);
  }
}
