// How many bytes the engine holds, and limits on them.

import {
  Memory,
  type MemoryExtension,
  rangeError,
  shown,
  typeError,
  UnsupportedError,
} from "@mlx-ts/backend-api";
import { defaultBackend } from "./backend.js";
import { byBackend } from "./transforms/evaluate.js";
import { arraysIn } from "./tree.js";

function memory(op: string, backend = defaultBackend()): MemoryExtension {
  const found = backend.extension(Memory);
  if (found === undefined) throw new UnsupportedError(op, backend.id);
  return found;
}

function bytesArg(op: string, bytes: number): number {
  if (typeof bytes !== "number") {
    throw typeError(`[${op}] a number of bytes was expected, got ${shown(bytes)}`);
  }
  if (!(bytes >= 0 && bytes <= Number.MAX_SAFE_INTEGER)) {
    throw rangeError(`[${op}] ${bytes} bytes is no size, it must be from 0 to 2^53 - 1`);
  }
  return Math.floor(bytes);
}

/**
 * Bytes in arrays now.
 *
 * @returns bytes; arrays that are not computed have none
 * @example
 * ```ts
 * using a = mx.zeros([1024]);
 * mx.eval(a);
 * mx.getActiveMemory() >= 4096; // true
 * ```
 * @see Python: `mlx.core.get_active_memory`
 */
export const getActiveMemory = (): number => memory("getActiveMemory").active();

/**
 * The most bytes in arrays since the start or {@link resetPeakMemory}.
 *
 * @returns bytes
 * @example
 * ```ts
 * mx.resetPeakMemory();
 * mx.tidy(() => mx.eval(mx.zeros([1024])));
 * mx.getPeakMemory() >= 4096; // true
 * ```
 * @see Python: `mlx.core.get_peak_memory`
 */
export const getPeakMemory = (): number => memory("getPeakMemory").peak();

/**
 * Freed bytes that are kept for reuse.
 *
 * @returns bytes, at most the limit of {@link setCacheLimit}
 * @example
 * ```ts
 * mx.clearCache();
 * mx.getCacheMemory(); // 0
 * ```
 * @see Python: `mlx.core.get_cache_memory`
 */
export const getCacheMemory = (): number => memory("getCacheMemory").cache();

/**
 * Bytes of the buffers under computed arrays, each buffer counted once: views share one, and an
 * allocation may be larger than its array.
 *
 * @param trees - arrays, or lists, objects, maps, modules and optimizers of arrays
 * @returns bytes
 * @throws RangeError when an array is not computed yet
 * @example
 * ```ts
 * const a = mx.array([1, 2, 3, 4]);
 * mx.getArrayBufferSize(a, [a]); // 16
 * ```
 * @see Python: `mlx.core.get_array_buffer_size`
 */
export function getArrayBufferSize(...trees: readonly unknown[]): number {
  const op = "getArrayBufferSize";
  let bytes = 0;
  for (const [backend, handles] of byBackend(op, arraysIn(trees))) {
    bytes += memory(op, backend).bufferSize(handles);
  }
  return bytes;
}

/**
 * Starts measuring the peak anew.
 *
 * @example
 * ```ts
 * mx.resetPeakMemory();
 * mx.getPeakMemory(); // 0
 * ```
 * @see Python: `mlx.core.reset_peak_memory`
 */
export const resetPeakMemory = (): void => memory("resetPeakMemory").resetPeak();

/**
 * Gives freed bytes back to the system.
 *
 * @example
 * ```ts
 * mx.tidy(() => mx.eval(mx.zeros([1024])));
 * mx.clearCache();
 * mx.getCacheMemory(); // 0
 * ```
 * @see Python: `mlx.core.clear_cache`
 */
export const clearCache = (): void => memory("clearCache").clearCache();

/**
 * The number of bytes above which evaluation waits for memory to be freed.
 *
 * @returns bytes
 * @example
 * ```ts
 * mx.getMemoryLimit() > 0; // true
 * ```
 * @see Python: `mlx.core.get_memory_limit`
 */
export const getMemoryLimit = (): number => memory("getMemoryLimit").memoryLimit();

/**
 * Sets the number of bytes above which evaluation waits for memory to be freed.
 *
 * @param bytes - the limit
 * @returns the previous one
 * @throws RangeError for a negative size or one beyond 2^53 - 1
 * @example
 * ```ts
 * const before = mx.setMemoryLimit(2 ** 30);
 * mx.getMemoryLimit() === 2 ** 30; // true
 * mx.setMemoryLimit(before) === 2 ** 30; // true
 * ```
 * @see Python: `mlx.core.set_memory_limit`
 */
export const setMemoryLimit = (bytes: number): number =>
  memory("setMemoryLimit").setMemoryLimit(bytesArg("setMemoryLimit", bytes));

/**
 * Sets how many freed bytes are kept for reuse.
 *
 * @param bytes - the limit; 0 keeps none
 * @returns the previous one
 * @throws RangeError for a negative size or one beyond 2^53 - 1
 * @example
 * ```ts
 * const before = mx.setCacheLimit(2 ** 20);
 * mx.setCacheLimit(before); // 1048576
 * ```
 * @see Python: `mlx.core.set_cache_limit`
 */
export const setCacheLimit = (bytes: number): number =>
  memory("setCacheLimit").setCacheLimit(bytesArg("setCacheLimit", bytes));

/**
 * Sets how many bytes stay resident on a Mac's GPU; elsewhere it does nothing.
 *
 * @param bytes - the limit
 * @returns the previous one
 * @throws RangeError for a negative size or one beyond 2^53 - 1
 * @example
 * ```ts
 * const before = mx.setWiredLimit(2 ** 20);
 * mx.setWiredLimit(before);
 * ```
 * @see Python: `mlx.core.set_wired_limit`
 */
export const setWiredLimit = (bytes: number): number =>
  memory("setWiredLimit").setWiredLimit(bytesArg("setWiredLimit", bytes));

/**
 * How many arrays are alive, whoever holds them. A loop that leaks shows here first.
 *
 * @returns the number of arrays, computed or not
 * @example
 * ```ts
 * const before = mx.liveArrays();
 * mx.tidy(() => mx.ones([3]).add(1).sum().item());
 * mx.liveArrays() - before; // 0
 * ```
 */
export const liveArrays = (): number => memory("liveArrays").liveHandles();
