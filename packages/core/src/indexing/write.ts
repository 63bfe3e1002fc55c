// Writing a part of an array: one slice update for a box; with index arrays a scatter into the box, which
// then goes back to its place; a masked scatter for a mask.

import { type Handle, type Operand, type Ops, Scalar, typeError } from "@mlx-ts/backend-api";
import { arrayArg, fromValue } from "../arguments.js";
import { type ArrayLike, MLXArray } from "../array.js";
import { broadcastShape, indexArray, isMask, type Picks } from "./arrays.js";
import { added, type Index, maskCure, type Plan, planned } from "./plan.js";
import { misfit, operandFor, sizesOf, type Update, type Value, Writing } from "./value.js";

/** The handle of a copy of the array with the part updated. */
export function updated(
  array: MLXArray,
  items: readonly Index[],
  update: Update,
  value: ArrayLike,
): Handle {
  const writing = new Writing(array);
  try {
    const [first] = items;
    if (items.length === 1 && typeof first !== "number" && isMask(first)) {
      return masked(writing, first, update, value);
    }
    const plan = planned(array.shape, items);
    const given = operandFor(writing, update, value);
    if (plan.arrays.length > 0) return scattered(writing, plan, update, given);
    return sliced(writing, plan, update, fittedToBox(writing, plan, given));
  } finally {
    writing.release();
  }
}

/** The slice update that an update is. */
function sliced(
  { ops, handle }: Writing,
  { start, stop, steps }: Plan,
  update: Update,
  operand: Operand<Handle>,
): Handle {
  switch (update) {
    case "set":
      return ops.sliceUpdate(handle, operand, start, stop, steps);
    case "add":
    case "subtract":
      return ops.sliceUpdateAdd(handle, operand, start, stop, steps);
    case "multiply":
    case "divide":
      return ops.sliceUpdateProd(handle, operand, start, stop, steps);
    case "maximum":
      return ops.sliceUpdateMax(handle, operand, start, stop, steps);
    case "minimum":
      return ops.sliceUpdateMin(handle, operand, start, stop, steps);
  }
}

/** The value with the box' axes, of which the part may lack some and have others. */
function fittedToBox(writing: Writing, plan: Plan, { operand, shape }: Value): Operand<Handle> {
  const { layout, counts, tail } = plan;
  if (operand instanceof Scalar || shape.length <= tail) return operand;
  const sizes = sizesOf(shape, layout.length, plan);
  const fitted = counts.map(() => 1);
  for (const [place, axis] of layout.entries()) {
    const size = sizes[place] as number;
    if (axis !== added) fitted[axis] = size;
    else if (size !== 1) throw misfit(shape, plan);
  }
  return writing.passing(writing.ops.reshape(operand, fitted));
}

/** With index arrays. */
function scattered(writing: Writing, plan: Plan, update: Update, value: Value): Handle {
  const { ops, handle } = writing;
  const { counts, axes, start, stop, steps } = plan;
  const arrays: Picks[] = [];
  for (const item of plan.arrays) arrays.push(indexArray(item, writing));
  const picked = broadcastShape(arrays);
  const full = [...picked, ...counts];
  for (const axis of axes) full[picked.length + axis] = 1;
  const updates = fittedToScatter(writing, plan, picked.length, full, value);
  if (plan.whole) return scatter(ops, handle, arrays, updates, axes, update);
  const box = writing.passing(ops.slice(handle, start, stop, steps));
  const changed = writing.passing(scatter(ops, box, arrays, updates, axes, update));
  return ops.sliceUpdate(handle, changed, start, stop, steps);
}

/**
 * The value as a scatter takes it: with the `rank` axes of the index arrays first, then the box' axes. In the
 * part, the former may stand between the latter.
 *
 * @param full - the shape that it has to have
 */
function fittedToScatter(
  writing: Writing,
  plan: Plan,
  rank: number,
  full: readonly number[],
  { operand, shape }: Value,
): Handle {
  const { ops } = writing;
  const { layout, place, tail } = plan;
  if (operand instanceof Scalar) return writing.filled(operand.value, full);
  let updates = operand;
  let given = shape;
  if (shape.length > tail) {
    const total = layout.length + rank;
    const sizes = sizesOf(shape, total, plan);
    if (place > 0 && shape.length > total - place) {
      if (shape.length !== total) updates = writing.passing(ops.reshape(updates, sizes));
      const order = sizes.map((_, i) => i);
      order.unshift(...order.splice(place, rank));
      updates = writing.passing(ops.transpose(updates, order));
      given = order.map((i) => sizes[i] as number);
    }
    const fitted = full.map((_, i) => (i < rank ? (sizes[place + i] as number) : 1));
    for (const [i, axis] of layout.entries()) {
      const size = sizes[i < place ? i : i + rank] as number;
      if (axis !== added) fitted[rank + axis] = size;
      else if (size !== 1) throw misfit(shape, plan);
    }
    if (!withOnes(given, fitted)) {
      updates = writing.passing(ops.reshape(updates, fitted));
      given = fitted;
    }
  }
  const fits = given.length === full.length && withOnes(given, full);
  return fits ? updates : writing.passing(ops.broadcastTo(updates, full));
}

/** Whether a shape is another one with ones put before it, which broadcasting does by itself. */
function withOnes(shape: readonly number[], wanted: readonly number[]): boolean {
  const more = wanted.length - shape.length;
  return more >= 0 && wanted.every((size, i) => size === (i < more ? 1 : shape[i - more]));
}

/** The scatter that an update is. */
function scatter(
  ops: Ops,
  box: Handle,
  arrays: readonly Picks[],
  updates: Handle,
  axes: readonly number[],
  update: Update,
): Handle {
  const indices = arrays.map((array) => array.handle);
  switch (update) {
    case "set":
      return ops.scatter(box, indices, updates, axes);
    case "add":
    case "subtract":
      return ops.scatterAdd(box, indices, updates, axes);
    case "multiply":
    case "divide":
      return ops.scatterProd(box, indices, updates, axes);
    case "maximum":
      return ops.scatterMax(box, indices, updates, axes);
    case "minimum":
      return ops.scatterMin(box, indices, updates, axes);
  }
}

/** Where a mask is true. */
function masked(writing: Writing, item: unknown, update: Update, value: ArrayLike): Handle {
  const { backend, ops, handle, made } = writing;
  if (update !== "set") {
    throw typeError(`[at] a mask can be set, "${update}" was asked for; ${maskCure}`, "INDEX");
  }
  const { operand } = operandFor(writing, update, value);
  const values = operand instanceof Scalar ? writing.filled(operand.value, []) : operand;
  if (item instanceof MLXArray) {
    return ops.maskedScatter(handle, arrayArg("at", "mask", item, backend), values);
  }
  const mask = fromValue("at", "mask", item, undefined, backend);
  made.push(mask);
  return ops.maskedScatter(handle, mask.handle, values);
}
