// `tensordot`, whose axes are a count or two lists, as in Python.

import { rangeError, shown } from "@mlx-ts/backend-api";
import { arrayArg, backendOf, intArg, intsArg } from "../arguments.js";
import { type ArrayLike, MLXArray } from "../array.js";
import { keywords } from "../keywords.js";
import { placeOf, type StreamOptions } from "../options.js";
import { wrap } from "../wrap.js";

/** The axes that {@link tensordot} sums over: the last ones of `a` with the first ones of `b`, or both lists. */
export type TensordotAxes = number | readonly [a: readonly number[], b: readonly number[]];

/** Options of {@link tensordot}. */
export interface TensordotOptions extends StreamOptions {
  /** How many axes to sum over, or their lists. Default: `2`. */
  axes?: TensordotAxes | undefined;
}

/**
 * Sum of products over several axes at once.
 *
 * @param a - `[...]`
 * @param b - `[...]`
 * @param axes - a number n takes the last n axes of `a` and the first n of `b`; or a list of axes for each;
 * default 2
 * @param options - `axes` by name, and `stream`: where to run
 * @returns the remaining axes of `a`, then those of `b`
 * @throws TypeError for arguments of a wrong kind or an unknown option
 * @throws RangeError for axes out of bounds, named twice, or of different size, and for integer dtypes
 * @example
 * ```ts
 * mx.tensordot(mx.ones([2, 3, 4]), mx.ones([3, 4, 5])).shape; // [2, 5]
 * mx.tensordot(mx.ones([2, 3]), mx.ones([4, 2]), [[0], [1]]).shape; // [3, 4]
 * ```
 * @see Python: `mlx.core.tensordot`
 */
export function tensordot(
  a: ArrayLike,
  b: ArrayLike,
  axes?: TensordotAxes,
  options?: TensordotOptions,
): MLXArray;
/** Sum of products over several axes at once. The remaining arguments by name; see the first signature. */
export function tensordot(a: ArrayLike, b: ArrayLike, options?: TensordotOptions): MLXArray;
export function tensordot(a: ArrayLike, b: ArrayLike, ...rest: readonly unknown[]): MLXArray {
  const op = "tensordot";
  const { axes = 2, stream } = keywords<TensordotOptions>(op, ["axes", "stream"], rest);
  const at = placeOf(op, stream);
  const backend = a instanceof MLXArray ? a.backend : backendOf(a, b);
  const [first, second] = [arrayArg(op, "a", a, backend), arrayArg(op, "b", b, backend)];
  const count = typeof axes === "number" ? intArg(op, "axes", axes) : undefined;
  const most = () => Math.min(...[first, second].map((it) => backend.aval(it).shape.length));
  if (count !== undefined && (count < 0 || count > most())) {
    throw rangeError(`[${op}] axes is ${count}, it must be from 0 to ${most()}`, "SHAPE");
  }
  const [axesA, axesB] =
    count === undefined
      ? lists(axes)
      : [
          Array.from({ length: count }, (_, i) => i - count),
          Array.from({ length: count }, (_, i) => i),
        ];
  return wrap(backend, backend.ops.tensordot(first, second, axesA, axesB, at));
}

function lists(axes: unknown): readonly [readonly number[], readonly number[]] {
  if (!Array.isArray(axes) || axes.length !== 2) {
    throw rangeError(`[tensordot] axes must be a number or two lists of axes, got ${shown(axes)}`);
  }
  const [a, b] = axes.map((list: unknown, i) => intsArg("tensordot", `axes[${i}]`, list));
  return [a ?? [], b ?? []];
}
