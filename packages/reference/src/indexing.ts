// Reading and writing at places that come in arrays of int32, which are in range.

import type { Shape } from "@mlx-ts/backend-api";
import type { Dense } from "./array.js";
import { scalars } from "./binary.js";
import { type Places, pick, places, put, rowsOf, stridesOf } from "./places.js";
import { blank, closed, opened, scalarOp, type Value } from "./values.js";

function takeAlongAxis(a: Dense, indices: Dense, axis: number): Dense {
  const [from, to] = [rowsOf(a.shape, [axis]), rowsOf(indices.shape, [axis])];
  const found: Places = new Int32Array(indices.data.length);
  for (const [i, start] of to.starts.entries()) {
    for (const step of to.steps) {
      const index = indices.data[start + step] as number;
      found[start + step] = (from.starts[i] as number) + (from.steps[index] as number);
    }
  }
  return pick(a, indices.shape, found);
}

/** The places of the elements of blocks, block after block. */
function blocks(
  a: Dense,
  indices: readonly Dense[],
  axes: readonly number[],
  sizes: Shape,
): Places {
  const strides = stridesOf(a.shape);
  const block = places(sizes, strides);
  const count = indices[0]?.data.length ?? 1;
  const found: Places = new Int32Array(count * block.length);
  for (let i = 0; i < count; i++) {
    let start = 0;
    for (const [k, axis] of axes.entries()) {
      start += ((indices[k] as Dense).data[i] as number) * (strides[axis] as number);
    }
    for (let j = 0; j < block.length; j++) {
      found[i * block.length + j] = start + (block[j] as number);
    }
  }
  return found;
}

function gather(a: Dense, indices: readonly Dense[], axes: readonly number[], sizes: Shape): Dense {
  return pick(a, [...(indices[0]?.shape ?? []), ...sizes], blocks(a, indices, axes, sizes));
}

/** The places that updates are for; behind the axes of the indices stand those of the blocks. */
function targets(a: Dense, indices: readonly Dense[], updates: Dense, axes: readonly number[]) {
  return blocks(a, indices, axes, updates.shape.slice(updates.shape.length - a.shape.length));
}

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
