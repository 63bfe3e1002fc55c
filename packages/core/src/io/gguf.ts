// The gguf format of llama.cpp. The engine's reader maps the file and believes every count and size in it, so
// the whole structure is checked here first; reading and writing are the engine's.

import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Backend,
  type DType,
  type GgufValue,
  type Handle,
  type IoExtension,
  rangeError,
  shown,
  typeError,
} from "@mlx-ts/backend-api";
import { arrayArg } from "../arguments.js";
import { MLXArray } from "../array.js";
import { contiguous } from "../ops/shape.js";
import { inScope } from "../scope.js";
import { isPlainObject } from "../tree.js";
import { wrap } from "../wrap.js";
import {
  checkText,
  compute,
  type GgufMetadata,
  ioOf,
  type NamedArrays,
  type ToWrite,
  toWrite,
} from "./names.js";
import { fileError, pathOf, writing } from "./paths.js";
import { bytesSource, fileSource, type Source } from "./source.js";

/** Reads numbers and texts in a row, in large pieces. */
class Cursor {
  at = 0;
  #piece: DataView;
  #start = 0;

  constructor(private readonly source: Source) {
    this.#piece = new DataView(new ArrayBuffer(0));
  }

  uint32(): number {
    return this.#next(4).getUint32(this.at - 4 - this.#start, true);
  }

  /** Exact up to 2^53; larger ones lie outside any file all the same. */
  uint64(): number {
    return Number(this.#next(8).getBigUint64(this.at - 8 - this.#start, true));
  }

  skip(bytes: number): void {
    if (bytes > this.source.size - this.at) {
      throw this.source.damaged("it ends before its content does");
    }
    this.at += bytes;
  }

  text(): string {
    const length = this.uint64();
    const start = this.at;
    this.skip(length);
    return Buffer.from(this.source.read(start, length)).toString();
  }

  /** A view that holds the next bytes, which are passed. */
  #next(bytes: number): DataView {
    const start = this.at;
    this.skip(bytes);
    if (start < this.#start || this.at > this.#start + this.#piece.byteLength) {
      const piece = this.source.read(start, Math.min(1 << 16, this.source.size - start));
      this.#piece = new DataView(piece.buffer, piece.byteOffset, piece.byteLength);
      this.#start = start;
    }
    return this.#piece;
  }
}

/** Numbers of the format's value types. */
const valueType = { uint32: 4, text: 8, list: 9, float64: 12 } as const;
/** Bytes of a value, by type. */
const valueBytes: Readonly<Record<number, number>> = {
  0: 1,
  1: 1,
  2: 2,
  3: 2,
  [valueType.uint32]: 4,
  5: 4,
  6: 4,
  7: 1,
  10: 8,
  11: 8,
};

interface TensorType {
  /** Elements of a block, and its bytes. */
  readonly items: number;
  readonly bytes: number;
  /** Read as quantized: weights, scales and biases. Others become float16. */
  readonly quantized?: true;
}

/** The types of tensors that MLX reads. */
const tensorTypes: Readonly<Record<number, TensorType>> = {
  0: { items: 1, bytes: 4 },
  1: { items: 1, bytes: 2 },
  2: { items: 32, bytes: 18, quantized: true },
  3: { items: 32, bytes: 20, quantized: true },
  8: { items: 32, bytes: 34, quantized: true },
  10: { items: 256, bytes: 84 },
  12: { items: 256, bytes: 144 },
  14: { items: 256, bytes: 210 },
  24: { items: 1, bytes: 1 },
  25: { items: 1, bytes: 2 },
  26: { items: 1, bytes: 4 },
  30: { items: 1, bytes: 2 },
};
const mostAxes = 8;
const intMax = 0x7fffffff;
const alignmentKey = "general.alignment";
/** Where the engine puts tensors. */
const usualAlignment = 32;

/** Steps over a value. */
function passValue(source: Source, cursor: Cursor, key: string, type: number): void {
  if (type === valueType.text) {
    cursor.skip(cursor.uint64());
    return;
  }
  const bytes = valueBytes[type];
  if (bytes !== undefined) {
    cursor.skip(bytes);
    return;
  }
  if (type !== valueType.list) throw unreadable(source, key, type);
  const inner = cursor.uint32();
  const count = cursor.uint64();
  if (count > intMax) throw source.damaged(`its metadata "${key}" has ${count} values`);
  const width = valueBytes[inner];
  if (width !== undefined) cursor.skip(width * count);
  else if (inner !== valueType.text) throw unreadable(source, key, inner);
  else for (let i = 0; i < count; i++) cursor.skip(cursor.uint64());
}

function unreadable(source: Source, key: string, type: number): Error {
  const what =
    type === valueType.float64
      ? "float64 values, whose length MLX mistakes"
      : type === valueType.list
        ? "lists in a list, which MLX does not read"
        : `values of type ${type}, which is unknown`;
  return source.damaged(`its metadata "${key}" has ${what}`);
}

