// The rest of the engine: ops that make something of whole lines of elements. Nothing here is quick.

import { layout } from "@mlx-ts/backend-api";
import { order } from "./numbers.js";
import { at, type Binary, type Held, type Tensor, tensor } from "./tensor.js";

type Axes = readonly number[];
type Line = readonly number[];

/** The places of each line along some axes. */
function lines({ shape }: Tensor, axes: Axes): Int32Array[] {
  const [others, along] = layout.split(layout.rowMajor(shape), axes);
  return Array.from(layout.places(others), (offset) => layout.places({ ...along, offset }));
}

const elements = (a: Tensor, line: Int32Array) => Array.from(line, (place) => at(a.data, place));

/** Makes an element of each line along some axes, which the result lacks. */
function reduce(a: Tensor, axes: Axes, dtype: Held, fn: (line: Line) => number): Tensor {
  const shape = a.shape.filter((_, axis) => !axes.includes(axis));
  const values = lines(a, axes).map((line) => fn(elements(a, line)));
  return tensor(shape, dtype, values);
}

/** Makes a line of each line along an axis. */
function rewrite(a: Tensor, axis: number, dtype: Held, fn: (line: Line) => Line): Tensor {
  const values = new Array<number>(a.data.length);
  for (const line of lines(a, [axis])) {
    const made = fn(elements(a, line));
    for (const [i, place] of line.entries()) values[place] = at(made, i);
  }
  return tensor(a.shape, dtype, values);
}

/** Totals along axes, such as sums. */
export const fold = (a: Tensor, axes: Axes, fn: Binary, start: number) =>
  reduce(a, axes, a.dtype, (line) =>
    line.reduce((total, x) => Number(fn(total, x, a.dtype)), start),
  );

/** Totals so far along an axis. */
export const scan = (a: Tensor, axis: number, fn: Binary, start: number) =>
  rewrite(a, axis, a.dtype, (line) => {
    let total = start;
    return line.map((x) => {
      total = Number(fn(total, x, a.dtype));
      return total;
    });
  });

/** The place of the best element of each line; once there is NaN the best is NaN, and the first one counts. */
export const placeOf = (a: Tensor, axis: number, best: (x: number, y: number) => number) =>
  reduce(a, [axis], "uint32", (line) => {
    const found = line.reduce((x, y) => best(x, y));
    return line.findIndex((x) => x === found || Number.isNaN(x));
  });

export const sort = (a: Tensor, axis: number) =>
  rewrite(a, axis, a.dtype, (line) => [...line].sort(order));

export const argsort = (a: Tensor, axis: number) =>
  rewrite(a, axis, "uint32", (line) =>
    [...line.keys()].sort((i, j) => order(at(line, i), at(line, j))),
  );

/** Products of matrices, `[batch, rows, inner]` times `[batch, inner, columns]`. */
export function matmul(a: Tensor, b: Tensor): Tensor {
  const [batch, rows, inner] = a.shape as [number, number, number];
  const columns = at(b.shape, 2);
  const values: number[] = [];
  for (let row = 0; row < batch * rows; row++) {
    const left = row * inner;
    const right = Math.floor(row / rows) * inner * columns;
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (let k = 0; k < inner; k++)
        sum += at(a.data, left + k) * at(b.data, right + k * columns + column);
      values.push(sum);
    }
  }
  return tensor([batch, rows, columns], a.dtype, values);
}
