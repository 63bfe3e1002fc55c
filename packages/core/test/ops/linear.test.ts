// Products of matrices and vectors: what Python gives, and what is refused.

import { expect, test } from "vitest";
import * as mx from "../../src/index.js";
import { expectError } from "../errors.js";
import { goldens, testGoldens } from "../golden.js";

testGoldens("linear");

test("inner sizes that differ are refused with both shapes", () => {
  expectError(
    () => mx.matmul(mx.ones([2, 3]), mx.ones([4, 2])),
    "RangeError",
    "SHAPE",
    /\(2,3\).*\(4,2\)/,
  );
  expectError(
    () => mx.addmm(mx.ones([2]), mx.ones([2, 3]), mx.ones([4, 2])),
    "RangeError",
    "SHAPE",
    "[addmm]",
  );
});

test("scalars and integers are refused", () => {
  expectError(() => mx.matmul(2, mx.ones([2])), "RangeError", null, "[matmul]");
  expectError(
    () => mx.matmul(mx.ones([2, 2], "int32"), mx.ones([2, 2], "int32")),
    "RangeError",
    "DTYPE",
    "[matmul]",
  );
});

test("a product of larger matrices agrees with plain loops", () => {
  const [m, k, n] = [37, 65, 51];
  const a = Float32Array.from({ length: m * k }, (_, i) => ((i * 7) % 11) - 5);
  const b = Float32Array.from({ length: k * n }, (_, i) => ((i * 5) % 13) - 6);
  const wanted = new Float32Array(m * n);
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++)
      for (let p = 0; p < k; p++)
        wanted[i * n + j] = Number(wanted[i * n + j]) + Number(a[i * k + p]) * Number(b[p * n + j]);
  const product = mx.matmul(mx.array(a).reshape(m, k), mx.array(b).reshape(k, n));
  expect(product.toTypedArray()).toEqual(wanted);
});

const paths = goldens("linear").paths as readonly [
  subscripts: string,
  shapes: readonly number[][],
  steps?: readonly number[][],
  report?: string,
][];

test(`einsumPath gives Python's steps and report, in ${paths.length} cases`, () => {
  for (const [subscripts, shapes, steps, report] of paths) {
    const operands = shapes.map((shape) => mx.zeros(shape));
    const run = () => mx.einsumPath(subscripts, ...operands);
    // Python has a path for it, but no sum.
    const computable = subscripts !== "ij->k";
    if (steps && computable) expect(run(), subscripts).toEqual([steps, report]);
    else expect(run, subscripts).toThrow(RangeError);
  }
});

test("einsum takes anything array-like, and a stream at the end", () => {
  expect(mx.einsum("i,i->", [1, 2], [3, 4]).item()).toBe(11);
  expect(mx.einsum("i,i->", [1, 2], mx.array([3, 4]), { stream: mx.cpu }).item()).toBe(11);
  expectError(
    () => mx.einsum("i->i", [1], { streams: mx.cpu } as never),
    "TypeError",
    "OPTION",
    '"streams"',
  );
  expectError(() => mx.einsum(1 as never, [1]), "TypeError", "KIND", "subscripts");
});

test("subscripts that MLX would read past are refused", () => {
  const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const wide = mx.zeros(Array(60).fill(1));
  expectError(() => mx.einsum("...->...", wide), "RangeError", "VALUE", "52 letters");
  expectError(
    () => mx.einsum(`${letters},...`, mx.zeros(Array(52).fill(1)), [1]),
    "RangeError",
    "VALUE",
    "52 letters",
  );
  expectError(() => mx.einsum("é", [1]), "RangeError", "VALUE", "letters, commas");
  expectError(() => mx.einsum("i\0", [1]), "RangeError", "VALUE", "letters, commas");
  expectError(() => mx.einsum("i->j", [1]), "RangeError", "VALUE", 'label "j"');
  expectError(
    () => mx.einsum(Array(65).fill("i").join(), ...Array(65).fill([1])),
    "RangeError",
    "VALUE",
    "at most 64",
  );
  expectError(() => mx.einsum("i".repeat(1000), [1]), "RangeError", null, "[einsum]");
});

test("a product of many operands that no memory holds is refused, not tried", () => {
  const [m, n] = [mx.zeros([2000, 200_000]), mx.zeros([2, 200_000])];
  expectError(() => mx.einsum("ai,bi,ci,di->abcd", m, m, n, n), "MLXError", "OOM", "GB");
});

test("tensordot takes a count or two lists of axes", () => {
  const [a, b] = [mx.ones([2, 3]), mx.ones([3, 4])];
  expect(mx.tensordot(a, b, 1).tolist()).toEqual([
    [3, 3, 3, 3],
    [3, 3, 3, 3],
  ]);
  expect(mx.tensordot(a, b, { axes: [[1], [0]] }).shape).toEqual([2, 4]);
  expect(mx.tensordot(a, b, 0).shape).toEqual([2, 3, 3, 4]);
  expectError(() => mx.tensordot(a, b, 3), "RangeError", "SHAPE", "from 0 to 2");
  expectError(() => mx.tensordot(a, b, 2 ** 31 - 1), "RangeError", "SHAPE", "from 0 to 2");
  expectError(() => mx.tensordot(a, b, [[1]] as never), "RangeError", "VALUE", "two lists");
  expectError(
    () => mx.tensordot(a, b, [[2], [0]]),
    "RangeError",
    "SHAPE",
    "axis 2 is out of bounds",
  );
  expectError(() => mx.tensordot(a, b, [[1, 0], [0]]), "RangeError", "SHAPE", "as many of each");
});

test("sums over nothing are 0, in every order of the axes", () => {
  const [a, b] = [mx.zeros([0, 2]), mx.zeros([3, 0])];
  expect(mx.einsum("ij,ki->jk", a, b).tolist()).toEqual([
    [0, 0, 0],
    [0, 0, 0],
  ]);
  expect(mx.tensordot(a, b, [[0], [1]]).tolist()).toEqual([
    [0, 0, 0],
    [0, 0, 0],
  ]);
  expect(mx.einsum("ij->j", a).tolist()).toEqual([0, 0]);
});

test("a Kronecker product beyond 2^31-1 rows is refused", () => {
  const row = mx.zeros([100_000]);
  expectError(() => mx.kron(row, row), "RangeError", null, "[kron]");
});
