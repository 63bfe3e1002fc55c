// What an index takes of an array of a known shape: a box, which one slice op cuts out, and index arrays
// that pick inside it. Knows numpy's rules as MLX has them, and no engine; ./read.ts and ./write.ts run it.

import { type HostData, rangeError, shown, typeError } from "@mlx-ts/backend-api";
import { MLXArray } from "../array.js";
import { Slice } from "../handmade/slice.js";
import { isTypedArray } from "../host.js";

/** Nested lists of integers, which may hold integer arrays: together one index array. */
export type IndexList = readonly (number | MLXArray | IndexList)[];

/**
 * One item of an index: an integer, a {@link Slice}, `null` for a new axis, `"..."` for all axes that
 * are not named, or an array of integers. A string alone is an index in Python's notation.
 */
export type Index = number | Slice | null | MLXArray | IndexList | HostData | string;

/** An item that picks along its axis. */
export type IndexArray = MLXArray | IndexList | HostData;

/** In a {@link Plan}'s layout: an axis that the index adds. */
export const added = -1;

/** See {@link planned}. All axes are those of the array, each of which the box has too. */
export interface Plan {
  /** The box: for each axis where it starts and stops, as the engine's slices count. */
  readonly start: readonly number[];
  readonly stop: readonly number[];
  /** Its steps; empty where all are 1. */
  readonly steps: readonly number[];
  /** Its shape. */
  readonly counts: readonly number[];
  /** Whether it is the whole array. */
  readonly whole: boolean;
  /** The axes that one integer took: the box has size 1 there, the result lacks them. */
  readonly taken: readonly number[];
  /** The axes of the result in their order: an axis of the box, or {@link added}. */
  readonly layout: readonly number[];
  /** How many axes there are at the end of the layout that are also the last ones of the box. */
  readonly tail: number;
  /** The index arrays, and the axes that they pick along. */
  readonly arrays: readonly IndexArray[];
  readonly axes: readonly number[];
  /** Where in the layout the axes of the index arrays, broadcast together, come in. */
  readonly place: number;
}

const none: readonly never[] = [];

/** Collects a plan; lists have their length at once, and those that most indices leave empty come when needed. */
class Builder implements Plan {
  readonly start: number[];
  readonly stop: number[];
  readonly counts: number[];
  readonly layout: number[] = [];
  steps: number[] | readonly never[] = none;
  taken: number[] | readonly never[] = none;
  arrays: IndexArray[] | readonly never[] = none;
  axes: number[] | readonly never[] = none;
  whole = true;
  tail = 0;
  /** Where the first integer or index array stands in the layout, and where the last one. */
  place = -1;
  private last = -1;
  /** How many axes were told of. */
  private axis = 0;

  constructor(ndim: number) {
    this.start = new Array<number>(ndim);
    this.stop = new Array<number>(ndim);
    this.counts = new Array<number>(ndim);
  }

  /** One more axis of the box. */
  private cut(from: number, to: number, by: number, count: number): void {
    const axis = this.axis++;
    if (by !== 1) {
      if (this.steps === none) this.steps = new Array<number>(this.start.length).fill(1);
      (this.steps as number[])[axis] = by;
    }
    this.start[axis] = from;
    this.stop[axis] = to;
    this.counts[axis] = count;
  }

  /**
   * Integers and index arrays form one group as long as only such stand side by side; else what they pick
   * goes to the front, as in numpy.
   */
  private pick(): void {
    const here = this.layout.length;
    if (this.place < 0) this.place = here;
    else if (this.last !== here) this.place = 0;
    this.last = here;
    this.tail = 0;
  }

  integer(index: number, size: number): void {
    const { axis } = this;
    if (!Number.isInteger(index)) {
      throw rangeError(`[index] an index must be an integer, got ${index}`);
    }
    if (index < -size || index >= size) {
      throw rangeError(
        `[index] index ${index} is out of bounds for axis ${axis} with size ${size}`,
        "INDEX",
      );
    }
    const from = index < 0 ? index + size : index;
    this.pick();
    if (this.taken === none) this.taken = [axis];
    else (this.taken as number[]).push(axis);
    this.cut(from, from + 1, 1, 1);
    if (size !== 1) this.whole = false;
  }

