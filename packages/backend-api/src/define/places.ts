// Index arrays: kept inside their axis before a kernel sees them, and places of elements in row-major order,
// which make gathers and scatters of one axis out of those of many.

import type { Handle } from "../backend.js";
import { dtypeKind, hostConstructor } from "../dtype.js";
import { rangeError, typeError } from "../errors.js";
import { sizeOf } from "./axes.js";
import type { Front } from "./front.js";
import type { Shape } from "./kernels.js";
import { elementOf } from "./operands.js";
import { reshaped } from "./views.js";

/** How far neighbours along each axis lie apart in row-major order. */
export function rowMajor(shape: Shape): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let i = shape.length - 1; i > 0; i--) {
    strides[i - 1] = (strides[i] as number) * (shape[i] as number);
  }
  return strides;
}

/** Refuses index arrays that are not of integers. */
export function refuseFractions<H extends Handle>(f: Front<H>, op: string, indices: H): void {
  const kind = dtypeKind(f.dtype(indices));
  if (kind === "signed" || kind === "unsigned") return;
  if (kind === "bool") {
    throw typeError(
      `[${op}] a mask of booleans is no index here; read with mx.where(mask, a, other), and write with a.at(mask).assign(value)`,
    );
  }
  throw typeError(`[${op}] indices must be integers; convert them with astype("int32")`);
}

/** One limit for all indices, or one for each of a list of them. */
type Limit = number | readonly number[];

const limit = (of: Limit, change: (n: number) => number): Limit =>
  typeof of === "number" ? change(of) : of.map(change);

/**
 * Indices as kernels take them: int32, from 0 to `most`. Negative ones count from the end of an axis of `n`
 * elements; those beyond an end are moved to it. `most` is less than n - 1 where they are starts of longer
 * blocks.
 */
export function inside<H extends Handle>(
  f: Front<H>,
  op: string,
  indices: H,
  n: Limit,
  most: Limit = limit(n, (size) => size - 1),
): H {
  refuseFractions(f, op, indices);
  const shape = f.shape(indices);
  if (sizeOf(shape) === 0 || most === 0) return f.kernels.full(shape, 0, "int32");
  if (n === 0) throw rangeError(`[${op}] indices were given for an axis of size 0`, "INDEX");
  // Narrow dtypes do not hold every limit; unsigned and wide ones are cut off before they become int32.
  const from = f.dtype(indices);
  const wide = from === "uint32" || from === "uint64" || from === "int64";
  const dtype = wide ? from : "int32";
  const filled = (value: Limit): H => {
    if (typeof value === "number") return f.kernels.full(shape, elementOf(value, dtype), dtype);
    const data = new (hostConstructor(dtype))(value.length);
    for (const [i, each] of value.entries()) data[i] = elementOf(each, dtype) as number;
    return f.constant({ shape, dtype, data });
  };
  let found = wide || from === "int32" ? indices : f.kernels.astype(indices, "int32");
  found = f.kernels.minimum(found, filled(limit(n, (size) => size - 1)));
  if (dtypeKind(from) === "signed") {
    found = f.kernels.maximum(found, filled(limit(n, (size) => -size)));
    found = f.kernels.remainder(found, filled(n));
  }
  const last = typeof most === "number" && typeof n === "number" && most === n - 1;
  if (!last) found = f.kernels.minimum(found, filled(most));
  return wide ? f.kernels.astype(found, "int32") : found;
}

/** Indices from 0 to `n - 1` as int32, of which negative ones do not count from the end. */
export function insideFromZero<H extends Handle>(
  f: Front<H>,
  op: string,
  indices: H,
  n: number,
): H {
  refuseFractions(f, op, indices);
  const shape = f.shape(indices);
  if (sizeOf(shape) === 0 || n === 1) return f.kernels.full(shape, 0, "int32");
  if (n === 0) throw rangeError(`[${op}] indices were given for an axis of size 0`, "INDEX");
  const from = f.dtype(indices);
  const signed = dtypeKind(from) === "signed";
  const wide = from === "uint32" || from === "uint64" || from === "int64";
  const dtype = wide ? from : "int32";
  const filled = (value: number) => f.kernels.full(shape, elementOf(value, dtype), dtype);
  let found = wide || from === "int32" ? indices : f.kernels.astype(indices, "int32");
  found = f.kernels.minimum(found, filled(n - 1));
  if (signed) found = f.kernels.maximum(found, filled(0));
  return wide ? f.kernels.astype(found, "int32") : found;
}

/** Row-major places `offset + sum of index * stride` of a view, as int32 of its shape. */
export function placesOf<H extends Handle>(
  f: Front<H>,
  shape: Shape,
  strides: Shape,
  offset: number,
): H {
  let places = f.scalar(offset, "int32");
  // From the last axis, so that the sums before the whole one are small.
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const [size, step] = [shape[axis] as number, strides[axis] as number];
    if (size === 1 || step === 0) continue;
    const along = f.kernels.arange(0, step, size, "int32");
    const column = [size, ...shape.slice(axis + 1).map(() => 1)];
    places = f.ops.add(places, reshaped(f, along, column));
  }
  return f.ops.broadcastTo(places, shape);
}

/** The places in an array of `shape` of elements that indices along one axis name, at its other places. */
export function placesAlong<H extends Handle>(
  f: Front<H>,
  shape: Shape,
  indices: H,
  axis: number,
): H {
  const strides = rowMajor(shape);
  const others = f.shape(indices).map((size, i) => (i === axis ? 1 : size));
  const base = f.ops.broadcastTo(placesOf(f, others, strides, 0), f.shape(indices));
  const step = f.kernels.full(f.shape(indices), strides[axis] as number, "int32");
  return f.kernels.add(base, f.kernels.multiply(indices, step));
}
