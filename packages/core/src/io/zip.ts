// The container of npz files: zip archives of stored or deflated entries, with 64-bit sizes. Inflating,
// deflating and checksums are Node's. By hand, because arrays are read lazily from where an entry lies, and
// because the index of a damaged archive must be refused: the libraries that can be called synchronously
// inflate whole archives in memory, and believe what the index says.

import { nodeModule } from "../node.js";
import type { Source } from "./source.js";

const { crc32, deflateRawSync, inflateRawSync } = nodeModule("node:zlib");

/** An entry's data: where it lies when it is stored, inflated when not. */
export interface ZipEntry {
  readonly name: string;
  /** As the archive holds it. */
  readonly size: number;
  readonly offset: number;
  /** Bytes after inflating; undefined where they are stored. */
  readonly inflated: { readonly size: number; readonly crc: number } | undefined;
}

const signature = {
  local: 0x04034b50,
  central: 0x02014b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  locator64: 0x07064b50,
} as const;
const stored = 0;
const deflated = 8;
/** Flags: encrypted, patched, or with an encrypted index. */
const unreadable = 0x2061;
const utf8Names = 0x0800;
const full16 = 0xffff;
const full32 = 0xffffffff;
/** An index of more bytes is none of named arrays. */
const longestIndex = 2 ** 30;
/** Deflate packs no better than this. */
const mostRatio = 1032;

const utf8 = new TextDecoder("utf-8", { fatal: true });

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
/** Exact up to 2^53; larger ones lie outside any file all the same. */
const wide = (view: DataView, at: number): number => Number(view.getBigUint64(at, true));

interface Index {
  readonly offset: number;
  readonly size: number;
  readonly count: number;
}

/** Where the index lies, from the record at the archive's end. */
function indexOf(source: Source): Index {
  const tail = Math.min(source.size, 22 + full16);
  const start = source.size - tail;
  const bytes = source.read(start, tail);
  const view = viewOf(bytes);
  for (let at = tail - 22; at >= 0; at--) {
    if (view.getUint32(at, true) !== signature.end) continue;
    // A comment may look like the record; only the real one ends with the file.
    if (at + 22 + view.getUint16(at + 20, true) !== tail) continue;
    const narrow = {
      count: view.getUint16(at + 10, true),
      size: view.getUint32(at + 12, true),
      offset: view.getUint32(at + 16, true),
    };
    return wideIndex(source, start + at) ?? narrow;
  }
  throw source.damaged("it is no zip archive, or its end is missing");
}

/** The same with 64 bits, where the archive has it. */
function wideIndex(source: Source, end: number): Index | undefined {
  if (end < 20) return undefined;
  const locator = viewOf(source.read(end - 20, 20));
  if (locator.getUint32(0, true) !== signature.locator64) return undefined;
  const view = viewOf(source.read(wide(locator, 8), 56));
  if (view.getUint32(0, true) !== signature.end64) {
    throw source.damaged("the end of its zip archive is damaged");
  }
  return { count: wide(view, 32), size: wide(view, 40), offset: wide(view, 48) };
}

/** The entries of an archive, checked to lie inside it. */
export function zipEntries(source: Source): ZipEntry[] {
  const index = indexOf(source);
  if (index.count * 46 > index.size || index.size > longestIndex)
    throw source.damaged("its zip index is damaged");
  const bytes = source.read(index.offset, index.size);
  const view = viewOf(bytes);
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let i = 0; i < index.count; i++) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== signature.central) {
      throw source.damaged("its zip index is damaged");
    }
    const nameEnd = at + 46 + view.getUint16(at + 28, true);
    const extraEnd = nameEnd + view.getUint16(at + 30, true);
    if (extraEnd > bytes.length) throw source.damaged("its zip index is damaged");
    const name = nameIn(source, bytes.subarray(at + 46, nameEnd));
    entries.push(entryIn(source, name, view, at, bytes.subarray(nameEnd, extraEnd)));
    at = extraEnd + view.getUint16(at + 32, true);
  }
  // Entries that share their data would inflate a small archive to any size.
  if (entries.reduce((sum, { size }) => sum + size, 0) > source.size) {
    throw source.damaged("the entries of its zip index overlap");
  }
  return entries;
}

