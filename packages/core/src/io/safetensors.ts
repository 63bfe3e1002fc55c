// The safetensors format: a head of JSON, then elements. The head is read and checked here, so that a damaged
// file never reaches the engine; writing is the engine's.

import { type DType, type FileSpan, rangeError, shown, typeError } from "@mlx-ts/backend-api";
import type { MLXArray } from "../array.js";
import { isPlainObject } from "../tree.js";
import { checkText, compute, type Metadata, type NamedArrays, toWrite } from "./names.js";
import { type SaveFile, writing } from "./paths.js";
import { type Source, sizesOf, spanBytes } from "./source.js";
import { writerOf } from "./writer.js";

/** The limit of the format's own library. */
const longestHead = 100_000_000;
export const metadataName = "__metadata__";

const dtypes: Readonly<Record<string, DType>> = {
  BOOL: "bool",
  U8: "uint8",
  U16: "uint16",
  U32: "uint32",
  U64: "uint64",
  I8: "int8",
  I16: "int16",
  I32: "int32",
  I64: "int64",
  F16: "float16",
  F32: "float32",
  F64: "float64",
  BF16: "bfloat16",
  C64: "complex64",
  // As bits; see fromFp8.
  F8_E4M3: "uint8",
  F8_E8M0: "uint8",
};

/** What a file holds, by name. */
export interface SafetensorsHead {
  readonly spans: ReadonlyMap<string, FileSpan>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** Reads JSON that must be an object. */
export function jsonObject(source: Source, bytes: Uint8Array): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw source.damaged(`its JSON cannot be read: ${why}`);
  }
  if (isPlainObject(value)) return value;
  throw source.damaged(`its JSON is ${shown(value)}, no object`);
}

/** Reads and checks the head of a file. */
export function safetensorsHead(source: Source): SafetensorsHead {
  const field = source.read(0, 8);
  const length = Number(
    new DataView(field.buffer, field.byteOffset, field.byteLength).getBigUint64(0, true),
  );
  if (length === 0 || length > longestHead) {
    throw source.damaged(`a head of ${length} bytes is none of a safetensors file`);
  }
  const start = 8 + length;
  const spans = new Map<string, FileSpan>();
  let metadata = new Map<string, string>();
  for (const [name, entry] of Object.entries(jsonObject(source, source.read(8, length)))) {
    if (name === metadataName) metadata = textsIn(source, entry);
    else spans.set(name, spanIn(source, name, entry, start));
  }
  return { spans, metadata };
}

/** Files of MLX without metadata say null. */
function textsIn(source: Source, entry: unknown): Map<string, string> {
  const texts = new Map<string, string>();
  if (entry === null) return texts;
  if (!isPlainObject(entry)) throw source.damaged(`its metadata is ${shown(entry)}, no object`);
  for (const [name, text] of Object.entries(entry)) {
    if (typeof text !== "string") {
      throw source.damaged(`its metadata "${name}" is ${shown(text)}, no text`);
    }
    texts.set(name, text);
  }
  return texts;
}

function spanIn(source: Source, name: string, entry: unknown, start: number): FileSpan {
  const { dtype: kind, shape: sizes, data_offsets: offsets } = isPlainObject(entry) ? entry : {};
  if (typeof kind !== "string" || !Array.isArray(sizes) || !Array.isArray(offsets)) {
    throw source.damaged(`its entry "${name}" does not tell dtype, shape and offsets`);
  }
  const dtype = Object.hasOwn(dtypes, kind) ? dtypes[kind] : undefined;
  if (dtype === undefined) {
    throw source.damaged(`its entry "${name}" has the dtype ${shown(kind)}, which MLX has not`);
  }
  const shape = sizesOf(source, sizes);
  const [from, to, ...more] = offsets as unknown[];
  const bytes = spanBytes({ shape, dtype });
  if (
    typeof from !== "number" ||
    !Number.isSafeInteger(from) ||
    from < 0 ||
    more.length > 0 ||
    to !== from + bytes ||
    start + from + bytes > source.size
  ) {
    throw source.damaged(
      `the offsets ${shown(offsets)} of its entry "${name}" are not those of ${bytes} bytes inside it`,
    );
  }
  return { offset: start + from, shape, dtype, bigEndian: false };
}

/** The arrays of a safetensors file. */
export function readSafetensors(source: Source): [Map<string, MLXArray>, Map<string, string>] {
  const { spans, metadata } = safetensorsHead(source);
  const arrays = new Map<string, MLXArray>();
  for (const [name, span] of spans) arrays.set(name, source.array(span));
  return [arrays, new Map(metadata)];
}

/** Checks text by name. */
export function textsArg(op: string, metadata: unknown): Map<string, string> {
  const texts = new Map<string, string>();
  if (metadata === undefined || metadata === null) return texts;
  if (!isPlainObject(metadata)) {
    throw typeError(`[${op}] text by name was expected, got ${shown(metadata)}`);
  }
  for (const [name, text] of Object.entries(metadata)) {
    if (typeof text !== "string") {
      throw typeError(`[${op}] the metadata "${name}" must be text, got ${shown(text)}`);
    }
    checkText(op, "the metadata's name", name);
    checkText(op, `the metadata "${name}"`, text);
    texts.set(name, text);
  }
  return texts;
}

/** Refuses arrays that the format has no place for. */
export function checkSafetensors(op: string, arrays: Readonly<NamedArrays>): void {
  for (const [name, array] of Object.entries(arrays)) {
    if (name === metadataName) {
      throw rangeError(`[${op}] the name "${metadataName}" is the format's own, choose another`);
    }
    if (array.dtype === "float64") {
      throw typeError(
        `[${op}] "${name}" is float64, which MLX writes to no safetensors file; convert it with astype, or use savez`,
        "DTYPE",
      );
    }
  }
}

/**
 * Writes arrays to a safetensors file, computing them first. The file appears whole or not at all.
 *
 * @param file - path, `file:` URL, or an object with a `write` method; `.safetensors` is appended to a path
 *   that lacks it
 * @param arrays - by name, of any dtype but float64
 * @param metadata - text by name
 * @throws MLXError (`FILE`) when it cannot be written
 * @throws TypeError for values that are no arrays, metadata that is no text, and float64
 * @example
 * ```ts
 * mx.saveSafetensors("weights.safetensors", { weight: mx.ones([2, 2]) }, { format: "mlx" });
 * mx.load("weights.safetensors").weight; // [[1, 1], [1, 1]]
 * ```
 * @see Python: `mlx.core.save_safetensors`
 */
export function saveSafetensors(
  file: SaveFile,
  arrays: Readonly<NamedArrays>,
  metadata?: Readonly<Metadata> | null,
): void {
  const op = "saveSafetensors";
  const written = toWrite(op, arrays);
  checkSafetensors(op, arrays);
  const texts = textsArg(op, metadata);
  compute(written);
  const writer = writerOf(written.backend);
  writing(op, file, ".safetensors", (to) => writer.saveSafetensors(to, written.handles, texts));
}
