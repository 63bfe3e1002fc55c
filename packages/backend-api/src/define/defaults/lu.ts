// LU factorization with partial pivoting, and what follows from it: determinants, solutions, inverses.

import { type Handle, Scalar } from "../../backend.js";
import type { LinalgOps } from "../../ops/index.js";
import { sizeOf } from "../axes.js";
import type { Front } from "../front.js";
import { matricesOf } from "./matrices.js";

/** Both triangles in one matrix, the swapped rows as int32 `[..., k]`, the order of rows as int32 `[..., m, 1]`. */
interface Factors<H> {
  readonly lu: H;
  readonly pivots: H;
  readonly order: H;
}

function factorize<H extends Handle>(f: Front<H>, a: H): Factors<H> {
  const { ops, kernels } = f;
  const on = matricesOf(f);
  const [m, n] = on.size(a);
  const leading = f.shape(a).slice(0, -2);
  const steps = sizeOf(f.shape(a)) === 0 ? 0 : Math.min(m, n);
  const rows = on.rows(m);
  const columns = on.columns(n);
  let lu = a;
  let order = ops.broadcastTo(rows, [...leading, m, 1]);
  const pivots: H[] = [];
  for (let j = 0; j < steps; j++) {
    const here = new Scalar(j);
    const below = ops.greater(rows, here);
    // The largest element at or below the diagonal comes up.
    const open = ops.where(ops.greaterEqual(rows, here), ops.abs(on.column(lu, j)), new Scalar(-1));
    const largest = ops.astype(ops.argmax(open, -2, true), "int32");
    pivots.push(ops.squeeze(largest, [-1]));
    const swap = ops.where(
      ops.equal(rows, here),
      largest,
      ops.where(ops.equal(rows, largest), here, rows),
    );
    order = ops.takeAlongAxis(order, swap, -2);
    lu = ops.takeAlongAxis(lu, ops.broadcastTo(swap, f.shape(lu)), -2);

    const pivot = on.part(lu, [j, j + 1], [j, j + 1]);
    // A pivot of 0 is the largest of a column of zeros, which stay.
    const divisor = ops.where(ops.equal(pivot, new Scalar(0)), new Scalar(1), pivot);
    const factors = on.only(below, ops.divide(on.column(lu, j), divisor));
    const right = on.only(ops.greater(columns, here), on.row(lu, j));
    const reduced = ops.subtract(lu, ops.multiply(factors, right));
    const left = ops.logicalAnd(below, ops.equal(columns, here));
    lu = ops.where(left, factors, reduced);
  }
  return {
    lu,
    pivots:
      pivots.length > 0
        ? ops.concatenate(pivots, -1)
        : kernels.full([...leading, Math.min(m, n)], 0, "int32"),
    order,
  };
}

/** Determinants of up to three rows, as sums of products. */
function smallDeterminant<H extends Handle>(f: Front<H>, a: H): H {
  const { ops } = f;
  const on = matricesOf(f);
  const [n] = on.size(a);
  const at = (i: number, j: number): H => ops.squeeze(on.part(a, [i, i + 1], [j, j + 1]), [-2, -1]);
  const minor = (i: number, j: number, k: number, l: number): H =>
    ops.subtract(ops.multiply(at(i, k), at(j, l)), ops.multiply(at(i, l), at(j, k)));
  if (n === 0) return f.kernels.full(f.shape(a).slice(0, -2), 1, f.dtype(a));
  if (n === 1) return at(0, 0);
  if (n === 2) return minor(0, 1, 0, 1);
  const first = ops.multiply(at(0, 0), minor(1, 2, 1, 2));
  const second = ops.multiply(at(0, 1), minor(1, 2, 0, 2));
  return ops.add(ops.subtract(first, second), ops.multiply(at(0, 2), minor(1, 2, 0, 1)));
}

/** Sign and logarithm of determinants. */
function signAndLogarithm<H extends Handle>(f: Front<H>, a: H): [H, H] {
  const { ops } = f;
  if ((f.shape(a).at(-1) ?? 0) <= 3) {
    const raw = smallDeterminant(f, a);
    return [ops.sign(raw), ops.log(ops.abs(raw))];
  }
  const { lu, pivots } = factorize(f, a);
  const diagonal = ops.diagonal(lu, 0, -2, -1);
  const swapped = ops.notEqual(
    pivots,
    f.kernels.arange(0, 1, f.shape(pivots).at(-1) ?? 0, "int32"),
  );
  // Each swap and each negative factor turns the sign; a factor of 0 makes both what they are of 0.
  const turns = ops.where(swapped, new Scalar(-1), f.scalar(1, f.dtype(a)));
  return [
    ops.prod(ops.multiply(turns, ops.sign(diagonal)), [-1], false),
    ops.sum(ops.log(ops.abs(diagonal)), [-1], false),
  ];
}

export const luDefaults = <H extends Handle>(
  f: Front<H>,
): Pick<
  LinalgOps<H>,
  "linalgLu" | "linalgLuFactor" | "linalgInv" | "linalgSolve" | "linalgDet" | "linalgSlogdet"
> => {
  const { ops } = f;
  const on = matricesOf(f);

  /** Solutions of equations whose right sides are columns. */
  const solved = (a: H, b: H): H => {
    const { lu, order } = factorize(f, a);
    const [places, right] = ops.broadcastArrays([order, b]) as [H, H];
    const sorted = ops.takeAlongAxis(right, places, -2);
    const [n] = on.size(a);
    const unit = ops.where(ops.equal(on.rows(n), on.columns(n)), new Scalar(1), lu);
    return ops.linalgSolveTriangular(lu, ops.linalgSolveTriangular(unit, sorted, false), true);
  };

  return {
    linalgLu(a) {
      const [m, n] = on.size(a);
      const k = Math.min(m, n);
      const { lu, order } = factorize(f, a);
      const lower = on.part(lu, [0, m], [0, k]);
      const upper = on.part(lu, [0, k], [0, n]);
      const below = ops.greater(on.rows(m), on.columns(k));
      const above = ops.lessEqual(on.rows(k), on.columns(n));
      // Where each row of the matrix went, which is the inverse of the order they stand in.
      const places = ops.argsort(ops.squeeze(order, [-1]), -1);
      return [places, ops.add(on.only(below, lower), on.identity(m, k, a)), on.only(above, upper)];
    },
    linalgLuFactor(a) {
      const { lu, pivots } = factorize(f, a);
      return [lu, ops.astype(pivots, "uint32")];
    },
    linalgInv: (a) => solved(a, on.identity(...on.size(a), a)),
    linalgSolve: (a, b) =>
      f.shape(b).length === 1
        ? ops.squeeze(solved(a, ops.expandDims(b, [-1])), [-1])
        : solved(a, b),
    linalgDet(a) {
      if ((f.shape(a).at(-1) ?? 0) <= 3) return smallDeterminant(f, a);
      const [sign, logarithm] = signAndLogarithm(f, a);
      return ops.multiply(sign, ops.exp(logarithm));
    },
    linalgSlogdet: (a) => signAndLogarithm(f, a),
  };
};
