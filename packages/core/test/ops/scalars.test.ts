// Weak scalars: a number next to an array takes the array's dtype where it can, as in Python.

import { expect, test } from "vitest";
import * as mx from "../../src/index.js";
import { expectError } from "../errors.js";
import { testGoldens } from "../golden.js";

testGoldens("scalars");

const dtypeOf = (array: mx.MLXArray) => array.dtype;

test("an integral number keeps an integer array's dtype", () => {
  for (const dtype of ["int8", "uint8", "int32", "uint64"] as const) {
    expect(dtypeOf(mx.add(mx.array([1], dtype), 2))).toBe(dtype);
    expect(dtypeOf(mx.subtract(2, mx.array([1], dtype)))).toBe(dtype);
  }
});

test("another number next to an integer array gives float32", () => {
  for (const number of [2.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    const sum = mx.add(mx.array([1], "int32"), number);
    expect([sum.dtype, sum.tolist()]).toEqual(["float32", [1 + number]]);
  }
});

test("a number never widens a float array", () => {
  for (const dtype of ["float16", "bfloat16", "float32"] as const) {
    expect(dtypeOf(mx.multiply(mx.array([1], dtype), 2.5))).toBe(dtype);
    expect(dtypeOf(mx.add(mx.array([1], dtype), 1e30))).toBe(dtype);
    expect(dtypeOf(mx.add(mx.array([1], dtype), 3n))).toBe(dtype);
  }
  const third = mx.divide(mx.array([1], "float64"), 3, { stream: mx.cpu });
  expect([third.dtype, third.item()]).toEqual(["float64", 1 / 3]);
});

test("next to bool, numbers give int32 and float32, and booleans bool", () => {
  const a = mx.array([true]);
  expect(dtypeOf(mx.add(a, 1))).toBe("int32");
  expect(dtypeOf(mx.add(a, 0.5))).toBe("float32");
  expect(dtypeOf(mx.add(a, true))).toBe("bool");
  expect(dtypeOf(mx.add(mx.array([1], "int32"), true))).toBe("int32");
});

test("a bigint acts as an integer", () => {
  const sum = mx.add(mx.array([1n]), 2n ** 60n);
  expect([sum.dtype, sum.tolist()]).toEqual(["int64", [2n ** 60n + 1n]]);
  expect(dtypeOf(mx.add(mx.array([1], "uint8"), 2n))).toBe("uint8");
  expect(dtypeOf(mx.add(mx.array([true]), 2n))).toBe("int32");
});

test("an integer that the dtype cannot hold is refused with its value", () => {
  const cases: [mx.DType, number | bigint][] = [
    ["uint8", 256],
    ["uint8", -1],
    ["int8", 128],
    ["int32", 2 ** 31],
    ["int32", 1e300],
    ["int16", 2n ** 40n],
    ["uint32", -1n],
    ["uint64", -1],
    ["bool", 2 ** 31],
  ];
  for (const [dtype, value] of cases) {
    const word = value === 1e300 ? "1e+300" : String(value);
    expectError(
      () => mx.add(mx.array([1], dtype), value),
      "RangeError",
      "VALUE",
      `the number ${word} does not fit`,
    );
  }
  expectError(
    () => mx.add(mx.array([1n]), 2n ** 64n),
    "RangeError",
    "VALUE",
    "does not fit a 64-bit integer",
  );
});

test("a number alone is a float, a boolean a bool, a bigint an int64", () => {
  expect(dtypeOf(mx.add(1, 2))).toBe("float32");
  expect(dtypeOf(mx.where(mx.array([true]), 1, 2))).toBe("float32");
  expect(dtypeOf(mx.logicalAnd(true, false))).toBe("bool");
  expect(dtypeOf(mx.maximum(true, false))).toBe("bool");
  expect(dtypeOf(mx.add(1n, 2n))).toBe("int64");
});

test("a list next to an array is an array of its own, not a weak scalar", () => {
  expect(dtypeOf(mx.add(mx.array([1], "float16"), [2]))).toBe("float32");
});
