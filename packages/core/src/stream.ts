// Streams: queues of work on a device. The engine keeps them, and each belongs to the thread that made
// it; here are their names, and the contexts that set the default ones for a while.

import {
  type Backend,
  type Placement,
  rangeError,
  Streams,
  shown,
  typeError,
} from "@mlx-ts/backend-api";
import { defaultBackend } from "./backend.js";
import { cpu, Device, DeviceType, deviceArg, deviceAt, gpu, streams } from "./device.js";
import { state } from "./random-state.js";
import { fnArg, refusePromise } from "./scope.js";

/** Numbers of streams travel to the engine beside two bits that say what they number. */
const mostStreams = 2 ** 29 - 1;

function streamNumber(kind: string, index: unknown): number {
  if (typeof index === "number" && Number.isInteger(index) && index >= 0 && index <= mostStreams) {
    return index;
  }
  throw rangeError(
    `[${kind}] the number of a stream must be an integer from 0 to ${mostStreams}, got ${shown(index)}`,
  );
}

/**
 * A queue of work on a device, of the thread that made it.
 *
 * @example
 * ```ts
 * const s = mx.newStream(mx.cpu);
 * mx.add(1, 2, { stream: s }).item(); // 3
 * s.device.equals(mx.cpu); // true
 * ```
 * @see Python: `mlx.core.Stream`
 */
export class Stream {
  /** Its device. */
  readonly device: Device;
  /** Its number among this thread's streams. */
  readonly index: number;
  /** @internal */
  readonly placement: Placement;

  /**
   * @param device - its device
   * @param index - its number; streams come from {@link newStream} and {@link defaultStream}
   */
  constructor(device: Device | DeviceType, index: number) {
    this.device = deviceArg("Stream", device);
    this.index = streamNumber("Stream", index);
    this.placement = { ...this.device.placement, stream: index };
  }

  /**
   * Whether two name the same stream; Python's `==`.
   *
   * @param other - anything
   */
  equals(other: unknown): boolean {
    return (
      other instanceof Stream && other.index === this.index && other.device.equals(this.device)
    );
  }

  /** As Python prints it. */
  toString(): string {
    return `Stream(${this.device}, ${this.index})`;
  }
}

/**
 * A stream that every thread has of its own: pass device and index to a Worker, and make it anew there.
 *
 * @example
 * ```ts
 * const s = mx.newThreadLocalStream(mx.cpu);
 * const same = new mx.ThreadLocalStream(s.device, s.index); // as a Worker would
 * same.equals(s); // true
 * mx.add(1, 2, { stream: s }).item(); // 3
 * ```
 * @see Python: `mlx.core.ThreadLocalStream`
 */
export class ThreadLocalStream {
  /** Its device. */
  readonly device: Device;
  /** Its number among the thread-local streams of the process. */
  readonly index: number;
  /** @internal This thread's stream. */
  readonly placement: Placement;

  /**
   * @param device - its device
   * @param index - its number, from {@link newThreadLocalStream}
   * @throws RangeError when the engine lacks the device
   */
  constructor(device: Device | DeviceType, index: number) {
    this.device = deviceArg("ThreadLocalStream", device);
    this.index = streamNumber("ThreadLocalStream", index);
    this.placement = streams("ThreadLocalStream").threadLocalStream(this.device.placement, index);
  }

  /**
   * Whether two name the same stream; Python's `==`.
   *
   * @param other - anything
   */
  equals(other: unknown): boolean {
    return (
      other instanceof ThreadLocalStream &&
      other.index === this.index &&
      other.device.equals(this.device)
    );
  }

  /** As Python prints it. */
  toString(): string {
    return `ThreadLocalStream(${this.device}, ${this.index})`;
  }
}

/** Where an op runs. */
export type StreamOrDevice = Device | Stream | ThreadLocalStream | DeviceType;

/** Where a value says that ops shall run, if it is a {@link StreamOrDevice}. */
export function placementOf(where: unknown): Placement | undefined {
  if (where instanceof Device || where instanceof Stream || where instanceof ThreadLocalStream) {
    return where.placement;
  }
  if (where === DeviceType.cpu) return cpu.placement;
  return where === DeviceType.gpu ? gpu.placement : undefined;
}

function placeArg(op: string, where: unknown): Placement {
  const found = placementOf(where);
  if (found !== undefined) return found;
  throw typeError(
    `[${op}] a stream or device was expected, such as mx.cpu or mx.newStream(mx.cpu), got ${shown(where)}`,
  );
}

