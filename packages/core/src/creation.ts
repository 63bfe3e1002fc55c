// Arrays from JavaScript values: `array` and `asarray`. Arrays from sizes are ops; see ./ops/creation.ts.

import { type DType, rangeError, shown } from "@mlx-ts/backend-api";
import { arrayArg, boolArg, dtypeArg, fromValue } from "./arguments.js";
import { type ArrayLike, MLXArray } from "./array.js";
import { defaultBackend } from "./backend.js";
import { keywords } from "./keywords.js";
import { wrap } from "./wrap.js";

/** Options of {@link array}. */
export interface ArrayOptions {
  /** Element type; `null` takes the natural one. Default: `null`. */
  dtype?: DType | null | undefined;
}

/**
 * Makes an array from numbers.
 *
 * Numbers become float32, booleans bool, bigints int64, complex numbers `{ re, im }` complex64; a typed array
 * keeps its type, but Float64Array becomes float32. Arrays and typed arrays inside lists are stacked.
 *
 * @param value - a number, boolean, bigint, complex number, nested lists of them, a typed array, or an array
 * to copy
 * @param dtype - element type; default the natural one. Integers wrap around, fractions and imaginary parts are
 * cut off
 * @returns an array with the elements' shape; later changes of a typed array do not reach it
 * @throws RangeError for ragged lists
 * @throws TypeError for anything that is no number
 * @example
 * ```ts
 * import * as mx from "@mlx-ts/core";
 *
 * mx.array([[1, 2], [3, 4]]).shape; // [2, 2]
 * mx.array([1, 2], "int32").dtype; // "int32"
 * mx.array(Uint8Array.of(1, 2)).dtype; // "uint8"
 * mx.array([1, { re: 0, im: 1 }]).dtype; // "complex64"
 * ```
 * @see Python: `mlx.core.array`
 */
export function array(value: ArrayLike, dtype?: DType | null): MLXArray;
/** Makes an array from numbers. The dtype by name; see the first signature. */
export function array(value: ArrayLike, options?: ArrayOptions): MLXArray;
export function array(value: ArrayLike, ...optional: readonly unknown[]): MLXArray {
  const { dtype } = keywords<ArrayOptions>("array", ["dtype"], optional);
  return made("array", value, wanted("array", dtype));
}

/** Options of {@link asarray}. */
export interface AsarrayOptions extends ArrayOptions {
  /** `false` refuses what needs a copy; `null` and `true` copy where needed. Default: `null`. */
  copy?: boolean | null | undefined;
}

/**
 * Takes a value as an array: an array of the wanted dtype shares its elements with the result, from everything
 * else an array is made, as by {@link array}.
 *
 * Elements never change once computed, so sharing and copying cannot be told apart; `copy: true` is accepted for
 * code that comes from Python.
 *
 * @param a - an array, number, nested lists or a typed array
 * @param dtype - element type; default the natural one
 * @param options - `copy`, and `dtype` by name
 * @returns an array
 * @throws RangeError when `copy` is `false` and elements must be copied: for all but arrays of the wanted dtype
 * @throws RangeError and TypeError also as {@link array}
 * @example
 * ```ts
 * mx.asarray([1, 2], mx.int32).dtype; // "int32"
 * mx.asarray(mx.arange(3), { copy: false }).tolist(); // [0, 1, 2]
 * ```
 * @see Python: `mlx.core.asarray`
 */
export function asarray(
  a: ArrayLike,
  dtype?: DType | null,
  options?: Omit<AsarrayOptions, "dtype">,
): MLXArray;
/** Takes a value as an array. The remaining arguments by name; see the first signature. */
export function asarray(a: ArrayLike, options?: AsarrayOptions): MLXArray;
export function asarray(a: ArrayLike, ...optional: readonly unknown[]): MLXArray {
  const given = keywords<AsarrayOptions>("asarray", ["dtype", "copy"], optional);
  const dtype = wanted("asarray", given.dtype);
  const copy = given.copy ?? null;
  if (copy !== null) boolArg("asarray", "copy", copy);
  const isShared = a instanceof MLXArray && (dtype === undefined || dtype === a.dtype);
  if (copy === false && !isShared) {
    throw rangeError(
      `[asarray] copy is false, but ${shown(a)} cannot become an array${dtype === undefined ? "" : ` of ${dtype}`} without a copy; leave copy out`,
    );
  }
  return made("asarray", a, dtype);
}

const wanted = (op: string, dtype: unknown): DType | undefined =>
  dtype === undefined || dtype === null ? undefined : dtypeArg(op, "dtype", dtype);

function made(op: string, value: ArrayLike, dtype: DType | undefined): MLXArray {
  if (!(value instanceof MLXArray)) return fromValue(op, "value", value, dtype, defaultBackend());
  const { backend } = value;
  const handle = arrayArg(op, "value", value, backend);
  return dtype === undefined || dtype === value.dtype
    ? wrap(backend, backend.retain(handle))
    : wrap(backend, backend.ops.astype(handle, dtype));
}
