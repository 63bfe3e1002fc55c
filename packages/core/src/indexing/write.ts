// Writing a part of an array: one slice update for a box; with index arrays a scatter into the box, which
// then goes back to its place; a masked scatter for a mask.

import {
  type Backend,
  type DType,
  type Handle,
  type Operand,
  type Ops,
  rangeError,
  Scalar,
  typeError,
} from "@mlx-ts/backend-api";
import { arrayArg, fromValue, operandArg } from "../arguments.js";
import { type ArrayLike, MLXArray } from "../array.js";
import { broadcastShape, indexArray, isMask, releaseAll } from "./arrays.js";
import { added, type Index, maskCure, type Plan, planned } from "./plan.js";

/** What becomes of the part. */
export type Update = "set" | "add" | "subtract" | "multiply" | "divide" | "maximum" | "minimum";

/** One call: what it makes on its way is given back at its end. */
class Writing {
  readonly backend: Backend;
  readonly handle: Handle;
  readonly dtype: DType;
  readonly made: MLXArray[] = [];
  private readonly between: Handle[] = [];

  constructor(array: MLXArray) {
    this.handle = array.live("at");
    this.backend = array.backend;
    this.dtype = array.dtype;
  }

  get ops(): Ops {
    return this.backend.ops;
  }

  /** A result on the way to the next one. */
  passing(out: Handle): Handle {
    this.between.push(out);
    return out;
  }

  /** An array for a value that is none. */
  array(value: unknown, dtype: DType | undefined): Handle {
    const array = fromValue("at", "value", value, dtype, this.backend);
    this.made.push(array);
    return array.handle;
  }

  release(): void {
    releaseAll(this.backend, this.between, this.made);
  }
}

/** The handle of a copy of the array with the part updated. */
export function updated(
  array: MLXArray,
  items: readonly Index[],
  update: Update,
  value: ArrayLike,
): Handle {
  const writing = new Writing(array);
  try {
    if (items.length === 1 && typeof items[0] !== "number" && isMask(items[0])) {
      return masked(writing, items[0], update, value);
    }
    const plan = planned(array.shape, items);
    const operand = operandOf(writing, update, value);
    if (plan.arrays.length > 0) return scattered(writing, plan, update, operand, value);
    return sliced(writing, plan, update, fittedToBox(writing, plan, operand, value));
  } finally {
    writing.release();
  }
}

/** The slice update that an update is; division and subtraction have their operand turned round before. */
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

/** An operand of the array's dtype, or one that the engine casts to it: an update never widens. */
function operandOf(writing: Writing, update: Update, value: ArrayLike): Operand<Handle> {
  const { ops, dtype, backend } = writing;
  const isArray = value instanceof MLXArray;
  const isNumber =
    typeof value === "number" || typeof value === "bigint" || typeof value === "boolean";
  /** A number keeps the dtype where it can; lists always do. */
  const asArray = () => {
    if (isArray) return arrayArg("at", "value", value, backend);
    const widens = typeof value === "number" && !Number.isInteger(value) && /int|bool/.test(dtype);
    return writing.array(value, widens ? undefined : dtype);
  };
  switch (update) {
    case "subtract": {
      if (typeof value === "number" && /float|complex/.test(dtype)) return new Scalar(-value);
      const other = asArray();
      // The negative of an unsigned value is right in its own dtype only.
      const wraps = isArray && value.dtype !== dtype && /^uint|bool/.test(value.dtype);
      const cast = wraps ? writing.passing(ops.astype(other, dtype)) : other;
      return writing.passing(ops.negative(cast));
    }
    case "divide": {
      if (/int|bool/.test(dtype)) {
        throw typeError(
          `[at] a part of a ${dtype} array cannot be divided, since MLX multiplies by the reciprocal; convert the array with astype("float32") first`,
          "DTYPE",
        );
      }
      if (typeof value === "number" && dtype === "float32") {
        return new Scalar(Math.fround(1 / Math.fround(value)));
      }
      return writing.passing(ops.reciprocal(asArray()));
    }
    default:
      return isNumber ? operandArg("at", "value", value, backend) : asArray();
  }
}

/** The shape of a value that is no single number. */
function shapeOfValue({ backend, made }: Writing, value: ArrayLike): readonly number[] {
  if (value instanceof MLXArray) return value.shape;
  const [array] = made;
  return array === undefined ? [] : backend.aval(array.handle).shape;
}