const streamAt = (placement: Placement): Stream =>
  new Stream(deviceAt(placement), placement.stream ?? 0);

/**
 * The stream that a device's ops run on where they name none.
 *
 * @param device - the device
 * @returns the same stream until {@link setDefaultStream} sets another
 * @throws RangeError when the engine lacks it
 * @example
 * ```ts
 * mx.defaultStream(mx.cpu).device.equals(mx.cpu); // true
 * ```
 * @see Python: `mlx.core.default_stream`
 */
export function defaultStream(device: Device | DeviceType): Stream {
  const { placement } = deviceArg("defaultStream", device);
  return streamAt(streams("defaultStream").defaultStream(placement));
}

/**
 * Sets the stream that its device's ops run on where they name none, in this thread. The default device
 * stays as it is.
 *
 * @param stream - made on this thread
 * @throws RangeError when this thread has no such stream
 * @example
 * ```ts
 * const before = mx.defaultStream(mx.cpu);
 * const s = mx.newStream(mx.cpu);
 * mx.setDefaultStream(s);
 * mx.defaultStream(mx.cpu).equals(s); // true
 * mx.setDefaultStream(before);
 * ```
 * @see Python: `mlx.core.set_default_stream`
 */
export function setDefaultStream(stream: Stream): void {
  if (!(stream instanceof Stream)) {
    throw typeError(`[setDefaultStream] a stream was expected, got ${shown(stream)}`);
  }
  streams("setDefaultStream").setDefaultStream(stream.placement);
}

/**
 * Makes a stream for this thread. Make few and keep them: each that is used has a thread of the engine,
 * which lives as long as the process.
 *
 * @param device - its device
 * @returns a stream that no other call gives
 * @throws RangeError when the engine lacks it
 * @example
 * ```ts
 * const s = mx.newStream(mx.cpu);
 * s.equals(mx.defaultStream(mx.cpu)); // false
 * ```
 * @see Python: `mlx.core.new_stream`
 */
export function newStream(device: Device | DeviceType): Stream {
  const { placement } = deviceArg("newStream", device);
  return streamAt(streams("newStream").newStream(placement));
}

/**
 * Makes a stream that the engine keeps outside any thread. In JavaScript an array never leaves its thread,
 * so what is left of the difference to {@link newStream} is that {@link clearStreams} spares it. One
 * thread of a process may make them, since the engine's list of them has no lock.
 *
 * @param device - its device
 * @returns a stream that no other call gives
 * @throws RangeError when the engine lacks it, or when another thread has made such streams
 * @example
 * ```ts
 * const s = mx.newThreadUnsafeStream(mx.cpu);
 * mx.add(1, 2, { stream: s }).item(); // 3
 * ```
 * @see Python: `mlx.core.new_thread_unsafe_stream`
 */
export function newThreadUnsafeStream(device: Device | DeviceType): Stream {
  const { placement } = deviceArg("newThreadUnsafeStream", device);
  return streamAt(streams("newThreadUnsafeStream").newThreadUnsafeStream(placement));
}

/**
 * Makes a stream that every thread has of its own; see {@link ThreadLocalStream}.
 *
 * @param device - its device
 * @returns this thread's stream; its number makes the same one in another thread
 * @throws RangeError when the engine lacks it
 * @example
 * ```ts
 * const s = mx.newThreadLocalStream(mx.cpu);
 * mx.add(1, 2, { stream: s }).item(); // 3
 * ```
 * @see Python: `mlx.core.new_thread_local_stream`
 */
export function newThreadLocalStream(device: Device | DeviceType): ThreadLocalStream {
  const at = deviceArg("newThreadLocalStream", device);
  const index = streams("newThreadLocalStream").newThreadLocalStream(at.placement);
  return new ThreadLocalStream(at, index);
}

/** What puts the defaults back, for each context that is open, the innermost last. */
const open: (() => void)[] = [];

/** Whether a backend that knows nothing of streams runs there anyway. */
const isOnlyPlace = ({ device, index = 0, stream }: Placement, backend: Backend): boolean =>
  backend.extension(Streams) === undefined &&
  backend.devices()[0] === device &&
  index === 0 &&
  stream === undefined;

