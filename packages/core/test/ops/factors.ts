// Comparing factorizations with Python's. Signs, and phases of complex numbers, are left open by the
// definition of singular vectors, eigenvectors and QR: what is compared is what they cannot change.

import type { MLXArray } from "../../src/index.js";
import { must } from "../golden.js";

/** Where a factorization keeps its vectors, and where values that belong to them. */
interface Factors {
  /** The part whose columns are vectors. */
  readonly columns: number;
  /** The part whose rows undo their signs; without it, the vectors' own conjugates do. */
  readonly rows?: number;
  readonly values?: number;
}

/** The ops that leave signs open. */
export const factors: ReadonlyMap<string, Factors> = new Map([
  ["linalg.qr", { columns: 0, rows: 1 }],
  ["linalg.svd", { columns: 0, rows: 2, values: 1 }],
  ["linalg.eig", { columns: 1, values: 0 }],
  ["linalg.eigh", { columns: 1, values: 0 }],
]);

type Complex = readonly [re: number, im: number];
type Matrix = readonly (readonly Complex[])[];

const product = ([a, b]: Complex, [c, d]: Complex): Complex => [a * c - b * d, a * d + b * c];

/** The matrices of an array. */
function matricesOf(array: MLXArray): Matrix[] {
  const [rows = 0, columns = 0] = array.shape.slice(-2);
  const flat = Array.from(array.toTypedArray(), Number);
  const pairs = array.dtype === "complex64";
  const numbers = Array.from(
    { length: array.size },
    (_, i): Complex => (pairs ? [must(flat[2 * i]), must(flat[2 * i + 1])] : [must(flat[i]), 0]),
  );
  return Array.from({ length: array.size / (rows * columns) }, (_, m) =>
    Array.from({ length: rows }, (_, r) => {
      const start = (m * rows + r) * columns;
      return numbers.slice(start, start + columns);
    }),
  );
}

const adjoint = (matrix: Matrix): Matrix =>
  must(matrix[0]).map((_, c) =>
    matrix.map((row): Complex => {
      const [re, im] = must(row[c]);
      return [re, -im];
    }),
  );

/** Every column times the row of its number: as many matrices as both have. */
function layers(columns: Matrix, rows: Matrix): number[] {
  const count = Math.min(must(columns[0]).length, rows.length);
  return Array.from({ length: count }, (_, i) =>
    columns.map((column) => must(rows[i]).map((x) => product(must(column[i]), x))),
  ).flat(4);
}

/** All that is determined of a factorization's vectors. */
export function determined(
  { columns, rows }: Factors,
  parts: readonly MLXArray[],
): readonly number[] {
  const left = matricesOf(must(parts[columns]));
  const right = rows === undefined ? left.map(adjoint) : matricesOf(must(parts[rows]));
  return left.flatMap((matrix, i) => layers(matrix, must(right[i])));
}
