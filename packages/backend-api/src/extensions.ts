// Optional parts of an engine, found by token so that the set stays open: an engine supplies what it
// has, core falls back or throws UnsupportedError. The parts themselves are plain interfaces.

import type { DeviceType, Handle, Placement } from "./backend.js";

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

/** Devices and streams. */
export interface StreamsExtension {
  /** Where ops run that name no place. */
  defaultDevice(): Placement;
  setDefaultDevice(place: Placement): void;
  defaultStream(device: DeviceType): Placement;
  setDefaultStream(stream: Placement): void;
  newStream(device: DeviceType): Placement;
  /** Waits for all work of a stream, or of the default one. */
  synchronize(stream?: Placement): void;
  /** What the engine says of a device, for example its name and memory. */
  deviceInfo(device: DeviceType): Readonly<Record<string, string | number>>;
}

/** Token of {@link StreamsExtension}. */
export const Streams = extensionToken<StreamsExtension>("streams");

/** Files that the engine reads and writes itself. */
export interface IoExtension<H extends Handle = Handle> {
  /**
   * Reads a safetensors file; elements are loaded when used.
   *
   * @param file - path
   */
  loadSafetensors(file: string): { arrays: Map<string, H>; metadata: Map<string, string> };
  /**
   * Writes a safetensors file.
   *
   * @param file - path; replaced when it exists
   * @param arrays - by name
   * @param metadata - text by name
   */
  saveSafetensors(
    file: string,
    arrays: ReadonlyMap<string, H>,
    metadata: ReadonlyMap<string, string>,
  ): void;
}

/** Token of {@link IoExtension}. */
export const Io = extensionToken<IoExtension>("io");
