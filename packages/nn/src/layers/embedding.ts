// Embedding: a learned vector for each token.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { intArg } from "../arguments.js";
import { Module } from "../module.js";

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
   */
  forward(x: MLXArray): MLXArray {
    return this.weight.index(x);
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
}
