// Singular values, and eigenvalues of Hermitian matrices, by Jacobi's method on one side: columns are turned against
// each other in pairs until all are at right angles. It is short, and exact to the last digits.

import { type Complex, conjugate } from "./complex.js";
import { identity, type Matrix, notConverging, table } from "./matrices.js";

/** A column, in parts, because these loops are where the time goes. */
interface Column {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

const columnsOf = (matrix: Matrix, count: number): Column[] =>
  Array.from({ length: count }, (_, j) => ({
    re: Float64Array.from(matrix, (row) => (row[j] as Complex).re),
    im: Float64Array.from(matrix, (row) => (row[j] as Complex).im),
  }));

/** $\overline{x} \cdot y$ */
function inner(x: Column, y: Column): Complex {
  let [re, im] = [0, 0];
  for (let i = 0; i < x.re.length; i++) {
    const [a, b] = [x.re[i] as number, x.im[i] as number];
    const [c, d] = [y.re[i] as number, y.im[i] as number];
    re += a * c + b * d;
    im += a * d - b * c;
  }
  return { re, im };
}

/** Adds a multiple of one column to another. */
function addMultiple(to: Column, by: Complex, from: Column): void {
  for (let i = 0; i < to.re.length; i++) {
    const [a, b] = [from.re[i] as number, from.im[i] as number];
    to.re[i] = (to.re[i] as number) + by.re * a - by.im * b;
    to.im[i] = (to.im[i] as number) + by.re * b + by.im * a;
  }
}

function scale({ re, im }: Column, by: number): void {
  for (let i = 0; i < re.length; i++) {
    re[i] = (re[i] as number) * by;
    im[i] = (im[i] as number) * by;
  }
}

const lengthOf = (x: Column) => Math.sqrt(inner(x, x).re);

/** Turns two columns by an angle, after `y` was turned by a phase. */
function turn(x: Column, y: Column, cos: number, sin: number, phase: Complex): void {
  for (let i = 0; i < x.re.length; i++) {
    const [a, b] = [x.re[i] as number, x.im[i] as number];
    const [c, d] = [y.re[i] as number, y.im[i] as number];
    const [re, im] = [c * phase.re - d * phase.im, c * phase.im + d * phase.re];
    x.re[i] = cos * a - sin * re;
    x.im[i] = cos * b - sin * im;
    y.re[i] = sin * a + cos * re;
    y.im[i] = sin * b + cos * im;
  }
}

/** Turns two columns, and the same of `also`, until they are at right angles; false where they are. */
function straighten(columns: Column[], also: Column[], p: number, q: number): boolean {
  const [x, y] = [columns[p] as Column, columns[q] as Column];
  const [xx, yy, xy] = [inner(x, x).re, inner(y, y).re, inner(x, y)];
  const size = Math.hypot(xy.re, xy.im);
  if (size <= 1e-15 * Math.sqrt(xx * yy)) return false;
  const slope = (yy - xx) / (2 * size);
  const tan = (slope < 0 ? -1 : 1) / (Math.abs(slope) + Math.hypot(1, slope));
  const cos = 1 / Math.hypot(1, tan);
  const phase = { re: xy.re / size, im: -xy.im / size };
  turn(x, y, cos, cos * tan, phase);
  turn(also[p] as Column, also[q] as Column, cos, cos * tan, phase);
  return true;
}

/** Completes columns of length 1 at right angles to as many as they have elements. */
function complete(columns: Column[], side: number): Column[] {
  const units = columnsOf(identity(side), side);
  const result = [...columns];
  for (const unit of units) {
    if (result.length === side) break;
    // Twice, because what the first round leaves is small where the unit is nearly one of the others' sums.
    for (const column of [...result, ...result]) {
      const { re, im } = inner(column, unit);
      addMultiple(unit, { re: -re, im: -im }, column);
    }
    const length = lengthOf(unit);
    // Of the units some stand out of the columns by so much, whatever the columns are.
    if (length ** 2 < 0.5 / side) continue;
    scale(unit, 1 / length);
    result.push(unit);
  }
  return result;
}

/** The parts of a singular value decomposition; `u` and `v` are square, which is costly, and `values` descend. */
export interface Singular {
  readonly u: () => Matrix;
  readonly values: readonly number[];
  readonly v: () => Matrix;
}

const matrixOf = (columns: readonly Column[], side: number): Matrix =>
  table(side, columns.length, (i, j) => {
    const { re, im } = columns[j] as Column;
    return { re: re[i] as number, im: im[i] as number };
  });

/** $a = u \, \mathrm{diag}(values) \, v^H$ */
export function singular(op: string, a: Matrix, rows: number, columns: number): Singular {
  if (rows < columns) {
    const adjoint = table(columns, rows, (i, j) => conjugate((a[j] as Complex[])[i] as Complex));
    const { u, values, v } = singular(op, adjoint, columns, rows);
    return { u: v, values, v: u };
  }
  const turned = columnsOf(a, columns);
  const turns = columnsOf(identity(columns), columns);
  for (let round = 0, moved = true; moved; round++) {
    if (round === 60) throw notConverging(op);
    moved = false;
    for (let p = 0; p < columns; p++) {
      for (let q = p + 1; q < columns; q++) moved = straighten(turned, turns, p, q) || moved;
    }
  }
  const lengths = turned.map(lengthOf);
  const order = [...lengths.keys()].sort((i, j) => (lengths[j] as number) - (lengths[i] as number));
  const values = order.map((i) => lengths[i] as number);
  const least = (values[0] ?? 0) * 1e-300;
  const left = order.filter((i) => (lengths[i] as number) > least).map((i) => turned[i] as Column);
  for (const column of left) scale(column, 1 / lengthOf(column));
  return {
    u: () => matrixOf(complete(left, rows), rows),
    values,
    v: () =>
      matrixOf(
        order.map((i) => turns[i] as Column),
        columns,
      ),
  };
}

/** Eigenvalues in ascending order, and as columns their vectors, of a Hermitian matrix. */
export function hermitian(op: string, a: Matrix): { values: number[]; vectors: Matrix } {
  const n = a.length;
  // With its own size added no eigenvalue is negative, and they are the singular values.
  const shift = Math.sqrt(a.flat().reduce((sum, { re, im }) => sum + re * re + im * im, 0));
  const shifted = table(n, n, (i, j) => {
    const { re, im } = (a[i] as Complex[])[j] as Complex;
    return { re: i === j ? re + shift : re, im };
  });
  const { values, v } = singular(op, shifted, n, n);
  return {
    values: values.map((value) => value - shift).reverse(),
    vectors: v().map((row) => row.reverse()),
  };
}
