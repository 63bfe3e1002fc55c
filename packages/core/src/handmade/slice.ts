// `mx.slice`: the slice object of an index, or the op on an array, by its first argument; and
// `mx.sliceUpdate`. Both ops take their starts as lists or as an array.

import { type Placement, rangeError, shown, typeError } from "@mlx-ts/backend-api";
import { arrayArg, backendOf, intsArg, operandArg } from "../arguments.js";
import { type ArrayLike, MLXArray } from "../array.js";
import { isOptions, named, place, placeOf, type StreamOptions } from "../options.js";
import { wrap } from "../wrap.js";

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
 * @param options - `strides`, and `stream`: where to run
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
/** A rectangular part of an array; `strides` by name. See the signature before. */
export function slice(
  a: MLXArray,
  start: number | readonly number[],
  stop: number | readonly number[],
  options?: SliceOptions,
): MLXArray;
/**
 * A rectangular part of an array that starts where another array says: inside a compiled function the
 * place may change from call to call.
 *
 * @param a - `[...]`
 * @param start - integers `[n]`, or a scalar for one axis; negative counts from the end. A start from
 * which the part would reach beyond `a` is moved back
 * @param axes - the n axes that start there; the others start at 0
 * @param sliceSize - for each axis of `a`, the size of the part
 * @param options - `stream`: where to run
 * @returns an array of shape `sliceSize`
 * @throws RangeError for axes or sizes that do not fit
 * @throws TypeError for starts that are no integers
 * @example
 * ```ts
 * const a = mx.arange(6).reshape(2, 3);
 * mx.slice(a, mx.array([1], "int32"), [1], [2, 2]).tolist(); // [[1, 2], [4, 5]]
 * ```
 * @see Python: `mlx.core.slice`
 */
export function slice(
  a: MLXArray,
  start: MLXArray,
  axes: number | readonly number[],
  sliceSize: number | readonly number[],
  options?: StreamOptions,
): MLXArray;
export function slice(
  a?: MLXArray | number | null,
  start?: MLXArray | number | readonly number[] | null,
  stop?: number | readonly number[] | null,
  strides?: number | readonly number[] | SliceOptions | null,
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
  const { backend } = a;
  const { ops } = backend;
  const from = arrayArg("slice", "a", a, backend);
  if (start instanceof MLXArray) {
    const at = place("slice", options);
    const starts = arrayArg("slice", "start", start, backend);
    const axes = intsArg("slice", "axes", stop);
    const sizes = intsArg("slice", "sliceSize", strides);
    return wrap(backend, ops.dynamicSlice(from, starts, axes, sizes, at));
  }
  const [steps, at] = stepsAndPlace("slice", strides, options);
  const first = intsArg("slice", "start", start);
  const end = intsArg("slice", "stop", stop);
  return wrap(backend, ops.slice(from, first, end, steps, at));
}

/** Options of {@link slice} and {@link sliceUpdate} over lists of starts. */
export interface SliceOptions extends StreamOptions {
  /** For each axis, the step; not 0, and negative ones walk down. Default: 1 for all. */
  strides?: number | readonly number[] | null | undefined;
}

/** Steps, none for 1 on all axes, and the place to run at. */
function stepsAndPlace(
  op: string,
  strides: number | readonly number[] | SliceOptions | null | undefined,
  options: StreamOptions | undefined,
): [readonly number[], Placement | undefined] {
  let steps: unknown = strides;
  if (isOptions(strides)) {
    const given = named<SliceOptions>(op, strides, ["strides"], 0, options);
    steps = given.strides;
    options = given;
  } else if (options !== undefined) named(op, options, ["strides"], 1);
  const at = placeOf(op, options?.stream);
  return [steps === undefined || steps === null ? [] : intsArg(op, "strides", steps), at];
}

/**
 * A copy of an array with a rectangular part replaced.
 *
 * @param a - `[...]`
 * @param update - what to write; broadcasts to the part
 * @param start - for each axis, the first index; negative counts from the end
 * @param stop - for each axis, the first index left out
 * @param strides - for each axis, the step; not 0, and negative ones walk down; default 1
 * @param options - `strides`, and `stream`: where to run
 * @returns an array of `a`'s shape and dtype
 * @throws RangeError for lists of another length than `a` has axes, a zero step, or an update that does not fit
 * @example
 * ```ts
 * mx.sliceUpdate(mx.zeros(4), mx.array([7, 8]), [1], [3]).tolist(); // [0, 7, 8, 0]
 * ```
 * @see Python: `a[start:stop:step] = update`; in C++ `slice_update`
 */
export function sliceUpdate(
  a: ArrayLike,
  update: ArrayLike,
  start: number | readonly number[],
  stop: number | readonly number[],
  strides?: number | readonly number[] | null,
  options?: StreamOptions,
): MLXArray;
/** A copy of an array with a rectangular part replaced; `strides` by name. See the first signature. */
export function sliceUpdate(
  a: ArrayLike,
  update: ArrayLike,
  start: number | readonly number[],
  stop: number | readonly number[],
  options?: SliceOptions,
): MLXArray;
/**
 * A copy of an array with a part replaced that starts where another array says.
 *
 * @param a - `[...]`
 * @param update - what to write; its shape is that of the part. Leading axes that it lacks are filled, but
 * for those with a start, of which one place is written
 * @param start - integers `[n]`, or a scalar for one axis; negative counts from the end. A start from
 * which the update would reach beyond `a` is moved back
 * @param axes - the n axes that start there; the others start at 0
 * @param options - `stream`: where to run
 * @returns an array of `a`'s shape and dtype
 * @throws RangeError for axes or sizes that do not fit
 * @throws TypeError for starts that are no integers
 * @example
 * ```ts
 * const start = mx.array([1], "int32");
 * mx.sliceUpdate(mx.zeros(4), mx.array([7, 8]), start, [0]).tolist(); // [0, 7, 8, 0]
 * ```
 * @see Python: `mlx.core.slice_update`
 */
export function sliceUpdate(
  a: ArrayLike,
  update: ArrayLike,
  start: MLXArray,
  axes: number | readonly number[],
  options?: StreamOptions,
): MLXArray;
export function sliceUpdate(
  a: ArrayLike,
  update: ArrayLike,
  start: MLXArray | number | readonly number[],
  stop: number | readonly number[],
  strides?: number | readonly number[] | SliceOptions | null,
  options?: StreamOptions,
): MLXArray {
  const backend = backendOf(a, update, start);
  const { ops } = backend;
  if (start instanceof MLXArray) {
    if (strides !== undefined && !isOptions(strides)) {
      throw typeError(
        `[sliceUpdate] starts in an array have no strides, got ${shown(strides)}`,
        "OPTION",
      );
    }
    const at = place("sliceUpdate", strides);
    const from = arrayArg("sliceUpdate", "a", a, backend);
    const written = arrayArg("sliceUpdate", "update", update, backend);
    const starts = arrayArg("sliceUpdate", "start", start, backend);
    const axes = intsArg("sliceUpdate", "axes", stop);
    return wrap(backend, ops.dynamicSliceUpdate(from, written, starts, axes, at));
  }
  const [steps, at] = stepsAndPlace("sliceUpdate", strides, options);
  const from = operandArg("sliceUpdate", "a", a, backend);
  const written = operandArg("sliceUpdate", "update", update, backend);
  const first = intsArg("sliceUpdate", "start", start);
  const end = intsArg("sliceUpdate", "stop", stop);
  return wrap(backend, ops.sliceUpdate(from, written, first, end, steps, at));
}
