// Eigenvalues of any square matrix: rotations bring it to triangular form (Schur's), with the eigenvalues on the
// diagonal; the vectors follow from the triangle.

import * as c from "./complex.js";
import { identity, type Matrix, notConverging } from "./matrices.js";

type Complex = c.Complex;

const at = (matrix: Matrix, i: number, j: number) => (matrix[i] as Complex[])[j] as Complex;
const set = (matrix: Matrix, i: number, j: number, z: Complex) => {
  (matrix[i] as Complex[])[j] = z;
};

/** A turn of two coordinates. */
interface Rotation {
  readonly i: number;
  readonly a: Complex;
  readonly b: Complex;
}

/** The turn of coordinates `i` and `i + 1` that makes (x, y) to (length, 0). */
function rotation(i: number, x: Complex, y: Complex): Rotation {
  const length = Math.hypot(x.re, x.im, y.re, y.im);
  if (length === 0) return { i, a: c.complex(1), b: c.complex(0) };
  return { i, a: c.scaled(x, 1 / length), b: c.scaled(y, 1 / length) };
}

function turnRows(matrix: Matrix, { i, a, b }: Rotation): void {
  for (let k = 0; k < matrix.length; k++) {
    const [x, y] = [at(matrix, i, k), at(matrix, i + 1, k)];
    set(matrix, i, k, c.add(c.multiply(c.conjugate(a), x), c.multiply(c.conjugate(b), y)));
    set(matrix, i + 1, k, c.subtract(c.multiply(a, y), c.multiply(b, x)));
  }
}

/** Undoes on the right what turning rows does on the left. */
function turnColumns(matrix: Matrix, { i, a, b }: Rotation): void {
  for (let k = 0; k < matrix.length; k++) {
    const [x, y] = [at(matrix, k, i), at(matrix, k, i + 1)];
    set(matrix, k, i, c.add(c.multiply(a, x), c.multiply(b, y)));
    set(matrix, k, i + 1, c.subtract(c.multiply(c.conjugate(a), y), c.multiply(c.conjugate(b), x)));
  }
}

/** Makes all below the first subdiagonal 0; `basis` keeps the turns. */
function toHessenberg(t: Matrix, basis: Matrix): void {
  for (let column = 0; column < t.length - 2; column++) {
    for (let i = t.length - 2; i > column; i--) {
      const turn = rotation(i, at(t, i, column), at(t, i + 1, column));
      turnRows(t, turn);
      turnColumns(t, turn);
      turnColumns(basis, turn);
      set(t, i + 1, column, c.complex(0));
    }
  }
}

/** Of the last two rows' own eigenvalues the one nearer to the corner (Wilkinson's shift). */
function shiftOf(t: Matrix, last: number): Complex {
  const [x, y] = [at(t, last - 1, last - 1), at(t, last, last)];
  const product = c.multiply(at(t, last - 1, last), at(t, last, last - 1));
  const half = c.scaled(c.subtract(x, y), 0.5);
  const root = c.sqrt(c.add(c.multiply(half, half), product));
  const [plus, minus] = [c.add(half, root), c.subtract(half, root)];
  return c.add(y, c.abs(plus) < c.abs(minus) ? plus : minus);
}

function addToDiagonal(t: Matrix, z: Complex): void {
  for (let i = 0; i < t.length; i++) set(t, i, i, c.add(at(t, i, i), z));
}

/** One step of the QR iteration on rows `first` to `last`. */
function step(t: Matrix, basis: Matrix, first: number, last: number, shift: Complex): void {
  addToDiagonal(t, c.negative(shift));
  const turns: Rotation[] = [];
  for (let i = first; i < last; i++) {
    const turn = rotation(i, at(t, i, i), at(t, i + 1, i));
    turnRows(t, turn);
    turns.push(turn);
  }
  for (const turn of turns) {
    turnColumns(t, turn);
    turnColumns(basis, turn);
  }
  addToDiagonal(t, shift);
}

/** Turns a matrix to triangular form in place; $a = basis \, t \, basis^H$. */
function triangular(op: string, t: Matrix): Matrix {
  const basis = identity(t.length);
  toHessenberg(t, basis);
  let last = t.length - 1;
  for (let round = 1; last > 0; round++) {
    if (round > 60 * t.length) throw notConverging(op);
    let first = last;
    while (first > 0) {
      const beside = c.abs(at(t, first, first)) + c.abs(at(t, first - 1, first - 1));
      if (c.abs(at(t, first, first - 1)) <= Number.EPSILON * beside) break;
      first--;
    }
    if (first > 0) set(t, first, first - 1, c.complex(0));
    if (first === last) last--;
    // Now and then another shift, for matrices that the usual one turns in a circle.
    else if (round % 11 === 0) step(t, basis, first, last, c.complex(c.abs(at(t, last, last - 1))));
    else step(t, basis, first, last, shiftOf(t, last));
  }
  return basis;
}

/** The eigenvector of number `k` of a triangular matrix; elements behind the k-th are 0. */
function triangularVector(t: Matrix, k: number, size: number): Complex[] {
  const vector = new Array<Complex>(t.length).fill(c.complex(0));
  vector[k] = c.complex(1);
  for (let i = k - 1; i >= 0; i--) {
    let sum = c.complex(0);
    for (let j = i + 1; j <= k; j++)
      sum = c.add(sum, c.multiply(at(t, i, j), vector[j] as Complex));
    const gap = c.subtract(at(t, k, k), at(t, i, i));
    const least = Number.EPSILON * size;
    vector[i] = c.divide(sum, c.abs(gap) < least ? c.complex(least || 1) : gap);
  }
  return vector;
}

/** Eigenvalues, and as columns their vectors of length 1. The matrix is used up. */
export function eigen(op: string, t: Matrix): { values: Complex[]; vectors: Matrix } {
  const n = t.length;
  const basis = triangular(op, t);
  const size = Math.max(0, ...t.flat().map(c.abs));
  const vectors = identity(n);
  for (let k = 0; k < n; k++) {
    const vector = triangularVector(t, k, size);
    const column = basis.map((row) =>
      row.reduce((sum, z, j) => c.add(sum, c.multiply(z, vector[j] as Complex)), c.complex(0)),
    );
    const length = Math.hypot(...column.map(c.abs));
    for (const [i, z] of column.entries()) set(vectors, i, k, c.scaled(z, 1 / length));
  }
  return { values: t.map((row, i) => row[i] as Complex), vectors };
}
