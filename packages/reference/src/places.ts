// Where elements stand: the whole arithmetic of axes and strides. A kernel asks for the places that it reads or
// writes, as a list, and then loops over the list; so no other file has loops over axes.

import type { HostData, Shape } from "@mlx-ts/backend-api";
import { type Dense, lanes, sizeOf, zeros } from "./array.js";

/** Places of elements, counted from the first. */
export type Places = Int32Array;

/** For each axis, how many elements lie between neighbours in row-major order. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis] as number;
  }
  return strides;
}

/** The places of a block's elements in row-major order: `start`, and from it steps along each axis. */
export function places(shape: Shape, strides: readonly number[], start = 0): Places {
  sizeOf(shape); // refuses what no list can hold
  let found = Int32Array.of(start);
  for (const [axis, size] of shape.entries()) {
    const stride = strides[axis] as number;
    const next = new Int32Array(found.length * size);
    for (let i = 0, n = 0; i < found.length; i++) {
      const from = found[i] as number;
      for (let k = 0; k < size; k++) next[n++] = from + k * stride;
    }
    found = next;
  }
  return found;
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
  const strides = stridesOf(shape);
  const along = <T>(list: readonly T[]) => list.filter((_, axis) => axes.includes(axis));
  const across = <T>(list: readonly T[]) => list.filter((_, axis) => !axes.includes(axis));
  return {
    shape: across(shape),
    starts: places(across(shape), across(strides)),
    steps: places(along(shape), along(strides)),
  };
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
