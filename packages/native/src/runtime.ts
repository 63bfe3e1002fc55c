// Memory, devices and streams of the engine.

import type { DeviceType, MemoryExtension, Placement, StreamsExtension } from "@mlx-ts/backend-api";
import type { Addon } from "./addon.js";
import { place } from "./wire.js";

export const memoryExtension = (addon: Addon): MemoryExtension => ({
  active: () => addon.memory(0),
  peak: () => addon.memory(1),
  cache: () => addon.memory(2),
  resetPeak: () => void addon.setMemory(0, 0),
  clearCache: () => void addon.setMemory(1, 0),
  setMemoryLimit: (bytes) => addon.setMemory(2, bytes),
  setCacheLimit: (bytes) => addon.setMemory(3, bytes),
  setWiredLimit: (bytes) => addon.setMemory(4, bytes),
  liveHandles: () => addon.liveHandles(),
});

const device = (type: DeviceType): number => place({ device: type });

/** The placement of a code of cpp/decode.h; a stream's code does not tell its device. */
const placed = (code: number, type?: DeviceType): Placement =>
  (code & 3) === 3
    ? { device: type ?? "cpu", stream: code >> 2 }
    : { device: (code & 3) === 1 ? "cpu" : "gpu", index: code >> 2 };

export const streamsExtension = (addon: Addon): StreamsExtension => ({
  defaultDevice: () => placed(addon.defaultDevice()),
  setDefaultDevice: (at) => addon.setDefaultDevice(place(at)),
  defaultStream: (type) => placed(addon.defaultStream(device(type)), type),
  setDefaultStream: (stream) => addon.setDefaultStream(place(stream)),
  newStream: (type) => placed(addon.newStream(device(type)), type),
  synchronize: (stream) => addon.synchronize(place(stream)),
  deviceInfo: (type) => addon.deviceInfo(device(type)),
});
