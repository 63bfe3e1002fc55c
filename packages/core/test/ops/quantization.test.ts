// Packed matrices: what Python gives, bit by bit, and what is refused before MLX's kernels would crash.

import { describe, expect, expectTypeOf, test } from "vitest";
import * as mx from "../../src/index.js";
import { testBackend } from "../backends.js";
import { runScript } from "../child.js";
import { expectError } from "../errors.js";
import {
  argOf,
  arrayOf,
  functionOf,
  type GoldenArray,
  goldens,
  must,
  testGoldens,
} from "../golden.js";
import { needs } from "../needs.js";

/** MLX's CPU has not all products; compositions have them. */
const native = testBackend.provenance("qqmm") === "native";

/** The engine of the goldens lacks some products, and sums those of halves in halves: composed ones do better. */
testGoldens("quantization", {
  except: ({ op, error }) => !native && error === true && /^(gatherQ|q)qmm$/.test(op),
  ...(native
    ? {}
    : { within: { float32: [2e-5, 1e-5], float16: [5e-3, 2e-2], bfloat16: [3e-2, 5e-2] } }),
});

const modes = ["affine", "mxfp4", "mxfp8", "nvfp4"] as const;
const matrix = (rows: number, columns: number) =>
  mx.random.normal([rows, columns], { key: mx.random.key(rows * 1000 + columns) });

/** A packed matrix in three parts, whatever the mode. */
function packed(w: mx.MLXArray, mode: mx.QuantizationMode) {
  const [words, scales, biases = null] = mx.quantize(w, { mode });
  return [words, scales, biases] as const;
}

test("packed words, scales and biases are those of Python to the last bit", () => {
  const file = goldens("quantization");
  const equal = mx.tidy(() => {
    const inputs = file.inputs.map(arrayOf);
    return file.cases
      .filter(({ op, error }) => op === "quantize" && !error)
      .flatMap(({ op, args, kw = {}, out }) => {
        const named = Object.entries(kw).map(([key, arg]) => [key, argOf(arg, inputs)]);
        const given = [...args.map((arg) => argOf(arg, inputs)), Object.fromEntries(named)];
        const parts = functionOf(op)(...given) as mx.MLXArray[];
        // The files' digits are enough to tell any two numbers of a dtype apart.
        return parts.map((part, i) =>
          mx.arrayEqual(part, arrayOf(must((out as readonly GoldenArray[])[i]))).item(),
        );
      });
  });
  expect(equal.length).toBeGreaterThan(100);
  expect(equal.filter((same) => !same)).toEqual([]);
});

test("the type of what quantize gives follows the mode", () => {
  expectTypeOf(mx.quantize(matrix(1, 64))).toEqualTypeOf<
    [w: mx.MLXArray, scales: mx.MLXArray, biases: mx.MLXArray]
  >();
  expectTypeOf(mx.quantize(matrix(1, 64), { bits: 8 })[2]).toEqualTypeOf<mx.MLXArray>();
  const [, , ...none] = mx.quantize(matrix(1, 64), null, null, "mxfp4");
  expectTypeOf(none).toEqualTypeOf<[]>();
  expect(none).toEqual([]);
  const mode = must(modes[1]) as mx.QuantizationMode;
  expectTypeOf(mx.quantize(matrix(1, 64), { mode })[2]).toEqualTypeOf<mx.MLXArray | undefined>();
});

test("options may stand at any optional place, and not twice", () => {
  const w = matrix(2, 64);
  const shapes = (parts: readonly mx.MLXArray[]) => parts.map(({ shape }) => shape);
  const wanted = shapes(mx.quantize(w, 32, 8, "affine"));
  expect(shapes(mx.quantize(w, { groupSize: 32, bits: 8 }))).toEqual(wanted);
  expect(shapes(mx.quantize(w, 32, { bits: 8 }))).toEqual(wanted);
  expect(shapes(mx.quantize(w, 32, 8, { mode: "affine" }))).toEqual(wanted);
  const twice = { groupSize: 32 } as object;
  expectError(() => mx.quantize(w, 32, twice), "TypeError", "OPTION", "groupSize");
});

