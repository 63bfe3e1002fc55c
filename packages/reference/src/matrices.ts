// What the decompositions share: an array as matrices of complex numbers in float64 (for real ones the imaginary
// parts stay 0), and matrices as arrays again.

import { type DType, MLXError, type Shape } from "@mlx-ts/backend-api";
import type { Dense } from "./array.js";
import { type Complex, complex } from "./complex.js";
import { blank, closed, kindOf, opened } from "./values.js";

/** Rows, or columns where a name says so, of complex numbers. */
export type Matrix = Complex[][];

/** The matrices in an array's last two axes, and its axes before them. */
export function matricesOf(a: Dense): {
  batch: Shape;
  rows: number;
  columns: number;
  all: Matrix[];
} {
  const [rows, columns] = a.shape.slice(-2) as [number, number];
  const batch = a.shape.slice(0, -2);
  const count = batch.reduce((size, n) => size * n, 1);
  const values = opened(a);
  const at = (i: number): Complex =>
    kindOf(a.dtype) === "complex" ? (values[i] as Complex) : complex(values[i] as number);
  const all = Array.from({ length: count }, (_, b) =>
    table(rows, columns, (i, j) => at((b * rows + i) * columns + j)),
  );
  return { batch, rows, columns, all };
}

/** A matrix by its elements. */
export const table = (
  rows: number,
  columns: number,
  at: (row: number, column: number) => Complex,
): Matrix =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => at(i, j)));

export const identity = (n: number): Matrix => table(n, n, (i, j) => complex(i === j ? 1 : 0));

/** An array of numbers one after the other, of which real dtypes take the real parts. */
export function arrayOf(shape: Shape, dtype: DType, numbers: readonly Complex[]): Dense {
  const out = blank(shape, dtype);
  const isComplex = kindOf(dtype) === "complex";
  for (const [i, z] of numbers.entries()) out[i] = isComplex ? z : z.re;
  return closed(shape, dtype, out);
}

/** Refuses matrices with elements that no decomposition ends with. */
export function refuseInfinite(op: string, matrices: readonly Matrix[]): void {
  for (const z of matrices.flat(2)) {
    if (Number.isFinite(z.re) && Number.isFinite(z.im)) continue;
    throw new MLXError(
      `[linalg.${op}] the matrices hold NaN or infinity, all elements must be finite`,
    );
  }
}

/** The error of an iteration that does not come to an end. */
export const notConverging = (op: string): MLXError =>
  new MLXError(`[linalg.${op}] the iteration did not converge`);
