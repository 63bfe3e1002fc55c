// Index arrays: kept inside their axis before a kernel sees them, and places of elements in row-major order,
// which make gathers and scatters of one axis out of those of many.

import type { Handle } from "../backend.js";
import { type DType, dtypeKind, hostConstructor } from "../dtype.js";
import { rangeError, typeError } from "../errors.js";
import { rowMajor } from "../layout.js";
import { sizeOf } from "./axes.js";
import type { Front } from "./front.js";
import type { Shape } from "./kernels.js";
import { elementOf } from "./operands.js";
import { reshaped } from "./views.js";

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

const changed = (limit: Limit, change: (n: number) => number): Limit =>
  typeof limit === "number" ? change(limit) : limit.map(change);

/** An array of a limit, as large as the indices. */
function filled<H extends Handle>(f: Front<H>, shape: Shape, limit: Limit, dtype: DType): H {
  if (typeof limit === "number") return f.kernels.full(shape, elementOf(limit, dtype), dtype);
  const data = new (hostConstructor(dtype))(limit.length);
  for (const [i, each] of limit.entries()) data[i] = elementOf(each, dtype) as number;
  return f.constant({ shape, dtype, data });
}

/**
 * Indices with those beyond `low` and `high` moved there. Narrow dtypes, which do not hold every limit, become
 * int32; wide ones stay, since int32 would not hold every index.
 */
function cutOff<H extends Handle>(f: Front<H>, indices: H, low: Limit, high: Limit): H {
  const shape = f.shape(indices);
  const from = f.dtype(indices);
  const dtype = from === "uint32" || from === "uint64" || from === "int64" ? from : "int32";
  const whole = from === dtype ? indices : f.kernels.astype(indices, dtype);
  const under = f.kernels.minimum(whole, filled(f, shape, high, dtype));
  if (dtypeKind(from) === "unsigned") return under;
  return f.kernels.maximum(under, filled(f, shape, low, dtype));
}

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
  most: Limit = changed(n, (size) => size - 1),
): H {
  refuseFractions(f, op, indices);
  const shape = f.shape(indices);
  if (sizeOf(shape) === 0 || most === 0) return f.kernels.full(shape, 0, "int32");
  if (n === 0) throw rangeError(`[${op}] indices were given for an axis of size 0`, "INDEX");
  const last = changed(n, (size) => size - 1);
  const low = changed(n, (size) => -size);
  let found = f.ops.astype(cutOff(f, indices, low, last), "int32");
  if (dtypeKind(f.dtype(indices)) === "signed") {
    found = f.kernels.remainder(found, filled(f, shape, n, "int32"));
  }
  if (most === last) return found;
  return f.kernels.minimum(found, filled(f, shape, most, "int32"));
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
  return f.ops.astype(cutOff(f, indices, 0, n - 1), "int32");
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
  const { strides } = rowMajor(shape);
  const others = f.shape(indices).map((size, i) => (i === axis ? 1 : size));
  const base = f.ops.broadcastTo(placesOf(f, others, strides, 0), f.shape(indices));
  const step = f.kernels.full(f.shape(indices), strides[axis] as number, "int32");
  return f.kernels.add(base, f.kernels.multiply(indices, step));
}
