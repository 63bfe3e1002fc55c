// From JavaScript values to host tensors: numbers, nested lists and typed arrays. Knows no backend;
// ./arguments.ts makes arrays of the tensors.

import {
  type DType,
  type HostData,
  type HostTensor,
  hostConstructor,
  rangeError,
  shown,
  typeError,
} from "@mlx-ts/backend-api";
import { type Complex, type HalfData, isComplex, isHalf, isTypedArray, isWide } from "./host.js";

const typedDTypes: readonly (readonly [new (...args: never[]) => HostData, DType])[] = [
  [Float32Array, "float32"],
  [Int32Array, "int32"],
  [Uint8Array, "uint8"],
  [Float64Array, "float64"],
  [Uint32Array, "uint32"],
  [Int16Array, "int16"],
  [Uint16Array, "uint16"],
  [Int8Array, "int8"],
  [BigInt64Array, "int64"],
  [BigUint64Array, "uint64"],
];

/** A typed array in the storage of its dtype. */
function typedTensor(op: string, typed: HostData | HalfData): HostTensor {
  // Of a buffer that is gone, or too short by now, only length 0 is left; any method tells it from an
  // array that is empty.
  if (typed.length === 0) {
    try {
      Uint8Array.prototype.at.call(typed as Uint8Array, 0);
    } catch {
      throw typeError(
        `[${op}] the buffer of the typed array was detached (sent to another thread?) or shrunk; copy the elements before`,
      );
    }
  }
  const shape = [typed.length];
  if (typed instanceof Uint8ClampedArray) return { shape, dtype: "uint8", data: asBytes(typed) };
  for (const [Typed, dtype] of typedDTypes) {
    if (typed instanceof Typed) return { shape, dtype, data: typed };
  }
  if (typed[Symbol.toStringTag] === "Float16Array") {
    const data = new Uint16Array(typed.buffer, typed.byteOffset, typed.length);
    return { shape, dtype: "float16", data };
  }
  throw typeError(`[${op}] ${shown(typed)} is not a typed array that can hold elements`);
}

const asBytes = ({ buffer, byteOffset, length }: Uint8ClampedArray): Uint8Array =>
  new Uint8Array(buffer, byteOffset, length);

/** Lists that nest deeper than this are refused: most of them contain themselves. */
export const mostLevels = 64;

export const tooDeep = (op: string): Error =>
  rangeError(
    `[${op}] the lists nest more than ${mostLevels} levels; does one contain itself?`,
    "SHAPE",
  );

/** Shape of nested lists by their first items; {@link survey} refuses ragged ones. */
function shapeOf(op: string, value: unknown): number[] {
  const shape: number[] = [];
  for (let level = value; Array.isArray(level); level = level[0]) {
    shape.push(level.length);
    if (shape.length > mostLevels) throw tooDeep(op);
  }
  return shape;
}

/** What kinds of elements lists hold, as bits of a set. */
const Kind = { boolean: 1, number: 2, bigint: 4, complex: 8 } as const;

/** The kind of an element; 0 for what is none. */
function kindOf(value: unknown): number {
  switch (typeof value) {
    case "number":
      return Kind.number;
    case "boolean":
      return Kind.boolean;
    case "bigint":
      return Kind.bigint;
    default:
      return isComplex(value) ? Kind.complex : 0;
  }
}

/** The error for an item that is no element, or no list where the others are. */
function misplaced(op: string, item: unknown): Error {
  if (Array.isArray(item) || kindOf(item) !== 0) {
    return rangeError(
      `[${op}] the lists are ragged: numbers and lists stand side by side`,
      "SHAPE",
    );
  }
  return typeError(
    `[${op}] ${shown(item)} stands in a list, where a number, bigint, boolean, complex number or array was expected`,
  );
}

