// The discrete Fourier transform of one axis, of any size, as few matrix products: sizes are split into small
// factors (Cooley and Tukey), large primes are turned into a convolution (Bluestein). Roots of unity are
// computed in float64 and kept as complex64 constants.

import type { Handle } from "../../backend.js";
import { sizeOf } from "../axes.js";
import type { Front } from "../front.js";

/** Whether the exponent of the roots is negative, as in the transform, or positive, as in its inverse. */
export type Direction = -1 | 1;

/** Bytes that a transform works on for each element: complex64 numbers, roots of unity, and what they make. */
export const workOf = 64;

/** Sizes up to this are one matrix product when they have no divisors. */
const largestDense = 128;

/** The best factors: few stages, small matrices. */
const bestFactor = 32;

/** Cosine and sine of a part of a circle, exact at its quarters: opposite terms of a sum then cancel to zero. */
function onCircle(turn: number): readonly [cosine: number, sine: number] {
  const quarter = Math.round(4 * turn);
  const rest = (4 * turn - quarter) * (Math.PI / 2);
  const [cosine, sine] = [Math.cos(rest), Math.sin(rest)];
  const swapped = quarter % 2 === 0 ? ([cosine, sine] as const) : ([sine, cosine] as const);
  // Left of the middle the cosine is negative, below it the sine.
  return [
    quarter % 4 === 1 || quarter % 4 === 2 ? -swapped[0] : swapped[0],
    quarter % 4 >= 2 ? -swapped[1] : swapped[1],
  ];
}

/** The numbers weight * e^(direction * 2 pi i turns), of a shape; a turn is a whole circle. */
function roots<H extends Handle>(
  f: Front<H>,
  shape: readonly number[],
  direction: Direction,
  turns: (i: number) => number,
  weight: (i: number) => number = () => 1,
): H {
  const data = new Float32Array(2 * sizeOf(shape));
  for (let i = 0; i < data.length / 2; i++) {
    const [cosine, sine] = onCircle(turns(i));
    data[2 * i] = weight(i) * cosine;
    data[2 * i + 1] = weight(i) * direction * sine;
  }
  return f.constant({ shape, dtype: "complex64", data });
}

/** The roots w^(row * column) of a matrix, where w is the first of `n`; products are kept small to be exact. */
const rootMatrix = <H extends Handle>(
  f: Front<H>,
  rows: number,
  columns: number,
  n: number,
  direction: Direction,
): H =>
  roots(f, [rows, columns], direction, (i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    return ((row * column) % n) / n;
  });

/** A divisor to split a size by; the size itself where it has none. */
function factorOf(n: number): number {
  for (let d = Math.min(bestFactor, n - 1); d > 1; d--) if (n % d === 0) return d;
  for (let d = bestFactor + 1; d <= largestDense && d < n; d++) if (n % d === 0) return d;
  return n;
}

/** A transform of rows `[b, n]` as a convolution with a chirp, of a size that is a power of 2. */
function byConvolution<H extends Handle>(f: Front<H>, rows: H, n: number, direction: Direction): H {
  const { ops } = f;
  const [b = 0] = f.shape(rows);
  const m = 2 ** Math.ceil(Math.log2(2 * n - 1));
  // The squares are taken modulo 2 n, as far as a turn goes: large angles would lose their digits.
  const square = (k: number) => Number((BigInt(k) * BigInt(k)) % BigInt(2 * n)) / (2 * n);
  const chirp = roots(f, [1, n], direction, square);
  const back = direction === -1 ? 1 : -1;
  const padded = ops.concatenate(
    [ops.multiply(rows, chirp), f.kernels.full([b, m - n], 0, "complex64")],
    1,
  );
  // The chirp runs both ways from the start, which is m too.
  const filter = roots(
    f,
    [1, m],
    back,
    (i) => square(Math.min(i, m - i)),
    (i) => (Math.min(i, m - i) < n ? 1 / m : 0),
  );
  const response = transformRows(f, filter, m, -1);
  const convolved = transformRows(f, ops.multiply(transformRows(f, padded, m, -1), response), m, 1);
  return ops.multiply(ops.slice(convolved, [0, 0], [b, n], [1, 1]), chirp);
}

/** The sums of rows `[b, n]` with roots of unity, without any factor. */
export function transformRows<H extends Handle>(
  f: Front<H>,
  rows: H,
  n: number,
  direction: Direction,
): H {
  const { ops } = f;
  const [b = 0] = f.shape(rows);
  if (n === 1 || b === 0) return rows;
  if (n <= bestFactor) return ops.matmul(rows, rootMatrix(f, n, n, n, direction));
  const first = factorOf(n);
  if (first === n) {
    if (n > largestDense) return byConvolution(f, rows, n, direction);
    return ops.matmul(rows, rootMatrix(f, n, n, n, direction));
  }
  // Element i * rest + j of a row goes to element k + first * l of its spectrum.
  const rest = n / first;
  const columns = ops.matmul(
    rootMatrix(f, first, first, first, direction),
    ops.reshape(rows, [b, first, rest]),
  );
  const turned = ops.multiply(columns, rootMatrix(f, first, rest, n, direction));
  const spectra = transformRows(f, ops.reshape(turned, [b * first, rest]), rest, direction);
  return ops.reshape(ops.transpose(ops.reshape(spectra, [b, first, rest]), [0, 2, 1]), [b, n]);
}

/** The transform of one axis of a complex64 array. */
export function transformAxis<H extends Handle>(
  f: Front<H>,
  a: H,
  axis: number,
  direction: Direction,
): H {
  const { ops } = f;
  const last = ops.moveaxis(a, axis, -1);
  const shape = f.shape(last);
  const n = shape.at(-1) ?? 1;
  const rows = ops.reshape(last, [sizeOf(shape.slice(0, -1)), n]);
  return ops.moveaxis(ops.reshape(transformRows(f, rows, n, direction), shape), -1, axis);
}
