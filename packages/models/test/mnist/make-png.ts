// Writes PNG files of any colour type and depth, for the tests of reading them: unfiltered, not interlaced.
import { crc32, deflateSync } from "node:zlib";

/** What a PNG's samples mean. */
export const ColorType = { grey: 0, rgb: 2, palette: 3, greyAlpha: 4, rgba: 6 } as const;

/** What goes into a file. */
export interface PngParts {
  readonly cols: number;
  readonly depth: 1 | 2 | 4 | 8 | 16;
  readonly type: (typeof ColorType)[keyof typeof ColorType];
  /** All samples, row by row, each of `depth` bits. */
  readonly samples: readonly number[];
  /** Red, green and blue of each colour of a palette. */
  readonly palette?: readonly number[];
  /** The bytes of the tRNS chunk. */
  readonly transparency?: readonly number[];
  /** What the header says of interlacing; the samples are written in order all the same. */
  readonly interlace?: 0 | 1;
}

const channelsOf = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const;

/** The bytes of a PNG file. */
export function makePng(parts: PngParts): Uint8Array {
  const { cols, depth, type, samples, palette, transparency, interlace = 0 } = parts;
  const perRow = cols * channelsOf[type];
  const rows = samples.length / perRow;
  const lines = Array.from({ length: rows }, (_, row) => {
    const bits = samples
      .slice(row * perRow, (row + 1) * perRow)
      .map((sample) => sample.toString(2).padStart(depth, "0"))
      .join("");
    return [
      0,
      ...(bits.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, "0"), 2)),
    ];
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(cols, 0);
  header.writeUInt32BE(rows, 4);
  header.set([depth, type, 0, 0, interlace], 8);
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk("IHDR", header),
    ...(palette ? [chunk("PLTE", Buffer.from(palette))] : []),
    ...(transparency ? [chunk("tRNS", Buffer.from(transparency))] : []),
    chunk("IDAT", deflateSync(Buffer.from(lines.flat()))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
