// Mutants that put elements in the wrong place or dtype: creation, shape and indexing.

import { dtypeKind, Scalar } from "@mlx-ts/backend-api";
import { type Mutant, wrongOp } from "./mutant.js";

const zero = new Scalar(0);

const creation: readonly Mutant[] = [
  wrongOp(
    "arange",
    "has one element too few where the step is a fraction",
    ({ ops }, start, stop, step, dtype) =>
      Number.isInteger(step) || (stop - start) / step <= 1
        ? ops.arange(start, stop, step, dtype)
        : ops.arange(start, start + step * (Math.ceil((stop - start) / step) - 1), step, dtype),
  ),
  wrongOp("linspace", "always reaches the end", ({ ops }, start, stop, num, _, dtype) =>
    ops.linspace(start, stop, num, true, dtype),
  ),
  wrongOp("eye", "counts diagonals downward", ({ ops }, n, m, k, dtype) =>
    ops.eye(n, m, k === 0 ? 0 : -k, dtype),
  ),
  wrongOp("tril", "ignores k", ({ ops }, x) => ops.tril(x, 0)),
];

const shape: readonly Mutant[] = [
  wrongOp("transpose", "reverses the axes whatever is asked", ({ ops }, a) =>
    ops.transpose(a, null),
  ),
  wrongOp("flip", "counts axes from behind", ({ ops, shape }, a, axes) =>
    ops.flip(a, axes?.map((axis) => (axis < 0 ? -1 - axis : shape(a).length - 1 - axis)) ?? null),
  ),
  wrongOp("concatenate", "joins from the last to the first", ({ ops }, arrays, axis) =>
    ops.concatenate([...arrays].reverse(), axis),
  ),
  wrongOp("reshape", "reads columns first", ({ ops }, a, shape) => {
    if (shape.includes(-1)) return ops.reshape(a, shape);
    return ops.transpose(ops.reshape(ops.transpose(a, null), [...shape].reverse()), null);
  }),
  wrongOp("broadcastTo", "repeats each element in a row", ({ ops, shape }, a, to) => {
    const [columns] = shape(a);
    if (shape(a).length !== 1 || to.length !== 2 || columns === 1) return ops.broadcastTo(a, to);
    const wide = ops.broadcastTo(ops.expandDims(a, [1]), [...to].reverse());
    return ops.reshape(wide, to);
  }),
  wrongOp("astype", "rounds floats to integers", ({ ops, dtype }, a, to) => {
    const fraction = dtypeKind(dtype(a)) === "float" && dtypeKind(to) === "signed";
    return ops.astype(fraction ? ops.round(a, 0) : a, to);
  }),
  wrongOp("astype", "cuts float32 to float16 instead of rounding", ({ ops, dtype }, a, to) => {
    const near = ops.astype(a, to);
    if (dtype(a) !== "float32" || to !== "float16") return near;
    const far = ops.greater(ops.abs(ops.astype(near, "float32")), ops.abs(a));
    const bits = ops.view(near, "uint16");
    return ops.view(ops.subtract(bits, ops.astype(far, "uint16")), "float16");
  }),
  wrongOp("astype", "makes bool of the whole part, so 0.5 is false", ({ ops, dtype }, a, to) => {
    const fraction = dtypeKind(dtype(a)) === "float" && to === "bool";
    return fraction ? ops.astype(ops.trunc(a), "bool") : ops.astype(a, to);
  }),
  wrongOp("squeeze", "ignores its axes", ({ ops }, a) => ops.squeeze(a, null)),
  wrongOp("roll", "goes the other way", ({ ops }, a, shift, axes) =>
    ops.roll(
      a,
      shift.map((by) => -by),
      axes,
    ),
  ),
  wrongOp("tile", "repeats each element, as repeat does", ({ ops, shape }, a, reps) => {
    const [times] = reps;
    if (reps.length !== 1 || shape(a).length !== 1 || times === undefined) return ops.tile(a, reps);
    return ops.repeat(a, times, 0);
  }),
  wrongOp("split", "gives the parts in reverse", ({ ops }, a, parts, axis) =>
    ops.split(a, parts, axis).reverse(),
  ),
  wrongOp("view", "converts values instead of keeping bits", ({ ops, dtype }, a, to) => {
    const floats = dtype(a) === "float32" && to === "int32";
    return floats ? ops.astype(a, to) : ops.view(a, to);
  }),
  wrongOp("pad", "swaps before and after", ({ ops }, a, widths, mode, value) =>
    ops.pad(
      a,
      widths.map((_, i) => widths[i ^ 1] ?? 0),
      mode,
      value,
    ),
  ),
  wrongOp("diagonal", "counts offsets downward", ({ ops }, a, offset, axis1, axis2) =>
    ops.diagonal(a, offset === 0 ? 0 : -offset, axis1, axis2),
  ),
];

