// Products of matrices and vectors: what Python gives, and what is refused.

import { describe, expect, test } from "vitest";
import * as mx from "../../src/index.js";
import { expectError } from "../errors.js";
import { type GoldenArray, type GoldenCase, goldens, testGoldens } from "../golden.js";
import { has, needs } from "../needs.js";

/** Composed products of picked and of masked matrices take all floats, MLX's on the CPU float32 alone. */
const takesFloats = (inputs: readonly GoldenArray[], { op, args: [a], error }: GoldenCase) =>
  error === true &&
  /^(gatherMm|blockMaskedMm)$/.test(op) &&
  typeof a === "object" &&
  a !== null &&
  "in" in a &&
  inputs[a.in]?.dtype === "float16";

const { inputs } = goldens("linear");
testGoldens("linear", { except: (golden) => !has("engine") && takesFloats(inputs, golden) });

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
  needs("engine");
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

describe("products of picked matrices", () => {
  const counted = (...shape: number[]) =>
    mx
      .arange(
        shape.reduce((n, d) => n * d),
        "float32",
      )
      .reshape(shape);
  const matrices = () => [counted(3, 1, 4), counted(3, 4, 2)] as const;
  const at = (lhs: mx.ArrayLike | null, rhs: mx.ArrayLike | null) =>
    mx.gatherMm(...matrices(), lhs, rhs).tolist();

  test("indices out of range take the nearest matrix", () => {
    expect(at([2 ** 31 - 1], [200_000_000])).toEqual(at([2], [2]));
    expect(at([-1], [-9])).toEqual(at([0], [0]));
    expect(at(mx.array([2n ** 40n]), mx.array([255], "uint8"))).toEqual(at([2], [2]));
    const computed = mx.multiply(mx.array([100], "int32"), 1000);
    expect(at(computed, computed)).toEqual(at([2], [2]));
  });

  test("indices into no matrices are refused", () => {
    const [, b] = matrices();
    expectError(() => mx.gatherMm(mx.zeros([0, 2, 4]), b, [0]), "RangeError", "INDEX", "size 0");
  });

  test("dtypes that the CPU has no kernel for are refused where the product is built", () => {
    needs("engine");
    mx.withStream(mx.cpu, () => {
      const [a, b] = matrices();
      const [x, y] = [a.astype("float16"), b.astype("float16")];
      expectError(() => mx.gatherMm(x, y, [0]), "RangeError", "DTYPE", "float32 only");
      const mask = mx.array([[true]]);
      expectError(
        () => mx.blockMaskedMm(x.index(0), y.index(0), 32, mask),
        "RangeError",
        "DTYPE",
        "float32 only",
      );
    });
  });
});

test("each product of a batch has its own masks, also where they share an operand", () => {
  // MLX masks one copy of a shared operand for the whole batch, so that masks add up.
  const a = mx.broadcastTo(mx.ones([2, 2]), [3, 2, 2]);
  const masks = mx.array([[[true]], [[false]], [[true]]]);
  const product = mx.blockMaskedMm(a, mx.ones([2, 1]), 32, null, masks);
  expect(product.tolist()).toEqual([
    [[2], [2]],
    [[0], [0]],
    [[2], [2]],
  ]);
});

test("segments are cut off at the ends of the inner axis", () => {
  const [a, b] = [mx.ones([1, 8]), mx.ones([8, 1])];
  const lengths = (segments: mx.ArrayLike) => mx.segmentedMm(a, b, segments).flatten().tolist();
  expect(lengths([[0, 400_000_000]])).toEqual([8]);
  expect(lengths([[400_000_000, 400_000_001]])).toEqual([0]);
  expect(
    lengths([
      [-4, 3],
      [5, -1],
    ]),
  ).toEqual([3, 0]);
  expect(lengths(mx.array([[6n, 2n ** 33n]]))).toEqual([2]);
});

test("segments of operands whose inner sizes differ are refused: MLX reads on", () => {
  expectError(
    () => mx.segmentedMm(mx.ones([2, 8]), mx.ones([5, 3]), [0, 8]),
    "RangeError",
    "SHAPE",
    "[2, 8] and [5, 3]",
  );
});

test("segments of halves are those of the same numbers in float32", () => {
  const key = mx.random.key(5);
  const [a, b] = [mx.random.normal([2, 6], { key }), mx.random.normal([6, 3], { key })];
  const segments = [
    [0, 2],
    [2, 6],
  ];
  for (const dtype of ["float16", "bfloat16"] as const) {
    const [x, y] = [a.astype(dtype), b.astype(dtype)];
    const wanted = mx.segmentedMm(x.astype("float32"), y.astype("float32"), segments).astype(dtype);
    const got = mx.segmentedMm(x, y, segments);
    expect(got.dtype).toBe(dtype);
    expect(mx.allclose(got, wanted, 0.02, 0.02).item<boolean>()).toBe(true);
  }
});

test("segments of empty matrices are 0", () => {
  expect(mx.segmentedMm(mx.zeros([1, 0]), mx.zeros([0, 2]), [[0, 8]]).tolist()).toEqual([[[0, 0]]]);
  expect(mx.segmentedMm(mx.zeros([0, 8]), mx.zeros([8, 2]), [[0, 8]]).shape).toEqual([1, 0, 2]);
});