describe.each(modes)("%s", (mode) => {
  test("unpacking gives back the matrix, but for rounding", () => {
    const w = matrix(8, 128);
    const back = mx.dequantize(...packed(w, mode), { mode, dtype: "float32" });
    expect(mx.mean(mx.abs(mx.subtract(back, w))).item()).toBeLessThan(0.15);
  });

  test("a product with the packed matrix is that with the unpacked one", () => {
    const w = matrix(5, 64);
    const x = matrix(3, 64);
    const parts = packed(w, mode);
    const plain = mx.dequantize(...parts, { mode, dtype: "float32" });
    const product = mx.quantizedMatmul(x, ...parts, { mode });
    expect(mx.allclose(product, mx.matmul(x, mx.transpose(plain)), 1e-4, 1e-4).item()).toBe(true);
    const turned = mx.quantizedMatmul(matrix(3, 5), ...parts, { mode, transpose: false });
    expect(mx.allclose(turned, mx.matmul(matrix(3, 5), plain), 1e-4, 1e-4).item()).toBe(true);
  });

  test("picked products are those of the picked matrices", () => {
    const w = matrix(6, 64).reshape(3, 2, 64);
    const x = matrix(4, 64).reshape(2, 2, 64);
    const parts = packed(w, mode);
    const plain = mx.dequantize(...parts, { mode, dtype: "float32" });
    const [lhsIndices, rhsIndices] = [mx.array([1, 0, 1], "int32"), mx.array([2, 2, 0], "int32")];
    const picked = mx.gatherQmm(x, ...parts, { mode, lhsIndices, rhsIndices });
    const wanted = mx.matmul(
      mx.take(x, lhsIndices, 0),
      mx.swapaxes(mx.take(plain, rhsIndices, 0), -1, -2),
    );
    expect(mx.allclose(picked, wanted, 1e-4, 1e-4).item()).toBe(true);
  });

  test("products of nothing are empty or 0", () => {
    const parts = packed(matrix(2, 64), mode);
    expect(mx.quantizedMatmul(mx.zeros([0, 64]), ...parts, { mode }).shape).toEqual([0, 2]);
    const scales = mode === "affine" ? "float32" : "uint8";
    const empty = [mx.zeros([2, 0], "uint32"), mx.zeros([2, 0], scales)] as const;
    const biases = mode === "affine" ? mx.zeros([2, 0]) : null;
    const product = mx.quantizedMatmul(mx.zeros([1, 0]), ...empty, { biases, mode });
    expect(product.tolist()).toEqual([[0, 0]]);
  });

  test("sizes that the mode does not have are refused, by every op", () => {
    const w = matrix(2, 64);
    const parts = packed(w, mode);
    for (const groupSize of [0, -64, 8, 2 ** 30]) {
      expectError(() => mx.quantize(w, { groupSize, mode }), "RangeError", "VALUE", "groupSize");
      const options = { groupSize, mode };
      expectError(() => mx.dequantize(...parts, options), "RangeError", "VALUE", "groupSize");
      expectError(
        () => mx.quantizedMatmul(w, ...parts, options),
        "RangeError",
        "VALUE",
        "groupSize",
      );
    }
    for (const bits of [0, -4, 7, 16, 64]) {
      const options = { bits, mode };
      expectError(() => mx.quantize(w, options), "RangeError", "VALUE", "bits");
      expectError(() => mx.dequantize(...parts, options), "RangeError", "VALUE", "bits");
      expectError(() => mx.quantizedMatmul(w, ...parts, options), "RangeError", "VALUE", "bits");
      const picks = { ...options, rhsIndices: [0] };
      expectError(() => mx.gatherQmm(w, ...parts, picks), "RangeError", "VALUE", "bits");
    }
  });
});

test("scales of fewer rows than the packed matrix are refused: kernels would read behind them", () => {
  const x = mx.ones([2, 64]);
  const w = mx.zeros([4_000_000, 8], "uint32");
  const one = mx.ones([1, 1]);
  expectError(() => mx.quantizedMatmul(x, w, one, one), "RangeError", "SHAPE", "same rows");
  expectError(
    () => mx.quantizedMatmul(x, w, mx.ones([1]), mx.ones([1])),
    "RangeError",
    "SHAPE",
    "same rows",
  );
  expectError(
    () => mx.gatherQmm(x, w.reshape(1, -1, 8), mx.ones([1, 1, 1]), mx.ones([1, 1, 1]), null, [0]),
    "RangeError",
    "SHAPE",
    "same rows",
  );
  expectError(
    () => mx.qqmm(mx.ones([1, 64]), w, mx.zeros([1, 4], "uint8")),
    "RangeError",
    "SHAPE",
    "same rows",
  );
});

test("rows whose packed size would overflow are refused", () => {
  needs("views");
  const wide = mx.broadcastTo(mx.ones([1, 1]), [1, 2 ** 29]);
  expectError(() => mx.quantize(wide, { bits: 8 }), "RangeError", "SHAPE", "2^31 bits");
});

test("dtypes without kernels are refused where the product is built", () => {
  const parts = mx.quantize(matrix(2, 64));
  mx.withStream(mx.cpu, () => {
    const x = mx.zeros([1, 64], "float64");
    expectError(() => mx.quantize(x), "RangeError", "DTYPE", "[quantize]");
    expectError(() => mx.quantizedMatmul(x, ...parts), "RangeError", "DTYPE", "[quantizedMatmul]");
    const [w, scales, biases] = parts;
    const wide = scales.astype("float64");
    expectError(
      () => mx.quantizedMatmul(mx.ones([1, 64]), w, wide, biases),
      "RangeError",
      "DTYPE",
      "scales",
    );
  });
});

