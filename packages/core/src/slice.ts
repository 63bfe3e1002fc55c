// `mx.slice`: the slice object of an index, or the op on an array, by its first argument.

import { rangeError, shown, typeError } from "@mlx-ts/backend-api";
import { arrayArg, backendOf, intsArg } from "./arguments.js";
import { type ArrayLike, MLXArray } from "./array.js";
import { place, type StreamOptions } from "./options.js";
import { wrap } from "./wrap.js";

/**
 * A range of an axis for {@link MLXArray.index}: Python's `start:stop:step`.
 */
export class Slice {
  /**
   * @param start - the first index; `null` is the end that the step comes from
   * @param stop - the first index left out; `null` is the other end
   * @param step - the distance, not 0; `null` is 1
   */
  constructor(
    readonly start: number | null = null,
    readonly stop: number | null = null,
    readonly step: number | null = null,
  ) {
    for (const [name, value] of Object.entries({ start, stop, step })) {
      if (value === null) continue;
      if (typeof value !== "number") {
        throw typeError(`[slice] ${name} must be an integer or null, got ${shown(value)}`);
      }
      if (!Number.isInteger(value))
        throw rangeError(`[slice] ${name} must be an integer, got ${value}`);
    }
    if (step === 0) throw rangeError("[slice] the step is 0, it must not be");
  }
}

/**
 * A range of an axis for {@link MLXArray.index}: Python's `start:stop:step`.
 *
 * @param start - the first index, negative ones count from the end; `null` is the end the step comes from
 * @param stop - the first index left out; `null` is the other end
 * @param step - the distance, not 0; default 1
 * @returns a slice object
 * @throws RangeError for a zero step or numbers that are no integers
 * @example
 * ```ts
 * mx.arange(6).index(mx.slice(1, 5, 2)).tolist(); // [1, 3]
 * ```
 */
export function slice(start?: number | null, stop?: number | null, step?: number | null): Slice;
/**
 * A rectangular part of an array with a step on each axis, as a view.
 *
 * @param a - `[...]`
 * @param start - for each axis, the first index; negative counts from the end
 * @param stop - for each axis, the first index left out
 * @param strides - for each axis, the step; not 0, and negative ones walk down; default 1
 * @param options - `stream`: where to run
 * @returns an array of as many axes
 * @throws RangeError for lists of another length than `a` has axes, or a zero step
 * @example
 * ```ts
 * mx.slice(mx.arange(6), [1], [5], [2]).tolist(); // [1, 3]
 * ```
 * @see C++: `slice(a, start, stop, strides)`
 */
export function slice(
  a: MLXArray,
  start: number | readonly number[],
  stop: number | readonly number[],
  strides?: number | readonly number[] | null,
  options?: StreamOptions,
): MLXArray;
export function slice(
  a?: MLXArray | number | null,
  start?: number | readonly number[] | null,
  stop?: number | readonly number[] | null,
  strides?: number | readonly number[] | null,
  options?: StreamOptions,
): Slice | MLXArray {
  if (!(a instanceof MLXArray)) {
    if (strides !== undefined || Array.isArray(start) || Array.isArray(stop)) {
      throw typeError(`[slice] an array was expected before lists of indices, got ${shown(a)}`);
    }
    // One number alone is the end, as in Python.
    if (start === undefined && typeof a === "number") return new Slice(null, a);
    return new Slice(a ?? null, (start as number | null) ?? null, (stop as number | null) ?? null);
  }
  const at = place("slice", options);
  const backend = backendOf(a);
  return wrap(
    backend,
    backend.ops.slice(
      arrayArg("slice", "a", a as ArrayLike, backend),
      intsArg("slice", "start", start),
      intsArg("slice", "stop", stop),
      strides === undefined || strides === null ? [] : intsArg("slice", "strides", strides),
      at,
    ),
  );
}
