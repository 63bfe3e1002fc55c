// How calls of the family "shape" are checked and prepared before a kernel sees them. What reads elements at
// other places than in order (asStrided, pad) is in front/arrange.ts.

import type { Handle } from "../../backend.js";
import { rangeError } from "../../errors.js";
import type { ShapeOps } from "../../ops/index.js";
import { normalAxes, normalAxis, shapeText, sizeOf, withSize } from "../axes.js";
import type { Front } from "../front.js";
import type { Shape } from "../kernels.js";
import { broadcast, broadcastShape, promoted } from "../operands.js";
import {
  countable,
  countOf,
  empty,
  inferredShape,
  permutation,
  permuted,
  refuseMany,
  reshaped,
  sameShape,
} from "../views.js";
import { arrangeFront } from "./arrange.js";

/** Two different axes of the same array, as the diagonal's. */
function twoAxes(op: string, axis1: number, axis2: number, ndim: number): [number, number] {
  if (ndim < 2) {
    throw rangeError(
      `[${op}] Array must have at least two dimensions, but got ${ndim} dimensions.`,
      "SHAPE",
    );
  }
  const axes: [number, number] = [normalAxis(op, axis1, ndim), normalAxis(op, axis2, ndim)];
  if (axes[0] === axes[1]) {
    throw rangeError(`[${op}] axis1 and axis2 cannot be the same axis`, "SHAPE");
  }
  return axes;
}

/** The first and last of the axes that flatten joins; those beyond the array are cut off. */
function joinedAxes(start: number, end: number, ndim: number): [number, number] {
  const first = Math.max(0, start < 0 ? start + ndim : start);
  const last = Math.min(ndim - 1, end < 0 ? end + ndim : end);
  if (first >= ndim || last < 0) {
    const [name, axis] = first >= ndim ? ["startAxis", start] : ["endAxis", end];
    throw rangeError(
      `[flatten] Invalid ${name} ${axis} for array with ${ndim} dimensions.`,
      "SHAPE",
    );
  }
  if (last < first) {
    throw rangeError("[flatten] startAxis must be less than or equal to endAxis", "SHAPE");
  }
  return [first, last];
}

/** Refuses arrays that do not join along an axis. */
function refuseUnequal(shapes: readonly Shape[], axis: number): void {
  const [first = [], ...others] = shapes;
  for (const shape of others) {
    if (shape.length !== first.length) {
      throw rangeError(
        `[concatenate] All the input arrays must have the same number of dimensions. However, got arrays with dimensions ${first.length} and ${shape.length}.`,
        "SHAPE",
      );
    }
    if (shape.every((size, i) => i === axis || size === first[i])) continue;
    throw rangeError(
      `[concatenate] All the input array dimensions must match exactly except for the concatenation axis. However, the provided shapes are ${shapes.map(shapeText).join(", ")}, and the concatenation axis is ${axis}.`,
      "SHAPE",
    );
  }
}

