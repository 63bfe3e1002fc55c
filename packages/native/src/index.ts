// MLX's engine as a backend for @mlx-ts/core, which finds this package by itself. Use it directly only
// to hand it to setDefaultBackend or to read what it is.

import os from "node:os";
import type { Addon } from "./addon.js";
import { makeBackend, type NativeBackend } from "./backend.js";
import { blasThreads, withBlasThreads } from "./blas-threads.js";
import { loadAddon } from "./load.js";

export type { NativeBackend } from "./backend.js";

/** The bytes that this process may use: the machine's, or a container's limit below them. */
const memorySize = Math.min(os.totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);

/**
 * The native backend: MLX on Metal, CUDA or the CPU.
 *
 * @throws Error at import, when the addon is missing or of another MLX version; the message says
 * what was tried and which command cures it
 * @example
 * ```ts
 * import { setDefaultBackend } from "@mlx-ts/core";
 * import { nativeBackend } from "@mlx-ts/native";
 *
 * setDefaultBackend(nativeBackend);
 * ```
 */
export const nativeBackend: NativeBackend = load();

/** The addon, and the backend that was made of it. */
interface Loaded extends Addon {
  backend?: NativeBackend;
}

function load(): NativeBackend {
  const threads = blasThreads();
  const addon = withBlasThreads(threads, () => loadAddon<Loaded>());
  // A loader may run this module twice in one thread; both copies must share the scratch buffers.
  if (addon.backend) return addon.backend;
  // A Worker's environment is a copy, which the library does not see.
  if (threads !== undefined) addon.setBlasThreads(threads);
  addon.backend = makeBackend(addon, memorySize);
  return addon.backend;
}
