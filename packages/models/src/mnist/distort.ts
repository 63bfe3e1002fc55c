// Distorts images a little, each in its own way: turned, scaled, slanted, shifted, and bent as by another hand.
// It works on bytes on the host, with random numbers of a key; batches.ts applies it to what is trained on.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import type { MnistSet } from "./data.js";

/** How much images are distorted; 0 is not at all. Options of {@link distort}. */
export interface DistortOptions {
  /** The most an image is turned either way, in degrees; default 12. */
  rotation?: number;
  /** The most it is scaled up or down, in each direction by itself, as a share of its size; default 0.12. */
  scale?: number;
  /** The most it is slanted, in columns per row; default 0.15. */
  shear?: number;
  /** The most it is shifted in each direction, in pixels; default 1.5. */
  shift?: number;
  /** How far its points are moved when it is bent: the standard deviation, in pixels; default 0.6. */
  elastic?: number;
}

/** Points of the grid that bends an image, along each side. */
const GRID = 7;
/** Random numbers of an image: angle, two scales, slant, two shifts, and two moves of each grid point. */
const UNIFORMS = 6;
const NORMALS = 2 * GRID * GRID;

/**
 * Distorts each image of a set by random numbers of its own.
 *
 * Each pixel is read, between pixels linearly, from where an affine map about the image's centre and a smooth
 * field of moves (a cubic B-spline over a 7x7 grid) say; outside is paper.
 *
 * @param set - the images; unchanged
 * @param key - the random key: the same one gives the same images
 * @param options - `rotation`: degrees, default 12; `scale`: default 0.12; `shear`: default 0.15; `shift`: pixels,
 *   default 1.5; `elastic`: pixels, default 0.6
 * @returns a set of as many new images with the same labels
 * @throws {RangeError} for an option that is not a finite number of at least 0
 * @example
 * ```ts
 * const more = distort(data.train, mx.random.key(1), { rotation: 8, elastic: 0 });
 * ```
 * @see Simard, Steinkraus and Platt, Best Practices for Convolutional Neural Networks Applied to Visual Document
 * Analysis, 2003
 */
export function distort(set: MnistSet, key: MLXArray, options: DistortOptions = {}): MnistSet {
  const { count, rows, cols, labels } = set;
  const size = rows * cols;
  const most = checked(options);
  const [uniforms, normals] = randomNumbers(count, key);
  const field = new Field(rows, cols);
  const images = new Uint8Array(count * size);
  for (let i = 0; i < count; i++) {
    const affine = affineOf(uniforms, i * UNIFORMS, most);
    field.bend(normals, i * NORMALS, most.elastic);
    const from = set.images.subarray(i * size, (i + 1) * size);
    resample(from, images.subarray(i * size, (i + 1) * size), rows, cols, affine, field);
  }
  return { images, labels, count, rows, cols };
}

function checked(options: DistortOptions): Required<DistortOptions> {
  const { rotation = 12, scale = 0.12, shear = 0.15, shift = 1.5, elastic = 0.6 } = options;
  const all = { rotation, scale, shear, shift, elastic };
  for (const [name, value] of Object.entries(all)) {
    if (!Number.isFinite(value) || value < 0) {
      throw new RangeError(
        `[mnist.distort] ${name} ${value}, it must be a number of at least 0; leave it out for the default`,
      );
    }
  }
  return all;
}

/** Numbers in -1 to 1, and normal ones, for all images. */
function randomNumbers(
  count: number,
  key: MLXArray,
): [uniforms: ArrayLike<number>, normals: ArrayLike<number>] {
  return mx.tidy(() => {
    const keys = mx.random.split(key);
    const uniforms = mx.random.uniform(-1, 1, [count, UNIFORMS], { key: keys.index(0) });
    const normals = mx.random.normal([count, NORMALS], { key: keys.index(1) });
    return [uniforms.toTypedArray() as Float32Array, normals.toTypedArray() as Float32Array];
  });
}

/** From a place in the new image to one in the old, both from the centre: `[a b; c d] place + [x y]`. */
interface Affine {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly x: number;
  readonly y: number;
}

function affineOf(numbers: ArrayLike<number>, at: number, most: Required<DistortOptions>): Affine {
  const number = (i: number) => numbers[at + i] ?? 0;
  const angle = (number(0) * most.rotation * Math.PI) / 180;
  const [across, down] = [1 + number(1) * most.scale, 1 + number(2) * most.scale];
  const slant = number(3) * most.shear;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return {
    a: cos / across,
    b: (sin + slant * cos) / across,
    c: -sin / down,
    d: (cos - slant * sin) / down,
    x: number(4) * most.shift,
    y: number(5) * most.shift,
  };
}

