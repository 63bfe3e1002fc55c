// Digits as a person may draw them on a screen: strokes of a round pen, dark on a white square. None is MNIST's.
import { encode } from "fast-png";

type Point = readonly [x: number, y: number];

/** Points of a round stroke, given as functions of the angle. */
const round = (at: (angle: number) => Point): Point[] =>
  Array.from({ length: 49 }, (_, i) => at((i / 48) * 2 * Math.PI));

/** For each digit its strokes, in a square of side 1. */
// biome-ignore format: a stroke in a line
const digits: readonly (readonly (readonly Point[])[])[] = [
  [round((angle) => [0.5 + 0.25 * Math.sin(angle), 0.5 - 0.35 * Math.cos(angle)])],
  [[[0.5, 0.15], [0.5, 0.85]]],
  [[[0.3, 0.3], [0.4, 0.17], [0.55, 0.15], [0.68, 0.25], [0.65, 0.4], [0.45, 0.65], [0.3, 0.85], [0.72, 0.85]]],
  [[[0.3, 0.2], [0.5, 0.15], [0.66, 0.25], [0.62, 0.4], [0.45, 0.48], [0.65, 0.58], [0.68, 0.72], [0.5, 0.85], [0.3, 0.8]]],
  [[[0.35, 0.15], [0.3, 0.5], [0.7, 0.5]], [[0.65, 0.15], [0.62, 0.85]]],
  [[[0.7, 0.15], [0.38, 0.15], [0.35, 0.45], [0.55, 0.43], [0.68, 0.58], [0.62, 0.78], [0.45, 0.86], [0.3, 0.8]]],
  [[[0.6, 0.15], [0.42, 0.4], [0.35, 0.65], [0.42, 0.83], [0.57, 0.83], [0.65, 0.68], [0.55, 0.55], [0.4, 0.6]]],
  [[[0.3, 0.18], [0.7, 0.18], [0.45, 0.85]]],
  [round((angle) => [0.5 + 0.17 * Math.sin(2 * angle), 0.5 - 0.35 * Math.cos(angle)])],
  [[[0.62, 0.3], [0.5, 0.15], [0.36, 0.28], [0.42, 0.45], [0.6, 0.42], [0.64, 0.2], [0.62, 0.5], [0.55, 0.85]]],
];

/** How far a point is from the piece of a stroke between two others. */
function distance([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const along = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy);
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(x - ax - t * dx, y - ay - t * dy);
}

/**
 * Draws a digit.
 *
 * @param digit - 0 to 9
 * @param size - rows and columns of the picture
 * @param pen - how thick the strokes are, in pixels
 * @returns the bytes of a grey PNG
 */
export function drawStrokes(digit: number, size: number, pen: number): Uint8Array {
  const data = new Uint8Array(size * size).fill(255);
  const pieces = (digits[digit] ?? []).flatMap((stroke) =>
    stroke.slice(1).map((end, i) => [stroke[i] ?? end, end] as const),
  );
  for (let i = 0; i < data.length; i++) {
    const place = [((i % size) + 0.5) / size, (Math.floor(i / size) + 0.5) / size] as const;
    if (pieces.some(([start, end]) => distance(place, start, end) * size < pen / 2)) data[i] = 0;
  }
  return encode({ width: size, height: size, channels: 1, data });
}
