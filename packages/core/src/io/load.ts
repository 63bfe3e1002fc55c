// `load`: arrays from a file of any format, by its ending or by name.

import { rangeError, shown, typeError } from "@mlx-ts/backend-api";
import type { MLXArray } from "../array.js";
import { defaultBackend } from "../backend.js";
import { keywords } from "../keywords.js";
import { placeOf, type StreamOptions } from "../options.js";
import { isPlainObject } from "../tree.js";
import { readGguf, readGgufBytes } from "./gguf.js";
import { type GgufMetadata, type Metadata, type NamedArrays, record } from "./names.js";
import { readNpy } from "./npy.js";
import { readNpz } from "./npz.js";
import { type LoadFile, pathOf } from "./paths.js";
import { readSafetensors } from "./safetensors.js";
import { indexEnding, readShards } from "./shards.js";
import { bytesSource, fileSource, type Source } from "./source.js";

/** The formats of files. */
export type LoadFormat = "npy" | "npz" | "safetensors" | "gguf";

const formats: readonly LoadFormat[] = ["npy", "npz", "safetensors", "gguf"];

/** Options of {@link load}. */
export interface LoadOptions<
  Format extends LoadFormat | null = LoadFormat | null,
  Meta extends boolean = boolean,
> extends StreamOptions {
  /** The file's format; null is by its ending. */
  format?: Format | undefined;
  /** Whether the file's metadata is returned too; safetensors and gguf have it. */
  returnMetadata?: Meta | undefined;
}

/** The format of a file as far as its type tells; most others are named arrays too. */
export type FormatOf<File, Format> = Format extends LoadFormat
  ? Format
  : File extends `${string}.${infer Ending extends LoadFormat}`
    ? Ending
    : File extends `${string}.npy`
      ? "npy"
      : "safetensors";

/** What {@link load} returns for a format, with or without metadata. */
export type Loaded<Format, Meta> = Format extends "npy"
  ? MLXArray
  : Meta extends true
    ? [arrays: NamedArrays, metadata: Format extends "gguf" ? GgufMetadata : Metadata]
    : NamedArrays;

/**
 * Reads a file: npy gives an array; npz, safetensors and gguf give arrays by name. An index
 * (`*.safetensors.index.json`) gives the arrays of all its files.
 *
 * Of files, only the head is read now, and elements when they are used; deflated npz entries and gguf are read
 * now. A file that is changed before its elements are used makes their evaluation fail (`FILE`); one that is
 * replaced or removed does not. Bytes are copied now.
 *
 * @param file - path, `file:` URL, or the bytes of a file (`Uint8Array`, `ArrayBuffer`)
 * @param format - `"npy"`, `"npz"`, `"safetensors"` or `"gguf"`; default by the path's ending. Give it for bytes,
 *   and where the path is no literal, so that the result's type is right
 * @param returnMetadata - `true` returns `[arrays, metadata]`; not for npy and npz
 * @param options - `stream`: where elements are read, default the CPU
 * @returns an array of npy, else arrays by name; with metadata a pair
 * @throws MLXError (`FILE`) when the file is missing, damaged, or of another format
 * @throws RangeError for an unknown format or ending
 * @example
 * ```ts
 * const weights = mx.load("model.safetensors");
 * weights.weight; // [1, 1]
 * const [arrays, metadata] = mx.load("model.safetensors", { returnMetadata: true });
 * ```
 * @see Python: `mlx.core.load`
 */
export function load<
  const File extends LoadFile,
  const Format extends LoadFormat | null = null,
  const Meta extends boolean = false,
>(
  file: File,
  format?: Format,
  returnMetadata?: Meta,
  options?: StreamOptions,
): Loaded<FormatOf<File, Format>, Meta>;
/** Reads a file; the format by position, the rest by name. */
export function load<
  const File extends LoadFile,
  const Format extends LoadFormat | null,
  const Meta extends boolean = false,
