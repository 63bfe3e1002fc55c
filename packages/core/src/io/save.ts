// One array to an npy file.

import { arrayArg, backendOf } from "../arguments.js";
import type { ArrayLike } from "../array.js";
import { inScope } from "../scope.js";
import { type SaveFile, writing } from "./paths.js";
import { writerOf } from "./writer.js";

/**
 * Writes an array to an npy file, computing it first. numpy reads all dtypes but bfloat16.
 *
 * @param file - path, `file:` URL, or an object with a `write` method; `.npy` is appended to a path that
 *   lacks it
 * @param arr - any shape and dtype
 * @throws MLXError (`FILE`) when it cannot be written; a file that was there stays as it was
 * @example
 * ```ts
 * mx.save("matrix.npy", mx.array([[1, 2], [3, 4]]));
 * mx.load("matrix.npy"); // [[1, 2], [3, 4]]
 * ```
 * @example Into memory:
 * ```ts
 * const parts: Uint8Array[] = [];
 * mx.save({ write: (bytes: Uint8Array) => parts.push(bytes) }, mx.array([1, 2]));
 * mx.load(Buffer.concat(parts), "npy"); // [1, 2]
 * ```
 * @see Python: `mlx.core.save`
 */
export function save(file: SaveFile, arr: ArrayLike): void {
  const op = "save";
  const backend = backendOf(arr);
  inScope("mx.save()", () => {
    const handle = arrayArg(op, "arr", arr, backend);
    backend.eval([handle]);
    writing(op, file, ".npy", (to) => writerOf(backend).saveNpy(to, handle));
  });
}
