// The embedding layer with packed vectors.

import type { MLXArray, QuantizationMode } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { intArg, tokensArg } from "../arguments.js";
import { Module } from "../module.js";
import type { Embedding } from "./embedding.js";
import {
  checkRows,
  type PackingOptions,
  pack,
  packingArg,
  packingNames,
  printedPacking,
  unpack,
} from "./quantization.js";

/**
 * An {@link Embedding} layer whose vectors are packed into few bits, and unpacked when they are looked
 * up: $w = s q + b$ with a scale $s$ and, in mode affine, a bias $b$ for each group of $q$. They are frozen.
 *
 * @example
 * ```ts
 * const layer = new nn.QuantizedEmbedding(100, 64, { bits: 8 });
 * layer.forward(mx.array([[1, 2, 3]], "int32")).shape; // [1, 3, 64]
 * layer.asLinear(mx.ones([2, 64])).shape; // [2, 100]
 * ```
 * @see Python: `mlx.nn.QuantizedEmbedding`
 */
export class QuantizedEmbedding extends Module {
  /** The packed vectors, uint32 `[numEmbeddings, dims * bits / 32]` */
  weight: MLXArray;
  /** `[numEmbeddings, dims / groupSize]` */
  scales: MLXArray;
  /** `[numEmbeddings, dims / groupSize]`; the mode affine has them */
  biases?: MLXArray;
  /** How many vectors there are. */
  readonly numEmbeddings: number;
  /** How long each one is. */
  readonly dims: number;
  /** How many neighbours in a vector share a scale. */
  readonly groupSize: number;
  /** Bits of one element. */
  readonly bits: number;
  /** How elements are packed. */
  readonly mode: QuantizationMode;

  /**
   * @param numEmbeddings - how many vectors there are
   * @param dims - how long each one is, a multiple of the group size
   * @param groupSize - how many neighbours in a vector share a scale; default `null`, the mode's
   * @param bits - bits of one element; default `null`, the mode's
   * @param mode - how elements are packed; default `"affine"`
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for sizes that the mode does not have, or that groups do not divide
   */
  constructor(
    numEmbeddings: number,
    dims: number,
    groupSize?: number | null | PackingOptions,
    bits?: number | null | PackingOptions,
    mode?: QuantizationMode | PackingOptions,
  ) {
    super();
    const op = "QuantizedEmbedding";
    const options = mx.keywords<PackingOptions>(op, packingNames, [groupSize, bits, mode]);
    const packing = packingArg(op, options);
    const shape = [intArg(op, "numEmbeddings", numEmbeddings), intArg(op, "dims", dims)];
    checkRows(op, shape, packing);
    this.numEmbeddings = numEmbeddings;
    this.dims = dims;
    this.groupSize = packing.groupSize;
    this.bits = packing.bits;
    this.mode = packing.mode;
    const scale = Math.sqrt(1 / dims);
    const packed = mx.tidy(() => pack(mx.random.normal({ shape, scale }), packing));
    this.weight = packed.weight;
    this.scales = packed.scales;
    if (packed.biases !== undefined) this.biases = packed.biases;
    this.freeze();
  }

  /**
   * Packs the vectors of an embedding layer.
   *
   * @param embeddingLayer - whose vectors to pack
   * @param groupSize - how many neighbours in a vector share a scale; default `null`, the mode's
   * @param bits - bits of one element; default `null`, the mode's
   * @param mode - how elements are packed; default `"affine"`
   * @returns a new layer
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for sizes that the mode does not have, or that groups do not divide
   * @example
   * ```ts
   * const layer = new nn.Embedding(10, 64);
   * nn.QuantizedEmbedding.fromEmbedding(layer, { groupSize: 32 }).scales.shape; // [10, 2]
   * ```
   * @see Python: `mlx.nn.QuantizedEmbedding.from_embedding`
   */
  static fromEmbedding(
    embeddingLayer: Embedding,
    groupSize?: number | null | PackingOptions,
    bits?: number | null | PackingOptions,
    mode?: QuantizationMode | PackingOptions,
  ): QuantizedEmbedding {
    const [count = 0, dims = 0] = embeddingLayer.weight.shape;
    return mx.tidy(() => {
      // Draws vectors that nobody sees, as Python's does, so that later draws agree.
      const layer = new QuantizedEmbedding(count, dims, groupSize, bits, mode);
      return Object.assign(layer, pack(embeddingLayer.weight, layer));
    });
  }

  override extraRepr(): string {
    return `${this.numEmbeddings}, ${this.dims}, ${printedPacking(this)}`;
  }

  /**
   * Looks vectors up.
   *
   * @param x - integers below `numEmbeddings`, `[...]`
   * @returns `[..., dims]`
   * @throws TypeError for an array of floats, which `mx.array` makes of numbers
   */
  forward(x: MLXArray): MLXArray {
    const { weight, scales, biases } = this;
    const tokens = tokensArg("QuantizedEmbedding", x);
    return mx.tidy(() => {
      const rows = { weight: weight.index(tokens), scales: scales.index(tokens) };
      return unpack(biases === undefined ? rows : { ...rows, biases: biases.index(tokens) }, this);
    });
  }

  /**
   * Multiplies with the vectors, as a linear layer would: for models whose last layer is their first.
   *
   * @param x - `[..., dims]`
   * @returns `[..., numEmbeddings]`
   * @throws RangeError for other shapes
   * @see Python: `mlx.nn.QuantizedEmbedding.as_linear`
   */
  asLinear(x: MLXArray): MLXArray {
    const { groupSize, bits, mode, biases = null } = this;
    const options = { biases, transpose: true, groupSize, bits, mode };
    return mx.quantizedMatmul(x, this.weight, this.scales, options);
  }
}
