// What is CUDA's alone.

import { Streams } from "@mlx-ts/backend-api";
import { defaultBackend } from "./backend.js";

/**
 * Whether the engine runs on an NVIDIA GPU.
 *
 * @example
 * ```ts
 * const device = mx.cuda.isAvailable() ? mx.gpu : mx.cpu;
 * mx.ones([2], mx.float32, { stream: device }).tolist(); // [1, 1]
 * ```
 * @see Python: `mlx.core.cuda.is_available`
 */
export function isAvailable(): boolean {
  return defaultBackend().extension(Streams)?.gpuKind() === "cuda";
}
