// JavaScript's side of arrays: the types of elements, and elements of host tensors as numbers and nested
// lists. The way in is in ./staging.ts; ./reading.ts fetches tensors from a backend.

import { type DType, type HostData, type HostTensor, rangeError } from "@mlx-ts/backend-api";

/** A complex number: how elements of complex64 arrays are read, and may be written. */
export interface Complex {
  /** The real part. */
  readonly re: number;
  /** The imaginary part. */
  readonly im: number;
}

/** One element in JavaScript. */
export type Scalar = number | bigint | boolean | Complex;

/** Elements as nested lists. */
export type Nested = Scalar | Nested[];

/**
 * JavaScript's Float16Array, which Node has from version 24 on; told by its form, so that the types do not
 * need a library that knows it.
 */
export interface HalfData {
  readonly [Symbol.toStringTag]: "Float16Array";
  readonly buffer: ArrayBufferLike;
  readonly byteOffset: number;
  readonly length: number;
}

/** Whether a value is a complex number. */
export const isComplex = (value: unknown): value is Complex =>
  typeof value === "object" &&
  value !== null &&
  typeof (value as Complex).re === "number" &&
  typeof (value as Complex).im === "number";

/** Whether a value is a typed array. */
export const isTypedArray = (value: unknown): value is HostData | HalfData =>
  ArrayBuffer.isView(value) && !(value instanceof DataView);

/** Whether a typed array holds bigints. */
export const isWide = (data: HostData): data is BigInt64Array | BigUint64Array =>
  data instanceof BigInt64Array || data instanceof BigUint64Array;

/** Whether JavaScript cannot read a dtype: its numbers are read and written as float32, which holds them all. */
export const isHalf = (dtype: DType): boolean => dtype === "float16" || dtype === "bfloat16";

const safe = (value: bigint): number | bigint => {
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
};

/** Reads so many elements from a place on, as a list. */
type RowReader = (at: number, count: number) => Scalar[];

/** How rows of a tensor are read. float16 and bfloat16 are not: their bits mean nothing here. */
export function rowReader({ data, dtype }: HostTensor): RowReader {
  const read = elementReader(data, dtype);
  if (read !== undefined) {
    return (at, count) => {
      const row = new Array<Scalar>(count);
      for (let i = 0; i < count; i++) row[i] = read(at + i);
      return row;
    };
  }
  return (at, count) => {
    const row = new Array<Scalar>(count);
    for (let i = 0; i < count; i++) row[i] = data[at + i] as number;
    return row;
  };
}

/** How elements are read that are not as they stand in the storage. */
function elementReader(data: HostData, dtype: DType): ((i: number) => Scalar) | undefined {
  if (dtype === "complex64")
    return (i) => ({ re: data[2 * i] as number, im: data[2 * i + 1] as number });
  if (dtype === "bool") return (i) => data[i] !== 0;
  return isWide(data) ? (i) => safe(data[i] as bigint) : undefined;
}

/** More lists and numbers than this do not fit JavaScript's heap, and the process would end. */
const mostItems = 1 << 25;

/** How many numbers an element weighs: complex numbers and bigints are objects. */
function weightOf({ data, dtype }: HostTensor): number {
  if (dtype === "complex64") return 8;
  return isWide(data) ? 4 : 1;
}

/** Elements as nested lists; a scalar as its value. */
export function nested(tensor: HostTensor): Nested {
  const { shape } = tensor;
  let elements = 1;
  let lists = 0;
  for (const size of shape) {
    lists += elements;
    elements *= size;
  }
  if (lists + elements * weightOf(tensor) > mostItems) {
    throw rangeError(
      `[tolist] an array of shape [${shape.join(", ")}] is too large for lists; use toTypedArray()`,
    );
  }
  const readRow = rowReader(tensor);
  const last = shape.length - 1;
  const width = shape[last] ?? 1;
  let next = 0;
  const build = (axis: number): Nested[] => {
    if (axis === last) {
      next += width;
      return readRow(next - width, width);
    }
    const count = shape[axis] as number;
    const list = new Array<Nested>(count);
    for (let i = 0; i < count; i++) list[i] = build(axis + 1);
    return list;
  };
  return last < 0 ? (readRow(0, 1)[0] as Scalar) : build(0);
}
