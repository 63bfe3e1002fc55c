// Reading a part of an array: a slice, then a gather where there are index arrays, then axes that go and
// come. Each is one op, and most indices need one or two.

import type { Backend, Handle } from "@mlx-ts/backend-api";
import { arrayArg } from "../arguments.js";
import { MLXArray } from "../array.js";
import { wrap } from "../wrap.js";
import { broadcastShape, indexArray, releaseAll } from "./arrays.js";
import { added, type Index, type Plan, planned, shapeOf } from "./plan.js";

/** What `a[items]` is. */
export function read(array: MLXArray, items: readonly Index[]): MLXArray {
  const handle = array.live("index");
  const { shape } = array;
  const [first] = items;
  if (first instanceof MLXArray && items.length === 1 && shape.length > 0) {
    // The most usual gather, of rows, needs no plan.
    const { backend } = array;
    return wrap(backend, backend.ops.take(handle, arrayArg("index", "index", first, backend), 0));
  }
  const plan = planned(shape, items);
  if (plan.arrays.length > 0) return gathered(array, handle, plan);
  const { backend, dtype } = array;
  const { ops } = backend;
  const { start, stop, steps, taken, layout } = plan;
  const fresh = layout.length + taken.length > start.length;
  let out = plan.whole ? handle : ops.slice(handle, start, stop, steps);
  if (taken.length > 0) out = after(backend, handle, out, ops.squeeze(out, taken));
  if (fresh) out = after(backend, handle, out, ops.expandDims(out, places(layout)));
  const result = wrap(backend, out === handle ? backend.retain(handle) : out);
  result.facts = { shape: shapeOf(plan), dtype };
  return result;
}

/** The next result, once the one before it is given back; the array's own handle stays. */
function after(backend: Backend, own: Handle, before: Handle, next: Handle): Handle {
  if (before !== own) backend.release([before]);
  return next;
}

/** Where a layout has new axes; those behind `place` are `shift` further back. */
function places(layout: readonly number[], place = 0, shift = 0): number[] {
  const out: number[] = [];
  for (let i = 0; i < layout.length; i++) {
    if (layout[i] === added) out.push(i < place ? i : i + shift);
  }
  return out;
}

/** With index arrays: from the box, what they pick. */
function gathered(array: MLXArray, handle: Handle, plan: Plan): MLXArray {
  const { backend } = array;
  const { ops } = backend;
  const { layout, taken, axes, place } = plan;
  const between: Handle[] = [];
  const made: MLXArray[] = [];
  // A result on the way to the next one.
  const passing = (out: Handle) => {
    between.push(out);
    return out;
  };
  try {
    const arrays = plan.arrays.map((item) => indexArray(item, backend, made));
    const box = plan.whole ? handle : passing(ops.slice(handle, plan.start, plan.stop, plan.steps));
    const fresh = layout.length - (plan.start.length - taken.length - axes.length);
    const [only] = arrays;
    const [axis] = axes;
    let out: Handle;
    let rank: number;
    if (only !== undefined && axis !== undefined && arrays.length === 1 && inPlace(plan, axis)) {
      rank = fresh === 0 && taken.length === 0 ? 0 : only.ndim;
      out = ops.take(box, only.handle, axis);
      const gone = taken.map((at) => (at < axis ? at : at + rank - 1));
      if (gone.length > 0) out = ops.squeeze(passing(out), gone);
    } else {
      rank = broadcastShape(arrays).length;
      const sizes = plan.counts.map((size, at) => (axes.includes(at) ? 1 : size));
      const picked = passing(
        ops.gather(
          box,
          arrays.map((one) => one.handle),
          axes,
          sizes,
        ),
      );
      out = ops.squeeze(
        picked,
        [...axes, ...taken].map((at) => rank + at),
      );
      const front = layout.slice(0, place).filter((at) => at !== added).length;
      if (front > 0) out = ops.transpose(passing(out), moved(layout.length - fresh, rank, front));
    }
    if (fresh > 0) out = ops.expandDims(passing(out), places(layout, place, rank));
    return wrap(backend, out);
  } finally {
    releaseAll(backend, between, made);
  }
}

/** Whether the axes of the one index array stay where its axis was. */
function inPlace({ layout, place }: Plan, axis: number): boolean {
  for (let i = 0; i < layout.length; i++) {
    if (
      i < place ? (layout[i] as number) > axis : (layout[i] as number) < axis && layout[i] !== added
    )
      return false;
  }
  return true;
}

/** The permutation that puts `front` axes, which lie behind `rank` gathered ones, before them. */
function moved(others: number, rank: number, front: number): number[] {
  const axes = Array.from({ length: rank + others }, (_, i) => i);
  return [...axes.slice(rank, rank + front), ...axes.slice(0, rank), ...axes.slice(rank + front)];
}
