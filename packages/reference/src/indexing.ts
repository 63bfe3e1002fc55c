// Reading and writing at places that come in arrays of int32, which are in range.

import { layout, type Shape } from "@mlx-ts/backend-api";
import { type Dense, sizeOf } from "./array.js";
import { scalars } from "./binary.js";
import { type Places, pick, put } from "./places.js";
import { blank, closed, opened, scalarOp, type Value } from "./values.js";

/** Indices are int32. */
const indicesOf = (a: Dense): layout.HostIndices => ({ ...a, data: a.data as Int32Array });

function takeAlongAxis(a: Dense, indices: Dense, axis: number): Dense {
  const from = layout.placesAlong(layout.rowMajor(a.shape), indicesOf(indices), axis);
  return pick(a, indices.shape, from);
}

/** The places of the elements of blocks, block after block. */
const blocks = (a: Dense, indices: readonly Dense[], axes: readonly number[], sizes: Shape) =>
  layout.placesOfBlocks(layout.rowMajor(a.shape), indices.map(indicesOf), axes, sizes);

function gather(a: Dense, indices: readonly Dense[], axes: readonly number[], sizes: Shape): Dense {
  const shape = [...(indices[0]?.shape ?? []), ...sizes];
  sizeOf(shape); // refuses what no list of places can hold
  return pick(a, shape, blocks(a, indices, axes, sizes));
}

/** The places that updates are for; behind the axes of the indices stand those of the blocks. */
const targets = (
  a: Dense,
  indices: readonly Dense[],
  updates: Dense,
  axes: readonly number[],
): Places => blocks(a, indices, axes, updates.shape.slice(updates.shape.length - a.shape.length));

function scatter(
  a: Dense,
  indices: readonly Dense[],
  updates: Dense,
  axes: readonly number[],
): Dense {
  const result = { ...a, data: a.data.slice() };
  put(updates, result.data, targets(a, indices, updates, axes));
  return result;
}

function scatterAdd(
  a: Dense,
  indices: readonly Dense[],
  updates: Dense,
  axes: readonly number[],
): Dense {
  const add = scalarOp<2>("scatterAdd", scalars.add, a.dtype);
  const [x, more] = [opened(a), opened(updates)];
  const out = blank(a.shape, a.dtype);
  for (let i = 0; i < x.length; i++) out[i] = x[i] as Value;
  for (const [i, place] of targets(a, indices, updates, axes).entries()) {
    out[place] = add(out[place] as Value, more[i] as Value);
  }
  return closed(a.shape, a.dtype, out);
}

export const indexing = { takeAlongAxis, gather, scatter, scatterAdd };
