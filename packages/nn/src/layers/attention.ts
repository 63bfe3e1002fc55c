// Attention of several heads with its projections. The layers of transformers are in ./transformer.ts,
// the kernel is core's.

import { rangeError, shown, typeError } from "@mlx-ts/backend-api";
import * as mx from "@mlx-ts/core";
import { MLXArray } from "@mlx-ts/core";
import { flagArg, intArg } from "../arguments.js";
import { Module } from "../module.js";
import type { Layer } from "./containers.js";
import { Linear } from "./linear.js";

/**
 * What a query may not see: `"causal"`, later keys; an array that broadcasts to `[n, heads, queries,
 * keys]`, of booleans, or of numbers that are added to the scores; `null`, nothing.
 */
export type AttentionMask = MLXArray | "causal" | null;

/** Options of {@link MultiHeadAttention}. */
export interface MultiHeadAttentionOptions {
  /** Features of the queries. Default: `null`, `dims`. */
  queryInputDims?: number | null | undefined;
  /** Features of the keys. Default: `null`, `dims`. */
  keyInputDims?: number | null | undefined;
  /** Features of the values. Default: `null`, `keyInputDims`. */
  valueInputDims?: number | null | undefined;
  /** Features of the projected values, of all heads. Default: `null`, `dims`. */
  valueDims?: number | null | undefined;
  /** Features of the results. Default: `null`, `dims`. */
  valueOutputDims?: number | null | undefined;
  /** Whether the projections add a bias. Default: `false`. */
  bias?: boolean | undefined;
}

/** Options of {@link MultiHeadAttention}'s `forward`. */
export interface AttentionOptions {
  /** What a query may not see. Default: `null`, nothing. */
  mask?: AttentionMask | undefined;
}

/** Options of {@link MultiHeadAttention.createAdditiveCausalMask}. */
export interface CausalMaskOptions {
  /** A float dtype. Default: `"float32"`. */
  dtype?: mx.InexactDType | undefined;
}

const optionNames = [
  "queryInputDims",
  "keyInputDims",
  "valueInputDims",
  "valueDims",
  "valueOutputDims",
  "bias",
] as const;

/** A mask, checked before anything is computed. */
function maskArg(op: string, name: string, value: unknown): AttentionMask {
  if (value === undefined || value === null || value === "causal") return value ?? null;
  if (value instanceof MLXArray) return value;
  throw typeError(`[${op}] ${name} must be "causal", an array or null, got ${shown(value)}`);
}

/**
 * Attention of several heads: queries, keys and values are projected, each head takes its part of
 * them, $\mathrm{softmax}(q k^\top / \sqrt{d} + m)\, v$, and what the heads give is projected once more.
 *
 * @example
 * ```ts
 * const attention = new nn.MultiHeadAttention(16, 4);
 * const x = mx.ones([2, 5, 16]);
 * attention.forward(x, x, x, { mask: "causal" }).shape; // [2, 5, 16]
 * ```
 * @see Python: `mlx.nn.MultiHeadAttention`
 * @see Vaswani et al., Attention is all you need, https://arxiv.org/abs/1706.03762
 */
export class MultiHeadAttention extends Module {
  /** How many heads there are. */
  readonly numHeads: number;
  /** `queryInputDims` to `dims` */
  queryProj: Layer;
  /** `keyInputDims` to `dims` */
  keyProj: Layer;
  /** `valueInputDims` to `valueDims` */
  valueProj: Layer;
  /** `valueDims` to `valueOutputDims` */
  outProj: Layer;