/** Visits nested lists, checking that they are even; returns the kinds of their elements. */
function survey(
  op: string,
  list: readonly unknown[],
  shape: readonly number[],
  depth: number,
): number {
  const { length } = list;
  if (length !== shape[depth]) {
    throw rangeError(
      `[${op}] the lists are ragged: one of length ${length} stands where others have ${shape[depth]}`,
      "SHAPE",
    );
  }
  let kinds = 0;
  const isLast = depth === shape.length - 1;
  for (let i = 0; i < length; i++) {
    const item = list[i];
    if (isLast) {
      const kind = kindOf(item);
      if (kind === 0) throw misplaced(op, item);
      kinds |= kind;
    } else {
      if (!Array.isArray(item)) throw misplaced(op, item);
      kinds |= survey(op, item, shape, depth + 1);
    }
  }
  return kinds;
}

type Leaf = number | bigint | boolean | Complex;

/** Calls a function for each innermost list of lists that were surveyed, in order. */
function eachRow(
  list: readonly unknown[],
  depth: number,
  visit: (row: readonly Leaf[]) => void,
): void {
  if (depth === 1) visit(list as readonly Leaf[]);
  else for (const item of list) eachRow(item as readonly unknown[], depth - 1, visit);
}

/** bool for booleans alone, complex64 where a complex number is, int64 where a bigint and no fraction is, else float32. */
function naturalDType(kinds: number, list: readonly unknown[], depth: number): DType {
  if (kinds & Kind.complex) return "complex64";
  if (kinds === Kind.boolean) return "bool";
  if (!(kinds & Kind.bigint)) return "float32";
  let isIntegral = true;
  eachRow(list, depth, (row) => {
    for (const leaf of row)
      if (typeof leaf === "number" && !Number.isInteger(leaf)) isIntegral = false;
  });
  return isIntegral ? "int64" : "float32";
}

/** A 64-bit integer from any number, without its fraction; what has more bits is refused, as in Python. */
function wide(op: string, value: number | bigint | boolean, isSigned: boolean): bigint {
  if (typeof value === "number" && !Number.isFinite(value))
    throw rangeError(`[${op}] ${value} does not fit a 64-bit integer`);
  const whole = BigInt(typeof value === "number" ? Math.trunc(value) : value);
  const fits =
    BigInt.asIntN(64, whole) === whole || (!isSigned && BigInt.asUintN(64, whole) === whole);
  if (fits) return whole;
  throw rangeError(`[${op}] ${whole} does not fit ${isSigned ? "int64" : "uint64"}`);
}

/** Writes elements from a place on, in the storage of a dtype. */
type Writer = (
  row: { readonly [i: number]: Leaf; readonly length: number },
  data: HostData,
  at: number,
) => void;

const writeNumbers: Writer = (row, data, at) => {
  for (let i = 0; i < row.length; i++) data[at + i] = Number(row[i]);
};

const writeBooleans: Writer = (row, data, at) => {
  for (let i = 0; i < row.length; i++) data[at + i] = Number(row[i]) !== 0 ? 1 : 0;
};

const writeComplex: Writer = (row, data, at) => {
  for (let i = 0; i < row.length; i++) {
    const leaf = row[i] as Leaf;
    const [re, im] = typeof leaf === "object" ? [leaf.re, leaf.im] : [Number(leaf), 0];
    data[2 * (at + i)] = re;
    data[2 * (at + i) + 1] = im;
  }
};

const wideWriter =
  (op: string): Writer =>
  (row, data, at) => {
    const isSigned = data instanceof BigInt64Array;
    for (let i = 0; i < row.length; i++)
      data[at + i] = wide(op, row[i] as number | bigint, isSigned);
  };

function writerFor(op: string, dtype: DType, data: HostData): Writer {
  if (dtype === "complex64") return writeComplex;
  if (dtype === "bool") return writeBooleans;
  return isWide(data) ? wideWriter(op) : writeNumbers;
}

/** A host tensor, and the dtype to convert it to afterwards where its storage cannot hold that one. */
export interface Staged {
  readonly tensor: HostTensor;
  readonly convert: DType | undefined;
}

/** Room for elements of a dtype, and what writes them there. */
function stage(op: string, shape: readonly number[], wanted: DType) {
  // float32 holds all values of the halves; the backend converts them.
  const dtype = isHalf(wanted) ? "float32" : wanted;
  const size = shape.reduce((n, d) => n * d, dtype === "complex64" ? 2 : 1);
  const data = new (hostConstructor(dtype))(size);
  const staged: Staged = {
    tensor: { shape, dtype, data },
    convert: dtype === wanted ? undefined : wanted,
  };
  return { staged, data, write: writerFor(op, dtype, data) };
}

