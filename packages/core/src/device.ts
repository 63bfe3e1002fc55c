// Devices: what ops run on. Which there are is the engine's to say; streams of work on them are in
// ./stream.ts.

import {
  type Placement,
  rangeError,
  Streams,
  type StreamsExtension,
  shown,
  typeError,
  UnsupportedError,
} from "@mlx-ts/backend-api";
import { defaultBackend } from "./backend.js";

/**
 * The kinds of devices.
 *
 * @example
 * ```ts
 * mx.DeviceType.gpu; // "gpu"
 * mx.cpu.type === mx.DeviceType.cpu; // true
 * ```
 * @see Python: `mlx.core.DeviceType`
 */
export const DeviceType = { cpu: "cpu", gpu: "gpu" } as const;
/** One of {@link DeviceType}. */
export type DeviceType = (typeof DeviceType)[keyof typeof DeviceType];

const isDeviceType = (value: unknown): value is DeviceType => value === "cpu" || value === "gpu";

/**
 * A device that ops run on.
 *
 * @example
 * ```ts
 * new mx.Device("cpu").equals(mx.cpu); // true
 * String(mx.gpu); // "Device(gpu, 0)"
 * ```
 * @see Python: `mlx.core.Device`
 */
export class Device {
  /** The kind of device. */
  readonly type: DeviceType;
  /** Its number among the devices of this type. */
  readonly index: number;
  /** @internal */
  readonly placement: Placement;

  /**
   * @param type - `"cpu"`, `"gpu"`, or a device of the type that is meant
   * @param index - its number among the devices of this type; default 0
   * @throws TypeError for another type, RangeError for an index that is no integer from 0 to 255
   */
  constructor(type: DeviceType | Device, index = 0) {
    const kind = type instanceof Device ? type.type : type;
    if (!isDeviceType(kind)) {
      throw typeError(`[Device] the type must be "cpu" or "gpu", got ${shown(kind)}`);
    }
    if (!Number.isInteger(index) || index < 0 || index > 255) {
      throw rangeError(`[Device] the index must be an integer from 0 to 255, got ${shown(index)}`);
    }
    this.type = kind;
    this.index = index;
    this.placement = { device: kind, index };
  }

  /**
   * Whether two name the same device; Python's `==`.
   *
   * @param other - anything
   */
  equals(other: unknown): boolean {
    return other instanceof Device && other.type === this.type && other.index === this.index;
  }

  /** As Python prints it. */
  toString(): string {
    return `Device(${this.type}, ${this.index})`;
  }
}

/** The CPU. */
export const cpu = new Device("cpu");
/** The GPU: Metal on a Mac, CUDA on Linux. Ops refuse it where the engine has none. */
export const gpu = new Device("gpu");

/** The default backend's devices and streams. */
export function streams(op: string): StreamsExtension {
  const backend = defaultBackend();
  const found = backend.extension(Streams);
  if (found === undefined) throw new UnsupportedError(op, backend.id);
  return found;
}

/** A device, from itself or its type. */
export function deviceArg(op: string, value: unknown): Device {
  if (value instanceof Device) return value;
  if (isDeviceType(value)) return value === "cpu" ? cpu : gpu;
  throw typeError(`[${op}] a device was expected (mx.cpu or mx.gpu), got ${shown(value)}`);
}

/** The device of a placement that the engine gave. */
export const deviceAt = ({ device, index }: Placement): Device => new Device(device, index);

/**
 * How many devices of a type the engine has.
 *
 * @param type - a type, or a device of the type that is meant
 * @returns the count; 0 where the engine has none
 * @throws TypeError for anything else
 * @example
 * ```ts
 * mx.deviceCount(mx.cpu); // 1
 * ```
 * @see Python: `mlx.core.device_count`
 */
export function deviceCount(type: DeviceType | Device): number {
  return countOf(deviceArg("deviceCount", type).type);
}

/** Backends that know nothing of streams have one device of each of their types. */
function countOf(type: DeviceType): number {
  const backend = defaultBackend();
  const count = backend.extension(Streams)?.deviceCount(type);
  return count ?? (backend.devices().includes(type) ? 1 : 0);
}

/**
 * Whether the default backend can run on a device.
 *
 * @param device - for example `mx.gpu`
 * @returns `false` also for a number that no device of the type has
 * @throws TypeError for what is no device
 * @example
 * ```ts
 * mx.isAvailable(mx.cpu); // true
 * ```
 * @see Python: `mlx.core.is_available`
 */
export function isAvailable(device: Device | DeviceType): boolean {
  const { type, index } = deviceArg("isAvailable", device);
  return index < countOf(type);
}

/**
 * The device of ops that name none: the GPU where there is one.
 *
 * @example
 * ```ts
 * const device = mx.defaultDevice();
 * mx.isAvailable(device); // true
 * ```
 * @see Python: `mlx.core.default_device`
 */
export function defaultDevice(): Device {
  const backend = defaultBackend();
  const engine = backend.extension(Streams);
  return engine ? deviceAt(engine.defaultDevice()) : new Device(backend.devices()[0] ?? "cpu");
}

/**
 * Sets the device of ops that name none. The engine has one default device for all threads of a process.
 *
 * @param device - for example `mx.cpu`
 * @throws RangeError when the engine lacks it
 * @example
 * ```ts
 * const before = mx.defaultDevice();
 * mx.setDefaultDevice(mx.cpu);
 * String(mx.defaultDevice()); // "Device(cpu, 0)"
 * mx.setDefaultDevice(before);
 * ```
 * @see Python: `mlx.core.set_default_device`
 */
export function setDefaultDevice(device: Device | DeviceType): void {
  streams("setDefaultDevice").setDefaultDevice(deviceArg("setDefaultDevice", device).placement);
}

/**
 * What the engine says of a device: `device_name`, `architecture`, and sizes in bytes such as
 * `memory_size`, as far as it knows them.
 *
 * @param device - default: the default device
 * @returns texts and numbers by name
 * @throws RangeError when the engine lacks it
 * @example
 * ```ts
 * const { architecture } = mx.deviceInfo(mx.cpu);
 * typeof architecture; // "string"
 * ```
 * @see Python: `mlx.core.device_info`
 */
export function deviceInfo(
  device?: Device | DeviceType | null,
): Readonly<Record<string, string | number>> {
  const at = device == null ? defaultDevice() : deviceArg("deviceInfo", device);
  return streams("deviceInfo").deviceInfo(at.placement);
}
