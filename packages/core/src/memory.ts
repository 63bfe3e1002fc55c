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

function memory(op: string): MemoryExtension {
  const backend = defaultBackend();
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

/** Bytes in arrays now. */
export const getActiveMemory = (): number => memory("getActiveMemory").active();

/** The most bytes in arrays since the start or {@link resetPeakMemory}. */
export const getPeakMemory = (): number => memory("getPeakMemory").peak();

/** Freed bytes that are kept for reuse. */
export const getCacheMemory = (): number => memory("getCacheMemory").cache();

/** Starts measuring the peak anew. */
export const resetPeakMemory = (): void => memory("resetPeakMemory").resetPeak();

/** Gives freed bytes back to the system. */
export const clearCache = (): void => memory("clearCache").clearCache();

/**
 * Sets the number of bytes above which evaluation waits for memory to be freed.
 *
 * @param bytes - the limit
 * @returns the previous one
 */
export const setMemoryLimit = (bytes: number): number =>
  memory("setMemoryLimit").setMemoryLimit(bytesArg("setMemoryLimit", bytes));

/**
 * Sets how many freed bytes are kept for reuse.
 *
 * @param bytes - the limit
 * @returns the previous one
 */
export const setCacheLimit = (bytes: number): number =>
  memory("setCacheLimit").setCacheLimit(bytesArg("setCacheLimit", bytes));

/**
 * Sets how many bytes stay resident on a Mac's GPU.
 *
 * @param bytes - the limit
 * @returns the previous one
 */
export const setWiredLimit = (bytes: number): number =>
  memory("setWiredLimit").setWiredLimit(bytesArg("setWiredLimit", bytes));

/**
 * How many arrays are alive, whoever holds them. A loop that leaks shows here first.
 *
 * @example
 * ```ts
 * const before = mx.liveArrays();
 * mx.tidy(() => mx.ones([3]).add(1).sum().item());
 * mx.liveArrays() - before; // 0
 * ```
 */
export const liveArrays = (): number => memory("liveArrays").liveHandles();
