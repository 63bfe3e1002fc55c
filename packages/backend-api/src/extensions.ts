// Optional parts of an engine, found by token so that the set stays open: an engine supplies what it
// has, core falls back or throws UnsupportedError. The parts themselves are plain interfaces.

import type { Aval, DeviceType, Handle, Placement } from "./backend.js";
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
 */
export function extensionToken<E>(id: string): ExtensionToken<E> {
  return { id };
}

/** A function over handles: it borrows its inputs, and the caller borrows its outputs. */
export type HandleFunction<H> = (inputs: readonly H[]) => readonly H[];

/** Function transforms of the engine itself. */
export interface TransformsExtension<H extends Handle = Handle> {
  /**
   * Value and gradient of the first output, which must be a scalar.
   *
   * @param fn - called once with tracers
   * @param inputs - all inputs
   * @param argnums - positions of the inputs to differentiate
   * @returns all outputs of `fn`, and one gradient for each of `argnums`
   */
  valueAndGrad(
    fn: HandleFunction<H>,
    inputs: readonly H[],
    argnums: readonly number[],
  ): { values: H[]; grads: H[] };
  /**
   * Outputs and vector-Jacobian products.
   *
   * @param fn - called once with tracers
   * @param primals - the inputs
   * @param cotangents - one for each output, of its shape
   */
  vjp(
    fn: HandleFunction<H>,
    primals: readonly H[],
    cotangents: readonly H[],
  ): { values: H[]; vjps: H[] };
  /**
   * Outputs and Jacobian-vector products.
   *
   * @param fn - called once with tracers
   * @param primals - the inputs
   * @param tangents - one for each input, of its shape
   */
  jvp(
    fn: HandleFunction<H>,
    primals: readonly H[],
    tangents: readonly H[],
  ): { values: H[]; jvps: H[] };
}

/** Token of {@link TransformsExtension}. */
export const Transforms = extensionToken<TransformsExtension>("transforms");

/** A compiled function over handles. */
export interface CompiledFunction<H> {
  /**
   * Runs it, tracing first where shapes, dtypes or `key` are new.
   *
   * @param inputs - all inputs, captured state included
   * @param key - stands for everything that is not an array: another key traces anew
   * @returns the outputs, and which trace made them (0, 1, ...)
   */
  call(inputs: readonly H[], key: number): { outputs: H[]; trace: number };
  /** Forgets all traces; the function may not be called again. */
  dispose(): void;
}

/** Compilation of the engine itself. */
export interface CompileExtension<H extends Handle = Handle> {
  /**
   * @param fn - called once for each trace
   * @param shapeless - do not trace anew for other shapes
   */
  compile(fn: HandleFunction<H>, shapeless: boolean): CompiledFunction<H>;
}

/** Token of {@link CompileExtension}. */
export const Compile = extensionToken<CompileExtension>("compile");

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
