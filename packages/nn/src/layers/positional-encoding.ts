// Layers that say where in a sequence something stands: RoPE, SinusoidalPositionalEncoding and ALiBi.
// They have no parameters.

import { rangeError } from "@mlx-ts/backend-api";
import type { DType, MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { flagArg, intArg, numberArg, python } from "../arguments.js";
import { Module } from "../module.js";

/** Options of {@link RoPE}. */
export interface RoPEOptions {
  /** Whether neighbours make a pair, rather than the two halves of the features. Default: `false`. */
  traditional?: boolean | undefined;
  /** The base of the frequencies. Default: `10000`. */
  base?: number | undefined;
  /** Factor of the positions. Default: `1`. */
  scale?: number | undefined;
}

/** Where a sequence begins. */
export interface OffsetOptions {
  /** The position of the first element: a number, or an array of one or of one for each batch. Default: `0`. */
  offset?: number | MLXArray | undefined;
}

/**
 * Rotary positions: at position $p$ the $i$-th pair of features is turned by the angle
 * $s\,p\,b^{-2i/d}$, with base $b$, scale $s$ and $d$ turned features; further features stay.
 *
 * @example
 * ```ts
 * const rope = new nn.RoPE(8, { traditional: true });
 * rope.forward(mx.ones([1, 4, 6, 8]), { offset: 10 }).shape; // [1, 4, 6, 8]
 * ```
 * @see Python: `mlx.nn.RoPE`
 * @see Su et al., RoFormer, https://arxiv.org/abs/2104.09864
 */
export class RoPE extends Module {
  /** How many features are turned. */
  readonly dims: number;
  /** Whether neighbours make a pair. */
  readonly traditional: boolean;
  /** The base of the frequencies. */
  readonly base: number;
  /** Factor of the positions. */
  readonly scale: number;

  /**
   * @param dims - how many features are turned, an even number
   * @param traditional - whether neighbours make a pair, rather than the two halves of the features;
   * default `false`
   * @param base - the base of the frequencies; default `10000`
   * @param scale - factor of the positions; default `1`
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for sizes below 1
   */
  constructor(
    dims: number,
    traditional?: boolean | RoPEOptions,
    base?: number | RoPEOptions,
    scale?: number | RoPEOptions,
  ) {
    super();
    const op = "RoPE";
    const names = ["traditional", "base", "scale"] as const;
    const options = mx.keywords<RoPEOptions>(op, names, [traditional, base, scale]);
    this.dims = intArg(op, "dims", dims);
    this.traditional = flagArg(op, "traditional", options.traditional ?? false);
    this.base = numberArg(op, "base", options.base ?? 10000);
    this.scale = numberArg(op, "scale", options.scale ?? 1);
  }

  override extraRepr(): string {
    return `${this.dims}, traditional=${python(this.traditional)}`;
  }

  /**
   * @param x - `[..., length, features]`, with at least `dims` features
   * @param offset - the position of the first element; default `0`; also `{ offset }`
   * @returns the same shape and dtype
   * @throws RangeError for other shapes
   */
  forward(x: MLXArray, offset?: number | MLXArray | OffsetOptions): MLXArray {
    const given = mx.keywords<OffsetOptions>("RoPE", ["offset"], [offset]);
    const { dims, traditional, base, scale } = this;
    return mx.fast.rope(x, dims, { traditional, base, scale, offset: given.offset ?? 0 });
  }
}

/** Options of {@link SinusoidalPositionalEncoding}. */
export interface SinusoidalOptions {
  /** The lowest frequency. Default: `0.0001`. */
  minFreq?: number | undefined;
  /** The highest frequency. Default: `1`. */
  maxFreq?: number | undefined;
  /** Factor of the results. Default: `null`, $\sqrt{2 / dims}$. */
  scale?: number | null | undefined;
  /** Whether cosines come before sines. Default: `false`. */
  cosFirst?: boolean | undefined;
  /** Whether frequencies count full turns, $2 \pi$. Default: `false`. */
  fullTurns?: boolean | undefined;
}

const sinusoidalNames = ["minFreq", "maxFreq", "scale", "cosFirst", "fullTurns"] as const;

/**
 * Sines and cosines of positions: $s\,[\sin(\omega_i p), \cos(\omega_i p)]$ with $d / 2$ frequencies
 * $\omega_i$ from the highest to the lowest, in equal ratios, and scale $s$.
 *
 * @example
 * ```ts
 * const encoding = new nn.SinusoidalPositionalEncoding(16, { cosFirst: true });
 * encoding.forward(mx.arange(10)).shape; // [10, 16]
 * ```
 * @see Python: `mlx.nn.SinusoidalPositionalEncoding`
 * @see Vaswani et al., Attention is all you need, https://arxiv.org/abs/1706.03762
 */
export class SinusoidalPositionalEncoding extends Module {
  /** The frequencies, `[dims / 2]`: an array of the module, but none of its parameters. */
  private readonly _sigmas: MLXArray;
  /** Factor of the results. */
  readonly scale: number;
  /** Whether cosines come before sines. */
  readonly cosFirst: boolean;

  /**
   * @param dims - how many features each position gets, an even number
   * @param minFreq - the lowest frequency; default `0.0001`
   * @param maxFreq - the highest frequency; default `1`
   * @param scale - factor of the results; default `null`, $\sqrt{2 / dims}$
   * @param cosFirst - whether cosines come before sines; default `false`
   * @param fullTurns - whether frequencies count full turns, $2 \pi$; default `false`
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for an odd size, or frequencies that are not above 0
   */
  constructor(
    dims: number,
    minFreq?: number | SinusoidalOptions,
    maxFreq?: number | SinusoidalOptions,
    scale?: number | null | SinusoidalOptions,
    cosFirst?: boolean | SinusoidalOptions,
    fullTurns?: boolean | SinusoidalOptions,
  ) {
    super();
    const op = "SinusoidalPositionalEncoding";
    const given = [minFreq, maxFreq, scale, cosFirst, fullTurns];
    const options = mx.keywords<SinusoidalOptions>(op, sinusoidalNames, given);
    if (intArg(op, "dims", dims, 2) % 2 !== 0) {
      throw rangeError(`[${op}] dims is ${dims}, it must be even: sines and cosines make pairs`);
    }
    const low = Math.log(frequencyArg(op, "minFreq", options.minFreq ?? 0.0001));
    const high = Math.log(frequencyArg(op, "maxFreq", options.maxFreq ?? 1));
    const turns = flagArg(op, "fullTurns", options.fullTurns ?? false);
    this.scale = numberArg(op, "scale", options.scale ?? Math.sqrt(2 / dims));
    this.cosFirst = flagArg(op, "cosFirst", options.cosFirst ?? false);
    this._sigmas = mx.tidy(() => {
      const steps = Math.max(dims / 2 - 1, 1);
      const falling = mx.subtract(1, mx.divide(mx.arange(dims / 2), steps));
      const sigmas = mx.exp(mx.add(mx.multiply(falling, high - low), low));
      return turns ? mx.multiply(sigmas, 2 * Math.PI) : sigmas;
    });
  }

  /**
   * @param x - positions of any shape, `[...]`
   * @returns `[..., dims]`
   */
  forward(x: MLXArray): MLXArray {
    return mx.tidy(() => {
      const angles = mx.multiply(mx.expandDims(x, -1), this._sigmas);
      const parts = [mx.sin(angles), mx.cos(angles)];
      const joined = mx.concatenate(this.cosFirst ? parts.reverse() : parts, -1);
      return this.scale === 1 ? joined : mx.multiply(joined, this.scale);
    });
  }
}

function frequencyArg(op: string, name: string, value: unknown): number {
  const frequency = numberArg(op, name, value);
  if (frequency > 0) return frequency;
  throw rangeError(`[${op}] ${name} is ${frequency}, it must be above 0`);
}

/** Options of {@link ALiBi}'s `forward`. */
export interface ALiBiOptions {
  /** The position of the first query. Default: `0`. */
  offset?: number | undefined;
  /** Added to the scores too; it broadcasts to their shape. Default: `null`. */
  mask?: MLXArray | null | undefined;
}

/** Options of {@link ALiBi.createAlibiMatrix}. */
export interface AlibiMatrixOptions {
  /** The position of the first query. Default: `0`. */
  offset?: number | undefined;
  /** A float dtype. Default: `"float32"`. */
  dtype?: DType | undefined;
}

/** Options of {@link ALiBi.createAlibiSlope}. */
export interface AlibiSlopeOptions {
  /** A float dtype. Default: `"float32"`. */
  dtype?: DType | undefined;
}

/**
 * Attention with linear biases: head $h$ adds $-m_h\,|i - j|$ to the score of query $i$ and key $j$,
 * with slopes $m_h$ that fall in equal ratios, $2^{-8h/H}$ where the number of heads is a power of 2.
 *
 * @example
 * ```ts
 * const scores = mx.zeros([1, 2, 3, 3]);
 * new nn.ALiBi().forward(scores).index(0, 0, 2).tolist(); // [-0.125, -0.0625, 0]
 * ```
 * @see Python: `mlx.nn.ALiBi`
 * @see Press et al., Train short, test long, https://arxiv.org/abs/2108.12409
 */
export class ALiBi extends Module {
  /**
   * The biases of all heads.
   *
   * @param qSequenceLength - the position behind the last query
   * @param kSequenceLength - how many keys there are
   * @param numHeads - how many heads there are
   * @param offset - the position of the first query; default `0`
   * @param dtype - a float dtype; default `"float32"`
   * @returns `[1, numHeads, qSequenceLength - offset, kSequenceLength]`
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for sizes out of range
   * @example
   * ```ts
   * nn.ALiBi.createAlibiMatrix(2, 2, 1).tolist(); // [[[[0, -0.00390625], [-0.00390625, 0]]]]
   * ```
   * @see Python: `mlx.nn.ALiBi.create_alibi_matrix`
   */
  static createAlibiMatrix(
    qSequenceLength: number,
    kSequenceLength: number,
    numHeads: number,
    offset?: number | AlibiMatrixOptions,
    dtype?: DType | AlibiMatrixOptions,
  ): MLXArray {
    const op = "createAlibiMatrix";
    const options = mx.keywords<AlibiMatrixOptions>(op, ["offset", "dtype"], [offset, dtype]);
    const first = intArg(op, "offset", options.offset ?? 0, 0);
    const queries = intArg(op, "qSequenceLength", qSequenceLength, first);
    const keys = intArg(op, "kSequenceLength", kSequenceLength, 0);
    const type = options.dtype ?? "float32";
    return mx.tidy(() => {
      const rows = mx.expandDims(mx.arange(first, queries), -1);
      const distance = mx.negative(mx.abs(mx.subtract(rows, mx.arange(keys))));
      const slopes = ALiBi.createAlibiSlope(numHeads, type);
      return mx.multiply(mx.expandDims(distance, [0, 1]), slopes).astype(type);
    });
  }

  /**
   * The slope of each head.
   *
   * @param numHeads - how many heads there are
   * @param dtype - a float dtype; default `"float32"`
   * @returns `[numHeads, 1, 1]`
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for fewer than one head
   * @example
   * ```ts
   * nn.ALiBi.createAlibiSlope(2).flatten().tolist(); // [0.0625, 0.00390625]
   * ```
   * @see Python: `mlx.nn.ALiBi.create_alibi_slope`
   */
  static createAlibiSlope(numHeads: number, dtype?: DType | AlibiSlopeOptions): MLXArray {
    const op = "createAlibiSlope";
    const options = mx.keywords<AlibiSlopeOptions>(op, ["dtype"], [dtype]);
    const slopes = slopesOf(intArg(op, "numHeads", numHeads));
    return mx.tidy(() =>
      mx.array(slopes, options.dtype ?? "float32").reshape([slopes.length, 1, 1]),
    );
  }

  /**
   * @param attentionScores - `[n, numHeads, queries, keys]`
   * @param offset - the position of the first query; default `0`
   * @param mask - added to the scores too; it broadcasts to their shape; default `null`
   * @returns the same shape
   * @throws RangeError for other shapes
   */
  forward(
    attentionScores: MLXArray,
    offset?: number | ALiBiOptions,
    mask?: MLXArray | null | ALiBiOptions,
  ): MLXArray {
    const options = mx.keywords<ALiBiOptions>("ALiBi", ["offset", "mask"], [offset, mask]);
    const [, heads, queries, keys, ...more] = attentionScores.shape;
    if (heads === undefined || queries === undefined || keys === undefined || more.length > 0) {
      throw rangeError(
        `[ALiBi] the scores have shape [${attentionScores.shape}], they must be [n, heads, queries, keys]`,
        "SHAPE",
      );
    }
    const first = intArg("ALiBi", "offset", options.offset ?? 0, 0);
    const added = options.mask ?? null;
    return mx.tidy(() => {
      const dtype = attentionScores.dtype;
      const bias = ALiBi.createAlibiMatrix(queries + first, keys, heads, first, dtype);
      return mx.add(attentionScores, added === null ? bias : mx.add(bias, added));
    });
  }
}

/** Powers of one ratio where their number is a power of 2; else those of the next lower power, and every other one of the next higher. */
function slopesOf(heads: number): number[] {
  const power = Math.floor(Math.log2(heads));
  if (2 ** power === heads) {
    const ratio = 2 ** -(2 ** (3 - power));
    return Array.from({ length: heads }, (_, i) => ratio ** (i + 1));
  }
  const lower = 2 ** power;
  const between = slopesOf(2 * lower).filter((_, i) => i % 2 === 0);
  return [...slopesOf(lower), ...between.slice(0, heads - lower)];
}
