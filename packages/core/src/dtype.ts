// The dtypes as constants, so that `mx.float32` reads as in Python. Each one is its own name; `as const`
// keeps `{ dtype: mx.float32 }` from becoming a string.

import { type DType, isDType, itemsize } from "@mlx-ts/backend-api";

export type { DType };
export { isDType, itemsize };

/** Truth values, one byte each. */
export const bool = "bool" as const satisfies DType;
/** Unsigned integers of 8 bits. */
export const uint8 = "uint8" as const satisfies DType;
/** Unsigned integers of 16 bits. */
export const uint16 = "uint16" as const satisfies DType;
/** Unsigned integers of 32 bits. */
export const uint32 = "uint32" as const satisfies DType;
/** Unsigned integers of 64 bits. */
export const uint64 = "uint64" as const satisfies DType;
/** Integers of 8 bits. */
export const int8 = "int8" as const satisfies DType;
/** Integers of 16 bits. */
export const int16 = "int16" as const satisfies DType;
/** Integers of 32 bits. */
export const int32 = "int32" as const satisfies DType;
/** Integers of 64 bits. */
export const int64 = "int64" as const satisfies DType;
/** IEEE floats of 16 bits. */
export const float16 = "float16" as const satisfies DType;
/** IEEE floats of 32 bits. */
export const float32 = "float32" as const satisfies DType;
/** IEEE floats of 64 bits; on the CPU only. */
export const float64 = "float64" as const satisfies DType;
/** Floats of 16 bits with the range of float32. */
export const bfloat16 = "bfloat16" as const satisfies DType;
/** Complex numbers of two float32. */
export const complex64 = "complex64" as const satisfies DType;
