// Reading a part of an array: a slice, then a gather where there are index arrays, then axes that go and
// come. Each is one op, and most indices need one or two.

import type { Backend, Handle } from "@mlx-ts/backend-api";
import { arrayArg } from "../arguments.js";
import { MLXArray } from "../array.js";
import { wrap } from "../wrap.js";
import {
  type Between,
  broadcastShape,
  checkDType,
  indexArray,
  type Picks,
  releaseAll,
} from "./arrays.js";
import { added, type Index, type Plan, planned, shapeOf } from "./plan.js";

/** What `a[items]` is. */
export function read(array: MLXArray, items: readonly Index[]): MLXArray {
  const handle = array.live("index");
  const { shape } = array;
  const [first] = items;
  if (first instanceof MLXArray && items.length === 1 && shape.length > 0) {
    // The most usual gather, of rows, needs no plan.
    const { backend } = array;
    const indices = arrayArg("index", "index", first, backend);
    checkDType(first);
    return wrap(backend, backend.ops.take(handle, indices, 0));
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
  const reading: Between = { backend, between: [], made: [] };
  try {
    const arrays: Picks[] = [];
    for (const item of plan.arrays) arrays.push(indexArray(item, reading));
    return wrap(backend, picked(handle, plan, arrays, reading));
  } finally {
    releaseAll(reading);
  }
}

function picked(
  handle: Handle,
  plan: Plan,
  arrays: readonly Picks[],
  { backend, between }: Between,
): Handle {
  const { ops } = backend;
  const { layout, taken, axes, place, counts } = plan;
  /** A result on the way to the next one. */
  const passing = (out: Handle): Handle => {
    between.push(out);
    return out;
  };
  const box = plan.whole ? handle : passing(ops.slice(handle, plan.start, plan.stop, plan.steps));
  const fresh = layout.length + taken.length + axes.length - counts.length;
  const [only] = arrays;
  const [axis] = axes;
  let out: Handle;
  let rank: number;
  if (only !== undefined && axis !== undefined && arrays.length === 1 && inPlace(plan, axis)) {
    rank = fresh + taken.length > 0 ? only.shape.length : 0;
    out = ops.take(box, only.handle, axis);
    if (taken.length > 0) {
      const gone = taken.map((at) => (at < axis ? at : at + rank - 1));
      out = ops.squeeze(passing(out), gone);
    }
  } else {
    rank = broadcastShape(arrays).length;
    const sizes = counts.slice();
    for (const at of axes) sizes[at] = 1;
    const handles = arrays.map((one) => one.handle);
    out = passing(ops.gather(box, handles, axes, sizes));
    const gone: number[] = [];
    for (const at of axes) gone.push(rank + at);
    for (const at of taken) gone.push(rank + at);
    out = ops.squeeze(out, gone);
    let front = 0;
    for (let i = 0; i < place; i++) if (layout[i] !== added) front++;
    if (front > 0) out = ops.transpose(passing(out), moved(layout.length - fresh, rank, front));
  }
  return fresh > 0 ? ops.expandDims(passing(out), places(layout, place, rank)) : out;
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
