// Derivatives of fused layers, packed matrices and special products: Python's, and finite differences.

import { describe, expect, test } from "vitest";
import * as mx from "../../src/index.js";
import { expectError } from "../errors.js";
import { goldens } from "../golden.js";
import { needs } from "../needs.js";
import { testDerivatives } from "./derivative.js";

describe("derivatives of fused layers", () => testDerivatives(goldens("fused")));

test("what the engine does not differentiate says so", () => {
  needs("engine");
  const parts = mx.quantize(mx.ones([2, 64]));
  const floats = mx.quantize(mx.ones([2, 64]), { mode: "nvfp4" });
  const slope = (fn: (x: mx.MLXArray) => mx.MLXArray, x: mx.MLXArray) => () =>
    mx.grad((y: mx.MLXArray) => mx.sum(fn(y)))(x);
  const segmented = (x: mx.MLXArray) => mx.segmentedMm(x, mx.ones([4, 2]), [[0, 4]]);
  expect(slope(segmented, mx.ones([2, 4]))).toThrow("SegmentedMM");
  const both = (x: mx.MLXArray) => mx.qqmm(x, ...floats);
  expectError(slope(both, mx.ones([1, 64])), "RangeError", null, "[qqmm]");
  const words = (w: mx.MLXArray) => mx.quantizedMatmul(mx.ones([1, 64]), w, parts[1], parts[2]);
  expect(slope(words, parts[0])).toThrow("[");
});

test("a gradient passes clamped indices and classes", () => {
  const classes = mx.array([0, 500_000_000, -7], "int32");
  const loss = (x: mx.MLXArray) => mx.sum(mx.fast.crossEntropy(x, classes));
  const near = (x: mx.MLXArray) => mx.sum(mx.fast.crossEntropy(x, [0, 1, 0]));
  const x = mx.array([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  expect(mx.grad(loss)(x).tolist()).toEqual(mx.grad(near)(x).tolist());
});
