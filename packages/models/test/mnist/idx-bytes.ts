// Builds IDX files in memory for the tests; sizes in the header can be made to lie.

/** An IDX file of images; the shape goes into the header, whatever the pixels are. */
export function imagesFile(
  pixels: ArrayLike<number>,
  shape: [count: number, rows: number, cols: number],
  magic = 0x00000803,
): Buffer {
  const header = Buffer.alloc(16);
  [magic, ...shape].forEach((value, i) => {
    header.writeUInt32BE(value, i * 4);
  });
  return Buffer.concat([header, Buffer.from(Uint8Array.from(pixels))]);
}

/** An IDX file of labels; `declared` overrides the count in the header. */
export function labelsFile(
  labels: ArrayLike<number>,
  declared = labels.length,
  magic = 0x00000801,
): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(magic, 0);
  header.writeUInt32BE(declared, 4);
  return Buffer.concat([header, Buffer.from(Uint8Array.from(labels))]);
}
