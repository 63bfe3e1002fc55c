// What Python's MLX gives, op by op: core's own goldens, on this backend. What a definition leaves open, the order
// of eigenvalues and the signs of factors, is in decompositions.test.ts.

import { describe, expect, test } from "vitest";
import * as mx from "../../core/src/index.js";
import {
  argOf,
  arrayOf,
  type GoldenArray,
  type GoldenCase,
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

/** Products that Python's engine has no kernel for on the CPU, and refuses; here they are made of others. */
const lacking =
  /^(gatherMm|blockMaskedMm|qqmm|gatherQqmm|linalg\.(inv|triInv|choleskyInv|solve.*))$/;

/** Cases where this backend rightly differs. */
function differs({ op, args, error }: GoldenCase, inputs: readonly GoldenArray[]): boolean {
  const [a] = args;
  const first = typeof a === "object" && a !== null && "in" in a ? inputs[a.in] : undefined;
  // Singular matrices are not refused by solutions that are made of other ops: they give infinities or NaN.
  if (error && lacking.test(op)) return true;
  // Products with complex roots of unity spread NaN to both parts of a number.
  return op.startsWith("fft.") && first?.data.includes("nan") === true;
}

/** The engine sums products of packed matrices in halves, this backend in float32. */
const packed = { float32: [2e-5, 1e-5], float16: [5e-3, 2e-2], bfloat16: [3e-2, 5e-2] } as const;

for (const family of families) {
  const { inputs } = goldens(family);
  const except = (golden: GoldenCase) => differs(golden, inputs);
  describe(family, () =>
    testGoldens(family, { except, within: family === "quantization" ? packed : {} }),
  );
}

describe("linalg", () => {
  const open = ["qr", "svd", "eig", "eigh", "eigvals"].map((name) => `linalg.${name}`);
  const within = {
    float32: [1e-4, 2e-5],
    complex64: [1e-4, 2e-5],
    float64: [1e-6, 1e-7],
  } as const;
  const { inputs } = goldens("linalg");
  const except = (golden: GoldenCase) => open.includes(golden.op) || differs(golden, inputs);
  testGoldens("linalg", { except, within });
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
