// Between JavaScript values and host tensors: nested lists, numbers and typed arrays in, lists and typed
// arrays out. Knows no backend.

import {
  type DType,
  dtypeKind,
  type HostData,
  type HostTensor,
  hostConstructor,
  rangeError,
  shown,
  typeError,
} from "@mlx-ts/backend-api";

/** A complex number, as elements of complex64 arrays are read. */
export interface Complex {
  readonly re: number;
  readonly im: number;
}

/** One element in JavaScript. */
export type Scalar = number | bigint | boolean | Complex;

/** Elements as nested lists. */
export type Nested = Scalar | Nested[];

type Leaf = number | bigint | boolean;

const isLeaf = (value: unknown): value is Leaf =>
  typeof value === "number" || typeof value === "boolean" || typeof value === "bigint";

/** Whether a value is a typed array that can hold elements. */
export const isTypedArray = (value: unknown): value is HostData =>
  ArrayBuffer.isView(value) && !(value instanceof DataView);

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

/** The dtype that a typed array stands for. */
function dtypeOfTyped(op: string, data: HostData): DType {
  if (data instanceof Uint8ClampedArray) return "uint8";
  for (const [Typed, dtype] of typedDTypes) if (data instanceof Typed) return dtype;
  throw typeError(`[${op}] ${shown(data)} is not a typed array that can hold elements`);
}

/** Lists that nest deeper than this are refused: most of them contain themselves. */
export const mostLevels = 64;

export const tooDeep = (op: string): Error =>
  rangeError(
    `[${op}] the lists nest more than ${mostLevels} levels; does one contain itself?`,
    "SHAPE",
  );

/** Shape of nested lists by their first items; {@link flattened} refuses ragged ones. */
function shapeOf(op: string, value: unknown): number[] {
  const shape: number[] = [];
  for (let level = value; Array.isArray(level); level = level[0]) {
    shape.push(level.length);
    if (shape.length > mostLevels) throw tooDeep(op);
  }
  return shape;
}

/** Visits the leaves of nested lists in order, checking that the lists are even. */
function flattened(op: string, value: readonly unknown[], shape: readonly number[]): Leaf[] {
  const out: Leaf[] = [];
  const walk = (list: readonly unknown[], depth: number): void => {
    if (list.length !== shape[depth]) {
      throw rangeError(
        `[${op}] the lists are ragged: one of length ${list.length} stands where others have ${shape[depth]}`,
        "SHAPE",
      );
    }
    const last = depth === shape.length - 1;
    for (const item of list) {
      if (last && isLeaf(item)) out.push(item);
      else if (!last && Array.isArray(item)) walk(item, depth + 1);
      else if (Array.isArray(item) || isLeaf(item)) {
        throw rangeError(
          `[${op}] the lists are ragged: numbers and lists stand side by side`,
          "SHAPE",
        );
      } else {
        throw typeError(
          `[${op}] ${shown(item)} stands in a list, where a number, bigint, boolean or array was expected`,
        );
      }
    }
  };
  walk(value, 0);
  return out;
}

/** bool for booleans alone, int64 where a bigint is, else float32. */
function dtypeOfLeaves(leaves: readonly Leaf[]): DType {
  if (leaves.length === 0) return "float32";
  let kind: "boolean" | "bigint" | "number" = "boolean";
  for (const leaf of leaves) {
    if (typeof leaf === "number") {
      if (!Number.isInteger(leaf)) return "float32";
      if (kind === "boolean") kind = "number";
    } else if (typeof leaf === "bigint") kind = "bigint";
  }
  return kind === "boolean" ? "bool" : kind === "bigint" ? "int64" : "float32";
}

/** Elements in the host storage of a dtype that holds numbers as they are. */
function stored(op: string, leaves: readonly Leaf[], dtype: DType): HostData {
  const data = new (hostConstructor(dtype))(leaves.length);
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    for (let i = 0; i < leaves.length; i++) {
      const leaf = leaves[i] as Leaf;
      if (typeof leaf === "number" && !Number.isInteger(leaf)) data[i] = wide(op, Math.trunc(leaf));
      else data[i] = typeof leaf === "number" ? BigInt(leaf) : BigInt(leaf);
    }
    return data;
  }
  const isBool = dtype === "bool";
  for (let i = 0; i < leaves.length; i++) {
    const leaf = leaves[i] as Leaf;
    data[i] = isBool ? Number(Number(leaf) !== 0) : Number(leaf);
  }
  return data;
}

