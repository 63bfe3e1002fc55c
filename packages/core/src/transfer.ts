// Copies of arrays on other backends. Nothing else moves arrays: ops refuse to mix them.

import { type Backend, shown, typeError } from "@mlx-ts/backend-api";
import { MLXArray } from "./array.js";
import { backendArg } from "./backend.js";
import { wrap } from "./wrap.js";

/**
 * Copies an array to another backend, through the host; the array is computed first.
 *
 * @param array - any shape and dtype
 * @param backend - where the copy lives
 * @returns an array of the same elements; on the array's own backend it shares them
 * @throws UnsupportedError when the backend lacks the dtype
 * @throws RangeError inside a function that is batched or compiled, where arrays have no values
 * @example
 * ```ts
 * import { withRecording } from "@mlx-ts/backend-api";
 *
 * const recording = withRecording(mx.defaultBackend());
 * const copy = mx.toBackend(mx.array([1, 2]), recording);
 * copy.backend === recording; // true
 * copy.add(1).tolist(); // [2, 3]
 * ```
 */
export function toBackend(array: MLXArray, backend: Backend): MLXArray {
  const op = "toBackend";
  if (!(array instanceof MLXArray)) {
    throw typeError(`[${op}] an array was expected, got ${shown(array)}`);
  }
  const to = backendArg(op, backend);
  const handle = array.live(op);
  if (array.backend === to) return wrap(to, to.retain(handle));
  return wrap(to, to.fromHost(array.backend.toHostSync(handle)));
}
