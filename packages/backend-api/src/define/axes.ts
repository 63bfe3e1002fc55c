// Axes and sizes as callers give them, made what kernels expect: from the front, in range, in order.

import { rangeError } from "../errors.js";
import type { Shape } from "./kernels.js";

/** How messages show a shape. */
export const shapeText = (shape: Shape): string => `(${shape.join(",")})`;

/**
 * How many elements a shape has.
 *
 * @param shape - sizes of axes
 * @returns their product
 * @example
 * ```ts
 * layout.sizeOf([2, 3]); // 6
 * ```
 */
export const sizeOf = (shape: Shape): number => shape.reduce((n, d) => n * d, 1);

/** An axis counted from the front. */
export function normalAxis(op: string, axis: number, ndim: number): number {
  const at = axis < 0 ? axis + ndim : axis;
  if (at < 0 || at >= ndim) {
    throw rangeError(`[${op}] Invalid axis ${axis} for array with ${ndim} dimensions.`, "INDEX");
  }
  return at;
}

/** An axis counted from the front, where MLX leaves it to the addon to refuse the others. */
export function boundAxis(op: string, axis: number, ndim: number): number {
  if (axis >= -ndim && axis < ndim) return axis < 0 ? axis + ndim : axis;
  throw rangeError(
    `[${op}] axis ${axis} is out of bounds for an array of ${ndim} dimensions`,
    "SHAPE",
  );
}

/** A size or a count. */
export function size(op: string, n: number): number {
  if (n >= 0) return n;
  throw rangeError(`[${op}] a size of ${n} was given, it must not be negative`);
}

/** How many elements an axis gets that others are joined to. */
export function axisSize(op: string, n: number): number {
  if (n < 2 ** 31) return n;
  throw rangeError(
    `[${op}] an axis of ${n} elements would be needed, it has 2^31-1 at most`,
    "SHAPE",
  );
}

/** Axes counted from the front, sorted, each once; `null` stands for all. */
export function normalAxes(
  op: string,
  axes: readonly number[] | null,
  ndim: number,
): readonly number[] {
  if (axes === null) return Array.from({ length: ndim }, (_, axis) => axis);
  const found = axes.map((axis) => normalAxis(op, axis, ndim)).sort((a, b) => a - b);
  if (found.some((axis, i) => axis === found[i - 1])) {
    throw rangeError(`[${op}] Received duplicate axes [${axes.join(",")}]`, "VALUE");
  }
  return found;
}

/** A shape with one size replaced. */
export const withSize = (shape: Shape, axis: number, size: number): number[] =>
  shape.map((d, i) => (i === axis ? size : d));

/** A shape without some of its axes. */
export const withoutAxes = (shape: Shape, axes: readonly number[]): number[] =>
  shape.filter((_, axis) => !axes.includes(axis));
