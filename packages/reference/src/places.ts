// Reading and writing at places: a kernel asks the layout of backend-api where elements stand, as a list, and then
// loops over the list; so no file has loops over axes.

import { type HostData, layout, type Shape } from "@mlx-ts/backend-api";
import { type Dense, lanes, sizeOf, zeros } from "./array.js";

/** Places of elements, counted from the first. */
export type Places = Int32Array;

/** The places of a layout's elements in row-major order. */
export function places(of: layout.Layout): Places {
  sizeOf(of.shape); // refuses what no list can hold
  return layout.places(of);
}

/** Elements that an op takes together: row `i` stands at `starts[i] + steps[0]`, `starts[i] + steps[1]`, ... */
export interface Rows {
  /** The axes that are left. */
  readonly shape: Shape;
  readonly starts: Places;
  readonly steps: Places;
}

/** An array's elements in rows along some of its axes. */
export function rowsOf(shape: Shape, axes: readonly number[]): Rows {
  const [others, along] = layout.split(layout.rowMajor(shape), axes);
  return { shape: others.shape, starts: places(others), steps: places(along) };
}

/** A new array of the elements at places. */
export function pick(a: Dense, shape: Shape, from: Places): Dense {
  const result = zeros(shape, a.dtype);
  const [source, target] = [a.data, result.data];
  if (lanes(a.dtype) === 1) {
    for (let i = 0; i < from.length; i++) target[i] = source[from[i] as number] as never;
  } else {
    for (let i = 0; i < from.length; i++) {
      target[2 * i] = source[2 * (from[i] as number)] as never;
      target[2 * i + 1] = source[2 * (from[i] as number) + 1] as never;
    }
  }
  return result;
}

/** Writes an array's elements to places of data, which must be the caller's own. */
export function put(a: Dense, target: HostData, to: Places): void {
  const source = a.data;
  const width = lanes(a.dtype);
  for (let i = 0; i < to.length; i++) {
    for (let lane = 0; lane < width; lane++) {
      target[(to[i] as number) * width + lane] = source[i * width + lane] as never;
    }
  }
}
