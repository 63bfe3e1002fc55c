// Reading and writing parts of arrays: `a.index(...)` and `a.at(...)`. Integers, slices, null and "..."
// become one slice op; one array of integers becomes a take.

import { rangeError, shown, typeError } from "@mlx-ts/backend-api";
import { arrayArg, fromValue } from "./arguments.js";
import { type ArrayLike, MLXArray } from "./array.js";
import { parseIndex } from "./index-text.js";
import { exchange } from "./lifetime.js";
import { add, divide, maximum, minimum, multiply, subtract } from "./ops/binary.js";
import { take } from "./ops/indexing.js";
import { astype } from "./ops/shape.js";
import { Slice } from "./slice.js";
import { wrap } from "./wrap.js";

/**
 * One item of an index: an integer, a {@link Slice}, `null` for a new axis, `"..."` for all axes that
 * are not named, or integers to gather. A string alone is an index in Python's notation.
 */
export type Index = number | Slice | null | MLXArray | readonly number[] | string;

/** What {@link MLXArray} offers for indexing. */
export interface IndexingMethods {
  /**
   * Reads a part of the array: Python's `a[...]`.
   *
   * @param items - integers, `mx.slice(...)`, `null`, `"..."`, or an array or list of integers; or one text
   * in Python's notation
   * @returns an array; a view where no integers are gathered
   * @throws RangeError for an integer out of bounds, too many items, or two ellipses
   * @throws TypeError for other items
   * @example
   * ```ts
   * const a = mx.arange(6).reshape([2, 3]);
   * a.index(1).tolist(); // [3, 4, 5]
   * a.index("...", mx.slice(null, 2)).tolist(); // [[0, 1], [3, 4]]
   * a.index(":, -1").tolist(); // [2, 5]
   * ```
   */
  index(...items: readonly Index[]): MLXArray;
  /**
   * Names a part of the array, to update it.
   *
   * @param items - as for `index`
   * @returns a reference with `get`, functional `set`, `add`, ..., and `assign`
   * @example
   * ```ts
   * const a = mx.zeros([3]);
   * a.at(1).set(5).tolist(); // [0, 5, 0]
   * a.at(mx.slice(1)).assign(7); // a is now [7, 0, 0]
   * ```
   */
  at(...items: readonly Index[]): ArrayAt;
  /**
   * The array in another shape. See the function `reshape`.
   *
   * @param shape - the new sizes, as a list or one by one
   */
  reshape(...shape: readonly (number | readonly number[])[]): MLXArray;
  /**
   * The array with its axes permuted. See the function `transpose`.
   *
   * @param axes - for each new axis the old one, as a list or one by one; none reverses the order
   */
  transpose(...axes: readonly (number | readonly number[])[]): MLXArray;
  /** The array with its axes reversed. */
  readonly T: MLXArray;
  /** The array with its last two axes swapped, `[..., m, n]` to `[..., n, m]`; refused below two axes. */
  readonly mT: MLXArray;
  /** The real part. See the function `real`. */
  readonly real: MLXArray;
  /** The imaginary part. See the function `imag`. */
  readonly imag: MLXArray;
}

/** The parts of an index of integers, slices, null and "...": a slice op and the shape after it. */
interface SlicePlan {
  readonly start: number[];
  readonly stop: number[];
  readonly step: number[];
  /** Shape of the slice. */
  readonly counts: number[];
  /** Shape of the result; undefined where it is that of the slice. */
  readonly shape: readonly number[] | undefined;
  /** Whether the slice op changes nothing. */
  readonly whole: boolean;
}

const isPlain = (item: Index): item is number | Slice | null | string =>
  typeof item === "number" || typeof item === "string" || item === null || item instanceof Slice;

/** Replaces "..." by full slices, and appends those that are missing. */
function expanded<T extends Index>(items: readonly T[], ndim: number): (T | Slice)[] {
  const dots = items.filter((item) => item === "...").length;
  if (dots > 1) throw rangeError("[index] an index may have one ellipsis, got two", "INDEX");
  const named = items.filter((item) => item !== null && item !== "...").length;
  if (named > ndim) {
    throw rangeError(
      `[index] ${named} indices were given for an array of ${ndim} dimensions`,
      "INDEX",
    );
  }
  const missing = Array.from({ length: ndim - named }, () => new Slice());
  const place = items.indexOf("..." as T);
  return place < 0
    ? [...items, ...missing]
    : [...items.slice(0, place), ...missing, ...items.slice(place + 1)];
}

