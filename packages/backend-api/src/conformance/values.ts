// Elements between host storage and plain numbers: the kit compares numbers, whatever dtype holds them.

export { sizeOf } from "../define/axes.js";

import type { HostTensor } from "../backend.js";
import { type DType, type HostData, hostConstructor } from "../dtype.js";

const f32 = new Float32Array(1);
const u32 = new Uint32Array(f32.buffer);

/** A number as the bits of the nearest bfloat16, halves to even. */
function bfloatBits(value: number): number {
  f32[0] = value;
  const bits = u32[0] ?? 0;
  if (Number.isNaN(value)) return 0x7fc0;
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}

function fromBfloatBits(bits: number): number {
  u32[0] = bits << 16;
  return f32[0] ?? 0;
}

/** A number as the bits of the nearest float16, halves to even. */
function halfBits(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (size >= 65520) return sign | 0x7c00;
  // Below 2^-14 the exponent stays, and the steps with it.
  const exponent = size < 2 ** -14 ? -14 : Math.floor(Math.log2(size));
  const steps = size / 2 ** (exponent - 10);
  const down = Math.floor(steps);
  const rest = steps - down;
  const mantissa = down + (rest > 0.5 || (rest === 0.5 && down % 2 === 1) ? 1 : 0);
  // A mantissa of 2048 carries into the exponent, one below 1024 is subnormal.
  return sign | ((exponent + 14) * 1024 + mantissa);
}

function fromHalfBits(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const mantissa = bits & 1023;
  if (exponent === 31) return mantissa ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  return sign * (1024 + mantissa) * 2 ** (exponent - 25);
}

/**
 * Numbers as host storage, rounded as the dtype does.
 *
 * @param data - numbers, or bigints for 64-bit integers; pairs for complex64
 * @param dtype - the element type
 */
export function encode(data: readonly (number | bigint)[], dtype: DType): HostData {
  const host = new (hostConstructor(dtype))(data.length);
  for (let i = 0; i < data.length; i++) {
    const value = data[i] ?? 0;
    if (host instanceof BigInt64Array || host instanceof BigUint64Array) host[i] = BigInt(value);
    else if (dtype === "float16") host[i] = halfBits(Number(value));
    else if (dtype === "bfloat16") host[i] = bfloatBits(Number(value));
    else host[i] = Number(value);
  }
  return host;
}

/** Host storage as numbers, or bigints for 64-bit integers. */
export function decode({ data, dtype }: HostTensor): (number | bigint)[] {
  if (dtype === "float16") return Array.from(data as Uint16Array, fromHalfBits);
  if (dtype === "bfloat16") return Array.from(data as Uint16Array, fromBfloatBits);
  return Array.from<number | bigint>(data as Float64Array);
}

/** Host elements of a shape. */
export const tensor = (
  shape: readonly number[],
  dtype: DType,
  data: readonly (number | bigint)[],
): HostTensor => ({ shape, dtype, data: encode(data, dtype) });

/** Whether two tensors are the same bits. */
export function sameBits(a: HostTensor, b: HostTensor): boolean {
  if (a.dtype !== b.dtype || `${a.shape}` !== `${b.shape}` || a.data.length !== b.data.length)
    return false;
  // NaNs are one value here: JavaScript may change their bits when it copies them.
  return a.data.every((value: number | bigint, i: number) => Object.is(value, b.data[i]));
}
