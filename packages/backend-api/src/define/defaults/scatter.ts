// Scatters that combine updates of one place: products and extremes, of kernels that only write and add.
// Updates are sorted by the place they go to; a scan by doubling steps folds each run into its last element,
// and only that one is written. Nothing is read, so it works for engines that put work off.

import type { Handle } from "../../backend.js";
import { rowMajor } from "../../layout.js";
import type { IndexingOps } from "../../ops/index.js";
import { sizeOf } from "../axes.js";
import type { Front } from "../front.js";
import type { Shape } from "../kernels.js";
import { placesOf } from "../places.js";

type Combine<H> = (a: H, b: H) => H;
type Combining = "scatterProd" | "scatterMax" | "scatterMin";

/** Row-major places in an array of `shape` of every element of blocks that start at indices. */
function blockPlaces<H extends Handle>(
  f: Front<H>,
  shape: Shape,
  indices: readonly H[],
  axes: readonly number[],
  block: Shape,
): H {
  const { strides } = rowMajor(shape);
  const inBlock = placesOf(f, block, strides, 0);
  return indices.reduce((places, index, i) => {
    const stride = f.scalar(strides[axes[i] as number] as number, "int32");
    const first = f.ops.multiply(index, stride);
    return f.ops.add(places, f.ops.reshape(first, [...f.shape(index), ...block.map(() => 1)]));
  }, inBlock);
}

/** Folds values of equal neighbouring places, so that the last of each run holds the whole. */
function folded<H extends Handle>(f: Front<H>, places: H, values: H, combine: Combine<H>): H {
  const size = sizeOf(f.shape(places));
  let whole = values;
  for (let step = 1; step < size; step *= 2) {
    const same = f.ops.equal(
      f.ops.slice(places, [step], [size], []),
      f.ops.slice(places, [0], [size - step], []),
    );
    const behind = f.ops.slice(whole, [step], [size], []);
    const joined = combine(f.ops.slice(whole, [0], [size - step], []), behind);
    const first = f.ops.slice(whole, [0], [step], []);
    whole = f.ops.concatenate([first, f.ops.where(same, joined, behind)], 0);
  }
  return whole;
}

export const scatterDefaults = <H extends Handle>(
  f: Front<H>,
): Pick<IndexingOps<H, H>, Combining> => {
  const scatter =
    (combine: Combine<H>): IndexingOps<H, H>[Combining] =>
    (a, indices, updates, axes) => {
      const shape = f.shape(a);
      const block = f.shape(updates).slice(f.shape(updates).length - shape.length);
      if (sizeOf(f.shape(updates)) === sizeOf(block)) {
        // One block has no place twice.
        const old = f.kernels.gather(a, indices, axes, block);
        return f.kernels.scatter(a, indices, combine(old, updates), axes);
      }
      const size = sizeOf(shape);
      const every = blockPlaces(f, shape, indices, axes, block);
      const scattered = f.ops.flatten(every, 0, -1);
      const order = f.ops.astype(f.kernels.argsort(scattered, 0), "int32");
      const places = f.kernels.takeAlongAxis(scattered, order, 0);
      const values = f.kernels.takeAlongAxis(f.ops.flatten(updates, 0, -1), order, 0);
      const flat = f.ops.flatten(a, 0, -1);
      const fresh = combine(
        f.kernels.takeAlongAxis(flat, places, 0),
        folded(f, places, values, combine),
      );
      // All but the last of a run go to one place more than there are, which is then cut off.
      const count = sizeOf(f.shape(places));
      const beyond = f.kernels.full([1], size, "int32");
      const next = f.ops.concatenate([f.ops.slice(places, [1], [count], []), beyond], 0);
      const targets = f.ops.where(f.ops.equal(places, next), beyond, places);
      const room = f.ops.concatenate([flat, f.ops.slice(flat, [0], [1], [])], 0);
      const written = f.kernels.scatter(room, [targets], f.ops.reshape(fresh, [count, 1]), [0]);
      return f.ops.reshape(f.ops.slice(written, [0], [size], []), shape);
    };
  return {
    scatterProd: scatter((a, b) => f.ops.multiply(a, b)),
    scatterMax: scatter((a, b) => f.ops.maximum(a, b)),
    scatterMin: scatter((a, b) => f.ops.minimum(a, b)),
  };
};
