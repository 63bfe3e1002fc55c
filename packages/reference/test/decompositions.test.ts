// Decompositions are checked by what defines them: the factors make up the matrix, and their columns are at right
// angles. Python's values are in the goldens.

import { describe, expect, test } from "vitest";
import * as mx from "../../core/src/index.js";

const shapes: readonly (readonly number[])[] = [
  [1, 1],
  [4, 4],
  [6, 3],
  [3, 6],
  [2, 3, 3],
  [30, 30],
];
const square = shapes.filter((shape) => shape.at(-1) === shape.at(-2));
const dtypes = ["float32", "float64", "complex64"] as const;

const matrices = (shape: readonly number[], dtype: mx.DType): mx.MLXArray => {
  const real = mx.random.normal(shape, { key: mx.random.key(shape.length) });
  if (dtype !== "complex64") return real.astype(dtype);
  const imaginary = mx.random.normal(shape, { key: mx.random.key(7) }).astype("complex64");
  const i = mx.sqrt(mx.array([-1]).astype("complex64"));
  return mx.add(real, mx.multiply(imaginary, i));
};

const adjoint = (a: mx.MLXArray) => mx.conj(mx.swapaxes(a, -1, -2));

const expectClose = (a: mx.MLXArray, b: mx.MLXArray) => {
  const difference = mx.max(mx.abs(mx.subtract(a, b))).item();
  expect(difference).toBeLessThan(a.dtype === "float64" ? 1e-12 : 1e-4);
};

const expectUnitary = (a: mx.MLXArray) =>
  expectClose(mx.matmul(adjoint(a), a), mx.broadcastTo(mx.eye(a.shape.at(-1) as number), a.shape));

describe.each(dtypes)("of %s", (dtype) => {
  test.each(shapes)("svd of [%s, %s]", (...shape) => {
    mx.tidy(() => {
      const a = matrices(shape, dtype);
      const [u, s, vt] = mx.linalg.svd(a);
      expectUnitary(u);
      expectUnitary(vt);
      const k = s.shape.at(-1) as number;
      const left = u.index("...", mx.slice(0, k));
      const right = vt.index("...", mx.slice(0, k), mx.slice());
      expectClose(mx.matmul(mx.multiply(left, mx.expandDims(s, -2)), right), a);
      expect(mx.all(mx.lessEqual(mx.diff(s), 0)).item()).toBe(true);
    });
  });

  test.each(square)("eigh of [%s, %s]", (...shape) => {
    mx.tidy(() => {
      const any = matrices(shape, dtype);
      const a = mx.add(any, adjoint(any));
      for (const uplo of ["L", "U"] as const) {
        const [values, vectors] = mx.linalg.eigh(a, uplo);
        expectUnitary(vectors);
        const scaled = mx.multiply(vectors, mx.expandDims(values, -2));
        expectClose(mx.matmul(scaled, adjoint(vectors)), a);
      }
    });
  });

  test.each(square)("eig of [%s, %s]", (...shape) => {
    mx.tidy(() => {
      const a = matrices(shape, dtype);
      const [values, vectors] = mx.linalg.eig(a);
      const scaled = mx.multiply(vectors, mx.expandDims(values, -2));
      expectClose(mx.matmul(a.astype("complex64"), vectors), scaled);
      expectClose(
        mx.linalg.norm(vectors, 2, -2),
        mx.ones([...shape.slice(0, -2), shape.at(-1) as number]),
      );
    });
  });
});

test("a matrix of lower rank has a whole basis, and singular values of 0", () => {
  const a = mx.ones([4, 3]).astype("float64");
  const [u, s, vt] = mx.linalg.svd(a);
  expectUnitary(u);
  expectUnitary(vt);
  expectClose(s, mx.array([Math.sqrt(12), 0, 0], "float64"));
});

test("matrices that turn in a circle have their eigenvalues", () => {
  const circle = mx.roll(mx.eye(4), 1, 0);
  const values = mx.linalg.eigvals(circle);
  expectClose(mx.multiply(mx.square(values), mx.square(values)), mx.ones([4]));
  expectClose(mx.sum(values), mx.array(0));
});
