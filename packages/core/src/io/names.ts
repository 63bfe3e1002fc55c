// Arrays and texts by name: what files hold, and the checks of what shall be written under names.

import {
  type Backend,
  type Handle,
  Io,
  type IoExtension,
  rangeError,
  shown,
  typeError,
  UnsupportedError,
} from "@mlx-ts/backend-api";
import { arrayArg, backendOf } from "../arguments.js";
import { MLXArray } from "../array.js";
import { isPlainObject } from "../tree.js";

/** Arrays by name, as files hold them. */
export type NamedArrays = Record<string, MLXArray>;

/** What a safetensors file says besides its arrays. */
export type Metadata = Record<string, string>;

/** What a gguf file says besides its arrays. */
export type GgufMetadata = Record<string, MLXArray | string | string[]>;

/** The backend's part that reads and writes files. */
export function ioOf(op: string, backend: Backend): IoExtension {
  const io = backend.extension(Io);
  if (io === undefined) throw new UnsupportedError(op, backend.id);
  return io;
}

/** An object without a prototype: names such as __proto__ are names like others. */
export function record<T>(entries: Iterable<readonly [string, T]>): Record<string, T> {
  const out: Record<string, T> = Object.create(null);
  for (const [name, value] of entries) out[name] = value;
  return out;
}

/** Refuses half of a letter: as UTF-8 it would become another one, and two names could become one. */
export function checkText(op: string, what: string, text: string): void {
  if (/\p{Surrogate}/u.test(text)) {
    throw rangeError(`[${op}] ${what} ${JSON.stringify(text)} is no valid Unicode text`);
  }
}

/** Named arrays that shall be written: all of one backend, and alive. */
export interface ToWrite {
  readonly backend: Backend;
  readonly handles: ReadonlyMap<string, Handle>;
}

/** Checks named arrays. */
export function toWrite(op: string, arrays: unknown): ToWrite {
  if (!isPlainObject(arrays)) {
    throw typeError(`[${op}] arrays by name were expected, got ${shown(arrays)}`);
  }
  const backend = backendOf(...Object.values(arrays));
  const handles = new Map<string, Handle>();
  for (const [name, array] of Object.entries(arrays)) {
    if (!(array instanceof MLXArray)) {
      throw typeError(`[${op}] "${name}" must be an array, got ${shown(array)}`);
    }
    checkText(op, "the name", name);
    handles.set(name, arrayArg(op, `"${name}"`, array, backend));
  }
  return { backend, handles };
}

/** Computes what shall be written, so that the engine's failures are not taken for the file's. */
export function compute({ backend, handles }: ToWrite): void {
  if (handles.size > 0) backend.eval([...handles.values()]);
}