interface Tensor {
  readonly name: string;
  readonly offset: number;
  readonly bytes: number;
}

function tensorIn(source: Source, cursor: Cursor): Tensor {
  const name = cursor.text();
  const axes = cursor.uint32();
  const of = (what: string) => source.damaged(`its tensor "${name}" ${what}`);
  if (axes > mostAxes) throw of(`has ${axes} axes, MLX reads up to ${mostAxes}`);
  const sizes = Array.from({ length: axes }, () => cursor.uint64());
  const type = cursor.uint32();
  const offset = cursor.uint64();
  const known = tensorTypes[type];
  if (known === undefined) throw of(`is of type ${type}, which MLX does not read`);
  const [last = 1] = sizes;
  const elements = sizes.reduce((product, size) => product * size, 1);
  if (sizes.some((size) => size > intMax)) throw of(`has the shape [${sizes}], beyond 32 bits`);
  if (known.quantized && (axes === 0 || last % known.items !== 0 || elements / 4 > intMax)) {
    throw of(`is quantized, its shape [${sizes}] is none of whole blocks`);
  }
  return { name, offset, bytes: Math.ceil(elements / known.items) * known.bytes };
}

/** What a file has, by its own account. */
interface Counts {
  readonly tensors: number;
  readonly values: number;
}

/**
 * Checks that every count, length and offset of a file is inside it.
 *
 * @throws MLXError (`FILE`) for what the engine would crash on, or read from elsewhere
 */
function checkGguf(source: Source): Counts {
  const cursor = new Cursor(source);
  if (cursor.uint32() !== 0x46554747) throw source.damaged("it does not begin with GGUF");
  const version = cursor.uint32();
  if (version !== 2 && version !== 3) {
    throw source.damaged(`it has version ${version} of the gguf format, 2 and 3 can be read`);
  }
  const tensors = cursor.uint64();
  const values = cursor.uint64();
  let alignment = usualAlignment;
  for (let i = 0; i < values; i++) {
    const key = cursor.text();
    const type = cursor.uint32();
    if (key === alignmentKey && type === valueType.uint32) {
      alignment = cursor.uint32();
      if (alignment === 0) throw source.damaged("its alignment is 0");
    } else passValue(source, cursor, key, type);
  }
  const found: Tensor[] = [];
  for (let i = 0; i < tensors; i++) found.push(tensorIn(source, cursor));
  const data = Math.ceil(cursor.at / alignment) * alignment;
  for (const { name, offset, bytes } of found) {
    if (data + offset + bytes > source.size) {
      throw source.damaged(`the elements of its tensor "${name}" are not inside it`);
    }
  }
  return { tensors, values };
}

function checkGgufFile(path: string, backend: Backend): Counts {
  const source = fileSource(path, backend);
  try {
    return checkGguf(source);
  } finally {
    source.close();
  }
}

/** What a gguf file holds. */
export type GgufContent = [Map<string, MLXArray>, Map<string, GgufMetadata[string]>];

/** Reads a gguf file, all of it. */
export function readGguf(path: string, backend: Backend): GgufContent {
  const io = ioOf("load", backend);
  checkGgufFile(path, backend);
  try {
    accessSync(path, constants.W_OK);
  } catch (cause) {
    throw fileError("load", path, "MLX reads only gguf files that may be written too", cause);
  }
  const { arrays, metadata } = io.loadGguf(path);
  const value = (given: GgufValue<Handle>): GgufMetadata[string] => {
    if (typeof given === "string") return given;
    return "array" in given ? wrap(backend, given.array) : [...given];
  };
  return [
    new Map([...arrays].map(([name, handle]) => [name, wrap(backend, handle)])),
    new Map([...metadata].map(([name, given]) => [name, value(given)])),
  ];
}

