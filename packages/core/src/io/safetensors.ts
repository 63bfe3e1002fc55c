// Safetensors files, in and out, by path.

import { randomUUID } from "node:crypto";
import { renameSync, rmSync, statSync } from "node:fs";
import {
  type Backend,
  Io,
  type IoExtension,
  MLXError,
  shown,
  typeError,
  UnsupportedError,
} from "@mlx-ts/backend-api";
import { arrayArg, backendOf } from "../arguments.js";
import { MLXArray } from "../array.js";
import { defaultBackend } from "../backend.js";
import { isPlainObject } from "../tree.js";
import { wrap } from "../wrap.js";

/** Arrays by name, as files hold them. */
export type NamedArrays = Record<string, MLXArray>;

/** What a file says besides its arrays. */
export type Metadata = Record<string, string>;

function io(op: string, backend: Backend): IoExtension {
  const found = backend.extension(Io);
  if (found === undefined) throw new UnsupportedError(op, backend.id);
  return found;
}

function fileArg(op: string, file: unknown): string {
  if (typeof file === "string" && file.includes("\0")) {
    throw new MLXError(`[${op}] ${shown(file)}: a path may not hold a NUL`, "FILE");
  }
  if (typeof file === "string" && file !== "") return file;
  throw typeError(`[${op}] a path was expected, got ${shown(file)}`);
}

/** Refuses what is no file, with the system's reason. */
function checkFile(path: string): void {
  let cause: unknown;
  try {
    if (statSync(path).isFile()) return;
  } catch (error) {
    cause = error;
  }
  const why = cause instanceof Error && !/ENOENT/.test(cause.message) ? ` (${cause.message})` : "";
  throw new MLXError(`[load] ${path}: there is no such file${why}`, "FILE", { cause });
}

/**
 * Reads a safetensors file. Elements are loaded when they are used.
 *
 * @param file - path
 * @param options - `returnMetadata: true` returns `[arrays, metadata]`
 * @returns the arrays by name
 * @throws MLXError (`FILE`) when the file is missing or damaged
 * @example
 * ```ts
 * const weights = mx.load("model.safetensors");
 * ```
 * @see Python: `mlx.core.load`
 */
export function load(file: string, options?: { returnMetadata?: false }): NamedArrays;
/** Reads a safetensors file with its metadata. */
export function load(file: string, options: { returnMetadata: true }): [NamedArrays, Metadata];
export function load(
  file: string,
  options: { returnMetadata?: boolean } = {},
): NamedArrays | [NamedArrays, Metadata] {
  const path = fileArg("load", file);
  if (!isPlainObject(options) || Object.keys(options).some((key) => key !== "returnMetadata")) {
    throw typeError(`[load] the options are { returnMetadata }, got ${shown(options)}`, "OPTION");
  }
  if (!path.endsWith(".safetensors")) {
    throw new MLXError(`[load] ${path}: only .safetensors files can be read`, "FILE");
  }
  checkFile(path);
  const backend = defaultBackend();
  const { arrays, metadata } = io("load", backend).loadSafetensors(path);
  const named: NamedArrays = Object.create(null);
  for (const [name, handle] of arrays) named[name] = wrap(backend, handle);
  return options.returnMetadata ? [named, Object.fromEntries(metadata)] : named;
}

/** Removes a draft, if it came to be one. */
function discard(draft: string): void {
  try {
    rmSync(draft, { force: true });
  } catch {
    // A path that cannot be written cannot be removed either; the first failure is the one to tell.
  }
}

/**
 * Writes arrays to a safetensors file. The file appears whole or not at all.
 *
 * @param file - path; `.safetensors` is appended where it is missing
 * @param arrays - by name; computed now
 * @param metadata - text by name
 * @throws MLXError (`FILE`) when it cannot be written
 * @throws TypeError for values that are no arrays or metadata that is no text
 * @example
 * ```ts
 * mx.saveSafetensors("weights.safetensors", { weight: mx.ones([2, 2]) });
 * ```
 * @see Python: `mlx.core.save_safetensors`
 */
export function saveSafetensors(
  file: string,
  arrays: Readonly<NamedArrays>,
  metadata: Readonly<Metadata> = {},
): void {
  const op = "saveSafetensors";
  const path = fileArg(op, file);
  const target = path.endsWith(".safetensors") ? path : `${path}.safetensors`;
  if (!isPlainObject(arrays)) {
    throw typeError(`[${op}] arrays by name were expected, got ${shown(arrays)}`);
  }
  if (!isPlainObject(metadata)) {
    throw typeError(`[${op}] text by name was expected, got ${shown(metadata)}`);
  }
  const backend = backendOf(...Object.values(arrays));
  const handles = new Map(
    Object.entries(arrays).map(([name, array]) => {
      if (array instanceof MLXArray)
        return [name, arrayArg(op, `"${name}"`, array, backend)] as const;
      throw typeError(`[${op}] "${name}" must be an array, got ${shown(array)}`);
    }),
  );
  for (const [name, text] of Object.entries(metadata)) {
    if (typeof text !== "string") {
      throw typeError(`[${op}] the metadata "${name}" must be text, got ${shown(text)}`);
    }
  }
  // A crash or a full disk must not cost the file that was there before.
  const draft = `${target}.${randomUUID()}.safetensors`;
  try {
    io(op, backend).saveSafetensors(draft, handles, new Map(Object.entries(metadata)));
    renameSync(draft, target);
  } catch (cause) {
    discard(draft);
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new MLXError(`[${op}] ${target} could not be written: ${why}`, "FILE", { cause });
  }
}