/** Sets the defaults; the result, given to {@link leave}, puts them back. */
function enter(op: string, where: StreamOrDevice): () => void {
  const placement = placeArg(op, where);
  const backend = defaultBackend();
  if (isOnlyPlace(placement, backend)) {
    const nothing = () => undefined;
    open.push(nothing);
    return nothing;
  }
  const engine = streams(op);
  const device = deviceAt(placement).placement;
  const oldDevice = engine.defaultDevice();
  const oldStream = engine.defaultStream(device);
  if (placement.stream !== undefined) engine.setDefaultStream(placement);
  engine.setDefaultDevice(device);
  const restore = () => {
    engine.setDefaultStream(oldStream);
    engine.setDefaultDevice(oldDevice);
  };
  open.push(restore);
  return restore;
}

/** Puts the defaults back; contexts that were opened later end with it, and a second call does nothing. */
function leave(restore: () => void): void {
  const depth = open.lastIndexOf(restore);
  if (depth < 0) return;
  for (const inner of open.splice(depth).reverse()) inner();
}

/**
 * Default device and stream for a while: until its block ends, or `close()`. Closing one closes those
 * opened after it.
 *
 * @see Python: `mlx.core.StreamContext`
 */
export class StreamContext implements Disposable {
  readonly #restore: () => void;

  /**
   * Sets the defaults at once; {@link stream} reads better.
   *
   * @param where - a stream or device
   */
  constructor(where: StreamOrDevice) {
    this.#restore = enter("stream", where);
  }

  /** Puts the defaults back as they were before it; a second call does nothing. */
  close(): void {
    leave(this.#restore);
  }

  /** The end of a `using` block. */
  [Symbol.dispose](): void {
    this.close();
  }
}

/**
 * Sets the default device and stream until the end of the block.
 *
 * They are those of the whole thread: where the block awaits, other code that runs meanwhile sees them
 * too. In code that runs beside other asynchronous code, pass `{ stream }` to the ops, or use
 * {@link withStream}, which is synchronous.
 *
 * @param where - a stream or device
 * @returns a disposable: hold it with `using`, or call `close()`
 * @throws TypeError for anything else, RangeError when this thread has no such stream or device
 * @example
 * ```ts
 * const s = mx.newStream(mx.cpu);
 * {
 *   using _ = mx.stream(s);
 *   mx.defaultStream(mx.cpu).equals(s); // true
 * }
 * mx.defaultStream(mx.cpu).equals(s); // false
 * ```
 * @see Python: `mlx.core.stream`
 */
export function stream(where: StreamOrDevice): StreamContext {
  return new StreamContext(where);
}

/**
 * Runs a function whose ops run on a stream or device where they name none.
 *
 * @param where - a stream or device
 * @param fn - synchronous
 * @returns what `fn` returns
 * @throws TypeError when `fn` returns a promise
 * @example
 * ```ts
 * mx.withStream(mx.cpu, () => mx.ones([2]).add(1)).tolist(); // [2, 2]
 * ```
 * @see Python: `with mlx.core.stream(s):`
 */
export function withStream<T>(where: StreamOrDevice, fn: () => T): T {
  fnArg("withStream", fn);
  const restore = enter("withStream", where);
  try {
    const value = fn();
    refusePromise("withStream", value);
    return value;
  } finally {
    leave(restore);
  }
}

/**
 * Waits for all work of a stream.
 *
 * @param stream - default: the default stream of the default device
 * @throws MLXError when work in the background has failed
 * @example
 * ```ts
 * const a = mx.ones([2]).add(1);
 * mx.asyncEval(a);
 * mx.synchronize(); // now it is computed
 * a.tolist(); // [2, 2]
 * ```
 * @see Python: `mlx.core.synchronize`
 */
export function synchronize(stream?: StreamOrDevice | null): void {
  streams("synchronize").synchronize(stream == null ? undefined : placeArg("synchronize", stream));
}

/**
 * Finishes and destroys the streams of this thread, for example before it ends. Arrays that were computed
 * stay; those that were not can no longer be computed, and the streams are refused from now on. Default
 * streams are made anew, so that this thread can go on (in Python it cannot), but for functions from
 * `importFunction`, which the engine keeps on its first stream.
 *
 * @throws RangeError inside a transform or a stream context
 * @throws MLXError when work in the background has failed; the streams then stay
 * @example
 * ```ts
 * mx.clearStreams();
 * mx.add(1, 2).item(); // 3
 * ```
 * @see Python: `mlx.core.clear_streams`
 */
export function clearStreams(): void {
  if (open.length > 0) {
    throw rangeError("[clearStreams] a stream context is open; close it first");
  }
  const { key } = state;
  if (key !== null && !key.isReleased) key.backend.eval([key.handle]);
  streams("clearStreams").clearStreams();
}
