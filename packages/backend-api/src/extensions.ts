// Optional parts of an engine, found by token so that the set stays open: an engine supplies what it
// has, core falls back or throws UnsupportedError. The parts themselves are plain interfaces.

import type { Aval, DeviceType, Handle, Placement } from "./backend.js";
import type { DType } from "./dtype.js";
import type { KernelsExtension } from "./kernels.js";

/** Names an optional part of a backend; `E` is its interface. */
export interface ExtensionToken<E> {
  readonly id: string;
  /** Never set: it only carries the type. */
  readonly type?: E;
}

/**
 * Makes a token for an optional part of a backend.
 *
 * @param id - unique name
 * @returns the token; two of the same id are the same part
 * @example
 * ```ts
 * const Clock = extensionToken<{ ticks(): number }>("my-engine/clock");
 * nativeBackend.extension(Clock); // undefined
 * ```
 */
export function extensionToken<E>(id: string): ExtensionToken<E> {
  return { id };
}

/** Memory accounting and limits, in bytes. */
export interface MemoryExtension {
  /** Bytes in arrays now. */
  active(): number;
  /** The most bytes in arrays since the start or {@link resetPeak}. */
  peak(): number;
  /** Freed bytes kept for reuse. */
  cache(): number;
  /** Above it, evaluation waits for memory to be freed. */
  memoryLimit(): number;
  /**
   * Bytes of the buffers under some arrays, each counted once.
   *
   * @param arrays - live handles of computed arrays
   */
  bufferSize(arrays: readonly Handle[]): number;
  resetPeak(): void;
  clearCache(): void;
  /**
   * @param bytes - the new limit
   * @returns the previous one
   */
  setMemoryLimit(bytes: number): number;
  /**
   * @param bytes - the new limit
   * @returns the previous one
   */
  setCacheLimit(bytes: number): number;
  /**
   * @param bytes - the new limit
   * @returns the previous one
   */
  setWiredLimit(bytes: number): number;
  /** Handles that are alive. */
  liveHandles(): number;
}

/** Token of {@link MemoryExtension}. */
export const Memory = extensionToken<MemoryExtension>("memory");

/** Devices and streams. Places name devices by type and index, and streams by numbers of this thread. */
export interface StreamsExtension {
  /** How many devices of a type there are. */
  deviceCount(type: DeviceType): number;
  /** What drives the GPU; `undefined` where there is none. */
  gpuKind(): "metal" | "cuda" | undefined;
  /** Where ops run that name no place. */
  defaultDevice(): Placement;
  setDefaultDevice(device: Placement): void;
  defaultStream(device: Placement): Placement;
  setDefaultStream(stream: Placement): void;
  newStream(device: Placement): Placement;
  /** A stream that {@link clearStreams} spares. */
  newThreadUnsafeStream(device: Placement): Placement;
  /** The number, among those of the process, of a stream that every thread has of its own. */
  newThreadLocalStream(device: Placement): number;
  /**
   * This thread's own stream of a thread-local one.
   *
   * @param device - its device
   * @param index - its number
   */
  threadLocalStream(device: Placement, index: number): Placement;
  /** Finishes and destroys this thread's streams; default streams are made anew. */
  clearStreams(): void;
  /** Waits for all work of a stream, or of the default one. */
  synchronize(stream?: Placement): void;
  /** What the engine says of a device, for example its name and memory. */
  deviceInfo(device: Placement): Readonly<Record<string, string | number>>;
}

/** Token of {@link StreamsExtension}. */
export const Streams = extensionToken<StreamsExtension>("streams");

/** Recordings of what the GPU does, for the vendor's tools. */
export interface CaptureExtension {
  /**
   * @param path - the file to write
   */
  start(path: string): void;
  stop(): void;
}

/** Token of {@link CaptureExtension}. */
export const Capture = extensionToken<CaptureExtension>("capture");

/** Processes that communicate. */
export interface DistributedGroup {
  /** The backend's number for it. */
  readonly id: number;
  /** This process's place in it, from 0. */
  readonly rank: number;
  /** How many processes it has. */
  readonly size: number;
}

/**
 * Makes, for a process's rank and group size, a function that gives its bytes to all others and returns
 * the bytes of all, in order of rank.
 */
export type AllGatherFactory = (
  rank: number,
  size: number,
) => (bytes: Uint8Array, count: number) => Uint8Array;

