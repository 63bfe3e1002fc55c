// A picture of images in pairs, one above the other, as PNG.
import { encode } from "fast-png";

/** Each pixel is drawn as so many in each direction. */
const ZOOM = 2;
/** Pixels between the images of a pair, and between pairs. */
const [NEAR, FAR] = [2, 12];

/**
 * Draws lines of images, below each line that of their counterparts; dark ink on a white ground.
 *
 * @param upper - lines of images, each `rows * cols` bytes, 0 (paper) to 255 (ink)
 * @param lower - as many, of the same shape
 * @param shape - `rows` and `cols` of an image
 * @returns the bytes of a grey PNG
 */
export function drawPairs(
  upper: readonly (readonly Uint8Array[])[],
  lower: readonly (readonly Uint8Array[])[],
  { rows, cols }: { readonly rows: number; readonly cols: number },
): Uint8Array {
  const [high, wide] = [rows * ZOOM, cols * ZOOM];
  const columns = Math.max(...upper.map((line) => line.length));
  const width = FAR + columns * (wide + FAR);
  const height = FAR + upper.length * (2 * high + NEAR + FAR);
  const data = new Uint8Array(width * height).fill(255);
  const draw = (image: Uint8Array, top: number, column: number) => {
    const left = FAR + column * (wide + FAR);
    for (let i = 0; i < high * wide; i++) {
      const [row, col] = [Math.floor(i / wide), i % wide];
      const ink = image[Math.floor(row / ZOOM) * cols + Math.floor(col / ZOOM)] ?? 0;
      data[(top + row) * width + left + col] = 255 - ink;
    }
  };
  for (const [line, images] of upper.entries()) {
    const top = FAR + line * (2 * high + NEAR + FAR);
    for (const [column, image] of images.entries()) draw(image, top, column);
    for (const [column, image] of (lower[line] ?? []).entries())
      draw(image, top + high + NEAR, column);
  }
  return encode({ width, height, channels: 1, data });
}
