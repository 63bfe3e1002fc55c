// The same elements in other shapes and orders. What the ops do to an engine's views, they do here to the places
// that elements are copied from.

import { layout, type Shape } from "@mlx-ts/backend-api";
import { type Dense, zeros } from "./array.js";
import { pick, places, put } from "./places.js";

const { rowMajor } = layout;

const reshape = (a: Dense, shape: Shape): Dense => ({ ...a, shape });

/** Copies elements from where a view of the array has them. */
const viewed = (a: Dense, view: layout.Layout): Dense => pick(a, view.shape, places(view));

const transpose = (a: Dense, axes: readonly number[]): Dense =>
  viewed(a, layout.transpose(rowMajor(a.shape), axes));

const flip = (a: Dense, axes: readonly number[]): Dense =>
  viewed(a, layout.flip(rowMajor(a.shape), axes));

const broadcastTo = (a: Dense, shape: Shape): Dense =>
  viewed(a, layout.broadcastTo(rowMajor(a.shape), shape));

function concatenate(arrays: readonly Dense[], axis: number): Dense {
  const shapes = arrays.map((a) => a.shape);
  const { whole, parts } = layout.concatenate(shapes, axis);
  const result = zeros(whole.shape, (arrays as readonly [Dense])[0].dtype);
  for (const [i, a] of arrays.entries()) {
    put(a, result.data, places(parts[i] as layout.Layout));
  }
  return result;
}

const slice = (a: Dense, start: Shape, stop: Shape, steps: Shape): Dense =>
  viewed(a, layout.slice(rowMajor(a.shape), start, stop, steps));

function sliceUpdate(a: Dense, update: Dense, start: Shape, stop: Shape, steps: Shape): Dense {
  const result = { ...a, data: a.data.slice() };
  put(update, result.data, places(layout.slice(rowMajor(a.shape), start, stop, steps)));
  return result;
}

export const shape = { reshape, transpose, flip, broadcastTo, concatenate, slice, sliceUpdate };
