// What operands become before a kernel sees them: numbers become arrays, dtypes and shapes become one.

import { type Handle, type Operand, Scalar } from "../backend.js";
import { type DType, dtypeKind, itemsize, promoteTypes } from "../dtype.js";
import { rangeError } from "../errors.js";
import { shapeText } from "./axes.js";
import type { Front } from "./front.js";
import type { Shape } from "./kernels.js";

/** The dtype that a number takes beside an array of a dtype, or alone. */
function weakDtype({ value }: Scalar, beside: DType | undefined): DType {
  if (beside === undefined) {
    if (typeof value === "boolean") return "bool";
    return typeof value === "bigint" ? "int64" : "float32";
  }
  const kind = dtypeKind(beside);
  if (typeof value === "boolean" || kind === "float" || kind === "complex") return beside;
  if (typeof value === "number" && !Number.isInteger(value)) return "float32";
  return beside === "bool" ? "int32" : beside;
}

/** Refuses a number that an integer dtype does not hold. */
function refuseWide(value: number | bigint | boolean, dtype: DType): void {
  const kind = dtypeKind(dtype);
  if (typeof value === "boolean" || (kind !== "signed" && kind !== "unsigned")) return;
  const bits = 8 * itemsize(dtype);
  const [low, high] = kind === "signed" ? [-(2 ** (bits - 1)), 2 ** (bits - 1)] : [0, 2 ** bits];
  if (value >= low && value < high) return;
  throw rangeError(
    `the number ${value} does not fit the array's integer dtype; convert the array with astype first`,
  );
}

/** A number as an element of a dtype: integers wrap round, and have no part behind the point. */
export function elementOf(
  value: number | bigint | boolean,
  dtype: DType,
): number | bigint | boolean {
  const kind = dtypeKind(dtype);
  if (kind === "bool") return Number.isNaN(value) || Boolean(value);
  if (kind === "float" || kind === "complex") return Number(value);
  const whole = Number.isFinite(Number(value)) ? BigInt(truncated(value)) : 0n;
  const bits = 8 * itemsize(dtype);
  const wrapped = kind === "signed" ? BigInt.asIntN(bits, whole) : BigInt.asUintN(bits, whole);
  return bits === 64 ? wrapped : Number(wrapped);
}

const truncated = (value: number | bigint | boolean): number | bigint | boolean =>
  typeof value === "number" ? Math.trunc(value) : value;

/** The dtype of operands together. */
export function commonDtype<H extends Handle>(f: Front<H>, operands: readonly Operand<H>[]): DType {
  let arrays: DType | undefined;
  for (const operand of operands) {
    if (operand instanceof Scalar) continue;
    const dtype = f.dtype(operand);
    arrays = arrays === undefined ? dtype : promoteTypes(arrays, dtype);
  }
  let common = arrays;
  for (const operand of operands) {
    if (!(operand instanceof Scalar)) continue;
    const dtype = weakDtype(operand, arrays);
    common = common === undefined ? dtype : promoteTypes(common, dtype);
  }
  return common ?? "float32";
}

/** An operand as an array of a dtype. */
export function asArray<H extends Handle>(f: Front<H>, operand: Operand<H>, dtype: DType): H {
  if (!(operand instanceof Scalar)) {
    return f.dtype(operand) === dtype ? operand : f.kernels.astype(operand, dtype);
  }
  refuseWide(operand.value, dtype);
  return f.scalar(operand.value, dtype);
}

/** What is written into an array of a dtype: numbers and arrays of others become that dtype. */
export function writable<H extends Handle>(f: Front<H>, value: Operand<H>, dtype: DType): H {
  if (!(value instanceof Scalar)) return asArray(f, value, dtype);
  // A number that the dtype does not hold, as 1.5 for integers, is converted like an array of it.
  return asArray(f, asArray(f, value, weakDtype(value, dtype)), dtype);
}

/** Operands as arrays of one dtype. */
export function promoted<H extends Handle>(f: Front<H>, operands: readonly Operand<H>[]): H[] {
  const dtype = commonDtype(f, operands);
  return operands.map((operand) => asArray(f, operand, dtype));
}

/** The shape that shapes broadcast to. */
export function broadcastShape(op: string, shapes: readonly Shape[]): number[] {
  const ndim = Math.max(0, ...shapes.map((shape) => shape.length));
  const result = new Array<number>(ndim).fill(1);
  for (const shape of shapes) {
    const first = ndim - shape.length;
    for (const [i, size] of shape.entries()) {
      const before = result[first + i];
      if (before === 1) result[first + i] = size;
      else if (size !== 1 && size !== before) {
        const text = shapes.map(shapeText).join(" and ");
        throw rangeError(`[${op}] Shapes ${text} cannot be broadcast.`, "SHAPE");
      }
    }
  }
  return result;
}

/** An array of a shape that its own broadcasts to. */
export function broadcast<H extends Handle>(f: Front<H>, a: H, shape: Shape): H {
  const from = f.shape(a);
  const same = from.length === shape.length && from.every((size, i) => size === shape[i]);
  return same ? a : f.kernels.broadcastTo(a, shape);
}

/** Arrays of one shape. */
export function broadcasted<H extends Handle>(f: Front<H>, op: string, arrays: readonly H[]): H[] {
  const shape = broadcastShape(
    op,
    arrays.map((a) => f.shape(a)),
  );
  return arrays.map((a) => broadcast(f, a, shape));
}

/** An array of floats or complex numbers: integers and bool become float32. */
export function floating<H extends Handle>(f: Front<H>, a: H): H {
  const kind = dtypeKind(f.dtype(a));
  return kind === "float" || kind === "complex" ? a : f.kernels.astype(a, "float32");
}
