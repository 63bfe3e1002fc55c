// Derivatives of every differentiable op: Python's vector-Jacobian and Jacobian-vector products, and finite
// differences of our own forward pass.

import { describe, expect, test } from "vitest";
import * as mx from "../../src/index.js";
import { goldens, must } from "../golden.js";
import { derivativeGroups, derivativesOf, testDerivatives } from "./derivative.js";

const files = [
  goldens("transforms"),
  goldens("derivatives"),
  derivativesOf("linalg"),
  derivativesOf("fft"),
];

describe("derivatives", () => files.forEach(testDerivatives));

test("concatenate and stack pass gradients on to each of their arrays", () => {
  const [a, b] = [mx.array([1, 2]), mx.array([3, 4])];
  const weights = mx.array([1, 10, 100, 1000]);
  const joined = mx.grad(
    (x: mx.MLXArray, y: mx.MLXArray) => mx.sum(mx.multiply(mx.concatenate([x, y]), weights)),
    [0, 1],
  );
  expect(joined(a, b).map((g) => g.tolist())).toEqual([
    [1, 10],
    [100, 1000],
  ]);
  const stacked = mx.grad(
    (x: mx.MLXArray, y: mx.MLXArray) => mx.sum(mx.multiply(mx.stack([x, y]).reshape(4), weights)),
    [0, 1],
  );
  expect(stacked(a, b).map((g) => g.tolist())).toEqual([
    [1, 10],
    [100, 1000],
  ]);
});

test("second and third derivatives are those of the cube", () => {
  const cube = (x: mx.MLXArray) => mx.power(x, 3);
  const x = mx.array(2);
  expect(mx.grad(cube)(x).item()).toBeCloseTo(12, 4);
  expect(mx.grad(mx.grad(cube))(x).item()).toBeCloseTo(12, 4);
  expect(
    mx
      .grad(mx.grad(mx.grad(cube)))(x)
      .item(),
  ).toBeCloseTo(6, 4);
});

test("a Hessian-vector product is a jvp of a gradient", () => {
  const f = (x: mx.MLXArray) => mx.sum(mx.power(x, 3));
  const [, products] = mx.jvp((x) => [mx.grad(f)(x)], [mx.array([1, 2])], [mx.array([1, 0])]);
  expect(must(products[0]).tolist()).toEqual([6, 0]);
});

test("every op of the table that MLX differentiates has goldens of its derivative", () => {
  const without = [
    // No gradient flows through whole numbers, places, comparisons and keys.
    ..."equal notEqual less lessEqual greater greaterEqual logicalAnd logicalOr logicalXor logicalNot isclose allclose arrayEqual".split(
      " ",
    ),
    ..."bitwiseAnd bitwiseOr bitwiseXor leftShift rightShift bitwiseInvert isnan isinf isposinf isneginf isfinite all any countNonzero".split(
      " ",
    ),
    ..."argmax argmin argsort argpartition floorDivide divmod searchsorted unique toFp8 fromFp8".split(
      " ",
    ),
    // The engine has no derivative of them.
    ..."segmentedMm quantize qqmm gatherQqmm".split(" "),
    // They are tested above or are made of others.
    ..."concatenate stack partition topk flip scatterAddAxis slice sliceUpdate imag conjugate".split(
      " ",
    ),
  ];
  const folders = "unary binary reduction scan sorting shape linear conv fast quantization".split(
    " ",
  );
  const ops = new Set(folders.flatMap((family) => goldens(family).cases.map(({ op }) => op)));
  const differentiated = [...files, goldens("fused")].flatMap((file) => [
    ...derivativeGroups(file).keys(),
  ]);
  const known = [...differentiated, ...without];
  expect([...ops].filter((op) => !known.includes(op))).toEqual([]);
});

test("running extremes of NaN have a gradient, which goes past the NaN", () => {
  const a = mx.array([1, Number.NaN, 3, 2]);
  const all = mx.full([2, 4], Number.NaN);
  for (const fold of [mx.cummax, mx.cummin]) {
    for (const options of [{}, { reverse: true }, { inclusive: false }, { axis: 0 }]) {
      const slope = mx.grad((x: mx.MLXArray) => mx.sum(fold(x, options)));
      expect(slope(a).shape).toEqual([4]);
      expect(mx.sum(slope(all)).item()).not.toBeNaN();
    }
  }
  expect(
    mx
      .grad((x: mx.MLXArray) => mx.sum(mx.cummax(x)))(mx.array([1, 3, 2]))
      .tolist(),
  ).toEqual([1, 2, 0]);
});
