// Readers for the two IDX layouts of MNIST: images (magic 0x00000803) and labels (0x00000801).
// They work on bytes, plain or gzip, and check every field; finding the files is data.ts's part.
// Other IDX element types and ranks are not read.
import { gunzipSync } from "node:zlib";
import { MnistDataError } from "./errors.js";

const IMAGES_MAGIC = 0x00000803;
const LABELS_MAGIC = 0x00000801;
const IMAGES_HEADER = 16;
const LABELS_HEADER = 8;
const MAX_LABEL = 9;
const REDOWNLOAD = "download the file again";

/** Grey-scale images as read from an IDX file. */
export interface IdxImages {
  /** Pixels, 0 (paper) to 255 (ink), row-major `[count, rows, cols]`. */
  readonly images: Uint8Array;
  readonly count: number;
  readonly rows: number;
  readonly cols: number;
}

/** Labels as read from an IDX file. */
export interface IdxLabels {
  /** One class per image, 0 to 9, `[count]`. */
  readonly labels: Uint8Array;
  readonly count: number;
}

/**
 * Reads an IDX file of images.
 *
 * @param bytes - the whole file, plain or gzip
 * @param file - its name, for error messages; default `"images"`
 * @returns the pixels and their shape; the pixels share memory with `bytes` where those are plain
 * @throws {MnistDataError} on corrupt gzip, a wrong magic number, truncation, trailing bytes, or no images
 * @example
 * ```ts
 * const { count, rows, cols } = parseIdxImages(await readFile("train-images-idx3-ubyte.gz"));
 * ```
 */
export function parseIdxImages(bytes: Uint8Array, file = "images"): IdxImages {
  const plain = inflate(bytes, file);
  const [count, rows, cols] = readHeader(plain, file, IMAGES_MAGIC, IMAGES_HEADER, "images");
  if (count === 0 || rows === 0 || cols === 0) {
    throw new MnistDataError(
      "EMPTY",
      file,
      `the header declares ${count} images of ${rows}x${cols} pixels, at least one pixel is needed; ${REDOWNLOAD}`,
    );
  }
  const images = readBody(
    plain,
    file,
    IMAGES_HEADER,
    count * rows * cols,
    `${count} images of ${rows}x${cols} pixels`,
  );
  return { images, count, rows, cols };
}

/**
 * Reads an IDX file of labels.
 *
 * @param bytes - the whole file, plain or gzip
 * @param file - its name, for error messages; default `"labels"`
 * @returns the labels; they share memory with `bytes` where those are plain
 * @throws {MnistDataError} on corrupt gzip, a wrong magic number, truncation, trailing bytes, no labels, or a label over 9
 * @example
 * ```ts
 * const { labels } = parseIdxLabels(await readFile("train-labels-idx1-ubyte"));
 * ```
 */
export function parseIdxLabels(bytes: Uint8Array, file = "labels"): IdxLabels {
  const plain = inflate(bytes, file);
  const [count] = readHeader(plain, file, LABELS_MAGIC, LABELS_HEADER, "labels");
  if (count === 0) {
    throw new MnistDataError(
      "EMPTY",
      file,
      `the header declares 0 labels, at least one is needed; ${REDOWNLOAD}`,
    );
  }
  const labels = readBody(plain, file, LABELS_HEADER, count, `${count} labels`);
  const at = labels.findIndex((label) => label > MAX_LABEL);
  if (at >= 0) {
    throw new MnistDataError(
      "BAD_LABEL",
      file,
      `label ${at} is ${labels[at]}, MNIST labels are 0 to ${MAX_LABEL}; use the labels of the ten digits (or of another set of ten classes)`,
    );
  }
  return { labels, count };
}

/** Unpacks gzip, recognised by its first two bytes; other bytes are returned as they are. */
function inflate(bytes: Uint8Array, file: string): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MnistDataError(
      "BAD_GZIP",
      file,
      `gzip data of ${bytes.length} bytes that does not unpack (${reason}), it must be complete and intact; ${REDOWNLOAD}`,
      { cause },
    );
  }
}

/** Checks the magic number and reads the three size fields (0 where the layout has fewer). */
function readHeader(
  bytes: Uint8Array,
  file: string,
  magic: number,
  length: number,
  kind: "images" | "labels",
): [count: number, rows: number, cols: number] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const field = (offset: number): number => (offset < length ? view.getUint32(offset) : 0);
  if (bytes.length >= 4 && field(0) !== magic) {
    throw new MnistDataError("BAD_MAGIC", file, badMagic(field(0), magic, kind));
  }
  if (bytes.length < length) {
    throw new MnistDataError(
      "TRUNCATED",
      file,
      `only ${bytes.length} bytes, an IDX file of ${kind} starts with a header of ${length}; ${REDOWNLOAD}`,
    );
  }
  return [field(4), field(8), field(12)];
}

function badMagic(found: number, expected: number, kind: "images" | "labels"): string {
  const cure =
    found === IMAGES_MAGIC || found === LABELS_MAGIC
      ? `this is a file of ${found === IMAGES_MAGIC ? "images" : "labels"}: the two may have been swapped`
      : "this is not the MNIST file its name says: download it again";
  return `magic number ${hex(found)}, a file of ${kind} starts with ${hex(expected)}; ${cure}`;
}

/** The bytes after the header, when there are exactly as many as the header declares. */
function readBody(
  bytes: Uint8Array,
  file: string,
  header: number,
  expected: number,
  declared: string,
): Uint8Array {
  const found = bytes.length - header;
  if (found < expected) {
    throw new MnistDataError(
      "TRUNCATED",
      file,
      `${found} bytes after the header, ${declared} take ${expected}; the file is cut short: ${REDOWNLOAD}`,
    );
  }
  if (found > expected) {
    throw new MnistDataError(
      "TRAILING_BYTES",
      file,
      `${found} bytes after the header, ${declared} take ${expected}; ${found - expected} bytes too many: ${REDOWNLOAD}`,
    );
  }
  return bytes.subarray(header);
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, "0")}`;
}
