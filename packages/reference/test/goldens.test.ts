// What Python's MLX gives, op by op: core's own goldens, on this backend. What a definition leaves open, the order
// of eigenvalues and the signs of factors, is in decompositions.test.ts.

import { describe, expect, test } from "vitest";
import * as mx from "../../core/src/index.js";
import {
  argOf,
  arrayOf,
  type GoldenArray,
  goldens,
  must,
  testGoldens,
} from "../../core/test/golden.js";

const families = [
  "creation",
  "unary",
  "binary",
  "reduction",
  "scan",
  "sorting",
  "shape",
  "indexing",
  "linear",
  "conv",
  "random",
  "fft",
  "fast",
  "quantization",
];

for (const family of families) describe(family, () => testGoldens(family));

describe("linalg", () => {
  const open = ["qr", "svd", "eig", "eigh", "eigvals"].map((name) => `linalg.${name}`);
  const within = {
    float32: [1e-4, 2e-5],
    complex64: [1e-4, 2e-5],
    float64: [1e-11, 1e-12],
  } as const;
  testGoldens("linalg", { except: ({ op }) => open.includes(op), within });
});

/** Complex numbers, those of each matrix by themselves, in an order that rounding does not change. */
function ordered(values: mx.MLXArray): number[] {
  const n = values.shape.at(-1) as number;
  const flat = Array.from(values.toTypedArray(), Number);
  const pairs = Array.from({ length: values.size }, (_, i) => [
    Math.floor(i / n),
    must(flat[2 * i]),
    must(flat[2 * i + 1]),
  ]);
  const key = ([matrix, re, im]: number[]) =>
    1e6 * must(matrix) + Math.round(must(re) * 100) + Math.round(must(im) * 100) / 1e4;
  return pairs.sort((x, y) => key(x) - key(y)).flatMap(([, re, im]) => [must(re), must(im)]);
}

test("eigenvalues are Python's, in some order", () => {
  mx.tidy(() => {
    const file = goldens("linalg");
    const inputs = file.inputs.map(arrayOf);
    const cases = file.cases.filter(({ op, error }) => op === "linalg.eigvals" && !error);
    for (const { args, out } of cases) {
      const got = ordered(mx.linalg.eigvals(argOf(must(args[0]), inputs) as mx.MLXArray));
      const wanted = ordered(arrayOf(out as GoldenArray));
      expect(got.length).toBe(wanted.length);
      expect(got.filter((x, i) => Math.abs(x - must(wanted[i])) > 1e-3)).toEqual([]);
    }
    expect(cases.length).toBeGreaterThan(10);
  });
});
