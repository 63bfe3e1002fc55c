// The decompositions that cannot be made of other ops, on batches of matrices: what ./jacobi.ts and ./schur.ts
// find for one matrix, in arrays. The front has checked dtypes and shapes.

import type { DType, Overrides, Shape } from "@mlx-ts/backend-api";
import { type Dense, sizeOf } from "./array.js";
import * as c from "./complex.js";
import { hermitian, type Singular, singular } from "./jacobi.js";
import { arrayOf, type Matrix, matricesOf, refuseInfinite, table } from "./matrices.js";
import { eigen } from "./schur.js";

const realOf = (dtype: DType): DType => (dtype === "complex64" ? "float32" : dtype);

const reals = (numbers: readonly number[]) => numbers.map((x) => c.complex(x));

/** The singular value decompositions of an array's matrices. */
function singularOf(op: string, a: Dense) {
  const { batch, rows, columns, all } = matricesOf(a);
  refuseInfinite(op, all);
  return { batch, rows, columns, parts: all.map((m) => singular(op, m, rows, columns)) };
}

/** Factors are square, and may be much larger than the matrix. */
const refuseLarge = (batch: Shape, rows: number, columns: number) =>
  sizeOf([...batch, Math.max(rows, columns), Math.max(rows, columns)]);

function svd(a: Dense, computeUv: boolean): Dense[] {
  const { batch, rows, columns, parts } = singularOf("svd", a);
  const side = Math.min(rows, columns);
  const s = arrayOf([...batch, side], realOf(a.dtype), reals(parts.flatMap((p) => p.values)));
  if (!computeUv) return [s];
  refuseLarge(batch, rows, columns);
  const vt = (part: Singular) => {
    const v = part.v();
    return table(columns, columns, (i, j) => c.conjugate((v[j] as c.Complex[])[i] as c.Complex));
  };
  return [
    arrayOf(
      [...batch, rows, rows],
      a.dtype,
      parts.flatMap(({ u }) => u().flat()),
    ),
    s,
    arrayOf(
      [...batch, columns, columns],
      a.dtype,
      parts.flatMap((p) => vt(p).flat()),
    ),
  ];
}

/** Singular values below it, times the largest, count as 0. */
const cutoff = (dtype: DType, rows: number, columns: number) =>
  10 * Math.max(rows, columns) * (dtype === "float64" ? 2 ** -52 : 2 ** -23);

function pinv(a: Dense): Dense {
  const { batch, rows, columns, parts } = singularOf("pinv", a);
  refuseLarge(batch, rows, columns);
  const inverse = ({ values, ...sides }: Singular): Matrix => {
    const [u, v] = [sides.u(), sides.v()];
    const least = cutoff(a.dtype, rows, columns) * (values[0] ?? 0);
    const kept = values.filter((value) => value > least);
    return table(columns, rows, (i, j) =>
      kept.reduce((sum, value, k) => {
        const [left, right] = [(v[i] as c.Complex[])[k], (u[j] as c.Complex[])[k]];
        const product = c.multiply(left as c.Complex, c.conjugate(right as c.Complex));
        return c.add(sum, c.scaled(product, 1 / value));
      }, c.complex(0)),
    );
  };
  const numbers = parts.flatMap((part) => inverse(part).flat());
  return arrayOf([...batch, columns, rows], a.dtype, numbers);
}

/** Eigenvalues and eigenvectors from one triangle of each matrix. */
function hermitianOf(op: string, a: Dense, uplo: "L" | "U") {
  const { batch, rows: n, all } = matricesOf(a);
  const whole = all.map((m) =>
    table(n, n, (i, j) => {
      const read = uplo === "L" ? i >= j : i <= j;
      const z = (m[read ? i : j] as c.Complex[])[read ? j : i] as c.Complex;
      if (i === j) return c.complex(z.re);
      return read ? z : c.conjugate(z);
    }),
  );
  refuseInfinite(op, whole);
  const parts = whole.map((m) => hermitian(op, m));
  const values = arrayOf([...batch, n], realOf(a.dtype), reals(parts.flatMap((p) => p.values)));
  const vectors = () =>
    arrayOf(
      [...batch, n, n],
      a.dtype,
      parts.flatMap((p) => p.vectors.flat()),
    );
  return { values, vectors };
}

function eigenOf(op: string, a: Dense) {
  const { batch, rows: n, all } = matricesOf(a);
  refuseInfinite(op, all);
  const parts = all.map((m) => eigen(op, m));
  const values = arrayOf(
    [...batch, n],
    "complex64",
    parts.flatMap((p) => p.values),
  );
  const vectors = () =>
    arrayOf(
      [...batch, n, n],
      "complex64",
      parts.flatMap((p) => p.vectors.flat()),
    );
  return { values, vectors };
}

export const linalg: Overrides<Dense> = {
  linalgSvd: svd,
  linalgPinv: pinv,
  linalgEigvalsh: (a, uplo) => hermitianOf("eigvalsh", a, uplo).values,
  linalgEigh(a, uplo) {
    const { values, vectors } = hermitianOf("eigh", a, uplo);
    return [values, vectors()];
  },
  linalgEigvals: (a) => eigenOf("eigvals", a).values,
  linalgEig(a) {
    const { values, vectors } = eigenOf("eig", a);
    return [values, vectors()];
  },
};
