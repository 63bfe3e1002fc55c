// Elements as what JavaScript computes with. Kernels open an array to values, compute, and close the result,
// where it is rounded to the dtype once; integers wrap around by themselves when a typed array takes them.

import {
  type DType,
  dtypeKind,
  type HostData,
  hostConstructor,
  itemsize,
  type Shape,
  typeError,
} from "@mlx-ts/backend-api";
import { type Dense, sizeOf } from "./array.js";
import type { Complex } from "./complex.js";
import { fromHalves, isHalf, toHalves } from "./halves.js";

/** What the elements of each kind of dtype are computed as. */
export interface ValueOf {
  /** 0 or 1. */
  bool: number;
  /** Integers of up to 32 bits. */
  int: number;
  /** int64 and uint64. */
  big: bigint;
  float: number;
  complex: Complex;
}

export type Kind = keyof ValueOf;
export type Value = ValueOf[Kind];

/** Values of one kind in a row: a typed array, or a list of complex numbers. */
export interface Values<V extends Value = Value> {
  readonly length: number;
  [index: number]: V;
}

/** How a dtype's elements are computed with. */
export function kindOf(dtype: DType): Kind {
  const kind = dtypeKind(dtype);
  if (kind === "signed" || kind === "unsigned") return itemsize(dtype) === 8 ? "big" : "int";
  return kind;
}

/** An op on single values, for each kind that has it. Results may be of another kind. */
export type ScalarOp<Count extends 1 | 2> = {
  readonly [K in Kind]?: Count extends 1
    ? (x: ValueOf[K]) => Value
    : (x: ValueOf[K], y: ValueOf[K]) => Value;
};

/** The function of an op for a dtype. */
export function scalarOp<Count extends 1 | 2>(op: string, by: ScalarOp<Count>, dtype: DType) {
  const found = by[kindOf(dtype)];
  if (!found) throw typeError(`[${op}] ${dtype} has no such op`, "DTYPE");
  // What an array of a kind holds is what the function of that kind takes.
  return found as Count extends 1 ? (x: Value) => Value : (x: Value, y: Value) => Value;
}

/** A number as a value of a dtype. */
export function asValue(x: number, dtype: DType): Value {
  const kind = kindOf(dtype);
  if (kind === "complex") return { re: x, im: 0 };
  return kind === "big" ? BigInt(x) : x;
}

/** An array's elements, to be read only. */
export function opened({ dtype, data }: Dense): Values {
  if (isHalf(dtype)) return fromHalves(data as Uint16Array, dtype);
  if (dtype !== "complex64") return data;
  const pairs = data as Float32Array;
  return Array.from({ length: pairs.length / 2 }, (_, i) => ({
    re: pairs[2 * i] as number,
    im: pairs[2 * i + 1] as number,
  }));
}

/** Room for the elements of a new array; complex ones must all be set. */
export function blank(shape: Shape, dtype: DType): Values {
  const size = sizeOf(shape);
  if (isHalf(dtype)) return new Float64Array(size);
  return dtype === "complex64" ? new Array<Complex>(size) : new (hostConstructor(dtype))(size);
}

/** The array of elements that {@link blank} made room for. */
export function closed(shape: Shape, dtype: DType, values: Values): Dense {
  if (isHalf(dtype)) return { shape, dtype, data: toHalves(values as Float64Array, dtype) };
  if (dtype !== "complex64") return { shape, dtype, data: values as HostData };
  const data = new Float32Array(2 * values.length);
  for (const [i, { re, im }] of (values as Complex[]).entries()) {
    data[2 * i] = re;
    data[2 * i + 1] = im;
  }
  return { shape, dtype, data };
}
