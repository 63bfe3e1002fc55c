// `unique`, whose result depends on what is asked for, as in Python.

import { arrayArg, backendOf, boolArg, intArg, operandOrNullArg } from "../arguments.js";
import { type ArrayLike, MLXArray } from "../array.js";
import { keywords } from "../keywords.js";
import { placeOf, type StreamOptions } from "../options.js";
import { wrapAll } from "../wrap.js";

/** Options of {@link unique}. */
export interface UniqueOptions<
  Index extends boolean = boolean,
  Inverse extends boolean = boolean,
  Counts extends boolean = boolean,
> extends StreamOptions {
  /** Whether to tell where each stands first. Default: `false`. */
  returnIndex?: Index | undefined;
  /** Whether to tell for each of `a`'s elements which it is. Default: `false`. */
  returnInverse?: Inverse | undefined;
  /** Whether to tell how often each occurs. Default: `false`. */
  returnCounts?: Counts | undefined;
  /** Fills places beyond the last; `null` takes the smallest element. Default: `null`. */
  fillValue?: ArrayLike | null | undefined;
}

/** One more array where it is asked for. */
export type UniquePart<Asked extends boolean> = Asked extends true ? [MLXArray] : [];

/** The values, and after them what was asked for: index, inverse, counts. */
export type UniqueTuple<Index extends boolean, Inverse extends boolean, Counts extends boolean> = [
  values: MLXArray,
  ...UniquePart<Index>,
  ...UniquePart<Inverse>,
  ...UniquePart<Counts>,
];

/** What {@link unique} gives: the values alone, or a tuple of them and what was asked for, in this order. */
export type UniqueResult<
  Index extends boolean = false,
  Inverse extends boolean = false,
  Counts extends boolean = false,
> = [Index] extends [true]
  ? UniqueTuple<Index, Inverse, Counts>
  : [Inverse] extends [true]
    ? UniqueTuple<Index, Inverse, Counts>
    : [Counts] extends [true]
      ? UniqueTuple<Index, Inverse, Counts>
      : true extends Index | Inverse | Counts
        ? MLXArray | UniqueTuple<Index, Inverse, Counts>
        : MLXArray;

const names = ["returnIndex", "returnInverse", "returnCounts", "fillValue", "stream"] as const;

/**
 * Sorted elements of the flattened array without repetitions.
 *
 * The size is given, since shapes may not depend on values: with fewer elements the places beyond them hold
 * `fillValue` and count 0, with more the largest are left out, and index, inverse and counts no longer tell of
 * all elements.
 *
 * @param a - `[...]`, any real dtype
 * @param size - how many places the result has
 * @param returnIndex - whether to tell where each stands first; default false
 * @param returnInverse - whether to tell for each of `a`'s elements which it is; default false
 * @param returnCounts - whether to tell how often each occurs; default false
 * @param fillValue - one number; default `null`, the smallest element
 * @param options - all of these by name, and `stream`: where to run
 * @returns the values `[size]`; with flags a tuple of values, index (uint32 `[size]`), inverse (uint32, `a`'s
 * shape), counts (int32 `[size]`), as far as they are asked for
 * @throws TypeError for arguments of a wrong kind or an unknown option
 * @throws RangeError for a negative size, for a fill value of several elements, and for no elements without one
 * @example
 * ```ts
 * const a = mx.array([3, 1, 3]);
 * mx.unique(a, 2); // [1, 3]
 * const [values, counts] = mx.unique(a, 3, { returnCounts: true, fillValue: -1 });
 * values; // [1, 3, -1]
 * counts; // [1, 2, 0]
 * ```
 * @see Python: `mlx.core.unique`
 */
export function unique<
  Index extends boolean = false,
  Inverse extends boolean = false,
  Counts extends boolean = false,
>(
  a: ArrayLike,
  size: number,
  returnIndex?: Index,
  returnInverse?: Inverse,
  returnCounts?: Counts,
  fillValue?: ArrayLike | null,
  options?: StreamOptions,
): UniqueResult<Index, Inverse, Counts>;
/** Sorted elements without repetitions. The remaining arguments by name; see the first signature. */
export function unique<
  Index extends boolean = false,
  Inverse extends boolean = false,
  Counts extends boolean = false,
>(
  a: ArrayLike,
  size: number,
  options?: UniqueOptions<Index, Inverse, Counts>,
): UniqueResult<Index, Inverse, Counts>;
/** Sorted elements without repetitions. The remaining arguments by name; see the first signature. */
export function unique<
  Index extends boolean = false,
  Inverse extends boolean = false,
  Counts extends boolean = false,
>(
  a: ArrayLike,
  size: number,
  returnIndex: Index | undefined,
  options?: UniqueOptions<false, Inverse, Counts>,
): UniqueResult<Index, Inverse, Counts>;
/** Sorted elements without repetitions. The remaining arguments by name; see the first signature. */
export function unique<
  Index extends boolean = false,
  Inverse extends boolean = false,
  Counts extends boolean = false,
>(
  a: ArrayLike,
  size: number,
  returnIndex: Index | undefined,
  returnInverse: Inverse | undefined,
  options?: UniqueOptions<false, false, Counts>,
): UniqueResult<Index, Inverse, Counts>;
/** Sorted elements without repetitions. The remaining arguments by name; see the first signature. */
export function unique<
  Index extends boolean = false,
  Inverse extends boolean = false,
  Counts extends boolean = false,
>(
  a: ArrayLike,
  size: number,
  returnIndex: Index | undefined,
  returnInverse: Inverse | undefined,
  returnCounts: Counts | undefined,
  options?: UniqueOptions<false, false, false>,
): UniqueResult<Index, Inverse, Counts>;
export function unique(
  a: ArrayLike,
  size: number,
  ...rest: readonly unknown[]
): MLXArray | MLXArray[] {
  const op = "unique";
  const given = keywords<UniqueOptions>(op, names, rest);
  const { returnIndex = false, returnInverse = false, returnCounts = false } = given;
  const at = placeOf(op, given.stream);
  const backend = a instanceof MLXArray ? a.backend : backendOf(a);
  const parts = wrapAll(
    backend,
    backend.ops.unique(
      arrayArg(op, "a", a, backend),
      intArg(op, "size", size),
      boolArg(op, "returnIndex", returnIndex),
      boolArg(op, "returnInverse", returnInverse),
      boolArg(op, "returnCounts", returnCounts),
      operandOrNullArg(op, "fillValue", given.fillValue ?? null, backend),
      at,
    ),
  );
  const [values] = parts;
  return values !== undefined && parts.length === 1 ? values : parts;
}