/** Where each pixel of an image is moved to by bending, between the points of a coarse grid. */
class Field {
  readonly across: Float64Array;
  readonly down: Float64Array;
  readonly #rowStarts: Uint8Array;
  readonly #rowWeights: Float64Array;
  readonly #colStarts: Uint8Array;
  readonly #colWeights: Float64Array;
  /** The grid, blended for the row at hand: moves across, then moves down. */
  readonly #row = new Float64Array(2 * GRID);

  constructor(
    readonly rows: number,
    readonly cols: number,
  ) {
    this.across = new Float64Array(rows * cols);
    this.down = new Float64Array(rows * cols);
    [this.#rowStarts, this.#rowWeights] = spline(rows);
    [this.#colStarts, this.#colWeights] = spline(cols);
  }

  /** Blends the moves of the grid points, which are normal numbers times `strength`, for every pixel. */
  bend(normals: ArrayLike<number>, at: number, strength: number): void {
    if (strength === 0) return; // the moves are 0 from the start
    const { across, down, rows, cols } = this;
    const row = this.#row;
    for (let r = 0; r < rows; r++) {
      const top = this.#rowStarts[r] ?? 0;
      for (let g = 0; g < 2 * GRID; g++) {
        const first = at + (g < GRID ? g : GRID * GRID + g - GRID) + top * GRID;
        let sum = 0;
        for (let k = 0; k < 4; k++) {
          sum += (this.#rowWeights[r * 4 + k] ?? 0) * (normals[first + k * GRID] ?? 0);
        }
        row[g] = sum * strength;
      }
      for (let c = 0; c < cols; c++) {
        const left = this.#colStarts[c] ?? 0;
        let x = 0;
        let y = 0;
        for (let k = 0; k < 4; k++) {
          const weight = this.#colWeights[c * 4 + k] ?? 0;
          x += weight * (row[left + k] ?? 0);
          y += weight * (row[GRID + left + k] ?? 0);
        }
        across[r * cols + c] = x;
        down[r * cols + c] = y;
      }
    }
  }
}

/**
 * Which four grid points count for each of `length` pixels, and how much: cubic B-splines over points that reach
 * one step beyond both ends, scaled so that the moves of all pixels deviate as the points' do.
 */
function spline(length: number): [starts: Uint8Array, weights: Float64Array] {
  const starts = new Uint8Array(length);
  const weights = new Float64Array(length * 4);
  const step = (length - 1) / (GRID - 3);
  for (let i = 0; i < length; i++) {
    const start = Math.min(Math.floor(i / step), GRID - 4);
    const four = Array.from({ length: 4 }, (_, k) => cubic(i / step + 1 - start - k));
    const norm = Math.hypot(...four);
    starts[i] = start;
    for (const [k, weight] of four.entries()) weights[i * 4 + k] = weight / norm;
  }
  return [starts, weights];
}

/** The cubic B-spline, at a distance of `t` steps. */
function cubic(t: number): number {
  const d = Math.abs(t);
  if (d < 1) return 2 / 3 - d * d + (d * d * d) / 2;
  return d < 2 ? (2 - d) ** 3 / 6 : 0;
}

/** Fills an image with what another one shows where the maps point; outside it is paper. */
function resample(
  from: Uint8Array,
  to: Uint8Array,
  rows: number,
  cols: number,
  { a, b, c, d, x, y }: Affine,
  { across, down }: Field,
): void {
  const middleX = (cols - 1) / 2;
  const middleY = (rows - 1) / 2;
  for (let row = 0, i = 0; row < rows; row++) {
    const v = row - middleY;
    for (let col = 0; col < cols; col++, i++) {
      const u = col - middleX;
      const left = a * u + b * v + x + middleX + (across[i] ?? 0);
      const top = c * u + d * v + y + middleY + (down[i] ?? 0);
      const c0 = Math.floor(left);
      const r0 = Math.floor(top);
      if (c0 < -1 || r0 < -1 || c0 >= cols || r0 >= rows) continue;
      const right = left - c0;
      const below = top - r0;
      const at = r0 * cols + c0;
      const [isTop, isBottom] = [r0 >= 0, r0 + 1 < rows];
      let [upper, lower] = [0, 0];
      if (c0 >= 0) {
        if (isTop) upper = (from[at] ?? 0) * (1 - right);
        if (isBottom) lower = (from[at + cols] ?? 0) * (1 - right);
      }
      if (c0 + 1 < cols) {
        if (isTop) upper += (from[at + 1] ?? 0) * right;
        if (isBottom) lower += (from[at + cols + 1] ?? 0) * right;
      }
      to[i] = Math.round(upper * (1 - below) + lower * below);
    }
  }
}