>(
  file: File,
  format: Format | undefined,
  options: Omit<LoadOptions<Format, Meta>, "format">,
): Loaded<FormatOf<File, Format>, Meta>;
/** Reads a file; format and metadata by name. */
export function load<
  const File extends LoadFile,
  const Format extends LoadFormat | null = null,
  const Meta extends boolean = false,
>(file: File, options: LoadOptions<Format, Meta>): Loaded<FormatOf<File, Format>, Meta>;
export function load(file: LoadFile, ...given: readonly unknown[]): unknown {
  const op = "load";
  if (given.length > 2 && given[2] !== undefined && !isPlainObject(given[2])) {
    throw typeError(
      `[${op}] stream is given in the options only, got ${shown(given[2])}`,
      "OPTION",
    );
  }
  const {
    format: chosen = null,
    returnMetadata = false,
    stream,
  } = keywords<{
    format?: unknown;
    returnMetadata?: unknown;
    stream?: never;
  }>(op, ["format", "returnMetadata", "stream"], given);
  if (typeof returnMetadata !== "boolean") {
    throw typeError(`[${op}] returnMetadata must be true or false, got ${shown(returnMetadata)}`);
  }
  const place = placeOf(op, stream);
  const from = pathOf(op, file) ?? bytesOf(op, file);
  const format = formatOf(op, from, chosen);
  if (returnMetadata && (format === "npy" || format === "npz")) {
    throw rangeError(`[${op}] ${format} files have no metadata, which returnMetadata asks for`);
  }
  const backend = defaultBackend();
  const isPath = typeof from === "string";
  if (format === "gguf") {
    const content = isPath ? readGguf(from, backend) : readGgufBytes(from, backend);
    return named(content, returnMetadata);
  }
  if (format === "safetensors" && isPath && from.endsWith(".index.json")) {
    return named(readShards(from, backend, place), returnMetadata);
  }
  const source = isPath ? fileSource(from, backend, place) : bytesSource(from, backend);
  return inSource(source, () => {
    switch (format) {
      case "npy":
        return readNpy(source);
      case "npz":
        return record(readNpz(source, backend));
      case "safetensors":
        return named(readSafetensors(source), returnMetadata);
    }
  });
}

function inSource<T>(source: Source, read: () => T): T {
  try {
    return read();
  } finally {
    source.close();
  }
}

const named = <Text>(
  [arrays, metadata]: [ReadonlyMap<string, MLXArray>, ReadonlyMap<string, Text>],
  returnMetadata: boolean,
): NamedArrays | [NamedArrays, Record<string, Text>] =>
  returnMetadata ? [record(arrays), record(metadata)] : record(arrays);

/** The bytes of an argument that is no path. Memory that threads share may change while it is read. */
function bytesOf(op: string, file: unknown): Uint8Array {
  if (file instanceof Uint8Array) {
    return file.buffer instanceof ArrayBuffer ? file : new Uint8Array(file);
  }
  if (file instanceof ArrayBuffer) return new Uint8Array(file);
  throw typeError(
    `[${op}] a path, a file URL, a Uint8Array or an ArrayBuffer was expected, got ${shown(file)}`,
  );
}

function formatOf(op: string, from: string | Uint8Array, chosen: unknown): LoadFormat {
  const known = `the formats are ${formats.join(", ")}`;
  if (chosen !== null) {
    const format = formats.find((name) => name === chosen);
    if (format !== undefined) return format;
    const message = `[${op}] ${shown(chosen)} is no format; ${known}`;
    throw typeof chosen === "string" ? rangeError(message) : typeError(message);
  }
  if (typeof from !== "string") {
    throw typeError(`[${op}] bytes do not tell their format, give it; ${known}`);
  }
  if (from.endsWith(indexEnding)) return "safetensors";
  const ending = formats.find((name) => from.endsWith(`.${name}`));
  if (ending !== undefined) return ending;
  throw rangeError(`[${op}] the ending of ${from} tells no format; ${known}`);
}
