// Makes of a picture what MNIST's digits are: 28x28 pixels, ink light on dark paper, in a box of 20x20, the centre of
// its mass in the middle. Reading files is png.ts's part.
import { MnistDataError } from "./errors.js";
import type { Picture } from "./png.js";

/** Rows and columns of a digit. */
export const SIDE = 28;
/** Rows or columns that the ink may take. */
const BOX = 20;
/** How much the darkest ink must differ from paper, from 0 to 1. */
const CONTRAST = 0.15;
/** What is fainter than this share of the darkest ink is taken for paper. */
const FAINT = 0.2;

/**
 * Finds the digit in a picture.
 *
 * Paper is what the picture's rim mostly is, ink what differs most from it, to whichever side; transparent pixels are
 * white, or black where that shows nothing. Then as MNIST's makers did: the ink is scaled into a box of 20x20 and put so
 * that its centre of mass is in the middle. Pictures of 28x28 pixels are taken as they are, but for the side of the ink.
 *
 * @param picture - light and dark or the other way round
 * @param file - its name, for error messages
 * @returns `[784]`, from 0 (paper) to 1 (ink)
 * @throws {MnistDataError} (`BLANK`) when nothing differs enough from paper
 */
export function normalized(picture: Picture, file: string): Float32Array {
  const { rows, cols } = picture;
  const ink = inkOf(picture);
  const most = strongest(ink);
  if (most < CONTRAST) {
    throw new MnistDataError(
      "BLANK",
      file,
      `no pixel differs by more than ${(most * 100).toFixed(0)} % from the paper, ink must by ${CONTRAST * 100} %; show a digit that is darker, or crop the picture`,
    );
  }
  if (rows === SIDE && cols === SIDE) return ink;
  for (const [i, value] of ink.entries()) ink[i] = value < FAINT * most ? 0 : value / most;
  return centred(fitted(ink, cols, boxOf(ink, rows, cols)));
}

/** How much of each pixel is ink, from 0 to 1. */
function inkOf({ light, opacity, rows, cols }: Picture): Float32Array {
  let over = light;
  if (opacity !== undefined) {
    over = light.map((value, i) => 1 - (opacity[i] ?? 1) * (1 - value));
    const isBlank = over.every((value) => 1 - value < CONTRAST);
    if (isBlank) over = light.map((value, i) => value * (opacity[i] ?? 1));
  }
  const paper = rimOf(over, rows, cols);
  const darker = over.map((value) => Math.max(0, paper - value));
  const lighter = over.map((value) => Math.max(0, value - paper));
  return strongest(darker) > strongest(lighter) ? darker : lighter;
}

const strongest = (values: Float32Array): number => values.reduce((a, b) => Math.max(a, b), 0);

/** The median of the outermost pixels. */
function rimOf(values: Float32Array, rows: number, cols: number): number {
  const rim = values.filter((_, i) => {
    const [row, col] = [Math.floor(i / cols), i % cols];
    return row === 0 || col === 0 || row === rows - 1 || col === cols - 1;
  });
  return rim.sort()[rim.length >> 1] ?? 0;
}

/** Where something is: its first row and column, and how many it takes. */
interface Box {
  readonly top: number;
  readonly left: number;
  readonly rows: number;
  readonly cols: number;
}

/** The smallest box that holds all ink. */
function boxOf(ink: Float32Array, rows: number, cols: number): Box {
  let [top, left, bottom, right] = [rows, cols, 0, 0];
  for (const [i, value] of ink.entries()) {
    if (value === 0) continue;
    const [row, col] = [Math.floor(i / cols), i % cols];
    [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
    [left, right] = [Math.min(left, col), Math.max(right, col)];
  }
  return { top, left, rows: bottom - top + 1, cols: right - left + 1 };
}

/** A small image of ink. */
interface Small {
  readonly ink: Float32Array;
  readonly rows: number;
  readonly cols: number;
}

/** Scales what is in the box so that its longer side is that of MNIST's box, and its darkest pixel is 1. */
function fitted(ink: Float32Array, stride: number, box: Box): Small {
  const scale = BOX / Math.max(box.rows, box.cols);
  const rows = Math.max(1, Math.round(box.rows * scale));
  const cols = Math.max(1, Math.round(box.cols * scale));
  const across = new Float32Array(box.rows * cols);
  for (const { to, from, weight } of taps(box.cols, cols)) {
    for (let row = 0; row < box.rows; row++) {
      const pixel = ink[(box.top + row) * stride + box.left + from] ?? 0;
      across[row * cols + to] = (across[row * cols + to] ?? 0) + weight * pixel;
    }
  }
  const small = new Float32Array(rows * cols);
  for (const { to, from, weight } of taps(box.rows, rows)) {
    for (let col = 0; col < cols; col++) {
      const i = to * cols + col;
      small[i] = (small[i] ?? 0) + weight * (across[from * cols + col] ?? 0);
    }
  }
  const most = strongest(small);
  return { ink: small.map((value) => value / most), rows, cols };
}

/**
 * How much each of `from` pixels counts for each of `to`: a triangle as wide as two of the wider pixels, so that
 * shrinking averages and growing blends linearly.
 */
function* taps(
  from: number,
  to: number,
): Generator<{ readonly to: number; readonly from: number; readonly weight: number }> {
  const step = from / to;
  const reach = Math.max(1, step);
  for (let i = 0; i < to; i++) {
    const middle = (i + 0.5) * step - 0.5;
    const first = Math.max(0, Math.ceil(middle - reach));
    const last = Math.min(from - 1, Math.floor(middle + reach));
    const weights = Array.from({ length: last - first + 1 }, (_, k) =>
      Math.max(0, 1 - Math.abs(first + k - middle) / reach),
    );
    const sum = weights.reduce((a, b) => a + b, 0);
    for (const [k, weight] of weights.entries()) {
      yield { to: i, from: first + k, weight: weight / sum };
    }
  }
}

/** Puts ink on a sheet of 28x28 with its centre of mass in the middle, as far as it does not leave the sheet. */
function centred({ ink, rows, cols }: Small): Float32Array {
  let [mass, down, across] = [0, 0, 0];
  for (const [i, value] of ink.entries()) {
    mass += value;
    down += value * Math.floor(i / cols);
    across += value * (i % cols);
  }
  const start = (centre: number, length: number) =>
    Math.min(SIDE - length, Math.max(0, Math.round((SIDE - 1) / 2 - centre)));
  const [top, left] = [start(down / mass, rows), start(across / mass, cols)];
  const sheet = new Float32Array(SIDE * SIDE);
  for (let row = 0; row < rows; row++) {
    sheet.set(ink.subarray(row * cols, (row + 1) * cols), (top + row) * SIDE + left);
  }
  return sheet;
}
