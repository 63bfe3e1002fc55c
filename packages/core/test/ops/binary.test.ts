// Ops on two and three operands, and the promotion of their dtypes: what Python gives, and what division
// by zero and NaN give.

import { expect, test } from "vitest";
import * as mx from "../../src/index.js";
import { expectError } from "../errors.js";
import { testGoldens } from "../golden.js";

testGoldens("binary");

test("shapes that do not broadcast are refused with both shapes", () => {
  expectError(() => mx.add(mx.ones([2]), mx.ones([3])), "RangeError", "SHAPE", /\(2\).*\(3\)/);
  expectError(() => mx.where(mx.ones([2]), mx.ones([3]), 0), "RangeError", "SHAPE", "broadcast");
});

test("maximum and minimum give NaN where either operand is NaN", () => {
  const a = mx.array([Number.NaN, 1, 2]);
  const b = mx.array([1, Number.NaN, 3]);
  expect(mx.maximum(a, b).tolist()).toEqual([Number.NaN, Number.NaN, 3]);
  expect(mx.minimum(a, b).tolist()).toEqual([Number.NaN, Number.NaN, 2]);
});

test("NaN equals nothing, unless equalNan says so", () => {
  const a = mx.array([Number.NaN]);
  expect(mx.equal(a, a).tolist()).toEqual([false]);
  expect(mx.arrayEqual(a, a).item<boolean>()).toBe(false);
  expect(mx.arrayEqual(a, a, true).item<boolean>()).toBe(true);
  expect(mx.allclose(a, a, { equalNan: true }).item<boolean>()).toBe(true);
});

test("division of integers by zero and of the smallest integer by -1 ends no process", () => {
  const int32 = mx.array([5, -5, -(2 ** 31)], "int32");
  expect(mx.floorDivide(int32, mx.array([0, 0, -1], "int32")).tolist()).toEqual([0, 0, -(2 ** 31)]);
  expect(mx.remainder(int32, mx.array([0, -1, -1], "int32")).tolist()).toEqual([5, 0, 0]);
  expect(mx.floorDivide(int32, -1).tolist()).toEqual([-5, 5, -(2 ** 31)]);
  const int64 = mx.array([-(2n ** 63n), 7n]);
  expect(mx.floorDivide(int64, -1n).tolist()).toEqual([-(2n ** 63n), -7]);
  expect(mx.remainder(int64, mx.array([-1n, -2n])).tolist()).toEqual([0, -1]);
  expect(mx.floorDivide(mx.array([5], "uint32"), mx.array([-1], "int32")).tolist()).toEqual([-5]);
  expect(mx.divide(mx.array([1, -1, 0], "int32"), 0).tolist()).toEqual([
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NaN,
  ]);
});

test("whole quotients round down and remainders take the divisor's sign, as in Python", () => {
  const [a, b] = [mx.array([7, 7, -7, -7], "int32"), mx.array([2, -2, 2, -2], "int32")];
  expect(mx.floorDivide(a, b).tolist()).toEqual([3, -4, -4, 3]);
  expect(mx.remainder(a, b).tolist()).toEqual([1, -1, 1, -1]);
  expect(mx.floorDivide(a, -1).tolist()).toEqual([-7, -7, 7, 7]);
});

test("arrays take part from either side, as methods and as functions", () => {
  const a = mx.array([1, 2]);
  expect(a.add(1).tolist()).toEqual([2, 3]);
  expect(a.subtract([1, 1]).multiply(3).tolist()).toEqual([0, 3]);
  expect(mx.subtract(1, a).tolist()).toEqual([0, -1]);
  expect(mx.add([1, 2], [3, 4]).tolist()).toEqual([4, 6]);
  expect(a.less(2).tolist()).toEqual([true, false]);
});

test("integer ops refuse floats", () => {
  for (const op of [mx.bitwiseAnd, mx.bitwiseOr, mx.bitwiseXor, mx.leftShift, mx.rightShift]) {
    expectError(() => op(mx.array([1.5]), 1), "RangeError", null, /^\[/);
  }
});

test("clip needs one limit", () => {
  expectError(() => mx.clip(mx.array([1]), null, null), "RangeError", "VALUE", "[clip]");
  expect(mx.clip([1, 5, 9], 2, 6).tolist()).toEqual([2, 5, 6]);
});

test("divmod gives two arrays, and an integer divisor of 0 ends no process", () => {
  const [quotient, remainder] = mx.divmod(
    mx.array([7, -7, 5], "int32"),
    mx.array([2, 2, 0], "int32"),
  );
  expect([quotient.tolist(), remainder.tolist()]).toEqual([
    mx.floorDivide(mx.array([7, -7, 5], "int32"), mx.array([2, 2, 0], "int32")).tolist(),
    mx.remainder(mx.array([7, -7, 5], "int32"), mx.array([2, 2, 0], "int32")).tolist(),
  ]);
  const smallest = mx.array([-(2 ** 31)], "int32");
  expect(mx.divmod(smallest, -1)[1].tolist()).toEqual([0]);
  expectError(
    () => mx.divmod(mx.array([1]).astype("complex64"), 2),
    "TypeError",
    "KIND",
    "complex",
  );
});
