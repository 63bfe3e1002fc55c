// `atleast1d`, `atleast2d` and `atleast3d`: one array gives one, several give a list, as in Python.

import { arraysArg, backendOf } from "../arguments.js";
import type { ArrayLike, MLXArray } from "../array.js";
import { isOptions, place, type StreamOptions } from "../options.js";
import { wrapAll } from "../wrap.js";

type Name = "atleast1d" | "atleast2d" | "atleast3d";

function atleast(
  op: Name,
  args: readonly (ArrayLike | StreamOptions | undefined)[],
): MLXArray | MLXArray[] {
  const last = args.at(-1);
  const options = isOptions(last) ? last : undefined;
  const given = args.length > 0 && (options ?? last) === options ? args.slice(0, -1) : args;
  const at = place(op, options);
  const backend = backendOf(...given);
  const out = wrapAll(backend, backend.ops[op](arraysArg(op, "arrays", given, backend), at));
  const [only] = out;
  return only !== undefined && out.length === 1 ? only : out;
}

/** No array, or two and more: of exactly one, {@link atleast1d} and its kin give one. */
export type SeveralArrays = readonly [] | readonly [ArrayLike, ArrayLike, ...ArrayLike[]];
/** {@link SeveralArrays} before the options. */
export type SeveralArraysThen = readonly [...SeveralArrays, StreamOptions];

/**
 * Gives a scalar an axis of size 1; other arrays stay as they are.
 *
 * @param array - `[...]`
 * @param options - `stream`: where to run
 * @returns an array with one axis or more; given several arrays, a list of them
 * @throws TypeError for arguments of a wrong kind or an unknown option
 * @example
 * ```ts
 * mx.atleast1d(5).shape; // [1]
 * mx.atleast1d(1, mx.ones([2])).length; // 2
 * ```
 * @see Python: `mlx.core.atleast_1d`
 */
export function atleast1d(array: ArrayLike, options?: StreamOptions): MLXArray;
/** Gives each of several arrays at least one axis. See the first signature. */
export function atleast1d(...arrays: SeveralArrays | SeveralArraysThen): MLXArray[];
export function atleast1d(
  ...args: readonly (ArrayLike | StreamOptions | undefined)[]
): MLXArray | MLXArray[] {
  return atleast("atleast1d", args);
}

/**
 * Gives an array of fewer than 2 axes more of size 1.
 *
 * @param array - `[...]`
 * @param options - `stream`: where to run
 * @returns an array with 2 axes or more; given several arrays, a list of them
 * @throws TypeError for arguments of a wrong kind or an unknown option
 * @example
 * ```ts
 * mx.atleast2d(5).shape; // [1, 1]
 * mx.atleast2d(1, mx.ones([2])).length; // 2
 * ```
 * @see Python: `mlx.core.atleast_2d`
 */
export function atleast2d(array: ArrayLike, options?: StreamOptions): MLXArray;
/** Gives each of several arrays at least 2 axes. See the first signature. */
export function atleast2d(...arrays: SeveralArrays | SeveralArraysThen): MLXArray[];
export function atleast2d(
  ...args: readonly (ArrayLike | StreamOptions | undefined)[]
): MLXArray | MLXArray[] {
  return atleast("atleast2d", args);
}

/**
 * Gives an array of fewer than 3 axes more of size 1.
 *
 * @param array - `[...]`
 * @param options - `stream`: where to run
 * @returns an array with 3 axes or more; given several arrays, a list of them
 * @throws TypeError for arguments of a wrong kind or an unknown option
 * @example
 * ```ts
 * mx.atleast3d(5).shape; // [1, 1, 1]
 * mx.atleast3d(1, mx.ones([2])).length; // 2
 * ```
 * @see Python: `mlx.core.atleast_3d`
 */
export function atleast3d(array: ArrayLike, options?: StreamOptions): MLXArray;
/** Gives each of several arrays at least 3 axes. See the first signature. */
export function atleast3d(...arrays: SeveralArrays | SeveralArraysThen): MLXArray[];
export function atleast3d(
  ...args: readonly (ArrayLike | StreamOptions | undefined)[]
): MLXArray | MLXArray[] {
  return atleast("atleast3d", args);
}
