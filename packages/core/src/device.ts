// Devices and streams: where ops run. The engine keeps the streams; here are only their names.

import {
  type DeviceType,
  type Placement,
  rangeError,
  Streams,
  type StreamsExtension,
  shown,
  typeError,
  UnsupportedError,
} from "@mlx-ts/backend-api";
import { defaultBackend } from "./backend.js";
import { fnArg, refusePromise } from "./scope.js";

/**
 * A device that ops run on.
 *
 * @see Python: `mlx.core.Device`
 */
export class Device {
  /** @internal */
  readonly placement: Placement;

  /**
   * @param type - `"cpu"` or `"gpu"`
   * @param index - its number among the devices of this type; default 0
   */
  constructor(
    readonly type: DeviceType,
    readonly index = 0,
  ) {
    if (type !== "cpu" && type !== "gpu") {
      throw typeError(`[Device] the type must be "cpu" or "gpu", got ${shown(type)}`);
    }
    if (!Number.isInteger(index) || index < 0 || index > 255) {
      throw rangeError(`[Device] the index must be an integer from 0 to 255, got ${shown(index)}`);
    }
    this.placement = { device: type, index };
  }

  /** As Python prints it. */
  toString(): string {
    return `Device(${this.type}, ${this.index})`;
  }
}

/** Numbers of streams travel to the engine beside two bits that say what they number. */
const mostStreams = 2 ** 29 - 1;

/**
 * A queue of work on a device.
 *
 * @see Python: `mlx.core.Stream`
 */
export class Stream {
  /** @internal */
  readonly placement: Placement;

  /**
   * @param device - its device
   * @param index - its number; streams come from {@link newStream} and {@link defaultStream}
   */
  constructor(
    readonly device: Device,
    readonly index: number,
  ) {
    deviceArg("Stream", device);
    if (!Number.isInteger(index) || index < 0 || index > mostStreams) {
      throw rangeError(
        `[Stream] the number of a stream must be an integer from 0 to ${mostStreams}, got ${shown(index)}`,
      );
    }
    this.placement = { device: device.type, stream: index };
  }

  /** As Python prints it. */
  toString(): string {
    return `Stream(${this.device}, ${this.index})`;
  }
}

/** Where an op runs. */
export type StreamOrDevice = Device | Stream;

/** The CPU. */
export const cpu = new Device("cpu");
/** The GPU: Metal on a Mac, CUDA on Linux. Ops refuse it where the engine has none. */
export const gpu = new Device("gpu");

function streams(op: string): StreamsExtension {
  const backend = defaultBackend();
  const found = backend.extension(Streams);
  if (found === undefined) throw new UnsupportedError(op, backend.id);
  return found;
}

function deviceArg(op: string, value: unknown): Device {
  if (value instanceof Device) return value;
  throw typeError(`[${op}] a device was expected (mx.cpu or mx.gpu), got ${shown(value)}`);
}

/**
 * Whether the default backend can run on a device.
 *
 * @param device - for example `mx.gpu`
 */
export function isAvailable(device: Device): boolean {
  const { type, index } = deviceArg("isAvailable", device);
  return index === 0 && defaultBackend().devices().includes(type);
}

/** The device of ops that name none. */
export function defaultDevice(): Device {
  const { device, index } = streams("defaultDevice").defaultDevice();
  return new Device(device, index);
}

/**
 * Sets the device of ops that name none.
 *
 * @param device - for example `mx.cpu`
 * @throws RangeError when the engine lacks it
 */
export function setDefaultDevice(device: Device): void {
  streams("setDefaultDevice").setDefaultDevice(deviceArg("setDefaultDevice", device).placement);
}

const streamOf = (device: Device, { stream = 0 }: Placement): Stream => new Stream(device, stream);

/**
 * The stream that a device's ops run on where they name none.
 *
 * @param device - the device
 */
export function defaultStream(device: Device): Stream {
  const { type } = deviceArg("defaultStream", device);
  return streamOf(device, streams("defaultStream").defaultStream(type));
}

/**
 * Sets the stream that its device's ops run on where they name none.
 *
 * @param stream - made on this thread
 */
export function setDefaultStream(stream: Stream): void {
  if (!(stream instanceof Stream)) {
    throw typeError(`[setDefaultStream] a stream was expected, got ${shown(stream)}`);
  }
  streams("setDefaultStream").setDefaultStream(stream.placement);
}

/**
 * Makes a stream.
 *
 * @param device - its device
 */
export function newStream(device: Device): Stream {
  const { type } = deviceArg("newStream", device);
  return streamOf(device, streams("newStream").newStream(type));
}

/**
 * Runs a function whose ops run on a stream or device where they name none.
 *
 * @param where - a stream or device
 * @param fn - synchronous
 * @returns what `fn` returns
 * @see Python: `with mlx.core.stream(s):`
 */
export function withStream<T>(where: StreamOrDevice, fn: () => T): T {
  fnArg("withStream", fn);
  const engine = streams("withStream");
  const device = where instanceof Stream ? where.device : deviceArg("withStream", where);
  const oldDevice = engine.defaultDevice();
  const oldStream = engine.defaultStream(device.type);
  engine.setDefaultDevice(device.placement);
  try {
    if (where instanceof Stream) engine.setDefaultStream(where.placement);
    const value = fn();
    refusePromise("withStream", value);
    return value;
  } finally {
    engine.setDefaultStream(oldStream);
    engine.setDefaultDevice(oldDevice);
  }
}

function placeOf(op: string, where: StreamOrDevice | undefined): Placement | undefined {
  if (where === undefined || where instanceof Device || where instanceof Stream) {
    return where?.placement;
  }
  throw typeError(`[${op}] a stream or device was expected, got ${shown(where)}`);
}

/**
 * Waits for all work of a stream.
 *
 * @param stream - default: the default stream of the default device
 */
export function synchronize(stream?: StreamOrDevice): void {
  streams("synchronize").synchronize(placeOf("synchronize", stream));
}

/**
 * What the engine says of a device: `device_name`, `architecture`, memory sizes in bytes.
 *
 * @param device - default: the default device
 */
export function deviceInfo(device?: Device): Readonly<Record<string, string | number>> {
  const { type } = device === undefined ? defaultDevice() : deviceArg("deviceInfo", device);
  return streams("deviceInfo").deviceInfo(type);
}