/** The number itself, or the real part of a complex one: what Python makes of it for a real dtype. */
const realPart = (leaf: Leaf): Leaf => (typeof leaf === "object" ? leaf.re : leaf);

function stagedList(op: string, list: readonly unknown[], dtype: DType | undefined): Staged {
  const shape = shapeOf(op, list);
  const kinds = survey(op, list, shape, 0);
  const wanted = dtype ?? naturalDType(kinds, list, shape.length);
  const { staged, data, write } = stage(op, shape, wanted);
  const isCut = (kinds & Kind.complex) !== 0 && wanted !== "complex64";
  let at = 0;
  eachRow(list, shape.length, (row) => {
    write(isCut ? row.map(realPart) : row, data, at);
    at += row.length;
  });
  return staged;
}

/** A tensor that came as it is, with what is left to do for the wanted dtype. */
function stagedTensor(op: string, tensor: HostTensor, dtype: DType | undefined): Staged {
  const own = tensor.dtype;
  if (own !== "float64" || dtype === own) {
    return { tensor, convert: dtype === own ? undefined : dtype };
  }
  // Numbers in JavaScript are doubles by nature, not by choice: float32 is what arrays want. They are
  // converted here, since GPUs have no float64.
  const { staged, data, write } = stage(op, tensor.shape, dtype ?? "float32");
  write(tensor.data as Float64Array, data, 0);
  return staged;
}

/**
 * Typed arrays of one kind and length as the rows of one tensor: a data set of many rows, which would take an
 * array for each if they were stacked.
 *
 * @returns undefined for all other lists
 */
export function stagedRows(
  op: string,
  list: readonly unknown[],
  dtype: DType | undefined,
): Staged | undefined {
  const [first] = list;
  if (!isTypedArray(first)) return undefined;
  const isLike = (row: unknown): row is HostData =>
    isTypedArray(row) && row.constructor === first.constructor && row.length === first.length;
  for (const row of list) if (!isLike(row)) return undefined;
  const { dtype: own, data: sample } = typedTensor(op, first);
  const data = new (hostConstructor(own))(list.length * sample.length);
  for (const [i, row] of list.entries()) {
    data.set(typedTensor(op, row as HostData).data as never, i * sample.length);
  }
  return stagedTensor(op, { shape: [list.length, sample.length], dtype: own, data }, dtype);
}

/**
 * Reads a value that stands for an array.
 *
 * @param op - for messages
 * @param value - a number, nested lists or a typed array
 * @param dtype - the wanted dtype, or undefined for the natural one
 */
export function staged(op: string, value: unknown, dtype: DType | undefined): Staged {
  if (isTypedArray(value)) return stagedTensor(op, typedTensor(op, value), dtype);
  if (Array.isArray(value)) return stagedList(op, value, dtype);
  const kind = kindOf(value);
  if (kind === 0) throw noElements(op, value);
  const wanted = dtype ?? naturalDType(kind, [value], 1);
  const { staged, data, write } = stage(op, [], wanted);
  write([wanted === "complex64" ? (value as Leaf) : realPart(value as Leaf)], data, 0);
  return staged;
}

/** The error for a value that is no array, with what would make one of it. */
function noElements(op: string, value: unknown): Error {
  const rule = `[${op}] an array, number, nested list or typed array was expected, got ${shown(value)}`;
  if (typeof value !== "object" || value === null) return typeError(rule);
  if (
    value instanceof ArrayBuffer ||
    value instanceof DataView ||
    // Told by its form: most web pages have no constructor of this name.
    Object.prototype.toString.call(value) === "[object SharedArrayBuffer]"
  ) {
    return typeError(`${rule}; say how to read its bytes, for example new Float32Array(buffer)`);
  }
  return typeError(Symbol.iterator in value ? `${rule}; pass Array.from(...) of it` : rule);
}
