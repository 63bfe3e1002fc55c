// Arrays from JavaScript values: `array`. Arrays from sizes are ops; see ./ops/creation.ts.

import { type DType, isDType, shown, typeError } from "@mlx-ts/backend-api";
import { arrayArg, fromValue } from "./arguments.js";
import { type ArrayLike, MLXArray } from "./array.js";
import { defaultBackend } from "./backend.js";
import { wrap } from "./wrap.js";

/**
 * Makes an array from numbers.
 *
 * Numbers become float32, booleans bool, bigints int64; a typed array keeps its type, but Float64Array
 * becomes float32. Arrays inside lists are stacked.
 *
 * @param value - a number, boolean, bigint, nested lists of them, a typed array, or an array to copy
 * @param dtype - element type; default the natural one
 * @returns an array with the elements' shape
 * @throws RangeError for ragged lists
 * @throws TypeError for anything that is no number
 * @example
 * ```ts
 * import * as mx from "@mlx-ts/core";
 *
 * mx.array([[1, 2], [3, 4]]).shape; // [2, 2]
 * mx.array([1, 2], "int32").dtype; // "int32"
 * mx.array(Uint8Array.of(1, 2)).dtype; // "uint8"
 * ```
 * @see Python: `mlx.core.array`
 */
export function array(value: ArrayLike, dtype?: DType): MLXArray {
  if (dtype !== undefined && !isDType(dtype)) {
    throw typeError(`[array] the second argument must be a dtype, got ${shown(dtype)}`, "DTYPE");
  }
  if (!(value instanceof MLXArray))
    return fromValue("array", "value", value, dtype, defaultBackend());
  const { backend } = value;
  const handle = arrayArg("array", "value", value, backend);
  return dtype === undefined || dtype === value.dtype
    ? wrap(backend, backend.retain(handle))
    : wrap(backend, backend.ops.astype(handle, dtype));
}
