// What a format is read from: a file whose elements are read when they are used, or bytes in memory. Readers
// of formats take their heads from it, check them, and ask for arrays by place.

import {
  type Backend,
  type FileSpan,
  type HostData,
  hostConstructor,
  Io,
  itemsize,
  type MLXError,
  type Placement,
} from "@mlx-ts/backend-api";
import type { MLXArray } from "../array.js";
import { nodeModule } from "../node.js";
import { wrap } from "../wrap.js";
import { checkFile, fileError } from "./paths.js";

const { readFileSync } = nodeModule("node:fs");

/** Something that a file can be read from. */
export interface Source {
  /** Bytes in it. */
  readonly size: number;
  /** Reads bytes now; a part that is not inside is an error. */
  read(offset: number, length: number): Uint8Array;
  /** An array of elements; those that are not inside are an error. */
  array(span: FileSpan): MLXArray;
  /** The error for content that is damaged. */
  damaged(what: string): MLXError;
  /** A part, as a source of its own. */
  part(offset: number, size: number, name: string): Source;
  close(): void;
}

/** numpy's limit; more axes than this are of a damaged file. */
const mostAxes = 64;

/**
 * Checks a shape from a file: sizes that 32 bits hold, and strides that 64 bits hold, also where one of the sizes
 * is 0.
 */
export function sizesOf(source: Source, sizes: readonly unknown[]): number[] {
  if (sizes.length > mostAxes) {
    throw source.damaged(`it has an array of ${sizes.length} axes, MLX reads up to ${mostAxes}`);
  }
  const shape = sizes.map((size) => {
    if (typeof size === "number" && Number.isInteger(size) && size >= 0 && size <= 0x7fffffff) {
      return size;
    }
    throw source.damaged(`${String(size)} is no size of an array`);
  });
  if (shape.reduce((product, size) => product * Math.max(size, 1), 1) > 2 ** 48) {
    throw source.damaged(`its shape [${shape}] is beyond any memory`);
  }
  return shape;
}

/** Bytes of a span; exact, since {@link sizesOf} bounds the product. */
export const spanBytes = ({ shape, dtype }: Pick<FileSpan, "shape" | "dtype">): number =>
  shape.reduce((bytes, size) => bytes * size, itemsize(dtype));

/** What all sources do alike. */
abstract class CheckedSource implements Source {
  constructor(
    readonly name: string,
    readonly size: number,
  ) {}

  read(offset: number, length: number): Uint8Array {
    if (offset + length > this.size) throw this.damaged("it ends before its content does");
    return this.readInside(offset, length);
  }

  array(span: FileSpan): MLXArray {
    if (span.offset + spanBytes(span) > this.size) {
      throw this.damaged("it ends before its elements do");
    }
    return this.arrayInside(span);
  }

  damaged(what: string): MLXError {
    return fileError("load", this.name, what);
  }

  part(offset: number, size: number, name: string): Source {
    if (offset + size > this.size) throw this.damaged("it ends before its content does");
    return new PartSource(this, offset, size, `${this.name}, ${name}`);
  }

  close(): void {}

  abstract readInside(offset: number, length: number): Uint8Array;
  abstract arrayInside(span: FileSpan): MLXArray;
}

class PartSource extends CheckedSource {
  constructor(
    private readonly whole: CheckedSource,
    private readonly offset: number,
    size: number,
    name: string,
  ) {
    super(name, size);
  }
  readInside(offset: number, length: number): Uint8Array {
    return this.whole.readInside(this.offset + offset, length);
  }
  arrayInside(span: FileSpan): MLXArray {
    return this.whole.arrayInside({ ...span, offset: this.offset + span.offset });
  }
}

class FileSource extends CheckedSource {
  constructor(
    path: string,
    private readonly backend: Backend,
    private readonly file: ReturnType<NonNullable<typeof Io.type>["open"]>,
    private readonly place: Placement | undefined,
  ) {
    super(path, file.size);
  }
  readInside(offset: number, length: number): Uint8Array {
    return this.file.read(offset, length);
  }
  arrayInside(span: FileSpan): MLXArray {
    return wrap(this.backend, this.file.array(span, this.place));
  }
  override close(): void {
    this.file.close();
  }
}

class BytesSource extends CheckedSource {
  private readonly bytes: Uint8Array;

  constructor(
    name: string,
    bytes: Uint8Array,
    private readonly backend: Backend,
  ) {
    super(name, bytes.byteLength);
    // A Buffer's slice is no copy.
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  readInside(offset: number, length: number): Uint8Array {
    return this.bytes.subarray(offset, offset + length);
  }
  arrayInside(span: FileSpan): MLXArray {
    const { shape, dtype } = span;
    return wrap(this.backend, this.backend.fromHost({ shape, dtype, data: this.elements(span) }));
  }

  /** A typed array over the elements: over the bytes themselves where they lie right. */
  private elements(span: FileSpan): HostData {
    const Typed = hostConstructor(span.dtype);
    const width = Typed.BYTES_PER_ELEMENT;
    const bytes = this.readInside(span.offset, spanBytes(span));
    const count = bytes.byteLength / width;
    if (bytes.byteOffset % width === 0 && (!span.bigEndian || width === 1)) {
      return new Typed(bytes.buffer, bytes.byteOffset, count);
    }
    const own = bytes.slice();
    if (span.bigEndian) {
      for (let i = 0; i < own.length; i += width) own.subarray(i, i + width).reverse();
    }
    return new Typed(own.buffer, 0, count);
  }
}

/**
 * Opens a file. A backend without lazy reading gets its bytes.
 *
 * @param place - where arrays are read
 */
export function fileSource(path: string, backend: Backend, place?: Placement): Source {
  checkFile("load", path);
  const io = backend.extension(Io);
  if (io !== undefined) return new FileSource(path, backend, io.open(path), place);
  try {
    return new BytesSource(path, readFileSync(path), backend);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw fileError("load", path, `it cannot be read: ${why}`, cause);
  }
}

/** Bytes in memory as a source. */
export const bytesSource = (bytes: Uint8Array, backend: Backend, name = "the bytes"): Source =>
  new BytesSource(name, bytes, backend);