/** One integer inside an axis, from the front. */
function inside(index: number, size: number, axis: number): number {
  if (!Number.isInteger(index))
    throw rangeError(`[index] an index must be an integer, got ${index}`);
  if (index < -size || index >= size) {
    throw rangeError(
      `[index] index ${index} is out of bounds for axis ${axis} with size ${size}`,
      "INDEX",
    );
  }
  return index < 0 ? index + size : index;
}

/** Python's rules: negative ends count from the back, and ends beyond the axis are cut off. */
function bounds({ start, stop, step }: Slice, size: number): [number, number, number, number] {
  const by = step ?? 1;
  const low = by > 0 ? 0 : -1;
  const high = by > 0 ? size : size - 1;
  const cut = (end: number | null, missing: number) =>
    end === null ? missing : Math.min(Math.max(end < 0 ? end + size : end, low), high);
  const from = cut(start, by > 0 ? 0 : size - 1);
  const to = cut(stop, by > 0 ? size : -1);
  const count = Math.max(0, Math.ceil((to - from) / by));
  return [from, to, by, count];
}

/** A step beyond the axis takes one element whatever it is. */
const limited = (step: number): number => Math.max(-0x7fffffff, Math.min(0x7fffffff, step));

function plan(
  shape: readonly number[],
  items: readonly (number | Slice | null | string)[],
): SlicePlan {
  const start: number[] = [];
  const stop: number[] = [];
  const step: number[] = [];
  const counts: number[] = [];
  const result: number[] = [];
  let whole = true;
  let reshaped = false;
  for (const item of expanded(items, shape.length)) {
    if (item === null) {
      result.push(1);
      reshaped = true;
      continue;
    }
    const axis = start.length;
    const size = shape[axis] as number;
    if (typeof item === "number") {
      const at = inside(item, size, axis);
      start.push(at);
      stop.push(at + 1);
      step.push(1);
      counts.push(1);
      whole &&= size === 1;
      reshaped = true;
    } else if (item instanceof Slice) {
      const [from, to, by, count] = bounds(item, size);
      // Walking down past index 0: the engine wants an end before the axis' negative indices.
      start.push(count === 0 ? 0 : from);
      stop.push(count === 0 ? 0 : to < 0 ? -size - 1 : to);
      step.push(count === 0 ? 1 : limited(by));
      counts.push(count);
      result.push(count);
      whole &&= count === size && by === 1;
    } else {
      throw typeError(`[index] ${shown(item)} is no index`, "INDEX");
    }
  }
  return { start, stop, step, counts, shape: reshaped ? result : undefined, whole };
}

/** Text alone is Python's notation; "..." alone is not text. */
function itemsOf(items: readonly Index[]): readonly Index[] {
  const [first] = items;
  return items.length === 1 && typeof first === "string" && first !== "..."
    ? parseIndex(first)
    : items;
}

function read(array: MLXArray, given: readonly Index[]): MLXArray {
  const items = itemsOf(given);
  if (!items.every(isPlain)) return gathered(array, items);
  const { backend } = array;
  const handle = array.live("index");
  const { start, stop, step, shape, whole } = plan(array.shape, items);
  if (whole) {
    return wrap(
      backend,
      shape === undefined ? backend.retain(handle) : backend.ops.reshape(handle, shape),
    );
  }
  const sliced = backend.ops.slice(handle, start, stop, step);
  if (shape === undefined) return wrap(backend, sliced);
  const out = wrap(backend, backend.ops.reshape(sliced, shape));
  backend.release([sliced]);
  return out;
}

/** One array of integers among slices: the slices first, then a take along its axis. */
function gathered(array: MLXArray, given: readonly Index[]): MLXArray {
  for (const item of given) {
    if (isPlain(item) || item instanceof MLXArray || Array.isArray(item)) continue;
    throw typeError(`[index] ${shown(item)} is no index`, "INDEX");
  }
  const items = expanded(given, array.ndim);
  const arrays = items.filter((item) => !isPlain(item));
  if (arrays.length > 1 || items.some((item) => typeof item === "number" || item === null)) {
    throw typeError(
      "[index] an array of integers can stand beside slices only, one for each index; use mx.take for other cases",
      "INDEX",
    );
  }
  const axis = items.findIndex((item) => !isPlain(item));
  const indices = items[axis] as MLXArray | readonly number[];
  const slices = items.map((item, i) => (i === axis ? new Slice() : (item as Slice)));
  return take(read(array, slices), indices as ArrayLike, axis);
}