/** Reads a gguf file from bytes: the engine needs a file, which is gone afterwards. */
export function readGgufBytes(bytes: Uint8Array, backend: Backend): GgufContent {
  checkGguf(bytesSource(bytes, backend));
  const folder = mkdtempSync(join(tmpdir(), "mlx-ts-gguf-"));
  try {
    const path = join(folder, "bytes.gguf");
    writeFileSync(path, bytes);
    return readGguf(path, backend);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const arrayDTypes: readonly DType[] = ["float32", "float16", "int8", "int16", "int32"];
const valueDTypes: readonly DType[] = [
  "float32",
  "bool",
  ...(["int8", "int16", "int32", "int64"] as const),
  ...(["uint8", "uint16", "uint32", "uint64"] as const),
];

function checkArrays(op: string, arrays: Readonly<NamedArrays>): void {
  for (const [name, { dtype, ndim }] of Object.entries(arrays)) {
    if (!arrayDTypes.includes(dtype)) {
      throw typeError(
        `[${op}] "${name}" is ${dtype}, gguf files of MLX hold ${arrayDTypes.join(", ")}; convert it with astype`,
        "DTYPE",
      );
    }
    if (ndim > mostAxes) {
      throw rangeError(`[${op}] "${name}" has ${ndim} axes, gguf has up to ${mostAxes}`, "SHAPE");
    }
  }
}

/** An array of the metadata as the engine can write it: it skips neither gaps nor doubts. */
function metadataArray(op: string, key: string, array: MLXArray, backend: Backend): Handle {
  const handle = arrayArg(op, `the metadata "${key}"`, array, backend);
  if (array.ndim > 1 || array.size === 0) {
    throw rangeError(
      `[${op}] the metadata "${key}" has the shape [${array.shape}], it must be a scalar or a list that is not empty`,
      "SHAPE",
    );
  }
  if (!valueDTypes.includes(array.dtype)) {
    throw typeError(
      `[${op}] the metadata "${key}" is ${array.dtype}, it must be one of ${valueDTypes.join(", ")}`,
      "DTYPE",
    );
  }
  if (key === alignmentKey && array.ndim === 0 && array.item() !== usualAlignment) {
    throw rangeError(`[${op}] "${alignmentKey}" must be ${usualAlignment}, as MLX writes files`);
  }
  backend.eval([handle]);
  const whole = contiguous(array).live(op);
  backend.eval([whole]);
  return whole;
}

function metadataArg(
  op: string,
  metadata: unknown,
  backend: Backend,
): Map<string, GgufValue<Handle>> {
  const values = new Map<string, GgufValue<Handle>>();
  if (metadata === undefined || metadata === null) return values;
  if (!isPlainObject(metadata)) {
    throw typeError(`[${op}] metadata by name was expected, got ${shown(metadata)}`);
  }
  for (const [key, value] of Object.entries(metadata)) {
    checkText(op, "the metadata's name", key);
    if (value instanceof MLXArray) {
      values.set(key, { array: metadataArray(op, key, value, backend) });
      continue;
    }
    const texts = Array.isArray(value) ? Array.from(value as unknown[]) : [value];
    for (const text of texts) {
      if (typeof text !== "string") {
        throw typeError(
          `[${op}] the metadata "${key}" must be text, a list of texts or an array, got ${shown(value)}`,
        );
      }
      checkText(op, `the metadata "${key}"`, text);
    }
    values.set(key, (Array.isArray(value) ? texts : value) as string | string[]);
  }
  return values;
}

/**
 * Writes arrays to a gguf file, computing them first. llama.cpp and Python's MLX read it.
 *
 * @param file - path or `file:` URL; `.gguf` is appended where it is missing
 * @param arrays - by name, of float32, float16, int8, int16 or int32, up to 8 axes
 * @param metadata - by name: text, a list of texts, or an array of at most one axis (float32, integers, bool)
 * @throws MLXError (`FILE`) when it cannot be written
 * @throws TypeError for other dtypes and values; RangeError for other shapes
 * @example
 * ```ts
 * mx.saveGguf("model.gguf", { weight: mx.ones([2]) }, { "general.name": "tiny", layers: mx.array(1) });
 * const [arrays, metadata] = mx.load("model.gguf", { returnMetadata: true });
 * arrays.weight; // [1, 1]
 * metadata["general.name"]; // "tiny"
 * ```
 * @see Python: `mlx.core.save_gguf`
 */
export function saveGguf(
  file: string | URL,
  arrays: Readonly<NamedArrays>,
  metadata?: Readonly<Record<string, MLXArray | string | readonly string[]>> | null,
): void {
  const op = "saveGguf";
  const path = pathOf(op, file);
  if (path === undefined) {
    throw typeError(
      `[${op}] a path was expected, gguf is written to files only; got ${shown(file)}`,
    );
  }
  const written = toWrite(op, arrays);
  const io = ioOf(op, written.backend);
  checkArrays(op, arrays);
  inScope("mx.saveGguf()", () => {
    const values = metadataArg(op, metadata, written.backend);
    compute(written);
    writing(op, path, ".gguf", (to) => {
      if (typeof to === "string") writeGguf(op, io, to, written, values);
    });
  });
}

function writeGguf(
  op: string,
  io: IoExtension,
  path: string,
  { backend, handles }: ToWrite,
  values: ReadonlyMap<string, GgufValue<Handle>>,
): void {
  io.saveGguf(path, handles, values);
  // The engine does not look whether its writes succeeded, for example on a full disk.
  const counts = checkGgufFile(path, backend);
  if (counts.tensors !== handles.size || counts.values !== values.size) {
    throw fileError(op, path, "a part of it was not written; is the disk full?");
  }
}
