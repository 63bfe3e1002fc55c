// The same elements in other shapes and orders: each op says at which places of the old array the elements
// of the new one stand.

import type { Shape } from "@mlx-ts/backend-api";
import { type Dense, zeros } from "./array.js";
import { pick, places, put, stridesOf } from "./places.js";

const reshape = (a: Dense, shape: Shape): Dense => ({ ...a, shape });

function transpose(a: Dense, axes: readonly number[]): Dense {
  const strides = stridesOf(a.shape);
  const shape = axes.map((axis) => a.shape[axis] as number);
  return pick(
    a,
    shape,
    places(
      shape,
      axes.map((axis) => strides[axis] as number),
    ),
  );
}

function flip(a: Dense, axes: readonly number[]): Dense {
  let start = 0;
  const strides = stridesOf(a.shape).map((stride, axis) => {
    if (!axes.includes(axis)) return stride;
    start += ((a.shape[axis] as number) - 1) * stride;
    return -stride;
  });
  return pick(a, a.shape, places(a.shape, strides, start));
}

function broadcastTo(a: Dense, shape: Shape): Dense {
  const own = stridesOf(a.shape);
  const first = shape.length - a.shape.length;
  // No steps along axes that repeat.
  const strides = shape.map((_, axis) =>
    a.shape[axis - first] === 1 ? 0 : (own[axis - first] ?? 0),
  );
  return pick(a, shape, places(shape, strides));
}

function concatenate(arrays: readonly Dense[], axis: number): Dense {
  const [first] = arrays as [Dense];
  const sizes = arrays.map((a) => a.shape[axis] as number);
  const size = sizes.reduce((sum, n) => sum + n, 0);
  const shape = first.shape.map((n, i) => (i === axis ? size : n));
  const result = zeros(shape, first.dtype);
  const strides = stridesOf(shape);
  let start = 0;
  for (const a of arrays) {
    put(a, result.data, places(a.shape, strides, start));
    start += (a.shape[axis] as number) * (strides[axis] as number);
  }
  return result;
}

/** The places of a slice's elements, and its shape. */
function sliced(a: Dense, start: Shape, stop: Shape, steps: Shape) {
  const strides = stridesOf(a.shape);
  const shape = start.map((from, axis) =>
    Math.ceil(((stop[axis] as number) - from) / (steps[axis] as number)),
  );
  const first = start.reduce((sum, from, axis) => sum + from * (strides[axis] as number), 0);
  const apart = strides.map((stride, axis) => stride * (steps[axis] as number));
  return { shape, at: places(shape, apart, first) };
}

function slice(a: Dense, start: Shape, stop: Shape, strides: Shape): Dense {
  const { shape, at } = sliced(a, start, stop, strides);
  return pick(a, shape, at);
}

function sliceUpdate(a: Dense, update: Dense, start: Shape, stop: Shape, strides: Shape): Dense {
  const result = { ...a, data: a.data.slice() };
  put(update, result.data, sliced(a, start, stop, strides).at);
  return result;
}

export const shape = { reshape, transpose, flip, broadcastTo, concatenate, slice, sliceUpdate };
