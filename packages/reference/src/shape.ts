// The same elements in other shapes and orders. What the ops do to an engine's views, they do here to the places
// that elements are copied from.

import { layout, type Shape } from "@mlx-ts/backend-api";
import { type Dense, zeros } from "./array.js";
import { pick, places, put } from "./places.js";

const { rowMajor } = layout;

const reshape = (a: Dense, shape: Shape): Dense => ({ ...a, shape });

/** A kernel that copies elements from where a view of the array has them. */
const copiedFrom =
  <Rest extends readonly unknown[]>(view: (whole: layout.Layout, ...rest: Rest) => layout.Layout) =>
  (a: Dense, ...rest: Rest): Dense => {
    const from = view(rowMajor(a.shape), ...rest);
    return pick(a, from.shape, places(from));
  };

function concatenate(arrays: readonly Dense[], axis: number): Dense {
  const [first] = arrays as [Dense];
  const sizes = arrays.map((a) => a.shape[axis] as number);
  const size = sizes.reduce((sum, n) => sum + n, 0);
  const shape = first.shape.map((n, i) => (i === axis ? size : n));
  const result = zeros(shape, first.dtype);
  const { strides } = rowMajor(shape);
  let offset = 0;
  for (const a of arrays) {
    put(a, result.data, places({ shape: a.shape, strides, offset }));
    offset += (a.shape[axis] as number) * (strides[axis] as number);
  }
  return result;
}

function sliceUpdate(a: Dense, update: Dense, start: Shape, stop: Shape, steps: Shape): Dense {
  const result = { ...a, data: a.data.slice() };
  put(update, result.data, places(layout.slice(rowMajor(a.shape), start, stop, steps)));
  return result;
}

export const shape = {
  reshape,
  transpose: copiedFrom(layout.transpose),
  flip: copiedFrom(layout.flip),
  broadcastTo: copiedFrom(layout.broadcastTo),
  slice: copiedFrom(layout.slice),
  concatenate,
  sliceUpdate,
};
