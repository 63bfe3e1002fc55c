// What is CUDA's alone.

import { streams } from "./device.js";

/**
 * Whether the engine runs on an NVIDIA GPU.
 *
 * @see Python: `mlx.core.cuda.is_available`
 */
export function isAvailable(): boolean {
  return streams("cuda.isAvailable").gpuKind() === "cuda";
}
