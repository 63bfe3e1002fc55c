// Sizes, axes and bounds of views: what reshape, transpose and slice get before kernels see them.

import type { Handle } from "../backend.js";
import { rangeError } from "../errors.js";
import { normalAxis, shapeText, sizeOf } from "./axes.js";
import type { Front } from "./front.js";
import type { Shape } from "./kernels.js";
import { elementOf } from "./operands.js";

/** Sizes are int32 in every engine that MLX's own stands for. */
const most = 2 ** 31 - 1;

/** The size of an axis that is longer than before. */
export function countable(op: string, size: number): number {
  if (size <= most) return size;
  throw rangeError(`[${op}] an axis would have ${size} elements, more than 2^31-1`, "SHAPE");
}

/** A size or a count, which must not be negative. */
export function countOf(op: string, size: number): number {
  if (size >= 0) return size;
  throw rangeError(`[${op}] a size of ${size} was given, it must not be negative`);
}

export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((size, i) => size === b[i]);

/** An array in another shape of as many elements. */
export function reshaped<H extends Handle>(f: Front<H>, a: H, shape: Shape): H {
  return sameShape(f.shape(a), shape) ? a : f.kernels.reshape(a, shape);
}

/** An array whose axes stand in another order. */
export function permuted<H extends Handle>(f: Front<H>, a: H, axes: readonly number[]): H {
  return axes.every((axis, i) => axis === i) ? a : f.kernels.transpose(a, axes);
}

/** An array without elements, or of zeros, of the dtype of another. */
export function empty<H extends Handle>(f: Front<H>, shape: Shape, like: H): H {
  const dtype = f.dtype(like);
  return f.kernels.full(shape, elementOf(0, dtype), dtype);
}

/** The sizes of a reshape; the one that is -1 is computed. */
export function inferredShape(op: string, shape: Shape, size: number): Shape {
  const open = shape.indexOf(-1);
  if (open !== shape.lastIndexOf(-1)) {
    throw rangeError(`[${op}] Can only infer one dimension.`, "SHAPE");
  }
  let sizes = shape;
  if (open >= 0) {
    const rest = sizeOf(shape.filter((_, i) => i !== open));
    if (rest === 0) throw rangeError(`[${op}] Cannot infer a size beside a size of 0.`, "SHAPE");
    sizes = shape.map((d, i) => (i === open ? Math.floor(size / rest) : d));
  }
  if (sizes.some((d) => d < 0) || sizeOf(sizes) !== size) {
    throw rangeError(
      `[${op}] Cannot reshape array of size ${size} into shape ${shapeText(shape)}.`,
      "SHAPE",
    );
  }
  return sizes;
}

/** Old axes for new ones, complete; `null` reverses them. */
export function permutation(
  op: string,
  axes: readonly number[] | null,
  ndim: number,
): readonly number[] {
  if (axes === null) return Array.from({ length: ndim }, (_, i) => ndim - 1 - i);
  if (axes.length !== ndim) {
    throw rangeError(
      `[${op}] Received ${axes.length} axes for array with ${ndim} dimensions.`,
      "SHAPE",
    );
  }
  const found = axes.map((axis) => normalAxis(op, axis, ndim));
  if (new Set(found).size !== ndim) throw rangeError(`[${op}] Repeat axes not allowed.`, "SHAPE");
  return found;
}

/** A part of an array: where it starts, the first index beyond, the steps, and its sizes. */
export interface Part {
  readonly start: Shape;
  readonly stop: Shape;
  readonly strides: Shape;
  readonly shape: Shape;
}

/** A list with one integer for each axis. */
export function perAxis(op: string, list: readonly number[], ndim: number): readonly number[] {
  if (list.length === ndim) return list;
  throw rangeError(
    `[${op}] a list of ${list.length} integers was given for an array of ${ndim} axes, it needs one for each axis`,
    "SHAPE",
  );
}

/** Bounds of one axis of n elements as Python's slices have them: negative ones count from the end, all are cut off. */
function bounds(n: number, start: number, stop: number, step: number) {
  const from = start < 0 ? start + n : start;
  const to = stop < 0 ? stop + n : stop;
  const first = step < 0 ? Math.min(from, n - 1) : Math.max(0, Math.min(from, n));
  const end =
    step < 0 ? Math.min(Math.max(to, -1), first) : Math.max(Math.max(0, Math.min(to, n)), first);
  const count = Math.max(0, Math.ceil((end - first) / step));
  // A step that is never taken may be any; 1 is the simplest.
  return count === 1
    ? { start: first, stop: first + 1, step: 1, count }
    : { start: first, stop: end, step, count };
}

/** The part of a shape that callers' bounds stand for; no strides mean 1. */
export function partOf(
  op: string,
  shape: Shape,
  start: readonly number[],
  stop: readonly number[],
  strides: readonly number[],
): Part {
  const ndim = shape.length;
  for (const list of [start, stop]) perAxis(op, list, ndim);
  if (strides.length > 0) perAxis(op, strides, ndim);
  if (strides.includes(0)) throw rangeError(`[${op}] a slice step is 0, it must not be`);
  const axes = shape.map((n, i) =>
    bounds(n, start[i] as number, stop[i] as number, strides[i] ?? 1),
  );
  return {
    start: axes.map((axis) => axis.start),
    stop: axes.map((axis) => axis.stop),
    strides: axes.map((axis) => axis.step),
    shape: axes.map((axis) => axis.count),
  };
}

/** Whether a part is all of an array, in order. */
export const isWhole = (part: Part, shape: Shape): boolean =>
  sameShape(part.shape, shape) && part.strides.every((step) => step === 1);

/** A part of an array, which may be empty. */
export function partial<H extends Handle>(f: Front<H>, a: H, part: Part): H {
  if (sizeOf(part.shape) === 0) return empty(f, part.shape, a);
  if (isWhole(part, f.shape(a))) return a;
  return f.kernels.slice(a, part.start, part.stop, part.strides);
}

/** Refuses a list that an engine would have to hold in full. */
export function refuseMany(op: string, count: number, what: string): void {
  if (count <= 4096) return;
  throw rangeError(`[${op}] ${count} ${what}, at most 4096 are given at once`);
}