test("indices out of range take the nearest matrix", () => {
  const parts = mx.quantize(matrix(6, 64).reshape(3, 2, 64));
  const x = matrix(2, 64).reshape(2, 1, 64);
  const at = (lhsIndices: mx.ArrayLike, rhsIndices: mx.ArrayLike) =>
    mx.gatherQmm(x, ...parts, { lhsIndices, rhsIndices }).tolist();
  expect(at([5000], [5000])).toEqual(at([1], [2]));
  expect(at([-1], [-7])).toEqual(at([0], [0]));
  expect(at(mx.array([2n ** 40n]), mx.array([200], "uint8"))).toEqual(at([1], [2]));
  expectError(
    () => mx.gatherQmm(mx.zeros([0, 1, 64]), ...parts, [0], [0]),
    "RangeError",
    "INDEX",
    "size 0",
  );
});

describe("both sides packed", () => {
  test("a row times a packed matrix is the product of the rounded row", () => {
    for (const mode of ["mxfp4", "mxfp8", "nvfp4"] as const) {
      const [x, w] = [matrix(1, 64), matrix(3, 64)];
      const rounded = mx.dequantize(...packed(x, mode), { mode, dtype: "float32" });
      const parts = packed(w, mode);
      const wanted = mx.quantizedMatmul(rounded, ...parts, { mode });
      const far = mx.max(mx.abs(mx.subtract(mx.qqmm(x, parts[0], parts[1], { mode }), wanted)));
      expect(far.item(), mode).toBeLessThan(1);
    }
  });

  test("what the CPU cannot do is refused at once, with what to use", () => {
    needs("engine");
    const how = { mode: "mxfp8", stream: mx.cpu } as const;
    const parts = mx.quantize(matrix(2, 64), how);
    const refused = [
      () => mx.qqmm(mx.ones([2, 64]), ...parts, how),
      () => mx.qqmm(mx.ones([1, 64]), mx.ones([2, 64]), how),
      () => mx.gatherQqmm(mx.ones([1, 1, 64]), mx.ones([2, 2, 64]), how),
    ];
    for (const call of refused) expectError(call, "MLXError", "UNSUPPORTED", "a GPU that has");
  });

  test("composed products take several rows, floats on both sides, and picks", () => {
    needs("products of packed matrices");
    for (const mode of ["mxfp4", "mxfp8", "nvfp4"] as const) {
      const [x, w] = [matrix(3, 64), matrix(4, 64)];
      const rounded = (a: mx.MLXArray) =>
        mx.dequantize(...packed(a, mode), { mode, dtype: "float32" });
      const wanted = mx.matmul(rounded(x), mx.transpose(rounded(w)));
      const [words, scales] = mx.quantize(w, { mode });
      const near = (a: mx.MLXArray, b: mx.MLXArray) =>
        expect(mx.max(mx.abs(mx.subtract(a, b))).item(), mode).toBeLessThan(1e-3);
      near(mx.qqmm(x, words, scales, { mode }), wanted);
      near(mx.qqmm(x, w, { mode }), wanted);
      const picks = { mode, lhsIndices: [0, 0], rhsIndices: [1, 0] };
      const pair = mx.gatherQqmm(x.reshape(1, 3, 64), w.reshape(2, 2, 64), picks);
      near(pair.index(0), wanted.index(":, 2:"));
      near(pair.index(1), wanted.index(":, :2"));
    }
  });

  test("what no device can do is refused", () => {
    const [w, scales] = mx.quantize(matrix(2, 64), { mode: "nvfp4" });
    const x = mx.ones([1, 64]);
    expectError(() => mx.qqmm(x, w), "RangeError", "VALUE", "scales is null");
    expectError(
      () => mx.qqmm(x, w, scales.astype("float32")),
      "RangeError",
      "DTYPE",
      "must be uint8",
    );
    expectError(() => mx.qqmm(x, mx.ones([64])), "RangeError", "SHAPE", "at least 2 axes");
    expectError(() => mx.gatherQqmm(x, w), "RangeError", "VALUE", "scales is null");
    const affine = { mode: "affine" } as object;
    expectError(() => mx.qqmm(x, w, scales, affine), "RangeError", null, "mode must be one of");
  });
});

test("a function compiled for all shapes takes an empty batch", async () => {
  needs("processes");
  const script = `
    const parts = mx.quantize(mx.ones([2, 64]));
    const sums = mx.compile((x) => mx.sum(mx.quantizedMatmul(x, ...parts), 0), { shapeless: true });
    console.log(JSON.stringify([2, 0, 3, 0].map((n) => sums(mx.ones([n, 64])).tolist())));`;
  const { code, out, err } = await runScript(script);
  expect({ code, out: out.trim() }, err).toEqual({
    code: 0,
    out: "[[128,128],[0,0],[192,192],[0,0]]",
  });
});