/** Names are UTF-8 in what Python writes; without its flag they are ASCII there, which is the same. */
function nameIn(source: Source, bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw Object.assign(source.damaged("a name in its zip index is no UTF-8"), { cause });
  }
}

function entryIn(
  source: Source,
  name: string,
  view: DataView,
  at: number,
  extra: Uint8Array,
): ZipEntry {
  const flags = view.getUint16(at + 8, true);
  const method = view.getUint16(at + 10, true);
  if ((flags & unreadable) !== 0) throw source.damaged(`its entry "${name}" is encrypted`);
  if (method !== stored && method !== deflated) {
    throw source.damaged(`its entry "${name}" is packed by method ${method}; 0 and 8 can be read`);
  }
  const sizes = [
    view.getUint32(at + 24, true),
    view.getUint32(at + 20, true),
    view.getUint32(at + 42, true),
  ];
  const [inflatedSize = 0, size = 0, local = 0] = widened(source, sizes, extra);
  const head = viewOf(source.read(local, 30));
  if (head.getUint32(0, true) !== signature.local) {
    throw source.damaged(`its entry "${name}" is not where its zip index says`);
  }
  const offset = local + 30 + head.getUint16(26, true) + head.getUint16(28, true);
  const fits = method === stored ? size === inflatedSize : inflatedSize <= size * mostRatio;
  if (!fits || offset + size > source.size) {
    throw source.damaged(`the size of its entry "${name}" is wrong`);
  }
  const crc = view.getUint32(at + 16, true);
  return {
    name,
    size,
    offset,
    inflated: method === stored ? undefined : { size: inflatedSize, crc },
  };
}

/** Sizes of 64 bits stand in an extra field, in order, for those that are all ones. */
function widened(source: Source, sizes: readonly number[], extra: Uint8Array): number[] {
  if (!sizes.includes(full32)) return [...sizes];
  const view = viewOf(extra);
  for (let at = 0; at + 4 <= extra.length; ) {
    const length = view.getUint16(at + 2, true);
    const end = at + 4 + length;
    if (end > extra.length) break;
    if (view.getUint16(at, true) === 1) {
      let next = at + 4;
      return sizes.map((size) => {
        if (size !== full32) return size;
        if (next + 8 > end) throw source.damaged("a size in its zip index is missing");
        next += 8;
        return wide(view, next - 8);
      });
    }
    at = end;
  }
  // Python writes such sizes without the field when they are just that large.
  return [...sizes];
}

/** The bytes of a deflated entry. */
export function inflate(source: Source, entry: ZipEntry): Uint8Array {
  const { size, crc } = entry.inflated ?? { size: entry.size, crc: undefined };
  let bytes: Uint8Array;
  try {
    // The limit may not be 0.
    const maxOutputLength = Math.max(size, 1);
    bytes = inflateRawSync(source.read(entry.offset, entry.size), { maxOutputLength });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw source.damaged(`its entry "${entry.name}" cannot be inflated: ${why}`);
  }
  if (bytes.byteLength !== size || (crc !== undefined && crc32(bytes) !== crc)) {
    throw source.damaged(`its entry "${entry.name}" is damaged: size or checksum differ`);
  }
  return bytes;
}

interface Written {
  readonly name: Uint8Array;
  readonly method: number;
  readonly crc: number;
  readonly size: number;
  readonly inflatedSize: number;
  readonly offset: number;
}

/** Writes an archive in order. Its entries carry no time: equal arrays give equal files. */
export class ZipWriter {
  readonly #write: (bytes: Uint8Array) => void;
  readonly #entries: Written[] = [];
  #at = 0;

  /** @param write - takes the archive's bytes */
  constructor(write: (bytes: Uint8Array) => void) {
    this.#write = write;
  }

