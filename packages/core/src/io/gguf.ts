// The gguf format of llama.cpp, read and written by the engine; ./gguf-check.ts looks at files before it does.

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
import { nodeModule } from "../node.js";
import { contiguous } from "../ops/shape.js";
import { inScope } from "../scope.js";
import { isPlainObject } from "../tree.js";
import { wrap } from "../wrap.js";
import { alignmentKey, checkGguf, checkGgufFile, mostAxes, usualAlignment } from "./gguf-check.js";
import {
  checkText,
  compute,
  type GgufMetadata,
  ioOf,
  type NamedArrays,
  type ToWrite,
  toWrite,
} from "./names.js";
import { fileError, mlxCode, pathOf, writing } from "./paths.js";
import { bytesSource } from "./source.js";

const { accessSync, constants, mkdtempSync, rmSync, writeFileSync } = nodeModule("node:fs");
const { tmpdir } = nodeModule("node:os");
const { join } = nodeModule("node:path");

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
  const { arrays, metadata } = engineRead(path, io);
  const value = (given: GgufValue<Handle>): GgufMetadata[string] => {
    if (typeof given === "string") return given;
    return "array" in given ? wrap(backend, given.array) : [...given];
  };
  return [
    new Map([...arrays].map(([name, handle]) => [name, wrap(backend, handle)])),
    new Map([...metadata].map(([name, given]) => [name, value(given)])),
  ];
}

/** What is left for the engine to refuse, such as two tensors of one name, it does without the file's name. */
function engineRead(path: string, io: IoExtension): ReturnType<IoExtension["loadGguf"]> {
  try {
    return io.loadGguf(path);
  } catch (cause) {
    if (mlxCode(cause) !== "FILE") throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw fileError("load", path, why.replace(/^\[\w+\] /, ""), cause);
  }
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
