// How calls of the family "indexing" are checked and prepared before a kernel sees them. Every index array
// becomes int32 in range here; slices become steps between two indices.

import { type Handle, type Operand, Scalar } from "../../backend.js";
import { rangeError, typeError } from "../../errors.js";
import type { IndexingOps } from "../../ops/index.js";
import { normalAxis, shapeText, sizeOf, withSize } from "../axes.js";
import type { Front } from "../front.js";
import type { Shape } from "../kernels.js";
import {
  asArray,
  broadcast,
  broadcasted,
  broadcastShape,
  commonDtype,
  writable,
} from "../operands.js";
import { inside, refuseFractions } from "../places.js";
import { empty, isWhole, partial, partOf, perAxis, reshaped } from "../views.js";

/** Axes from the front, in the caller's order, each once. */
function distinctAxes(op: string, axes: readonly number[], ndim: number): readonly number[] {
  const found = axes.map((axis) => {
    if (axis >= -ndim && axis < ndim) return axis < 0 ? axis + ndim : axis;
    throw rangeError(`[${op}] axis ${axis} is out of bounds for an array of ${ndim} axes`, "SHAPE");
  });
  const twice = found.findIndex((axis, i) => found.indexOf(axis) !== i);
  if (twice >= 0) throw rangeError(`[${op}] axis ${axes[twice]} was given twice`, "SHAPE");
  return found;
}

/** Refuses blocks that are longer than the array. */
function refuseLong(op: string, sizes: Shape, shape: Shape): void {
  perAxis(op, sizes, shape.length);
  for (const [axis, size] of sizes.entries()) {
    const most = shape[axis] as number;
    if (size >= 0 && size <= most) continue;
    throw rangeError(
      `[${op}] a slice size of ${size} was given for an axis of size ${most}, it must be in 0..${most}`,
      "SHAPE",
    );
  }
}

/** A shape broadcast to another in all axes but one. */
function besides(op: string, shapes: readonly Shape[], axis: number): number[] {
  return broadcastShape(
    op,
    shapes.map((shape) => withSize(shape, axis, 1)),
  );
}

