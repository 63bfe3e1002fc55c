// The part of the family "shape" whose results are more than another order of the elements: padding, views by
// strides, and views of the bits.

import { type Handle, Scalar } from "../../backend.js";
import { itemsize } from "../../dtype.js";
import { rangeError } from "../../errors.js";
import { rowMajor } from "../../layout.js";
import type { ShapeOps } from "../../ops/index.js";
import { shapeText, sizeOf } from "../axes.js";
import type { Front } from "../front.js";
import type { Shape } from "../kernels.js";
import { asArray, commonDtype, writable } from "../operands.js";
import { countable, empty, reshaped } from "../views.js";

/** Elements before and after each axis. */
function paddedEnds(width: readonly number[], ndim: number): readonly number[] {
  const [low, high = low] = width;
  if (width.length === 2 * ndim) return width;
  if (low !== undefined && high !== undefined && width.length <= 2) {
    return Array.from({ length: ndim }, () => [low, high]).flat();
  }
  throw rangeError(
    `[pad] ${width.length} widths were given for an array of ${ndim} axes, it needs one, two, or a pair for each axis`,
    "SHAPE",
  );
}

/** Refuses widths that a mode cannot fill. */
function refuseEnds(ends: readonly number[], shape: Shape, mode: string): void {
  let copies = 0;
  for (const [axis, n] of shape.entries()) {
    const [low, high] = [ends[2 * axis] as number, ends[2 * axis + 1] as number];
    if (low < 0 || high < 0) {
      throw rangeError(
        `[pad] a width of ${Math.min(low, high)} was given for axis ${axis}, it must not be negative`,
      );
    }
    if (mode === "constant") continue;
    if (n === 0 && low + high > 0) {
      throw rangeError(
        `[pad] axis ${axis} is empty, mode "${mode}" has nothing to repeat`,
        "SHAPE",
      );
    }
    if (mode === "edge" || n === 0) continue;
    const tile = mode === "reflect" && n > 1 ? n - 1 : n;
    copies += Math.ceil(low / tile) + Math.ceil(high / tile);
  }
  if (copies > 4096) {
    throw rangeError(
      `[pad] the widths repeat the array ${copies} times, at most 4096 are built; use a smaller width`,
    );
  }
}

/** Refuses a view by strides that leaves the array. */
function refuseOutside(shape: Shape, strides: Shape, offset: number, available: number): void {
  const none = sizeOf(shape) === 0;
  const ways = shape.map((size, axis) => (strides[axis] as number) * (size - 1));
  const first = none ? 0 : ways.reduce((at, way) => at + Math.min(way, 0), offset);
  const last = none ? -1 : ways.reduce((at, way) => at + Math.max(way, 0), offset);
  if (offset >= 0 && offset <= available && first >= 0 && last < available) return;
  throw rangeError(
    `[asStrided] shape, strides and offset reach from element ${first} to ${last}, the array has ${available}`,
    "INDEX",
  );
}

export const arrangeFront = <H extends Handle>(
  f: Front<H>,
): Pick<ShapeOps<H>, "view" | "asStrided" | "pad"> => ({
  view(a, dtype) {
    if (f.dtype(a) === dtype) return a;
    const [from, to] = [itemsize(f.dtype(a)), itemsize(dtype)];
    const last = f.shape(a).at(-1);
    if (last === undefined) {
      if (from === to) return f.kernels.view(a, dtype);
      throw rangeError(
        "[view] Changing the type of a scalar is only allowed for types with the same size.",
        "DTYPE",
      );
    }
    if ((last * from) % to !== 0) {
      throw rangeError(
        "[view] When viewing as a larger dtype, the size in bytes of the last axis must be a multiple of the requested type size.",
        "SHAPE",
      );
    }
    countable("view", (last * from) / to);
    return f.kernels.view(a, dtype);
  },
  asStrided(a, shape, strides, offset) {
    const sizes = shape ?? f.shape(a);
    const steps = strides ?? rowMajor(sizes).strides;
    if (steps.length !== sizes.length) {
      throw rangeError(
        `[asStrided] ${steps.length} strides were given for a shape of ${sizes.length} axes, it needs one for each`,
        "SHAPE",
      );
    }
    const negative = sizes.find((size) => size < 0);
    if (negative !== undefined) {
      throw rangeError(
        `[asStrided] a size of ${negative} was given in ${shapeText(sizes)}, it must not be negative`,
      );
    }
    const size = sizeOf(f.shape(a));
    refuseOutside(sizes, steps, offset, size);
    if (sizeOf(sizes) === 0) return empty(f, sizes, a);
    return f.kernels.asStrided(reshaped(f, a, [size]), sizes, steps, offset);
  },
  pad(a, padWidth, mode, constantValues) {
    const array = a instanceof Scalar ? asArray(f, a, commonDtype(f, [a])) : a;
    const shape = f.shape(array);
    const ends = paddedEnds(padWidth, shape.length);
    const value = writable(f, constantValues, f.dtype(array));
    if (sizeOf(f.shape(value)) !== 1) {
      throw rangeError(
        `[pad] constantValues has ${sizeOf(f.shape(value))} elements, it must have one`,
        "SHAPE",
      );
    }
    refuseEnds(ends, shape, mode);
    for (const [axis, n] of shape.entries()) {
      countable("pad", n + (ends[2 * axis] as number) + (ends[2 * axis + 1] as number));
    }
    if (ends.every((width) => width === 0)) return array;
    return f.kernels.pad(array, ends, mode, reshaped(f, value, []));
  },
});