/**
 * A part of an array, named by `a.at(...)`.
 */
export class ArrayAt {
  readonly #array: MLXArray;
  readonly #items: readonly Index[];

  /**
   * @param array - the array
   * @param items - the index
   */
  constructor(array: MLXArray, items: readonly Index[]) {
    this.#array = array;
    this.#items = itemsOf(items);
  }

  /** The part itself: what `a.index(...)` reads. */
  get(): MLXArray {
    return read(this.#array, this.#items);
  }

  /**
   * A copy of the array with the part replaced.
   *
   * @param value - broadcasts to the part
   */
  set(value: ArrayLike): MLXArray {
    return wrap(this.#array.backend, this.#updated(value));
  }

  /**
   * A copy of the array with a value added to the part.
   *
   * @param value - broadcasts to the part
   */
  add(value: ArrayLike): MLXArray {
    return this.set(add(this.get(), this.#fitting(value)));
  }

  /**
   * A copy of the array with a value subtracted from the part.
   *
   * @param value - broadcasts to the part
   */
  subtract(value: ArrayLike): MLXArray {
    return this.set(subtract(this.get(), this.#fitting(value)));
  }

  /**
   * A copy of the array with the part multiplied by a value.
   *
   * @param value - broadcasts to the part
   */
  multiply(value: ArrayLike): MLXArray {
    return this.set(multiply(this.get(), this.#fitting(value)));
  }

  /**
   * A copy of the array with the part divided by a value.
   *
   * @param value - broadcasts to the part
   */
  divide(value: ArrayLike): MLXArray {
    return this.set(divide(this.get(), this.#fitting(value)));
  }

  /**
   * A copy of the array with the larger of the part and a value.
   *
   * @param value - broadcasts to the part
   */
  maximum(value: ArrayLike): MLXArray {
    return this.set(maximum(this.get(), this.#fitting(value)));
  }

  /**
   * A copy of the array with the smaller of the part and a value.
   *
   * @param value - broadcasts to the part
   */
  minimum(value: ArrayLike): MLXArray {
    return this.set(minimum(this.get(), this.#fitting(value)));
  }

  /**
   * Replaces the part in the array itself: Python's `a[...] = value`. All who hold this array see the
   * change; arrays made from it earlier do not.
   *
   * @param value - broadcasts to the part
   */
  assign(value: ArrayLike): void {
    exchange(this.#array, this.#updated(value));
  }

  /** A value in the array's dtype, which an update never changes; numbers that have it stay numbers. */
  #fitting(value: ArrayLike): ArrayLike {
    const { dtype, backend } = this.#array;
    if (value instanceof MLXArray) return value.dtype === dtype ? value : astype(value, dtype);
    if (typeof value === "number" && (Number.isInteger(value) || /float|complex/.test(dtype)))
      return value;
    return fromValue("at", "value", value, dtype, backend);
  }

  /** The handle of the updated copy. */
  #updated(value: ArrayLike) {
    const array = this.#array;
    const items = this.#items;
    if (!items.every(isPlain)) {
      throw typeError('[at] only integers, slices, null and "..." can be updated', "INDEX");
    }
    const { backend } = array;
    const { ops } = backend;
    const handle = array.live("at");
    const { start, stop, step, counts, shape } = plan(array.shape, items);
    // A number takes the array's dtype, and so does a list: an assignment never widens.
    const made =
      value instanceof MLXArray ? undefined : fromValue("at", "value", value, array.dtype, backend);
    const update = made?.handle ?? arrayArg("at", "value", value, backend);
    // The update has the index' shape, which leaves out integers and adds new axes.
    const spread = shape === undefined ? undefined : ops.broadcastTo(update, shape);
    const fitted = spread === undefined ? update : ops.reshape(spread, counts);
    const out = ops.sliceUpdate(handle, fitted, start, stop, step);
    if (spread !== undefined) backend.release([spread, fitted]);
    made?.dispose();
    return out;
  }
}

/** The indexing methods of MLXArray. */
export const indexingMethods = {
  index(this: MLXArray, ...items: readonly Index[]): MLXArray {
    return read(this, items);
  },
  at(this: MLXArray, ...items: readonly Index[]): ArrayAt {
    return new ArrayAt(this, items);
  },
};