  /**
   * Writes an entry.
   *
   * @param name - in the archive
   * @param pieces - its bytes
   * @param compress - whether to deflate them
   */
  add(name: string, pieces: readonly Uint8Array[], compress: boolean): void {
    const inflatedSize = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
    // Of no bytes the checksum begins anew, whatever came before.
    const crc = pieces.reduce((sum, piece) => (piece.length > 0 ? crc32(piece, sum) : sum), 0);
    const data = compress ? [deflateRawSync(Buffer.concat(pieces))] : pieces;
    const entry = {
      name: new TextEncoder().encode(name),
      method: compress ? deflated : stored,
      crc,
      size: data.reduce((sum, piece) => sum + piece.byteLength, 0),
      inflatedSize,
      offset: this.#at,
    };
    this.#entries.push(entry);
    this.#put(header(entry, "local"));
    for (const piece of data) this.#put(piece);
  }

  /** Writes the index. */
  finish(): void {
    const offset = this.#at;
    for (const entry of this.#entries) this.#put(header(entry, "central"));
    this.#put(ending({ offset, size: this.#at - offset, count: this.#entries.length }));
  }

  #put(bytes: Uint8Array): void {
    this.#write(bytes);
    this.#at += bytes.byteLength;
  }
}

/** 1980-01-01, where the format's calendar begins. */
const date = 0x0021;

/** An entry's head before its data, or in the index. */
function header(entry: Written, where: "local" | "central"): Uint8Array {
  const central = where === "central";
  const sizes = [entry.inflatedSize, entry.size, ...(central ? [entry.offset] : [])];
  // Before the data, both sizes have 64 bits or neither.
  const isWide = (size: number) => size >= full32;
  const inExtra = central ? sizes.filter(isWide) : sizes.some(isWide) ? sizes : [];
  const extra = inExtra.length > 0 ? 4 + 8 * inExtra.length : 0;
  const fixed = central ? 46 : 30;
  const bytes = new Uint8Array(fixed + entry.name.byteLength + extra);
  const view = viewOf(bytes);
  const narrow = (size: number) => (inExtra.includes(size) ? full32 : size);
  const version = extra > 0 ? 45 : 20;
  view.setUint32(0, signature[where], true);
  // The index has one field more at its start: who wrote the entry.
  const at = central ? 6 : 4;
  if (central) view.setUint16(4, version, true);
  view.setUint16(at, version, true);
  view.setUint16(at + 2, utf8Names, true);
  view.setUint16(at + 4, entry.method, true);
  view.setUint16(at + 8, date, true);
  view.setUint32(at + 10, entry.crc, true);
  view.setUint32(at + 14, narrow(entry.size), true);
  view.setUint32(at + 18, narrow(entry.inflatedSize), true);
  view.setUint16(at + 22, entry.name.byteLength, true);
  view.setUint16(at + 24, extra, true);
  if (central) view.setUint32(42, narrow(entry.offset), true);
  bytes.set(entry.name, fixed);
  if (extra > 0) {
    const start = fixed + entry.name.byteLength;
    view.setUint16(start, 1, true);
    view.setUint16(start + 2, extra - 4, true);
    inExtra.forEach((size, i) => {
      view.setBigUint64(start + 4 + 8 * i, BigInt(size), true);
    });
  }
  return bytes;
}

/** The records behind the index. */
function ending({ offset, size, count }: Index): Uint8Array {
  const isWide = offset >= full32 || size >= full32 || count >= full16;
  const bytes = new Uint8Array(isWide ? 98 : 22);
  const view = viewOf(bytes);
  if (isWide) {
    view.setUint32(0, signature.end64, true);
    view.setBigUint64(4, 44n, true);
    view.setUint16(12, 45, true);
    view.setUint16(14, 45, true);
    for (const at of [24, 32]) view.setBigUint64(at, BigInt(count), true);
    view.setBigUint64(40, BigInt(size), true);
    view.setBigUint64(48, BigInt(offset), true);
    view.setUint32(56, signature.locator64, true);
    view.setBigUint64(64, BigInt(offset + size), true);
    view.setUint32(72, 1, true);
  }
  const at = bytes.byteLength - 22;
  view.setUint32(at, signature.end, true);
  for (const place of [8, 10]) view.setUint16(at + place, Math.min(count, full16), true);
  view.setUint32(at + 12, Math.min(size, full32), true);
  view.setUint32(at + 16, Math.min(offset, full32), true);
  return bytes;
}
