// Reads a PNG into how light each of its pixels is; any colour type, 1 to 16 bits, with and without transparency.
// Finding the digit in it is normalize.ts's part.
import { convertIndexedToRgb, type DecodedPng, decode, hasPngSignature } from "fast-png";
import { MnistDataError } from "./errors.js";

/** How light the pixels of a picture are. */
export interface Picture {
  /** From 0 (black) to 1 (white), row-major `[rows, cols]`. */
  readonly light: Float32Array;
  /** From 0 (transparent) to 1 (opaque), `[rows, cols]`; undefined where all is opaque. */
  readonly opacity: Float32Array | undefined;
  readonly rows: number;
  readonly cols: number;
}

/** Where the header has its fields, in bytes from the start of the file. */
const AT = { width: 16, height: 20, depth: 24, colorType: 25, interlace: 28, end: 33 };
/** The colour type of pictures with a palette; others may bring one as a suggestion. */
const INDEXED = 3;
/** So many pixels take some 400 MB until the digit is found. */
const MOST_PIXELS = 1 << 24;

/** Whether bytes begin as a PNG file does. */
export const isPng = (bytes: Uint8Array): boolean => bytes.length >= 8 && hasPngSignature(bytes);

/**
 * Reads a PNG.
 *
 * Colours become luma, $0.299 r + 0.587 g + 0.114 b$; gamma and colour profiles are not applied.
 *
 * @param bytes - the whole file
 * @param file - its name, for error messages
 * @throws {MnistDataError} (`BAD_PNG`) when it is damaged, no PNG, of over 16 megapixels, or interlaced with less than
 *   8 bits
 */
export function readPng(bytes: Uint8Array, file: string): Picture {
  checkHeader(bytes, file);
  let png: DecodedPng;
  try {
    png = decode(bytes, { checkCrc: true });
    const isIndexed = bytes[AT.colorType] === INDEXED;
    return isIndexed ? fromPalette(png) : fromSamples(png, samplesOf(png));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MnistDataError(
      "BAD_PNG",
      file,
      `a damaged PNG (${reason}), it must be complete and intact; save it again`,
      { cause },
    );
  }
}

/** Refuses what the decoder would not notice, before any memory is taken. */
function checkHeader(bytes: Uint8Array, file: string): void {
  const refuse = (finding: string): never => {
    throw new MnistDataError("BAD_PNG", file, finding);
  };
  if (!isPng(bytes)) refuse("its first bytes are no PNG's, pictures must be PNG; convert it");
  if (bytes.length < AT.end) refuse(`a PNG of ${bytes.length} bytes, it is cut off; save it again`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [cols, rows] = [view.getUint32(AT.width), view.getUint32(AT.height)];
  if (cols * rows > MOST_PIXELS || cols === 0 || rows === 0) {
    refuse(`a PNG of ${cols}x${rows} pixels, it must have 1 to ${MOST_PIXELS}; scale it`);
  }
  // The decoder takes interlaced pixels for whole bytes.
  if (view.getUint8(AT.interlace) === 1 && view.getUint8(AT.depth) < 8) {
    refuse("an interlaced PNG with under 8 bits, which is not read; save it without interlacing");
  }
}

function fromPalette(png: DecodedPng): Picture {
  const channels = png.palette?.[0]?.length ?? 3;
  const colours = { ...png, channels, depth: 8 as const, transparency: new Uint16Array(0) };
  return fromSamples(colours, convertIndexedToRgb(png));
}

/** One number for each sample: those of under 8 bits are packed in the decoded rows. */
function samplesOf({ data, depth, width, height }: DecodedPng): ArrayLike<number> {
  if (depth >= 8) return data;
  const samples = new Uint8Array(width * height); // such have one channel
  const bytesPerRow = Math.ceil((width * depth) / 8);
  for (let i = 0; i < samples.length; i++) {
    const bit = (i % width) * depth;
    const byte = data[Math.floor(i / width) * bytesPerRow + (bit >> 3)] ?? 0;
    samples[i] = (byte >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
  }
  return samples;
}

function fromSamples(png: DecodedPng, samples: ArrayLike<number>): Picture {
  const { width: cols, height: rows, channels, depth } = png;
  const white = 2 ** depth - 1;
  const isGrey = channels < 3;
  const hasAlpha = channels === 2 || channels === 4;
  const clear = png.transparency?.length ? png.transparency : undefined; // the colour that is transparent
  const light = new Float32Array(rows * cols);
  const opacity = hasAlpha || clear ? new Float32Array(rows * cols) : undefined;
  for (let i = 0; i < light.length; i++) {
    const sample = (channel: number) => samples[i * channels + channel] ?? 0;
    light[i] =
      (isGrey ? sample(0) : 0.299 * sample(0) + 0.587 * sample(1) + 0.114 * sample(2)) / white;
    if (opacity === undefined) continue;
    if (hasAlpha) opacity[i] = sample(channels - 1) / white;
    else opacity[i] = clear?.every((value, channel) => value === sample(channel)) ? 0 : 1;
  }
  return { light, opacity, rows, cols };
}
