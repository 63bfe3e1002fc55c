// The limits of dtypes: `finfo` for floats, `iinfo` for integers, computed from the layout of their bits.

import { dtypeKind, isDType, itemsize, shown, typeError } from "@mlx-ts/backend-api";

/** Dtypes that {@link finfo} describes. */
export type InexactDType = "float16" | "float32" | "float64" | "bfloat16" | "complex64";

/** Limits of a float dtype; see {@link finfo}. */
export interface FloatInfo {
  /** Bits of one number. */
  readonly bits: number;
  /** The lowest finite number. */
  readonly min: number;
  /** The highest finite number. */
  readonly max: number;
  /** The distance from 1 to the next number. */
  readonly eps: number;
  /** The smallest positive number of full precision. */
  readonly smallestNormal: number;
  /** The dtype described: that of one part for complex64. */
  readonly dtype: Exclude<InexactDType, "complex64">;
}

/** Bits of the fraction, and the largest exponent. */
const layouts = {
  float16: [10, 15],
  bfloat16: [7, 127],
  float32: [23, 127],
  float64: [52, 1023],
} as const;

const isInexact = (dtype: unknown): dtype is InexactDType =>
  isDType(dtype) && (dtypeKind(dtype) === "float" || dtypeKind(dtype) === "complex");

/**
 * The limits of a float dtype.
 *
 * @param dtype - float16, bfloat16, float32, float64, or complex64, which has those of its float32 parts
 * @returns its limits
 * @throws TypeError for other dtypes
 * @example
 * ```ts
 * mx.finfo(mx.float16).max; // 65504
 * mx.finfo(mx.bfloat16).eps; // 0.0078125
 * ```
 * @see Python: `mlx.core.finfo`
 */
export function finfo(dtype: InexactDType): FloatInfo {
  if (!isInexact(dtype)) {
    throw typeError(
      `[finfo] a float dtype or complex64 was expected, got ${shown(dtype)}`,
      "DTYPE",
    );
  }
  const part = dtype === "complex64" ? "float32" : dtype;
  const [fraction, exponent] = layouts[part];
  const eps = 2 ** -fraction;
  const max = (2 - eps) * 2 ** exponent;
  return {
    bits: 8 * itemsize(part),
    min: -max,
    max,
    eps,
    smallestNormal: 2 ** (1 - exponent),
    dtype: part,
  };
}

/** Dtypes that {@link iinfo} describes. */
export type IntegerDType =
  | "uint8"
  | "uint16"
  | "uint32"
  | "uint64"
  | "int8"
  | "int16"
  | "int32"
  | "int64";

/**
 * Limits of an integer dtype; see {@link iinfo}.
 *
 * @typeParam D - the dtype: those of 64 bits have bigints as limits
 */
export interface IntegerInfo<D extends IntegerDType = IntegerDType> {
  /** The lowest number. */
  readonly min: D extends "int64" | "uint64" ? bigint : number;
  /** The highest number. */
  readonly max: D extends "int64" | "uint64" ? bigint : number;
  /** The dtype described. */
  readonly dtype: D;
}

const isInteger = (dtype: unknown): dtype is IntegerDType =>
  isDType(dtype) && (dtypeKind(dtype) === "signed" || dtypeKind(dtype) === "unsigned");

/**
 * The limits of an integer dtype: bigints for 64 bits, else numbers.
 *
 * @param dtype - an integer dtype
 * @returns its limits
 * @throws TypeError for other dtypes
 * @example
 * ```ts
 * mx.iinfo(mx.int8).min; // -128
 * mx.iinfo(mx.uint64).max.toString(); // "18446744073709551615"
 * ```
 * @see Python: `mlx.core.iinfo`
 */
export function iinfo<const D extends IntegerDType>(dtype: D): IntegerInfo<D> {
  if (!isInteger(dtype)) {
    throw typeError(`[iinfo] an integer dtype was expected, got ${shown(dtype)}`, "DTYPE");
  }
  const bits = 8n * BigInt(itemsize(dtype));
  const isSigned = dtypeKind(dtype) === "signed";
  const min = isSigned ? -(1n << (bits - 1n)) : 0n;
  const max = (1n << (isSigned ? bits - 1n : bits)) - 1n;
  const limits = bits === 64n ? { min, max } : { min: Number(min), max: Number(max) };
  return { ...limits, dtype } as IntegerInfo<D>;
}