  /**
   * @param dims - features of the projected queries and keys, of all heads; the default of the others
   * @param numHeads - how many heads there are; divides `dims` and `valueDims`
   * @param queryInputDims - features of the queries; default `null`, `dims`
   * @param keyInputDims - features of the keys; default `null`, `dims`
   * @param valueInputDims - features of the values; default `null`, `keyInputDims`
   * @param valueDims - features of the projected values, of all heads; default `null`, `dims`
   * @param valueOutputDims - features of the results; default `null`, `dims`
   * @param bias - whether the projections add a bias; default `false`
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for sizes below 1, or that the heads do not divide
   */
  constructor(
    dims: number,
    numHeads: number,
    queryInputDims?: number | null | MultiHeadAttentionOptions,
    keyInputDims?: number | null | MultiHeadAttentionOptions,
    valueInputDims?: number | null | MultiHeadAttentionOptions,
    valueDims?: number | null | MultiHeadAttentionOptions,
    valueOutputDims?: number | null | MultiHeadAttentionOptions,
    bias?: boolean | MultiHeadAttentionOptions,
  ) {
    super();
    const op = "MultiHeadAttention";
    const given = [queryInputDims, keyInputDims, valueInputDims, valueDims, valueOutputDims, bias];
    const options = mx.keywords<MultiHeadAttentionOptions>(op, optionNames, given);
    const inner = intArg(op, "dims", dims);
    const queries = intArg(op, "queryInputDims", options.queryInputDims ?? inner);
    const keys = intArg(op, "keyInputDims", options.keyInputDims ?? inner);
    const values = intArg(op, "valueInputDims", options.valueInputDims ?? keys);
    const innerValues = intArg(op, "valueDims", options.valueDims ?? inner);
    const outputs = intArg(op, "valueOutputDims", options.valueOutputDims ?? inner);
    const hasBias = flagArg(op, "bias", options.bias ?? false);
    this.numHeads = intArg(op, "numHeads", numHeads);
    for (const [name, size] of [["dims", inner] as const, ["valueDims", innerValues] as const]) {
      if (size % numHeads === 0) continue;
      throw rangeError(
        `[${op}] ${name} is ${size}, it must be divisible by numHeads, which is ${numHeads}`,
      );
    }
    this.queryProj = new Linear(queries, inner, hasBias);
    this.keyProj = new Linear(keys, inner, hasBias);
    this.valueProj = new Linear(values, innerValues, hasBias);
    this.outProj = new Linear(innerValues, outputs, hasBias);
  }

  /**
   * A causal mask that is added to scores: the lowest finite number where the key is later than the
   * query, else 0.
   *
   * @param n - how many queries and keys there are
   * @param dtype - a float dtype; default `"float32"`
   * @returns `[n, n]`
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for a negative size
   * @example
   * ```ts
   * const mask = nn.MultiHeadAttention.createAdditiveCausalMask(2, { dtype: "float16" });
   * mask.index(0, 1).item(); // -65504
   * ```
   * @see Python: `mlx.nn.MultiHeadAttention.create_additive_causal_mask`
   */
  static createAdditiveCausalMask(
    n: number,
    dtype?: mx.InexactDType | CausalMaskOptions,
  ): MLXArray {
    const op = "createAdditiveCausalMask";
    const type = mx.keywords<CausalMaskOptions>(op, ["dtype"], [dtype]).dtype ?? "float32";
    const { min } = mx.finfo(type);
    return mx.tidy(() => {
      const places = mx.arange(intArg(op, "n", n, 0));
      const later = mx.less(mx.expandDims(places, 1), mx.expandDims(places, 0));
      return mx.multiply(later.astype(type), min);
    });
  }

  /**
   * @param queries - `[n, queries, queryInputDims]`
   * @param keys - `[n, keys, keyInputDims]`
   * @param values - `[n, keys, valueInputDims]`
   * @param mask - what a query may not see; default `null`, nothing; also `{ mask }`
   * @returns `[n, queries, valueOutputDims]`
   * @throws TypeError for another mask
   * @throws RangeError for other shapes
   */
  forward(
    queries: MLXArray,
    keys: MLXArray,
    values: MLXArray,
    mask?: AttentionMask | AttentionOptions,
  ): MLXArray {
    const op = "MultiHeadAttention";
    const given = mx.keywords<AttentionOptions>(op, ["mask"], [mask]);
    const q = this.#heads("queries", this.queryProj.forward(queries));
    const k = this.#heads("keys", this.keyProj.forward(keys));
    const v = this.#heads("values", this.valueProj.forward(values));
    const scale = Math.sqrt(1 / (q.shape.at(-1) ?? 1));
    const attended = mx.fast.scaledDotProductAttention(q, k, v, {
      scale,
      mask: maskArg(op, "mask", given.mask),
    });
    return this.outProj.forward(mx.flatten(mx.transpose(attended, [0, 2, 1, 3]), -2, -1));
  }

  /** `[n, length, features]` as `[n, heads, length, features of one]`. */
  #heads(name: string, projected: MLXArray): MLXArray {
    if (projected.ndim !== 3) {
      throw rangeError(
        `[MultiHeadAttention] the projected ${name} have shape [${projected.shape}], they must be [n, length, features]`,
        "SHAPE",
      );
    }
    return mx.transpose(mx.unflatten(projected, -1, [this.numHeads, -1]), [0, 2, 1, 3]);
  }
}
