// The structure of gguf files. The engine's reader maps a file and believes every count, length and offset in it:
// here they are checked first. Values are not read, that is the engine's.

import type { Backend } from "@mlx-ts/backend-api";
import { fileSource, type Source } from "./source.js";

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

  name(): string {
    const length = this.uint64();
    if (length > longestName) throw this.source.damaged(`a name of ${length} bytes is too long`);
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

/** The format's own limit for keys; names of tensors are shorter. */
const longestName = 0xffff;

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
/** The most axes of a tensor. */
export const mostAxes = 8;
const intMax = 0x7fffffff;
/** The value that says where tensors begin. */
export const alignmentKey = "general.alignment";
/** Where the engine puts tensors. */
export const usualAlignment = 32;

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
  const name = cursor.name();
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
export function checkGguf(source: Source): Counts {
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
    const key = cursor.name();
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

/** Checks a file. */
export function checkGgufFile(path: string, backend: Backend): Counts {
  const source = fileSource(path, backend);
  try {
    return checkGguf(source);
  } finally {
    source.close();
  }
}
