// Defaults of the family "indexing": kernels made of other ops. Those that combine several updates of one
// place are in scatter.ts.

import { type Handle, Scalar } from "../../backend.js";
import type { IndexingOps, RequiredOp } from "../../ops/index.js";
import { withSize } from "../axes.js";
import type { Front } from "../front.js";
import type { Shape } from "../kernels.js";
import { placesAlong } from "../places.js";
import { scatterDefaults } from "./scatter.js";

type Optional<H extends Handle> = Omit<IndexingOps<H, H>, RequiredOp>;

export const indexingDefaults = <H extends Handle>(f: Front<H>): Optional<H> => {
  /** A part that is combined with what is there, then written back. */
  const updated =
    (combine: (old: H, update: H) => H): Optional<H>["sliceUpdateAdd"] =>
    (a, update, start, stop, strides) => {
      const old = f.kernels.slice(a, start, stop, strides);
      return f.kernels.sliceUpdate(a, combine(old, update), start, stop, strides);
    };

  /** The elements of a list of starts, each as an index array without axes. */
  const each = (start: H, axes: readonly number[]): H[] =>
    axes.map((_, i) => f.ops.reshape(f.ops.slice(start, [i], [i + 1], []), []));

  /** Writes single elements of the flat array at indices along one axis. */
  const along = (write: "scatter" | "scatterAdd", a: H, indices: H, values: H, axis: number): H => {
    const shape = f.shape(a);
    const places = f.ops.flatten(placesAlong(f, shape, indices, axis), 0, -1);
    const updates = f.ops.reshape(values, [-1, 1]);
    const flat = f.ops.flatten(a, 0, -1);
    return f.ops.reshape(f.kernels[write](flat, [places], updates, [0]), shape);
  };

  return {
    take(a, indices, axis) {
      const at = axis ?? 0;
      const shape = f.shape(a);
      const ndim = f.shape(indices).length;
      const blocks = f.kernels.gather(a, [indices], [at], withSize(shape, at, 1));
      const rows = f.ops.squeeze(blocks, [ndim + at]);
      // [indices..., before..., behind...] becomes [before..., indices..., behind...].
      const order = Array.from({ length: ndim + shape.length - 1 }, (_, i) => i);
      const indexAxes = order.splice(0, ndim);
      order.splice(at, 0, ...indexAxes);
      return f.ops.transpose(rows, order);
    },
    putAlongAxis: (a, indices, values, axis) => along("scatter", a, indices, values, axis ?? 0),
    scatterAddAxis: (a, indices, values, axis) => along("scatterAdd", a, indices, values, axis),
    dynamicSlice: (a, start, axes, sliceSize) =>
      f.kernels.gather(a, each(start, axes), axes, sliceSize),
    dynamicSliceUpdate: (a, update, start, axes) =>
      f.kernels.scatter(a, each(start, axes), update, axes),
    sliceUpdateAdd: updated((old, update) => f.ops.add(old, update)),
    sliceUpdateProd: updated((old, update) => f.ops.multiply(old, update)),
    sliceUpdateMax: updated((old, update) => f.ops.maximum(old, update)),
    sliceUpdateMin: updated((old, update) => f.ops.minimum(old, update)),
    /** Each true place takes its value by counting those before it; where there are too few, the last one. */
    maskedScatter(a, mask, value) {
      const shape = f.shape(a);
      const over = f.shape(mask);
      const counted = f.kernels.cumsum(f.ops.astype(f.ops.flatten(mask, 0, -1), "int32"), 0);
      const place = f.ops.maximum(f.ops.subtract(counted, new Scalar(1)), new Scalar(0));
      const values = f.ops.reshape(f.ops.take(value, place, 0), shape);
      const column: Shape = [...over, ...shape.slice(over.length).map(() => 1)];
      const chosen = f.ops.broadcastTo(f.ops.reshape(mask, column), shape);
      return f.kernels.where(chosen, values, a);
    },
    ...scatterDefaults(f),
  };
};
