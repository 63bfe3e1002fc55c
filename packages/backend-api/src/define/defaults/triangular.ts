// Triangular matrices: equations by substitution, inverses, Cholesky and QR factors.

import { type Handle, Scalar } from "../../backend.js";
import type { LinalgOps } from "../../ops/index.js";
import type { Front } from "../front.js";
import { matricesOf } from "./matrices.js";

/** A vector that stands on a mirror, and the same times 2 by the square of its length. */
interface Reflector<H> {
  readonly v: H;
  readonly scaled: H;
}

export const triangularDefaults = <H extends Handle>(
  f: Front<H>,
): Pick<
  LinalgOps<H>,
  "linalgSolveTriangular" | "linalgTriInv" | "linalgCholesky" | "linalgCholeskyInv" | "linalgQr"
> => {
  const { ops } = f;
  const on = matricesOf(f);

  /** Substitution: a row that is solved is taken out of those that are not. */
  const substituted = (a: H, b: H, upper: boolean): H => {
    const [n] = on.size(a);
    const rows = on.rows(n);
    let x = b;
    for (let step = 0; step < n; step++) {
      const j = upper ? n - 1 - step : step;
      const here = new Scalar(j);
      const pivot = on.part(a, [j, j + 1], [j, j + 1]);
      const solved = ops.divide(on.row(x, j), pivot);
      const open = upper ? ops.less(rows, here) : ops.greater(rows, here);
      const rest = ops.subtract(x, ops.multiply(on.only(open, on.column(a, j)), solved));
      x = ops.where(ops.equal(rows, here), solved, rest);
    }
    return x;
  };

  /** The lower factor; the upper triangle is not read. */
  const lowerCholesky = (a: H): H => {
    const [n] = on.size(a);
    const rows = on.rows(n);
    const columns: H[] = [];
    let rest = a;
    for (let j = 0; j < n; j++) {
      const root = ops.sqrt(on.part(rest, [j, j + 1], [j, j + 1]));
      const closed = ops.greaterEqual(rows, new Scalar(j));
      const column = on.only(closed, ops.divide(on.column(rest, j), root));
      rest = ops.subtract(rest, ops.multiply(column, on.transposed(column)));
      columns.push(column);
    }
    return columns.length > 0 ? ops.concatenate(columns, -1) : a;
  };

  /**
   * A reflection I - 2 v v^T / (v^T v) that turns the part of a column below the diagonal to 0, or none. Without a
   * root of v's length small whole numbers stay exact.
   */
  const reflector = (column: H, j: number, rows: H): Reflector<H> => {
    const here = new Scalar(j);
    const tail = on.only(ops.greaterEqual(rows, here), column);
    const diagonal = on.part(tail, [j, j + 1], [0, 1]);
    const norm = ops.sqrt(ops.sum(ops.square(tail), [-2], true));
    // Away from 0, so that no digits cancel.
    const sign = ops.where(
      ops.less(diagonal, new Scalar(0)),
      new Scalar(-1),
      f.scalar(1, f.dtype(column)),
    );
    const v = ops.where(ops.equal(rows, here), ops.add(tail, ops.multiply(sign, norm)), tail);
    const squares = ops.sum(ops.square(v), [-2], true);
    const none = ops.equal(squares, new Scalar(0));
    const unit = ops.divide(v, ops.where(none, new Scalar(1), squares));
    return { v, scaled: ops.multiply(unit, new Scalar(2)) };
  };

  const reflected = ({ v, scaled }: Reflector<H>, a: H): H =>
    ops.subtract(a, ops.multiply(scaled, ops.matmul(on.transposed(v), a)));

  return {
    linalgSolveTriangular: (a, b, upper) =>
      f.shape(b).length === 1
        ? ops.squeeze(substituted(a, ops.expandDims(b, [-1]), upper), [-1])
        : substituted(a, b, upper),
    linalgTriInv(a, upper) {
      const identity = on.identity(...on.size(a), a);
      return substituted(a, ops.broadcastTo(identity, f.shape(a)), upper);
    },
    linalgCholesky: (a, upper) =>
      upper ? on.transposed(lowerCholesky(on.transposed(a))) : lowerCholesky(a),
    linalgCholeskyInv(a, upper) {
      const inverse = ops.linalgTriInv(a, upper);
      return upper
        ? ops.matmul(inverse, on.transposed(inverse))
        : ops.matmul(on.transposed(inverse), inverse);
    },
    linalgQr(a) {
      const [m, n] = on.size(a);
      const k = Math.min(m, n);
      const rows = on.rows(m);
      const reflectors: Reflector<H>[] = [];
      let r = a;
      // A column of one element needs no reflection.
      for (let j = 0; j < Math.min(k, m - 1); j++) {
        const at = reflector(on.column(r, j), j, rows);
        r = reflected(at, r);
        reflectors.push(at);
      }
      let q = ops.broadcastTo(on.identity(m, k, a), [...f.shape(a).slice(0, -2), m, k]);
      for (const at of reflectors.reverse()) q = reflected(at, q);
      const above = ops.lessEqual(on.rows(k), on.columns(n));
      return [q, on.only(above, on.part(r, [0, k], [0, n]))];
    },
  };
};