function wide(op: string, value: number): bigint {
  if (Number.isFinite(value)) return BigInt(value);
  throw rangeError(`[${op}] ${value} does not fit a 64-bit integer`);
}

/** A host tensor, and the dtype to convert it to afterwards where storage cannot hold that one. */
export interface Staged {
  readonly tensor: HostTensor;
  readonly convert: DType | undefined;
}

/** Dtypes whose host storage holds plain numbers; the others are staged and converted by the backend. */
const staging: Partial<Record<DType, DType>> = {
  float16: "float32",
  bfloat16: "float32",
  complex64: "float32",
};

/**
 * Reads a value that stands for an array.
 *
 * @param op - for messages
 * @param value - a number, nested lists or a typed array
 * @param dtype - the wanted dtype, or undefined for the natural one
 */
export function staged(op: string, value: unknown, dtype: DType | undefined): Staged {
  if (isTypedArray(value)) {
    const own = dtypeOfTyped(op, value);
    // Numbers in JavaScript are doubles by nature, not by choice: float32 is what arrays want.
    const wanted = dtype ?? (own === "float64" ? "float32" : own);
    return {
      tensor: { shape: [value.length], dtype: own, data: value },
      convert: wanted === own ? undefined : wanted,
    };
  }
  const isList = Array.isArray(value);
  if (!isList && !isLeaf(value)) {
    throw typeError(
      `[${op}] an array, number, nested list or typed array was expected, got ${shown(value)}`,
    );
  }
  const shape = isList ? shapeOf(op, value) : [];
  const leaves = isList ? flattened(op, value, shape) : [value];
  const wanted = dtype ?? dtypeOfLeaves(leaves);
  const holding = staging[wanted] ?? wanted;
  return {
    tensor: { shape, dtype: holding, data: stored(op, leaves, holding) },
    convert: holding === wanted ? undefined : wanted,
  };
}

/** float16 and bfloat16 bits as floats; other data as it is. */
export function typedData({ data, dtype }: HostTensor): HostData {
  if (!(data instanceof Uint16Array)) return data;
  if (dtype === "bfloat16") {
    const bits = new Uint32Array(data.length);
    for (let i = 0; i < data.length; i++) bits[i] = (data[i] as number) << 16;
    return new Float32Array(bits.buffer);
  }
  return dtype === "float16" ? Float32Array.from(data, halfToNumber) : data;
}

function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Element `i` of host data as a JavaScript value. */
export function elementReader(tensor: HostTensor): (i: number) => Scalar {
  const data = typedData(tensor);
  if (tensor.dtype === "complex64") {
    return (i) => ({ re: Number(data[2 * i]), im: Number(data[2 * i + 1]) });
  }
  if (tensor.dtype === "bool") return (i) => data[i] !== 0;
  if (dtypeKind(tensor.dtype) === "float") return (i) => data[i] as number;
  return (i) => {
    const value = data[i] as number | bigint;
    if (typeof value === "number") return value;
    const small = Number(value);
    return Number.isSafeInteger(small) ? small : value;
  };
}

/** More lists and elements than this do not fit JavaScript's heap, and the process would end. */
const mostItems = 1 << 25;

/** Elements as nested lists; a scalar as its value. */
export function nested(tensor: HostTensor): Nested {
  const { shape } = tensor;
  let row = 1;
  let items = 1;
  for (const size of shape) {
    row *= size;
    items += row;
  }
  if (items > mostItems) {
    throw rangeError(
      `[tolist] an array of shape [${shape.join(", ")}] is too large for lists; use toTypedArray()`,
    );
  }
  const read = elementReader(tensor);
  let next = 0;
  const build = (axis: number): Nested => {
    if (axis === shape.length) return read(next++);
    return Array.from({ length: shape[axis] as number }, () => build(axis + 1));
  };
  return build(0);
}