  slice({ start, stop, step }: Slice, size: number): void {
    if (start === null && stop === null && step === null) {
      this.rest(size);
      return;
    }
    this.layout.push(this.axis);
    this.tail++;
    // Python's rules: negative ends count from the back, and ends beyond the axis are cut off.
    const by = step ?? 1;
    const low = by > 0 ? 0 : -1;
    const high = by > 0 ? size : size - 1;
    const from = start === null ? (by > 0 ? 0 : size - 1) : end(start, size, low, high);
    const to = stop === null ? (by > 0 ? size : -1) : end(stop, size, low, high);
    const count = Math.max(0, Math.ceil((to - from) / by));
    if (count !== size || by !== 1) this.whole = false;
    if (count === 0) this.cut(0, 0, 1, 0);
    else if (count === 1) this.cut(from, from + 1, 1, 1);
    // The engine tells an end before index 0 by a number below the axis' negative indices.
    else this.cut(from, to < 0 ? -size - 1 : to, by, count);
  }

  /** A whole axis. */
  rest(size: number): void {
    this.layout.push(this.axis);
    this.tail++;
    this.cut(0, size, 1, size);
  }

  add(): void {
    this.layout.push(added);
    this.tail = 0;
  }

  array(array: IndexArray, size: number): void {
    this.pick();
    if (this.arrays === none || this.axes === none) {
      this.arrays = [array];
      this.axes = [this.axis];
    } else {
      (this.arrays as IndexArray[]).push(array);
      (this.axes as number[]).push(this.axis);
    }
    this.cut(0, size, 1, size);
  }
}

/** One end of a slice inside its axis. */
function end(given: number, size: number, low: number, high: number): number {
  return Math.min(Math.max(given < 0 ? given + size : given, low), high);
}

/**
 * Plans an index.
 *
 * @param shape - of the array
 * @param items - the index, parsed where it was text
 */
export function planned(shape: readonly number[], items: readonly Index[]): Plan {
  const ndim = shape.length;
  let named = 0;
  let dots = 0;
  for (const item of items) {
    if (item === "...") dots++;
    else if (item !== null) named++;
  }
  if (dots > 1) throw rangeError("[index] an index may have one ellipsis, got two", "INDEX");
  if (named > ndim) {
    throw rangeError(
      `[index] ${named} indices were given for an array of ${ndim} dimensions`,
      "INDEX",
    );
  }
  const plan = new Builder(ndim);
  let axis = 0;
  for (const item of items) {
    if (typeof item === "number") plan.integer(item, shape[axis++] as number);
    else if (item === null) plan.add();
    else if (item instanceof Slice) plan.slice(item, shape[axis++] as number);
    else if (item === "...") {
      for (let i = named; i < ndim; i++) plan.rest(shape[axis++] as number);
    } else if (isIndexArray(item)) plan.array(item, shape[axis++] as number);
    else throw noIndex(item);
  }
  while (axis < ndim) plan.rest(shape[axis++] as number);
  return plan;
}

function isIndexArray(item: Index): item is IndexArray {
  return item instanceof MLXArray || Array.isArray(item) || isTypedArray(item);
}

/** How to do what masks do in numpy. */
export const maskCure =
  "read with mx.where(mask, a, other), and write with a.at(mask).assign(value)";

function noIndex(item: unknown): Error {
  if (typeof item === "boolean") {
    return typeError(`[index] ${item} is a boolean, which is no index; ${maskCure}`, "INDEX");
  }
  return typeError(
    `[index] ${shown(item)} is no index; an index has integers, slices, null, "..." and arrays of integers`,
    "INDEX",
  );
}

/** The shape of what a plan without index arrays takes. */
export function shapeOf({ layout, counts }: Plan): number[] {
  return layout.map((axis) => (axis === added ? 1 : (counts[axis] as number)));
}
