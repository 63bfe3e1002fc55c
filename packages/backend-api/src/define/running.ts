// Running folds along an axis, from either end and with or without each own element, made of one that runs
// forward and includes it.

import type { Handle } from "../backend.js";
import { rangeError } from "../errors.js";
import { axisSize, sizeOf, withSize } from "./axes.js";
import type { Front } from "./front.js";
import { broadcast } from "./operands.js";

/** An axis counted from the front; MLX's message for those that scan and sort. */
export function scannedAxis(op: string, axis: number, ndim: number): number {
  if (axis >= -ndim && axis < ndim) return axis < 0 ? axis + ndim : axis;
  throw rangeError(
    `[${op}] Axis ${axis} is out of bounds for array with ${ndim} dimensions.`,
    "INDEX",
  );
}

/** An array and an axis; without an axis the flattened array and its only one. */
export function alongAxis<H extends Handle>(
  f: Front<H>,
  op: string,
  a: H,
  axis: number | null,
): [a: H, axis: number] {
  const shape = f.shape(a);
  if (axis !== null) return [a, scannedAxis(op, axis, shape.length)];
  return [shape.length === 1 ? a : f.kernels.reshape(a, [axisSize(op, sizeOf(shape))]), 0];
}

/** The elements from `start` to `stop` along an axis. */
export function partOf<H extends Handle>(
  f: Front<H>,
  a: H,
  axis: number,
  start: number,
  stop: number,
): H {
  const shape = f.shape(a);
  const from = shape.map((_, at) => (at === axis ? start : 0));
  return f.ops.slice(a, from, withSize(shape, axis, stop), []);
}

/** How a fold runs. */
export interface Direction {
  readonly axis: number;
  /** From the end. */
  readonly reverse: boolean;
  /** With each own element. */
  readonly inclusive: boolean;
}

/** Runs a forward, inclusive fold in a direction; `start` is what nothing folds to. */
export function running<H extends Handle>(
  f: Front<H>,
  a: H,
  { axis, reverse, inclusive }: Direction,
  fold: (a: H) => H,
  start: () => H,
): H {
  const shape = f.shape(a);
  if (shape.includes(0)) return a;
  const turned = (x: H): H => (reverse ? f.kernels.flip(x, [axis]) : x);
  const folded = fold(turned(a));
  if (inclusive) return turned(folded);
  const first = broadcast(f, start(), withSize(shape, axis, 1));
  const rest = partOf(f, folded, axis, 0, (shape[axis] ?? 1) - 1);
  return turned(f.kernels.concatenate([first, rest], axis));
}

/** A running fold of any op that may be done in any order, in as many steps as the size has digits in binary. */
export function doubling<H extends Handle>(
  f: Front<H>,
  a: H,
  axis: number,
  op: (before: H, own: H) => H,
): H {
  const n = f.shape(a)[axis] ?? 1;
  let x = a;
  for (let step = 1; step < n; step *= 2) {
    const moved = op(partOf(f, x, axis, 0, n - step), partOf(f, x, axis, step, n));
    x = f.kernels.concatenate([partOf(f, x, axis, 0, step), moved], axis);
  }
  return x;
}
