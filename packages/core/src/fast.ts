// Fused layers, as `mx.fast`. Most are generated (./ops/fast.ts), kernels are in ./kernels.ts; here is
// attention, whose mask is a word or an array, and rope, whose offset is a number or an array.

import { rangeError, shown } from "@mlx-ts/backend-api";
import {
  arrayArg,
  arrayOrNullArg,
  backendOf,
  boolArg,
  floatArg,
  floatOrNullArg,
  indicesArg,
  intArg,
} from "./arguments.js";
import { type ArrayLike, MLXArray } from "./array.js";
import { named, placeOf, type StreamOptions } from "./options.js";
import { wrap } from "./wrap.js";

export * from "./kernels.js";
export * from "./ops/fast.js";

/** Options of {@link scaledDotProductAttention}. */
export interface ScaledDotProductAttentionOptions extends StreamOptions {
  /** Factor of the scores, most often $1 / \sqrt d$. */
  scale: number;
  /**
   * `"causal"`: a query sees no later key, and the last query is aligned with the last key. Else an
   * array that broadcasts to `[b, h, t, u]`: bool, or numbers that are added to the scores. Default: `null`.
   */
  mask?: "causal" | ArrayLike | null | undefined;
  /** `[h]`: a score that each head adds to its rows, where weight goes that no key gets. Default: `null`. */
  sinks?: ArrayLike | null | undefined;
  /** Fail where the device has no fused kernel. Default: `false`. */
  forceFused?: boolean | undefined;
}

const attentionNames = ["scale", "mask", "sinks", "forceFused"] as const;

/**
 * Attention of several heads: $\mathrm{softmax}(s\, q k^T + m)\, v$, with the softmax in float32. Several
 * query heads may share one head of keys and values.
 *
 * @param q - `[b, h, t, d]`
 * @param k - `[b, g, u, d]`, where `g` divides `h`
 * @param v - `[b, g, u, e]`
 * @param options - `scale`, which must be given, `mask`, `sinks`, `forceFused`, and `stream`: where to run
 * @returns `[b, h, t, e]`
 * @throws TypeError for arguments of a wrong kind or an unknown option
 * @throws RangeError for shapes, heads or dtypes that do not fit, or another word than `"causal"`
 * @example
 * ```ts
 * const q = mx.ones([1, 4, 2, 8]);
 * const kv = mx.ones([1, 2, 3, 8]);
 * mx.fast.scaledDotProductAttention(q, kv, kv, { scale: 8 ** -0.5, mask: "causal" }).shape; // [1, 4, 2, 8]
 * ```
 * @see Python: `mlx.core.fast.scaled_dot_product_attention`
 */
export function scaledDotProductAttention(
  q: ArrayLike,
  k: ArrayLike,
  v: ArrayLike,
  options: ScaledDotProductAttentionOptions,
): MLXArray {
  const op = "scaledDotProductAttention";
  named<ScaledDotProductAttentionOptions>(op, options, attentionNames, 0);
  const at = placeOf(op, options.stream);
  const { scale, mask = null, sinks = null, forceFused = false } = options;
  if (typeof mask === "string" && mask !== "causal") {
    throw rangeError(`[${op}] mask is ${shown(mask)}, it must be "causal", an array or null`);
  }
  const causal = mask === "causal";
  const backend = q instanceof MLXArray ? q.backend : backendOf(q, k, v, mask, sinks);
  return wrap(
    backend,
    backend.ops.fastScaledDotProductAttention(
      arrayArg(op, "q", q, backend),
      arrayArg(op, "k", k, backend),
      arrayArg(op, "v", v, backend),
      floatArg(op, "scale", scale),
      causal ? null : arrayOrNullArg(op, "mask", mask, backend),
      causal,
      arrayOrNullArg(op, "sinks", sinks, backend),
      boolArg(op, "forceFused", forceFused),
      at,
    ),
  );
}

/** Options of {@link rope}, of which all but the last must be given, as in Python. */
export interface RopeOptions extends StreamOptions {
  /** Whether neighbours make a pair; else the first half of the features is paired with the second. */
  traditional: boolean;
  /** The base of the angular frequencies; `null` where `freqs` has them. */
  base: number | null;
  /** Factor of the positions. */
  scale: number;
  /** The first position: an integer, or an array of integers, one for all or `[b]`. */
  offset: ArrayLike;
  /** `[dims / 2]`: what positions are divided by, in place of powers of `base`. Default: `null`. */
  freqs?: ArrayLike | null | undefined;
}

const ropeNames = ["traditional", "base", "scale", "offset", "freqs"] as const;

/**
 * Rotary position encoding: turns the pair $i$ of features at position $p$ by the angle
 * $p \cdot \mathrm{base}^{-2i / \mathrm{dims}}$.
 *
 * @param a - `[b, ..., t, d]`, real floats, with at least 3 axes
 * @param dims - how many features are turned, even and at most `d`; the others stay
 * @param options - `traditional`, `base`, `scale` and `offset`, which must be given, `freqs`, and `stream`:
 * where to run
 * @returns an array of `a`'s shape and dtype
 * @throws TypeError for arguments of a wrong kind or an unknown option
 * @throws RangeError for sizes that do not fit, or both or neither of `base` and `freqs`
 * @example
 * ```ts
 * const how = { traditional: false, base: 10000, scale: 1, offset: 0 };
 * mx.fast.rope(mx.ones([1, 1, 2]), 2, how).tolist(); // [[[1, 1]]]
 * ```
 * @see Python: `mlx.core.fast.rope`
 */
export function rope(a: ArrayLike, dims: number, options: RopeOptions): MLXArray {
  named<RopeOptions>("rope", options, ropeNames, 0);
  const at = placeOf("rope", options.stream);
  const { traditional, base, scale, offset, freqs = null } = options;
  const backend = a instanceof MLXArray ? a.backend : backendOf(a, offset, freqs);
  const one = typeof offset === "number";
  return wrap(
    backend,
    backend.ops.fastRope(
      arrayArg("rope", "a", a, backend),
      intArg("rope", "dims", dims),
      boolArg("rope", "traditional", traditional),
      floatOrNullArg("rope", "base", base),
      floatArg("rope", "scale", scale),
      one ? intArg("rope", "offset", offset) : 0,
      arrayOrNullArg("rope", "freqs", freqs, backend),
      one ? null : indicesArg("rope", "offset", offset, backend),
      at,
    ),
  );
}
