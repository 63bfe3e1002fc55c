// Linear algebra: mx.linalg. Most functions are generated (./ops/linalg.ts); here are the two that take an
// argument in several ways: the order of a norm, and what a singular value decomposition gives.

import {
  arrayArg,
  backendOf,
  boolArg,
  choiceArg,
  floatOrNullArg,
  intsOrNullArg,
} from "./arguments.js";
import type { ArrayLike, MLXArray } from "./array.js";
import { isOptions, named, placeOf, type StreamOptions } from "./options.js";
import { wrap, wrapAll } from "./wrap.js";

export * from "./ops/linalg.js";

/** Matrix norms that have names: `"fro"` and `"f"` are the Frobenius norm, `"nuc"` the nuclear norm. */
export type NormName = "fro" | "f" | "nuc";

const normNames: readonly NormName[] = ["fro", "f", "nuc"];
const normArgs = ["ord", "axis", "keepdims"] as const;
const svdArgs = ["computeUv"] as const;

/** Options of {@link norm}. */
export interface LinalgNormOptions extends StreamOptions {
  /** The order of the norm. Default: `null`. */
  ord?: number | NormName | null | undefined;
  /** One axis for vectors, two for matrices. Default: `null`. */
  axis?: number | readonly number[] | null | undefined;
  /** Keeps reduced axes with size 1. Default: `false`. */
  keepdims?: boolean | undefined;
}

/**
 * Norm of vectors (one axis) or matrices (two axes).
 *
 * | `ord` | of vectors | of matrices |
 * | --- | --- | --- |
 * | `null` | 2-norm | Frobenius norm |
 * | `"fro"`, `"f"` | | Frobenius norm: root of the sum of squares |
 * | `"nuc"` | | sum of the singular values |
 * | `Infinity`, `-Infinity` | largest, smallest magnitude | ... sum of magnitudes in a row |
 * | `1`, `-1` | as below | largest, smallest sum of magnitudes in a column |
 * | `2`, `-2` | as below | largest, smallest singular value |
 * | `0` | how many are not 0 | |
 * | other | $(\sum \lvert x \rvert^{ord})^{1/ord}$ | |
 *
 * @param a - `[...]`; integers count as float32
 * @param ord - the order of the norm; default `null`
 * @param axis - one axis for vectors, two for matrices; default `null`: all axes, which must be one or two
 * unless `ord` is `null` too
 * @param keepdims - keeps reduced axes with size 1; default `false`
 * @param options - the optional arguments by name, and `stream`: where to run
 * @returns an array without the reduced axes
 * @throws TypeError for arguments of a wrong kind or an unknown option
 * @throws RangeError for an unknown order, more than two axes, or an axis out of bounds
 * @throws MLXError where singular values are needed: on a GPU (pass `{ stream: mx.cpu }`), and at evaluation
 * for NaN and infinity
 * @example
 * ```ts
 * mx.linalg.norm([3, 4]).item(); // 5
 * const a = mx.array([[1, -2], [3, 4]]);
 * mx.linalg.norm(a, 1).item(); // 6
 * mx.linalg.norm(a, Infinity).item(); // 7
 * mx.linalg.norm(a, { axis: 1, ord: 1 }).tolist(); // [3, 7]
 * ```
 * @see Python: `mlx.core.linalg.norm`
 */