/** Communication between processes. Every op is lazy: it happens when its result is computed. */
export interface DistributedExtension<H extends Handle = Handle> {
  /** Whether a way of communicating (`"ring"`, `"mpi"`, `"any"`, ...) is built in. */
  isAvailable(backend: string): boolean;
  /**
   * The group of all processes that were launched together.
   *
   * @param strict - refuse when there is no other process, instead of a group of one
   * @param backend - which way of communicating
   * @param factory - how jaccl's members exchange what they connect by
   */
  init(strict: boolean, backend: string, factory?: AllGatherFactory): DistributedGroup;
  /**
   * The part of a group whose processes give the same color.
   *
   * @param color - not negative
   * @param key - orders the new ranks; negative: as they were
   */
  split(group: DistributedGroup, color: number, key: number): DistributedGroup;
  /** Combines the arrays of all processes, elementwise. */
  allReduce(op: "sum" | "max" | "min", x: H, group: DistributedGroup, at?: Placement): H;
  /** The arrays of all processes, joined along axis 0. */
  allGather(x: H, group: DistributedGroup, at?: Placement): H;
  /** This process's part, along axis 0, of the sum over all processes. */
  sumScatter(x: H, group: DistributedGroup, at?: Placement): H;
  /** The array itself, which its evaluation sends. */
  send(x: H, to: number, group: DistributedGroup, at?: Placement): H;
  /** What the process `from` sends. */
  recv(
    shape: readonly number[],
    dtype: DType,
    from: number,
    group: DistributedGroup,
    at?: Placement,
  ): H;
}

/** Token of {@link DistributedExtension}. */
export const Distributed = extensionToken<DistributedExtension>("distributed");

/** Where in a file an array's elements lie: row-major and without gaps. */
export interface FileSpan extends Aval {
  /** Bytes before them. */
  readonly offset: number;
  /** Whether each number's bytes stand the other way round. */
  readonly bigEndian: boolean;
}

/** A file that is open for reading. */
export interface OpenFile<H extends Handle = Handle> {
  /** Bytes in it. */
  readonly size: number;
  /**
   * Reads bytes now.
   *
   * @param offset - the first
   * @param length - how many; all of them are inside the file
   */
  read(offset: number, length: number): Uint8Array;
  /**
   * An array whose elements are read when they are used. A file that was changed by then is an error.
   *
   * @param span - where they lie; inside the file
   * @param place - where reading runs
   */
  array(span: FileSpan, place?: Placement): H;
  /** Ends reading; arrays keep what they need. */
  close(): void;
}

/** A path, or a function that is called with the bytes in order. */
export type FileTarget = string | ((bytes: Uint8Array) => void);

/** A value in a gguf file's metadata. */
export type GgufValue<H> = string | readonly string[] | { readonly array: H };

/** Lazy reading of files, and the formats that the engine writes itself. Names are checked by the caller. */
export interface IoExtension<H extends Handle = Handle> {
  /**
   * Opens a file.
   *
   * @param path - of a regular file
   */
  open(path: string): OpenFile<H>;
  /**
   * Writes an array as npy.
   *
   * @param to - a path is replaced when it exists
   * @param array - computed first
   */
  saveNpy(to: FileTarget, array: H): void;
  /**
   * Writes arrays as safetensors.
   *
   * @param to - a path is replaced when it exists
   * @param arrays - by name
   * @param metadata - text by name
   */
  saveSafetensors(
    to: FileTarget,
    arrays: ReadonlyMap<string, H>,
    metadata: ReadonlyMap<string, string>,
  ): void;
  /**
   * Reads a gguf file, all of it.
   *
   * @param path - of a file that core has checked
   */
  loadGguf(path: string): { arrays: Map<string, H>; metadata: Map<string, GgufValue<H>> };
  /**
   * Writes arrays as gguf.
   *
   * @param path - ends in `.gguf`; replaced when it exists
   * @param arrays - by name
   * @param metadata - by name
   */
  saveGguf(
    path: string,
    arrays: ReadonlyMap<string, H>,
    metadata: ReadonlyMap<string, GgufValue<H>>,
  ): void;
}

/** Token of {@link IoExtension}. */
export const Io = extensionToken<IoExtension>("io");

/** Token of {@link KernelsExtension}. */
export const Kernels = extensionToken<KernelsExtension>("kernels");

/** How the engine contracts arrays; see `einsum` among the ops. */
export interface ContractionsExtension<H extends Handle = Handle> {
  /**
   * The order of an Einstein sum; computes nothing.
   *
   * @param subscripts - as for `einsum`
   * @param operands - one array for each term
   * @returns for each step the places of what it joins, and a report with the costs
   */
  einsumPath(subscripts: string, operands: readonly H[]): [path: number[][], report: string];
}

/** Token of {@link ContractionsExtension}. */
export const Contractions = extensionToken<ContractionsExtension>("contractions");
