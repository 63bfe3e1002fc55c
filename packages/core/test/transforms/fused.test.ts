// Derivatives of fused layers, packed matrices and special products: Python's, and finite differences.

import { describe, expect, test } from "vitest";
import * as mx from "../../src/index.js";
import { goldens } from "../golden.js";
import { has, needs } from "../needs.js";
import { testDerivatives } from "./derivative.js";

describe("derivatives of fused layers", () => testDerivatives(goldens("fused")));

test("what the engine does not differentiate says so", () => {
  needs("gradients");
  const parts = mx.quantize(mx.ones([2, 64]));
  const floats = mx.quantize(mx.ones([2, 64]), { mode: "nvfp4" });
  const slope = (fn: (x: mx.MLXArray) => mx.MLXArray, x: mx.MLXArray) => () =>
    mx.grad((y: mx.MLXArray) => mx.sum(fn(y)))(x);
  const segmented = (x: mx.MLXArray) => mx.segmentedMm(x, mx.ones([4, 2]), [[0, 4]]);
  // Compositions have a gradient where MLX has none.
  const slopes = () => slope(segmented, mx.ones([2, 4]))().tolist();
  if (has("engine")) expect(slopes).toThrow("SegmentedMM");
  else expect(slopes()).toEqual(Array(2).fill(Array(4).fill(2)));
  const both = (x: mx.MLXArray) => mx.qqmm(x, ...floats);
  expect(slope(both, mx.ones([1, 64]))).toThrow("[qqmm]");
  const words = (w: mx.MLXArray) => mx.quantizedMatmul(mx.ones([1, 64]), w, parts[1], parts[2]);
  expect(slope(words, parts[0])).toThrow(/^\[quantizedMatmul|^\[QuantizedMatmul::vjp\]/);
  expect(slope((x) => mx.fromFp8(x, "float32"), mx.ones([2], "uint8"))).toThrow(
    /FromFP8|\[fromFp8\]/,
  );
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
