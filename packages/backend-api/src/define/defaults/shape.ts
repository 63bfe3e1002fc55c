// Defaults of the family "shape": kernels made of other ops, for backends that have none of their own.

import type { Handle } from "../../backend.js";
import type { RequiredOp, ShapeOps } from "../../ops/index.js";
import { sizeOf, withoutAxes, withSize } from "../axes.js";
import type { Front } from "../front.js";
import { broadcastShape } from "../operands.js";
import { placesOf } from "../places.js";

type Optional<H extends Handle> = Omit<ShapeOps<H, H>, RequiredOp | "view">;

/** For each place of a padded axis, the old one it repeats. */
function repeated(n: number, low: number, high: number, mode: "edge" | "reflect" | "symmetric") {
  const around = (place: number): number => {
    if (mode === "edge" || n === 1) return Math.min(Math.max(place, 0), n - 1);
    // "reflect" leaves out the end that it turns at, "symmetric" repeats it.
    const period = mode === "reflect" ? 2 * (n - 1) : 2 * n;
    const at = ((place % period) + period) % period;
    return at < n ? at : period - at - (mode === "reflect" ? 0 : 1);
  };
  return Int32Array.from({ length: low + n + high }, (_, i) => around(i - low));
}

export const shapeDefaults = <H extends Handle>(f: Front<H>): Optional<H> => {
  /** The elements from `start` to `stop` along one axis. */
  const part = (a: H, axis: number, start: number, stop: number): H => {
    const shape = f.shape(a);
    return f.ops.slice(
      a,
      withSize(
        shape.map(() => 0),
        axis,
        start,
      ),
      withSize(shape, axis, stop),
      [],
    );
  };

  const moved = (a: H, from: number, to: number): H => {
    const axes = f.shape(a).map((_, i) => i);
    axes.splice(to, 0, ...axes.splice(from, 1));
    return f.ops.transpose(a, axes);
  };

  const swapped = (a: H, i: number, j: number): H => {
    const axes = f.shape(a).map((_, axis) => (axis === i ? j : axis === j ? i : axis));
    return f.ops.transpose(a, axes);
  };

  const rolled = (a: H, shift: number, axis: number): H => {
    const size = f.shape(a)[axis] as number;
    if (size === 0 || shift % size === 0) return a;
    const cut = size - (((shift % size) + size) % size);
    return f.ops.concatenate([part(a, axis, cut, size), part(a, axis, 0, cut)], axis);
  };

  /** Diagonals as steps of one row and one column in matrices that are flat. */
  const diagonal = (a: H, offset: number, axis1: number, axis2: number): H => {
    const shape = f.shape(a);
    const [m, n] = [shape[axis1] as number, shape[axis2] as number];
    const others = shape.flatMap((_, i) => (i === axis1 || i === axis2 ? [] : [i]));
    const rest = withoutAxes(shape, [axis1, axis2]);
    const matrices = f.ops.transpose(a, [...others, axis1, axis2]);
    const flat = f.ops.reshape(matrices, [...rest, m * n]);
    const count = Math.max(0, Math.min(m + Math.min(offset, 0), n - Math.max(offset, 0)));
    const first = offset < 0 ? -offset * n : offset;
    const zeros = rest.map(() => 0);
    const ones = rest.map(() => 1);
    const stop = count === 0 ? first : first + (count - 1) * (n + 1) + 1;
    return f.ops.slice(flat, [...zeros, first], [...rest, stop], [...ones, n + 1]);
  };

  const atleast = (a: H, shapes: (shape: readonly number[]) => readonly number[]): H =>
    f.ops.reshape(a, shapes(f.shape(a)));

  return {
    flatten(a, startAxis, endAxis) {
      const shape = f.shape(a);
      const joined = sizeOf(shape.slice(startAxis, endAxis + 1));
      return f.ops.reshape(a, [...shape.slice(0, startAxis), joined, ...shape.slice(endAxis + 1)]);
    },
    unflatten(a, axis, shape) {
      const from = f.shape(a);
      return f.ops.reshape(a, [...from.slice(0, axis), ...shape, ...from.slice(axis + 1)]);
    },
    squeeze: (a, axis) => f.ops.reshape(a, withoutAxes(f.shape(a), axis ?? [])),
    expandDims(a, axis) {
      const shape = [...f.shape(a)];
      for (const at of axis) shape.splice(at, 0, 1);
      return f.ops.reshape(a, shape);
    },
    swapaxes: swapped,
    moveaxis: moved,
    roll: (a, shift, axis) =>
      (axis ?? []).reduce((rest, at, i) => rolled(rest, shift[i] as number, at), a),
    stack: (arrays, axis) =>
      f.ops.concatenate(
        arrays.map((a) => f.ops.expandDims(a, [axis ?? 0])),
        axis,
      ),
    split(a, indicesOrSections, axis) {
      const ends = [...indicesOrSections, f.shape(a)[axis] as number];
      return ends.map((end, i) => part(a, axis, ends[i - 1] ?? 0, end));
    },
    repeat(array, repeats, axis) {
      const at = axis ?? 0;
      const shape = f.shape(array);
      const each = [...shape.slice(0, at + 1), repeats, ...shape.slice(at + 1)];
      const spread = f.ops.broadcastTo(f.ops.expandDims(array, [at + 1]), each);
      return f.ops.flatten(spread, at, at + 1);
    },
    tile(a, reps) {
      const shape = f.shape(a);
      const pairs = <T>(first: (i: number) => T, second: (i: number) => T): T[] =>
        shape.flatMap((_, i) => [first(i), second(i)]);
      const size = (i: number) => shape[i] as number;
      const count = (i: number) => reps[i] as number;
      const apart = f.ops.reshape(
        a,
        pairs(() => 1, size),
      );
      return f.ops.reshape(
        f.ops.broadcastTo(apart, pairs(count, size)),
        shape.map((n, i) => n * count(i)),
      );
    },
    // Other engines' strides are their own affair.
    contiguous: (a) => a,
    diagonal,
    diag(a, k) {
      if (f.shape(a).length === 2) return diagonal(a, k, 0, 1);
      const size = f.shape(a)[0] as number;
      const n = size + Math.abs(k);
      const first = k < 0 ? -k * n : k;
      const flat = f.ops.zeros([n * n], f.dtype(a));
      const stop = first + size * (n + 1);
      return f.ops.reshape(f.ops.sliceUpdate(flat, a, [first], [stop], [n + 1]), [n, n]);
    },
    trace(a, offset, axis1, axis2, dtype) {
      const diagonals = diagonal(a, offset, axis1, axis2);
      return f.ops.sum(f.ops.astype(diagonals, dtype ?? f.dtype(a)), [-1], false);
    },
    matrixTranspose: (a) => swapped(a, f.shape(a).length - 2, f.shape(a).length - 1),
    unstack: (x, axis) =>
      Array.from({ length: f.shape(x)[axis] as number }, (_, i) =>
        f.ops.squeeze(part(x, axis, i, i + 1), [axis]),
      ),
    asStrided(a, shape, strides, offset) {
      const sizes = shape ?? f.shape(a);
      const places = placesOf(f, sizes, strides ?? [], offset);
      return f.kernels.take(f.ops.flatten(a, 0, -1), places, 0);
    },
    pad(a, padWidth, mode, constantValues) {
      const shape = f.shape(a);
      const [low, high] = [0, 1].map((end) => shape.map((_, i) => padWidth[2 * i + end] as number));
      const before = (axis: number) => low?.[axis] ?? 0;
      const behind = (axis: number) => high?.[axis] ?? 0;
      if (mode === "constant") {
        const around = f.ops.broadcastTo(
          constantValues,
          shape.map((n, i) => before(i) + n + behind(i)),
        );
        const stop = shape.map((n, i) => before(i) + n);
        return f.ops.sliceUpdate(
          around,
          a,
          shape.map((_, i) => before(i)),
          stop,
          [],
        );
      }
      return shape.reduce((inner, n, axis) => {
        if (before(axis) + behind(axis) === 0) return inner;
        const data = repeated(n, before(axis), behind(axis), mode);
        return f.kernels.take(
          inner,
          f.constant({ shape: [data.length], dtype: "int32", data }),
          axis,
        );
      }, a);
    },
    broadcastArrays(arrays) {
      const shapes = arrays.map((a) => f.shape(a));
      const shape = broadcastShape("broadcastArrays", shapes);
      return arrays.map((a) => f.ops.broadcastTo(a, shape));
    },
    meshgrid(arrays, sparse, indexing) {
      const grid = arrays.map((a, i) => {
        const axis = indexing === "xy" && i < 2 && arrays.length > 1 ? 1 - i : i;
        const shape = withSize(
          arrays.map(() => 1),
          axis,
          f.shape(a)[0] as number,
        );
        return f.ops.reshape(a, shape);
      });
      return sparse ? grid : f.ops.broadcastArrays(grid);
    },
    atleast1d: (arrays) => arrays.map((a) => (f.shape(a).length === 0 ? f.ops.reshape(a, [1]) : a)),
    atleast2d: (arrays) =>
      arrays.map((a) => atleast(a, (s) => (s.length < 2 ? [1, s[0] ?? 1] : s))),
    atleast3d: (arrays) =>
      arrays.map((a) =>
        atleast(a, (s) => {
          if (s.length >= 3) return s;
          return s.length === 2 ? [...s, 1] : [1, s[0] ?? 1, 1];
        }),
      ),
  };
};