export function norm(
  a: ArrayLike,
  ord?: number | NormName | null,
  axis?: number | readonly number[] | null,
  keepdims?: boolean,
  options?: LinalgNormOptions,
): MLXArray;
/** Norm of vectors or matrices. The remaining arguments by name; see the first signature. */
export function norm(a: ArrayLike, options?: LinalgNormOptions): MLXArray;
/** Norm of vectors or matrices. The remaining arguments by name; see the first signature. */
export function norm(
  a: ArrayLike,
  ord: number | NormName | null | undefined,
  options?: LinalgNormOptions,
): MLXArray;
/** Norm of vectors or matrices. The remaining arguments by name; see the first signature. */
export function norm(
  a: ArrayLike,
  ord: number | NormName | null | undefined,
  axis: number | readonly number[] | null | undefined,
  options?: LinalgNormOptions,
): MLXArray;
export function norm(
  a: ArrayLike,
  ord?: number | NormName | null | LinalgNormOptions,
  axis?: number | readonly number[] | null | LinalgNormOptions,
  keepdims?: boolean | LinalgNormOptions,
  options?: LinalgNormOptions,
): MLXArray {
  if (isOptions(ord)) {
    options = named<LinalgNormOptions>("norm", ord, normArgs, 0, axis, keepdims, options);
    ({ ord, axis, keepdims } = options);
  } else if (isOptions(axis)) {
    options = named<LinalgNormOptions>("norm", axis, normArgs, 1, keepdims, options);
    ({ axis, keepdims } = options);
  } else if (isOptions(keepdims)) {
    options = named<LinalgNormOptions>("norm", keepdims, normArgs, 2, options);
    keepdims = options.keepdims;
  } else if (options !== undefined) named<LinalgNormOptions>("norm", options, normArgs, 3);
  const at = placeOf("norm", options?.stream);
  const backend = backendOf(a);
  const word = typeof ord === "string" ? choiceArg("norm", "ord", ord, normNames) : null;
  return wrap(
    backend,
    backend.ops.linalgNorm(
      arrayArg("norm", "a", a, backend),
      typeof ord === "string" ? null : floatOrNullArg("norm", "ord", ord ?? null),
      intsOrNullArg("norm", "axis", axis ?? null),
      boolArg("norm", "keepdims", keepdims === undefined ? false : keepdims),
      word,
      at,
    ),
  );
}

/** Options of {@link svd}. */
export interface LinalgSvdOptions extends StreamOptions {
  /** Whether `u` and `vt` are wanted. Default: `true`. */
  computeUv?: boolean | undefined;
}

/** What {@link svd} gives: all three factors. */
export type Svd = [u: MLXArray, s: MLXArray, vt: MLXArray];

/**
 * Singular value decomposition: $a = u\,\mathrm{diag}(s)\,v^T$, with `u` and `vt` square and orthogonal.
 *
 * @param a - `[..., m, n]`, float32, float64 or complex64
 * @param computeUv - whether `u` and `vt` are wanted; default `true`
 * @param options - `computeUv` by name, and `stream`: where to run
 * @returns `u`, `[..., m, m]`, `s`, `[..., min(m, n)]` in descending order, and `vt`, `[..., n, n]`; without
 * `computeUv` an array, `s` alone
 * @throws TypeError for arguments of a wrong kind or an unknown option
 * @throws RangeError for fewer than two axes and other dtypes
 * @throws MLXError on a GPU: pass `{ stream: mx.cpu }`; and at evaluation for NaN and infinity
 * @example
 * ```ts
 * const a = mx.array([[0, 2], [3, 0]]);
 * const [u, s, vt] = mx.linalg.svd(a);
 * mx.allclose(mx.matmul(mx.multiply(u, s), vt), a).item(); // true
 * mx.linalg.svd(a, false).tolist(); // [3, 2]
 * ```
 * @see Python: `mlx.core.linalg.svd`
 */
export function svd(
  a: ArrayLike,
  computeUv?: true,
  options?: LinalgSvdOptions & { computeUv?: true | undefined },
): Svd;
/** The singular values alone; see the first signature. */
export function svd(a: ArrayLike, computeUv: false, options?: StreamOptions): MLXArray;
/** With the remaining arguments by name; see the first signature. */
export function svd(
  a: ArrayLike,
  options?: LinalgSvdOptions & { computeUv?: true | undefined },
): Svd;
/** The singular values alone; see the first signature. */
export function svd(a: ArrayLike, options: LinalgSvdOptions & { computeUv: false }): MLXArray;
/** With `computeUv` known at run time only; see the first signature. */
export function svd(
  a: ArrayLike,
  computeUv: boolean | undefined | LinalgSvdOptions,
  options?: LinalgSvdOptions,
): Svd | MLXArray;
export function svd(
  a: ArrayLike,
  computeUv?: boolean | LinalgSvdOptions,
  options?: LinalgSvdOptions,
): Svd | MLXArray {
  if (isOptions(computeUv)) {
    options = named<LinalgSvdOptions>("svd", computeUv, svdArgs, 0, options);
    computeUv = options.computeUv;
  } else if (options !== undefined) named<LinalgSvdOptions>("svd", options, svdArgs, 1);
  const at = placeOf("svd", options?.stream);
  const backend = backendOf(a);
  const all = boolArg("svd", "computeUv", computeUv === undefined ? true : computeUv);
  const parts = backend.ops.linalgSvd(arrayArg("svd", "a", a, backend), all, at);
  const arrays = wrapAll(backend, parts);
  return all ? (arrays as Svd) : (arrays[0] as MLXArray);
}