function misfit(value: readonly number[], plan: Plan): Error {
  const part = plan.layout.map((axis) => (axis === added ? 1 : plan.counts[axis]));
  const arrays = plan.arrays.length > 0 ? " beside what its index arrays pick" : "";
  return rangeError(
    `[at] a value of shape [${value.join(", ")}] does not broadcast to the part's shape [${part.join(", ")}]${arrays}`,
    "SHAPE",
  );
}

/** A value's shape without leading ones that the part lacks, as sizes read from the back. */
function fromBack(value: readonly number[], rank: number, plan: Plan): (place: number) => number {
  const extra = value.length - rank;
  for (let i = 0; i < extra; i++) if (value[i] !== 1) throw misfit(value, plan);
  return (place) => value[place + extra] ?? 1;
}

/** The value with the box' axes, of which the part may lack some and have others. */
function fittedToBox(
  writing: Writing,
  plan: Plan,
  operand: Operand<Handle>,
  value: ArrayLike,
): Operand<Handle> {
  if (operand instanceof Scalar) return operand;
  const shape = shapeOfValue(writing, value);
  const { layout, counts, tail } = plan;
  if (shape.length <= tail) return operand;
  const sizeAt = fromBack(shape, layout.length, plan);
  const fitted = counts.map(() => 1);
  for (const [place, axis] of layout.entries()) {
    if (axis !== added) fitted[axis] = sizeAt(place);
    else if (sizeAt(place) !== 1) throw misfit(shape, plan);
  }
  return writing.passing(writing.ops.reshape(operand, fitted));
}

/** With index arrays. */
function scattered(
  writing: Writing,
  plan: Plan,
  update: Update,
  operand: Operand<Handle>,
  value: ArrayLike,
): Handle {
  const { ops, backend, handle, made } = writing;
  const { layout, counts, axes, place, start, stop, steps } = plan;
  // The value was made first, and `shapeOfValue` looks there.
  const shape = operand instanceof Scalar ? [] : shapeOfValue(writing, value);
  let updates = operand instanceof Scalar ? writing.array(operand.value, undefined) : operand;
  const arrays = plan.arrays.map((item) => indexArray(item, backend, made));
  const picked = broadcastShape(arrays);
  const rank = picked.length;
  const full = [...picked, ...counts];
  for (const axis of axes) full[rank + axis] = 1;

  // The value has the part's axes; updates have those of the index arrays first, then the box' axes.
  const sizeAt = fromBack(shape, layout.length + rank, plan);
  const fitted = full.map(() => 1);
  for (let i = 0; i < rank; i++) fitted[i] = sizeAt(place + i);
  for (const [i, axis] of layout.entries()) {
    const size = sizeAt(i < place ? i : i + rank);
    if (axis !== added) fitted[rank + axis] = size;
    else if (size !== 1) throw misfit(shape, plan);
  }
  const total = layout.length + rank;
  let given = shape;
  if (place > 0 && shape.length > total - place) {
    // Axes before those of the index arrays have to change places with them.
    const sizes = Array.from({ length: total }, (_, i) => sizeAt(i));
    if (shape.length !== total) updates = writing.passing(ops.reshape(updates, sizes));
    const order = sizes.map((_, i) => i);
    const swapped = [
      ...order.slice(place, place + rank),
      ...order.slice(0, place),
      ...order.slice(place + rank),
    ];
    updates = writing.passing(ops.transpose(updates, swapped));
    given = swapped.map((i) => sizes[i] as number);
  }
  if (!withOnes(given, fitted)) {
    updates = writing.passing(ops.reshape(updates, fitted));
    given = fitted;
  }
  if (!withOnes(given, full) || given.length < full.length) {
    updates = writing.passing(ops.broadcastTo(updates, full));
  }
  if (plan.whole) return scatter(ops, handle, arrays, updates, axes, update);
  const box = writing.passing(ops.slice(handle, start, stop, steps));
  const changed = writing.passing(scatter(ops, box, arrays, updates, axes, update));
  return ops.sliceUpdate(handle, changed, start, stop, steps);
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
  arrays: readonly MLXArray[],
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
  const { backend, ops, handle } = writing;
  if (update !== "set") {
    throw typeError(
      `[at] a mask can be set, not ${update === "add" ? "added to" : `updated by "${update}"`}; ${maskCure}`,
      "INDEX",
    );
  }
  const operand = operandOf(writing, update, value);
  const values = operand instanceof Scalar ? writing.array(operand.value, undefined) : operand;
  const mask =
    item instanceof MLXArray
      ? arrayArg("at", "mask", item, backend)
      : writing.array(item, undefined);
  return ops.maskedScatter(handle, mask, values);
}