const indexing: readonly Mutant[] = [
  wrongOp("slice", "drops its step", ({ ops }, a, start, stop, strides) =>
    ops.slice(a, start, stop, strides.map(Math.sign)),
  ),
  wrongOp(
    "sliceUpdate",
    "writes without gaps",
    ({ ops, shape }, a, update, start, stop, strides) => {
      const simple = a instanceof Scalar || update instanceof Scalar || strides.some((s) => s < 1);
      if (simple || start.some((s) => s < 0))
        return ops.sliceUpdate(a, update, start, stop, strides);
      const part = ops.slice(a, start, stop, strides);
      const whole = ops.broadcastTo(update, shape(part));
      const end = start.map((first, axis) => first + (shape(part)[axis] ?? 0));
      return ops.sliceUpdate(
        a,
        whole,
        start,
        end,
        strides.map(() => 1),
      );
    },
  ),
  wrongOp("take", "takes the first element for negative indices", ({ ops }, a, indices, axis) =>
    ops.take(a, ops.maximum(indices, zero), axis),
  ),
  wrongOp(
    "takeAlongAxis",
    "takes the first element for negative indices",
    ({ ops }, a, indices, axis) => ops.takeAlongAxis(a, ops.maximum(indices, zero), axis),
  ),
  wrongOp(
    "putAlongAxis",
    "adds instead of replacing",
    ({ ops, dtype }, a, indices, values, axis) => {
      if (axis === null || dtype(a) === "bool") return ops.putAlongAxis(a, indices, values, axis);
      return ops.scatterAddAxis(a, indices, values, axis);
    },
  ),
  wrongOp("gather", "ignores negative indices", ({ ops }, a, indices, axes, sizes) =>
    ops.gather(
      a,
      indices.map((index) => ops.maximum(index, zero)),
      axes,
      sizes,
    ),
  ),
  wrongOp("gather", "reads indices of the axes in reverse", ({ ops }, a, indices, axes, sizes) =>
    ops.gather(a, [...indices].reverse(), axes, sizes),
  ),
  wrongOp("scatter", "adds instead of replacing", ({ ops, dtype }, a, indices, updates, axes) =>
    dtype(a) === "bool"
      ? ops.scatter(a, indices, updates, axes)
      : ops.scatterAdd(a, indices, updates, axes),
  ),
  wrongOp("scatterAdd", "overwrites instead of adding", ({ ops }, a, indices, updates, axes) =>
    ops.scatter(a, indices, updates, axes),
  ),
  wrongOp(
    "scatterAdd",
    "adds one of the updates at one place",
    ({ ops }, a, indices, updates, axes) => {
      const alone = ops.scatter(ops.zerosLike(a, null), indices, updates, axes);
      return ops.add(a, alone);
    },
  ),
  wrongOp("sliceUpdateAdd", "overwrites", ({ ops }, a, update, start, stop, strides) =>
    ops.sliceUpdate(a, update, start, stop, strides),
  ),
];

export const placeMutants: readonly Mutant[] = [...creation, ...shape, ...indexing];
