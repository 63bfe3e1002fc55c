// What is Metal's alone: captures of a Mac's GPU. The other names are the older ones, which Python still
// has, of functions of ./memory.ts and ./device.ts.

import {
  Capture,
  type CaptureExtension,
  MLXError,
  Streams,
  shown,
  typeError,
  UnsupportedError,
} from "@mlx-ts/backend-api";
import { defaultBackend } from "./backend.js";
import { gpu, deviceInfo as infoOf } from "./device.js";

export {
  clearCache,
  getActiveMemory,
  getCacheMemory,
  getPeakMemory,
  resetPeakMemory,
  setCacheLimit,
  setMemoryLimit,
  setWiredLimit,
} from "./memory.js";

/**
 * Whether the engine runs on a Mac's GPU.
 *
 * @example
 * ```ts
 * const device = mx.metal.isAvailable() ? mx.gpu : mx.cpu;
 * mx.ones([2], mx.float32, { stream: device }).tolist(); // [1, 1]
 * ```
 * @see Python: `mlx.core.metal.is_available`
 */
export function isAvailable(): boolean {
  return defaultBackend().extension(Streams)?.gpuKind() === "metal";
}

/**
 * What the engine says of the Mac's GPU; empty where there is none. `mx.deviceInfo(mx.gpu)` tells the same.
 *
 * @returns texts and numbers by name, as `mx.deviceInfo` gives them
 * @example
 * ```ts
 * const known = "device_name" in mx.metal.deviceInfo();
 * known === mx.metal.isAvailable(); // true
 * ```
 * @see Python: `mlx.core.metal.device_info`
 */
export function deviceInfo(): Readonly<Record<string, string | number>> {
  return isAvailable() ? infoOf(gpu) : {};
}

function capture(op: string): CaptureExtension {
  const backend = defaultBackend();
  const found = backend.extension(Capture);
  if (found !== undefined) return found;
  throw new UnsupportedError(op, backend.id, "only a Mac's GPU can be captured");
}

let capturing = false;

/**
 * Starts recording what the Mac's GPU does, for Xcode. The process must run with `MTL_CAPTURE_ENABLED=1`.
 *
 * @param path - the file to write, which must not exist; it ends in `.gputrace`
 * @throws UnsupportedError where there is no Metal; MLXError while another capture runs or when Metal refuses
 * @example
 * ```ts
 * if (mx.metal.isAvailable()) {
 *   mx.metal.startCapture("step.gputrace");
 *   mx.eval(mx.ones([2]).add(1));
 *   mx.metal.stopCapture();
 * }
 * ```
 * @see Python: `mlx.core.metal.start_capture`
 */
export function startCapture(path: string): void {
  const op = "metal.startCapture";
  if (typeof path !== "string" || !path.endsWith(".gputrace") || path.includes("\0")) {
    throw typeError(`[${op}] a path that ends in .gputrace was expected, got ${shown(path)}`);
  }
  const engine = capture(op);
  if (capturing) throw new MLXError(`[${op}] a capture runs already; stop it first`);
  engine.start(path);
  capturing = true;
}

/**
 * Ends the capture that {@link startCapture} began.
 *
 * @throws UnsupportedError where there is no Metal; MLXError when no capture runs
 * @example
 * ```ts
 * if (mx.metal.isAvailable()) {
 *   mx.metal.startCapture("sum.gputrace");
 *   mx.eval(mx.ones([2]).sum());
 *   mx.metal.stopCapture();
 * }
 * ```
 * @see Python: `mlx.core.metal.stop_capture`
 */
export function stopCapture(): void {
  const op = "metal.stopCapture";
  const engine = capture(op);
  if (!capturing) throw new MLXError(`[${op}] no capture runs; start one first`);
  capturing = false;
  engine.stop();
}
