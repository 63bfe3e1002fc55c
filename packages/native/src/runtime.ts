// Memory, devices and streams of the engine, and what is Metal's or CUDA's alone.

import type {
  CaptureExtension,
  DeviceType,
  MemoryExtension,
  Placement,
  StreamsExtension,
} from "@mlx-ts/backend-api";
import type { Addon } from "./addon.js";
import { list, place } from "./wire.js";

export const memoryExtension = (addon: Addon): MemoryExtension => ({
  active: () => addon.memory(0),
  peak: () => addon.memory(1),
  cache: () => addon.memory(2),
  memoryLimit: () => addon.memory(3),
  bufferSize: (arrays) => addon.bufferSize(list(arrays as readonly number[])),
  resetPeak: () => void addon.setMemory(0, 0),
  clearCache: () => void addon.setMemory(1, 0),
  setMemoryLimit: (bytes) => addon.setMemory(2, bytes),
  setCacheLimit: (bytes) => addon.setMemory(3, bytes),
  setWiredLimit: (bytes) => addon.setMemory(4, bytes),
  liveHandles: () => addon.liveHandles(),
});

/** The placement of a code of cpp/decode.h; a stream's code does not tell its device. */
const placed = (code: number, on?: Placement): Placement =>
  (code & 3) === 3
    ? { device: on?.device ?? "cpu", index: on?.index ?? 0, stream: code >> 2 }
    : { device: (code & 3) === 1 ? "cpu" : "gpu", index: code >> 2 };

export const deviceCount = (addon: Addon, type: DeviceType): number =>
  addon.deviceCount(type === "cpu" ? 0 : 1);

export const streamsExtension = (addon: Addon): StreamsExtension => ({
  deviceCount: (type) => deviceCount(addon, type),
  gpuKind: () => (addon.metalAvailable() ? "metal" : addon.cudaAvailable() ? "cuda" : undefined),
  defaultDevice: () => placed(addon.defaultDevice()),
  setDefaultDevice: (device) => addon.setDefaultDevice(place(device)),
  defaultStream: (device) => placed(addon.defaultStream(place(device)), device),
  setDefaultStream: (stream) => addon.setDefaultStream(place(stream)),
  newStream: (device) => placed(addon.newStream(place(device)), device),
  newThreadUnsafeStream: (device) => placed(addon.newThreadUnsafeStream(place(device)), device),
  newThreadLocalStream: (device) => addon.newThreadLocalStream(place(device)),
  threadLocalStream: (device, index) =>
    placed(addon.threadLocalStream(place(device), index), device),
  clearStreams: () => addon.clearStreams(),
  synchronize: (stream) => addon.synchronize(place(stream)),
  deviceInfo: (device) => addon.deviceInfo(place(device)),
});

/** Captures of a Mac's GPU; elsewhere there are none. */
export const captureExtension = (addon: Addon): CaptureExtension | undefined =>
  addon.metalAvailable()
    ? { start: (path) => addon.startCapture(path), stop: () => addon.stopCapture() }
    : undefined;