export const shapeFront = <H extends Handle>(f: Front<H>): ShapeOps<H> => ({
  reshape: (a, shape) => reshaped(f, a, inferredShape("reshape", shape, sizeOf(f.shape(a)))),
  flatten(a, startAxis, endAxis) {
    const ndim = f.shape(a).length;
    if (ndim === 0) return f.kernels.reshape(a, [1]);
    const [first, last] = joinedAxes(startAxis, endAxis, ndim);
    return first === last ? a : f.kernels.flatten(a, first, last);
  },
  unflatten(a, axis, shape) {
    if (shape.length === 0) {
      throw rangeError("[unflatten] Shape to unflatten to cannot be empty.", "SHAPE");
    }
    const from = f.shape(a);
    const at = normalAxis("unflatten", axis, from.length);
    const sizes = inferredShape("unflatten", shape, from[at] as number);
    return sizes.length === 1 ? a : f.kernels.unflatten(a, at, sizes);
  },
  squeeze(a, axis) {
    const shape = f.shape(a);
    const axes =
      axis === null
        ? shape.flatMap((size, i) => (size === 1 ? [i] : []))
        : normalAxes("squeeze", axis, shape.length);
    const long = axes.find((at) => shape[at] !== 1);
    if (long !== undefined) {
      throw rangeError(
        `[squeeze] Cannot squeeze axis ${long} with size ${shape[long]} which is not equal to 1.`,
        "SHAPE",
      );
    }
    return axes.length === 0 ? a : f.kernels.squeeze(a, axes);
  },
  expandDims(a, axis) {
    const axes = normalAxes("expandDims", axis, f.shape(a).length + axis.length);
    return axes.length === 0 ? a : f.kernels.expandDims(a, axes);
  },
  transpose: (a, axes) => permuted(f, a, permutation("transpose", axes, f.shape(a).length)),
  swapaxes(a, axis1, axis2) {
    const ndim = f.shape(a).length;
    const [i, j] = [normalAxis("swapaxes", axis1, ndim), normalAxis("swapaxes", axis2, ndim)];
    return i === j ? a : f.kernels.swapaxes(a, i, j);
  },
  moveaxis(a, source, destination) {
    const ndim = f.shape(a).length;
    const from = normalAxis("moveaxis", source, ndim);
    const to = normalAxis("moveaxis", destination, ndim);
    return from === to ? a : f.kernels.moveaxis(a, from, to);
  },
  flip(a, axis) {
    const ndim = f.shape(a).length;
    // An axis that is named twice is reversed once, as in MLX.
    const axes = axis && [...new Set(axis.map((at) => normalAxis("flip", at, ndim)))];
    const all = normalAxes("flip", axes, ndim);
    return all.length === 0 ? a : f.kernels.flip(a, all);
  },
  roll(a, shift, axis) {
    const shape = f.shape(a);
    const total = shift.reduce((sum, by) => sum + by, 0);
    if (axis === null) {
      const flat = reshaped(f, a, [sizeOf(shape)]);
      return reshaped(f, f.kernels.roll(flat, [total], [0]), shape);
    }
    const axes = axis.map((at) => normalAxis("roll", at, shape.length));
    if (axes.length === 0) return a;
    if (axes.length === 1) return f.kernels.roll(a, [total], axes);
    const shifts = shift.length === 1 ? axes.map(() => total) : shift;
    if (shifts.length < axes.length) {
      throw rangeError(
        `[roll] At least one shift value per axis is required, ${shifts.length} provided for ${axes.length} axes.`,
        "SHAPE",
      );
    }
    return f.kernels.roll(a, shifts.slice(0, axes.length), axes);
  },
  broadcastTo(a, shape) {
    const from = f.shape(a);
    for (const size of shape) countOf("broadcastTo", size);
    if (!sameShape(broadcastShape("broadcastTo", [from, shape]), shape)) {
      throw rangeError(
        `[broadcastTo] Cannot broadcast array of shape ${shapeText(from)} into shape ${shapeText(shape)}.`,
        "SHAPE",
      );
    }
    return broadcast(f, a, shape);
  },
  concatenate(arrays, axis) {
    const [first, ...rest] = arrays;
    if (first === undefined) {
      throw rangeError("[concatenate] No arrays provided for concatenation", "SHAPE");
    }
    const parts = axis === null ? arrays.map((a) => reshaped(f, a, [sizeOf(f.shape(a))])) : arrays;
    if (rest.length === 0) return parts[0] ?? first;
    const shapes = parts.map((a) => f.shape(a));
    const at = normalAxis("concatenate", axis ?? 0, shapes[0]?.length ?? 0);
    refuseUnequal(shapes, at);
    countable(
      "concatenate",
      shapes.reduce((sum, shape) => sum + (shape[at] ?? 0), 0),
    );
    return f.kernels.concatenate(promoted(f, parts), at);
  },
  stack(arrays, axis) {
    const [first] = arrays;
    if (first === undefined) throw rangeError("[stack] No arrays provided for stacking", "SHAPE");
    const shape = f.shape(first);
    if (!arrays.every((a) => sameShape(f.shape(a), shape))) {
      throw rangeError("[stack] All arrays must have the same shape", "SHAPE");
    }
    const parts = axis === null ? arrays.map((a) => reshaped(f, a, [sizeOf(shape)])) : arrays;
    const at = normalAxis("stack", axis ?? 0, axis === null ? 2 : shape.length + 1);
    return f.kernels.stack(promoted(f, parts), at);
  },
  split(a, indicesOrSections, axis) {
    const at = normalAxis("split", axis, f.shape(a).length);
    refuseMany("split", indicesOrSections.length, "pieces were asked for");
    return indicesOrSections.length === 0 ? [a] : f.kernels.split(a, indicesOrSections, at);
  },
  repeat(array, repeats, axis) {
    countOf("repeat", repeats);
    const a = axis === null ? reshaped(f, array, [sizeOf(f.shape(array))]) : array;
    const shape = f.shape(a);
    const at = normalAxis("repeat", axis ?? 0, shape.length);
    const size = countable("repeat", (shape[at] as number) * repeats);
    if (repeats === 1) return a;
    return size === 0 ? empty(f, withSize(shape, at, 0), a) : f.kernels.repeat(a, repeats, at);
  },
  tile(a, reps) {
    for (const count of reps) countOf("tile", count);
    const ndim = Math.max(reps.length, f.shape(a).length);
    const shape = [...Array<number>(ndim - f.shape(a).length).fill(1), ...f.shape(a)];
    const counts = [...Array<number>(ndim - reps.length).fill(1), ...reps];
    for (const [i, size] of shape.entries()) countable("tile", size * (counts[i] as number));
    return f.kernels.tile(reshaped(f, a, shape), counts);
  },
  astype: (a, dtype) => (f.dtype(a) === dtype ? a : f.kernels.astype(a, dtype)),
  contiguous: (a, allowColMajor) => f.kernels.contiguous(a, allowColMajor),
  diagonal(a, offset, axis1, axis2) {
    const axes = twoAxes("diagonal", axis1, axis2, f.shape(a).length);
    return f.kernels.diagonal(a, offset, ...axes);
  },
  diag(a, k) {
    const { length } = f.shape(a);
    if (length !== 1 && length !== 2) {
      throw rangeError(
        `[diag] array must be 1-D or 2-D, got array with ${length} dimensions.`,
        "SHAPE",
      );
    }
    return f.kernels.diag(a, k);
  },
  trace(a, offset, axis1, axis2, dtype) {
    const axes = twoAxes("trace", axis1, axis2, f.shape(a).length);
    return f.kernels.trace(a, offset, ...axes, dtype ?? f.dtype(a));
  },
  matrixTranspose(a) {
    const { length } = f.shape(a);
    if (length < 2) {
      throw rangeError(
        `[matrixTranspose] Array must have at least two dimensions, but got ${length} dimensions.`,
        "SHAPE",
      );
    }
    return f.kernels.matrixTranspose(a);
  },
  unstack(x, axis) {
    const shape = f.shape(x);
    const at = normalAxis("unstack", axis, shape.length);
    const size = shape[at] as number;
    refuseMany("unstack", size, "pieces were asked for");
    return size === 0 ? [] : f.kernels.unstack(x, at);
  },
  broadcastArrays(arrays) {
    const shape = broadcastShape(
      "broadcastArrays",
      arrays.map((a) => f.shape(a)),
    );
    return arrays.every((a) => sameShape(f.shape(a), shape))
      ? [...arrays]
      : f.kernels.broadcastArrays(arrays);
  },
  meshgrid(arrays, sparse, indexing) {
    if (arrays.length > 64) {
      throw rangeError(
        `[meshgrid] ${arrays.length} arrays were given, a grid has at most 64 axes`,
        "SHAPE",
      );
    }
    const flat = arrays.map((a) => reshaped(f, a, [sizeOf(f.shape(a))]));
    return f.kernels.meshgrid(flat, sparse, indexing);
  },
  atleast1d: (arrays) => f.kernels.atleast1d(arrays),
  atleast2d: (arrays) => f.kernels.atleast2d(arrays),
  atleast3d: (arrays) => f.kernels.atleast3d(arrays),
  ...arrangeFront(f),
});
