// Ops on each element: what Python gives, and what they take in an array's place.

import { expect, test } from "vitest";
import * as mx from "../../src/index.js";
import { backendName } from "../backends.js";
import { expectError } from "../errors.js";
import { testGoldens } from "../golden.js";

// MLX's own exp, sin and others have float32's precision for float64: backends differ there.
testGoldens("unary", backendName === "native" ? {} : { within: { float64: [1e-6, 1e-7] } });

test("numbers, lists and typed arrays stand for arrays", () => {
  expect(mx.square(3).tolist()).toBe(9);
  expect(mx.square(3).dtype).toBe("float32");
  expect(
    mx
      .square([
        [1, 2],
        [3, 4],
      ])
      .tolist(),
  ).toEqual([
    [1, 4],
    [9, 16],
  ]);
  expect(mx.square(Int16Array.of(2, -3)).tolist()).toEqual([4, 9]);
  expect(mx.square(Int16Array.of(2)).dtype).toBe("int16");
  expect(mx.logicalNot(true).tolist()).toBe(false);
  expect(mx.square(3n).dtype).toBe("int64");
  expect(mx.negative([mx.array([1, 2]), mx.array([3, 4])]).tolist()).toEqual([
    [-1, -2],
    [-3, -4],
  ]);
});

test("NaN and the infinities come through as they do in Python", () => {
  const special = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0];
  expect(mx.isnan(special).tolist()).toEqual([true, false, false, false]);
  expect(mx.isinf(special).tolist()).toEqual([false, true, true, false]);
  expect(mx.isfinite(special).tolist()).toEqual([false, false, false, true]);
  expect(mx.abs(special).tolist()).toEqual([
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    0,
  ]);
  expect(mx.sqrt([-1]).tolist()).toEqual([Number.NaN]);
  expect(mx.log([0]).tolist()).toEqual([Number.NEGATIVE_INFINITY]);
});

test("aliases are the same functions", () => {
  expect(mx.asin).toBe(mx.arcsin);
  expect(mx.acosh).toBe(mx.arccosh);
  expect(mx.atanh).toBe(mx.arctanh);
});

test("values of other kinds are refused by name", () => {
  const sqrt = mx.sqrt as (...args: unknown[]) => unknown;
  expectError(
    () => sqrt("4"),
    "TypeError",
    "KIND",
    '[sqrt] an array, number, nested list or typed array was expected, got "4"',
  );
  expectError(() => sqrt(), "TypeError", "KIND", "undefined");
  expectError(() => sqrt({}), "TypeError", "KIND", "[sqrt]");
  expectError(() => sqrt([1, "2"]), "TypeError", "KIND", '"2"');
  expectError(() => sqrt(new DataView(new ArrayBuffer(4))), "TypeError", "KIND", "DataView");
  expectError(
    () => mx.round(1, 0.5),
    "RangeError",
    "VALUE",
    "decimals must be an integer, got 0.5",
  );
});

test("bitwiseInvert refuses floats", () => {
  expectError(() => mx.bitwiseInvert([1.5]), "RangeError", null, "[bitwise_invert]");
});

test("float64 stays float64 on the CPU", () => {
  const x = mx.array(0.1, "float64");
  const y = mx.square(x, { stream: mx.cpu });
  expect([y.dtype, y.item()]).toEqual(["float64", 0.1 * 0.1]);
});

test("the Hadamard transform refuses sizes that MLX would compute wrongly", () => {
  for (const n of [3, 36, 60, 84]) {
    expectError(
      () => mx.hadamardTransform(mx.ones([n])),
      "RangeError",
      "SHAPE",
      `has ${n} elements`,
    );
  }
  expectError(() => mx.hadamardTransform(mx.ones([2], "float64")), "TypeError", "KIND", "float32");
});

test("8-bit floats go to and from doubles by way of float32", () => {
  const x = mx.array([1, -2.5, 448], "float64");
  const onCpu = { stream: mx.cpu };
  expect(mx.fromFp8(mx.toFp8(x, onCpu), "float64", onCpu).tolist()).toEqual([1, -2.5, 448]);
});

test("every 8-bit float goes to a number and back, and all bits set are NaN", () => {
  const bits = Uint8Array.from({ length: 256 }, (_, i) => i);
  const numbers = mx.fromFp8(mx.array(bits), "float32");
  const nan = [...bits].filter((_, i) => Number.isNaN(numbers.index(i).item()));
  expect(nan).toEqual([127, 255]);
  const back = mx.toFp8(numbers).toTypedArray();
  expect([...back].filter((got, i) => got !== i && !nan.includes(i))).toEqual([]);
});

test("8-bit floats are the nearest, even where two are as near, and 448 at most", () => {
  const near = [1.0625, 1.0626, 1.1875, 2 ** -10, 3 * 2 ** -10, 449, 1e9, Number.NaN, -0];
  const [one, tiny] = [0x38, 0x01];
  expect(mx.toFp8(near).tolist()).toEqual([
    one,
    one + 1,
    one + 2,
    0,
    tiny + 1,
    0x7e,
    0x7e,
    0x7e,
    0x80,
  ]);
});

test("hyperbolic functions and their inverses reach the ends of float32", () => {
  const large = 89.25;
  for (const op of [mx.sinh, mx.cosh]) {
    const half = Math.exp(large - Math.LN2);
    expect(Math.abs(op(large).item() / half - 1)).toBeLessThan(1e-4);
  }
  const infinite = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  expect(mx.arcsinh(infinite).tolist()).toEqual(infinite);
  expect(mx.arcsinh([-1e30]).item()).toBeCloseTo(-Math.asinh(1e30), 4);
  expect(mx.arcsinh([1e-20]).item()).toBe(Math.fround(1e-20));
  expect(mx.sinh([-1e-20]).item()).toBe(Math.fround(-1e-20));
  expect(mx.sigmoid([-80]).item()).toBeGreaterThan(0);
  expect(mx.erfinv([1, -1, 2]).tolist()).toEqual([...infinite, Number.NaN]);
});
