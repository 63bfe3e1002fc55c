// The element types of MLX, as string literals: their sizes, kinds, host storage, and which one two of them
// become together. An engine may promote by itself (native lets MLX do it), but only as told here.

import { shown, typeError } from "./errors.js";

/** Every dtype, in MLX's order; the position is the code that crosses to native engines. */
export const dtypes = [
  "bool",
  "uint8",
  "uint16",
  "uint32",
  "uint64",
  "int8",
  "int16",
  "int32",
  "int64",
  "float16",
  "float32",
  "float64",
  "bfloat16",
  "complex64",
] as const;

/**
 * The element type of an array.
 *
 * @see Python: `mlx.core.Dtype`
 */
export type DType = (typeof dtypes)[number];

/** What family a dtype belongs to; MLX's weak scalars look only at this. */
export type DTypeKind = "bool" | "unsigned" | "signed" | "float" | "complex";

/** Typed arrays that hold array elements on the host. */
export type HostData =
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

/** Constructs a host typed array. */
export type HostConstructor = {
  new (length: number): HostData;
  new (buffer: ArrayBufferLike, byteOffset?: number, length?: number): HostData;
  readonly BYTES_PER_ELEMENT: number;
};

interface DTypeFacts {
  readonly bytes: number;
  readonly kind: DTypeKind;
  /** float16 and bfloat16 are held as their bits; complex64 as pairs (re, im). */
  readonly host: HostConstructor;
}

const facts: Readonly<Record<DType, DTypeFacts>> = {
  bool: { bytes: 1, kind: "bool", host: Uint8Array },
  uint8: { bytes: 1, kind: "unsigned", host: Uint8Array },
  uint16: { bytes: 2, kind: "unsigned", host: Uint16Array },
  uint32: { bytes: 4, kind: "unsigned", host: Uint32Array },
  uint64: { bytes: 8, kind: "unsigned", host: BigUint64Array },
  int8: { bytes: 1, kind: "signed", host: Int8Array },
  int16: { bytes: 2, kind: "signed", host: Int16Array },
  int32: { bytes: 4, kind: "signed", host: Int32Array },
  int64: { bytes: 8, kind: "signed", host: BigInt64Array },
  float16: { bytes: 2, kind: "float", host: Uint16Array },
  float32: { bytes: 4, kind: "float", host: Float32Array },
  float64: { bytes: 8, kind: "float", host: Float64Array },
  bfloat16: { bytes: 2, kind: "float", host: Uint16Array },
  complex64: { bytes: 8, kind: "complex", host: Float32Array },
};

/**
 * Whether a value names a dtype.
 *
 * @param value - anything
 * @returns true for one of the fourteen names
 * @example
 * ```ts
 * mx.isDType("float32"); // true
 * mx.isDType("float"); // false
 * ```
 */
export function isDType(value: unknown): value is DType {
  return typeof value === "string" && Object.hasOwn(facts, value);
}

/**
 * Size of one element.
 *
 * @param dtype - the element type
 * @returns bytes
 * @throws TypeError for anything that is no dtype
 * @example
 * ```ts
 * mx.itemsize("complex64"); // 8
 * ```
 * @see Python: `mlx.core.Dtype.size`
 */
export function itemsize(dtype: DType): number {
  if (!isDType(dtype))
    throw typeError(`[itemsize] a dtype was expected, got ${shown(dtype)}`, "DTYPE");
  return facts[dtype].bytes;
}

/**
 * The family a dtype belongs to.
 *
 * @param dtype - the element type
 * @returns whether it is of floats, signed or unsigned integers, complex numbers or truth values
 * @example
 * ```ts
 * dtypeKind("bfloat16"); // "float"
 * ```
 */
export function dtypeKind(dtype: DType): DTypeKind {
  return facts[dtype].kind;
}

/**
 * The typed array that holds elements of a dtype on the host. float16 and bfloat16 are held as
 * their bits in a Uint16Array, bool in a Uint8Array, complex64 as (re, im) pairs in a Float32Array.
 *
 * @param dtype - the element type
 * @returns the constructor
 * @example
 * ```ts
 * hostConstructor("bfloat16").name; // "Uint16Array"
 * ```
 */
export function hostConstructor(dtype: DType): HostConstructor {
  return facts[dtype].host;
}

const isFloat = (dtype: DType): boolean => facts[dtype].kind === "float";

/** The signed integer of so many bytes; there is none of more than 8. */
const signedOf: Readonly<Record<number, DType>> = { 2: "int16", 4: "int32", 8: "int64" };

/**
 * The dtype that an op on two arrays computes in.
 *
 * bool gives way to everything and everything to complex64; floats win over integers, the wider of two
 * floats or two like integers wins, and float16 with bfloat16 is float32. An unsigned and a signed integer
 * become the smallest signed integer that holds both, where there is none float32.
 *
 * @param a - a dtype
 * @param b - a dtype
 * @returns the dtype of both together
 * @example
 * ```ts
 * promoteTypes("uint8", "int8"); // "int16"
 * promoteTypes("float16", "int64"); // "float16"
 * ```
 */
export function promoteTypes(a: DType, b: DType): DType {
  if (a === b || b === "bool") return a;
  if (a === "bool") return b;
  if (a === "complex64" || b === "complex64") return "complex64";
  if (isFloat(a) && isFloat(b)) {
    return a === "float64" || b === "float64" ? "float64" : "float32";
  }
  if (isFloat(a) || isFloat(b)) return isFloat(a) ? a : b;
  const [x, y] = [facts[a], facts[b]];
  if (x.kind === y.kind) return x.bytes > y.bytes ? a : b;
  const [signed, unsigned] = x.kind === "signed" ? [x, y] : [y, x];
  return signedOf[Math.max(signed.bytes, 2 * unsigned.bytes)] ?? "float32";
}