export const indexingFront = <H extends Handle>(f: Front<H>): IndexingOps<H> => {
  /** Where blocks start: index arrays of one shape, each in range. */
  const starts = (
    op: string,
    indices: readonly H[],
    axes: readonly number[],
    sizes: Shape,
    shape: Shape,
  ): H[] => {
    if (indices.length !== axes.length) {
      throw rangeError(
        `[${op}] ${indices.length} index arrays were given for ${axes.length} axes, there must be one for each`,
        "SHAPE",
      );
    }
    const kept = indices.map((index, i) => {
      const n = shape[axes[i] as number] as number;
      return inside(f, op, index, n, n - (sizes[axes[i] as number] as number));
    });
    return broadcasted(f, op, kept);
  };

  /** Starts of one block in an array: a list with one for each axis. */
  const startList = (
    op: string,
    start: H,
    axes: readonly number[],
    sizes: Shape,
    shape: Shape,
  ): H => {
    refuseFractions(f, op, start);
    if (f.shape(start).length > 1 || sizeOf(f.shape(start)) !== axes.length) {
      throw rangeError(
        `[${op}] starts of ${sizeOf(f.shape(start))} elements were given for ${axes.length} axes, they must be a list with one for each`,
        "SHAPE",
      );
    }
    const n = axes.map((axis) => shape[axis] as number);
    const most = axes.map((axis, i) => (n[i] as number) - (sizes[axis] as number));
    return inside(f, op, reshaped(f, start, [axes.length]), n, most);
  };

  /** An array as given, or a number beside what is written into it. */
  const target = (a: Operand<H>, update: Operand<H>): H =>
    a instanceof Scalar ? asArray(f, a, commonDtype(f, [a, update])) : a;

  type Written = (a: H, update: H, start: Shape, stop: Shape, strides: Shape) => H;

  const sliceUpdate =
    (
      op: string,
      whole: (a: H, update: H) => H,
      kernel: () => Written,
    ): IndexingOps<H>["sliceUpdate"] =>
    (into, value, start, stop, strides) => {
      const a = target(into, value);
      const shape = f.shape(a);
      const part = partOf(op, shape, start, stop, strides);
      const update = f.ops.broadcastTo(writable(f, value, f.dtype(a)), part.shape);
      if (sizeOf(part.shape) === 0) return a;
      if (isWhole(part, shape)) return whole(a, update);
      return kernel()(a, update, part.start, part.stop, part.strides);
    };

  type Scatter = (a: H, indices: readonly H[], updates: H, axes: readonly number[]) => H;

  const scatter =
    (op: string, kernel: () => Scatter): Scatter =>
    (a, indices, updates, axes) => {
      const shape = f.shape(a);
      const from = f.shape(updates);
      const found = distinctAxes(op, axes, shape.length);
      const before = from.length - shape.length;
      if (before < 0) {
        throw rangeError(
          `[${op}] updates of ${from.length} axes were given for an array of ${shape.length}; their shape is that of the indices, then one size for each axis`,
          "SHAPE",
        );
      }
      const written = from.slice(before);
      refuseLong(op, written, shape);
      if (sizeOf(from) === 0) return a;
      const at = starts(op, indices, found, written, shape);
      const places = at[0] === undefined ? [] : f.shape(at[0]);
      if (before !== places.length || places.some((size, i) => size !== from[i])) {
        throw rangeError(
          `[${op}] Updates of shape ${shapeText(from)} do not go with indices of shape ${shapeText(places)} and an array of shape ${shapeText(shape)}.`,
          "SHAPE",
        );
      }
      return kernel()(a, at, writable(f, updates, f.dtype(a)), found);
    };

  /** putAlongAxis and scatterAddAxis of an array along one of its axes. */
  const alongAxis = (
    op: "putAlongAxis" | "scatterAddAxis",
    a: H,
    indices: H,
    values: H,
    axis: number,
  ): H => {
    const at = normalAxis(op, axis, f.shape(a).length);
    refuseRank(op, indices, a);
    const kept = inside(f, op, indices, f.shape(a)[at] as number);
    if (sizeOf(f.shape(a)) === 0) return a;
    let updates = writable(f, values, f.dtype(a));
    const extra = f.shape(updates).length - f.shape(kept).length;
    if (extra > 0)
      updates = f.ops.squeeze(
        updates,
        Array.from({ length: extra }, (_, i) => i),
      );
    const [index, update] = broadcasted(f, op, [kept, updates]) as [H, H];
    const others = besides(op, [f.shape(a), f.shape(index)], at);
    const size = f.shape(index)[at] as number;
    const into = broadcast(f, a, withSize(others, at, f.shape(a)[at] as number));
    if (size === 0) return into;
    const places = withSize(others, at, size);
    return f.kernels[op](into, broadcast(f, index, places), broadcast(f, update, places), at);
  };

  const refuseRank = (op: string, indices: H, a: H): void => {
    const [got, wanted] = [f.shape(indices).length, f.shape(a).length];
    if (got === wanted) return;
    throw rangeError(
      `[${op}] Indices of dimension ${got} does not match array of dimension ${wanted}.`,
      "SHAPE",
    );
  };

  const flat = (a: H): H => reshaped(f, a, [sizeOf(f.shape(a))]);

  return {
    take(a, indices, axis) {
      const from = axis === null ? flat(a) : a;
      const shape = f.shape(from);
      const at = normalAxis("take", axis ?? 0, shape.length);
      const kept = inside(f, "take", indices, shape[at] as number);
      const size = [...shape.slice(0, at), ...f.shape(indices), ...shape.slice(at + 1)];
      return sizeOf(size) === 0 ? empty(f, size, a) : f.kernels.take(from, kept, at);
    },
    takeAlongAxis(a, indices, axis) {
      if (axis === null) {
        return reshaped(f, f.ops.takeAlongAxis(flat(a), flat(indices), 0), f.shape(indices));
      }
      const shape = f.shape(a);
      const at = normalAxis("takeAlongAxis", axis, shape.length);
      refuseRank("takeAlongAxis", indices, a);
      const kept = inside(f, "takeAlongAxis", indices, shape[at] as number);
      const others = besides("takeAlongAxis", [shape, f.shape(kept)], at);
      const places = withSize(others, at, f.shape(kept)[at] as number);
      if (sizeOf(places) === 0) return empty(f, places, a);
      const from = broadcast(f, a, withSize(others, at, shape[at] as number));
      return f.kernels.takeAlongAxis(from, broadcast(f, kept, places), at);
    },
    putAlongAxis(a, indices, values, axis) {
      if (axis !== null) return alongAxis("putAlongAxis", a, indices, values, axis);
      const put = alongAxis("putAlongAxis", flat(a), flat(indices), flat(values), 0);
      return reshaped(f, put, f.shape(a));
    },
    scatterAddAxis: (a, indices, values, axis) =>
      alongAxis("scatterAddAxis", a, indices, values, axis),
    slice: (a, start, stop, strides) =>
      partial(f, a, partOf("slice", f.shape(a), start, stop, strides)),
    dynamicSlice(a, start, axes, sliceSize) {
      const shape = f.shape(a);
      const found = distinctAxes("slice", axes, shape.length);
      refuseLong("slice", sliceSize, shape);
      const at = startList("slice", start, found, sliceSize, shape);
      if (sizeOf(sliceSize) === 0) return empty(f, sliceSize, a);
      return f.kernels.dynamicSlice(a, at, found, sliceSize);
    },
    sliceUpdate: sliceUpdate(
      "sliceUpdate",
      (_, update) => update,
      () => f.kernels.sliceUpdate,
    ),
    sliceUpdateAdd: sliceUpdate(
      "sliceUpdateAdd",
      (a, update) => f.ops.add(a, update),
      () => f.kernels.sliceUpdateAdd,
    ),
    sliceUpdateProd: sliceUpdate(
      "sliceUpdateProd",
      (a, update) => f.ops.multiply(a, update),
      () => f.kernels.sliceUpdateProd,
    ),
    sliceUpdateMax: sliceUpdate(
      "sliceUpdateMax",
      (a, update) => f.ops.maximum(a, update),
      () => f.kernels.sliceUpdateMax,
    ),
    sliceUpdateMin: sliceUpdate(
      "sliceUpdateMin",
      (a, update) => f.ops.minimum(a, update),
      () => f.kernels.sliceUpdateMin,
    ),
    dynamicSliceUpdate(a, update, start, axes) {
      const shape = f.shape(a);
      const given = f.shape(update);
      const found = distinctAxes("sliceUpdate", axes, shape.length);
      const lacking = shape.length - given.length;
      if (lacking < 0) {
        throw rangeError(
          `[sliceUpdate] an update of ${given.length} axes was given for an array of ${shape.length}`,
          "SHAPE",
        );
      }
      // The update fills the leading axes that it lacks, but for those with a start: there it is one row.
      const written = shape.map((size, i) =>
        i >= lacking ? (given[i - lacking] as number) : found.includes(i) ? 1 : size,
      );
      refuseLong("sliceUpdate", written, shape);
      const at = startList("sliceUpdate", start, found, written, shape);
      if (sizeOf(written) === 0) return a;
      const value = broadcast(f, writable(f, update, f.dtype(a)), written);
      return f.kernels.dynamicSliceUpdate(a, value, at, found);
    },
    gather(a, indices, axes, sliceSizes) {
      const shape = f.shape(a);
      const found = distinctAxes("gather", axes, shape.length);
      refuseLong("gather", sliceSizes, shape);
      const at = starts("gather", indices, found, sliceSizes, shape);
      const size = [...(at[0] === undefined ? [] : f.shape(at[0])), ...sliceSizes];
      return sizeOf(size) === 0 ? empty(f, size, a) : f.kernels.gather(a, at, found, sliceSizes);
    },
    scatter: scatter("scatter", () => f.kernels.scatter),
    scatterAdd: scatter("scatterAdd", () => f.kernels.scatterAdd),
    scatterProd: scatter("scatterProd", () => f.kernels.scatterProd),
    scatterMax: scatter("scatterMax", () => f.kernels.scatterMax),
    scatterMin: scatter("scatterMin", () => f.kernels.scatterMin),
    maskedScatter(a, mask, value) {
      if (f.dtype(mask) !== "bool") {
        throw typeError(
          "[maskedScatter] the mask must be bool; compare first, for example a.greater(0)",
        );
      }
      const shape = f.shape(a);
      const over = f.shape(mask);
      if (over.length > shape.length || over.some((size, i) => size !== shape[i])) {
        throw rangeError(
          `[maskedScatter] The boolean mask should have the same shape as the beginning of the indexed array but the mask has shape ${shapeText(over)} and the array has shape ${shapeText(shape)}`,
          "SHAPE",
        );
      }
      const part = shape.slice(over.length);
      const given = f.shape(value);
      if (given.length > part.length + 1) {
        throw rangeError(
          `[maskedScatter] Value array shape must be broadcastable with the last ${part.length} dimensions of the input.`,
          "SHAPE",
        );
      }
      if (sizeOf(shape) === 0) return a;
      if (sizeOf(given) === 0) {
        throw rangeError(
          "[maskedScatter] the value is empty, it must have an element for each place of the mask",
          "SHAPE",
        );
      }
      const rows = given.length > part.length ? (given[0] as number) : 1;
      const values = f.ops.broadcastTo(writable(f, value, f.dtype(a)), [rows, ...part]);
      return f.kernels.maskedScatter(a, mask, values);
    },
  };
};
