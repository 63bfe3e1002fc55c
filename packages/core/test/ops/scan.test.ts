// Running folds: what Python gives, and their keyword-only options.

import { expect, test } from "vitest";
import * as mx from "../../src/index.js";
import { expectError } from "../errors.js";
import { testGoldens } from "../golden.js";

testGoldens("scan");

test("reverse and inclusive exist by name only", () => {
  const cumsum = mx.cumsum as (...args: unknown[]) => mx.MLXArray;
  expect(cumsum([1, 2, 3], 0, { reverse: true }).tolist()).toEqual([6, 5, 3]);
  expect(cumsum([1, 2, 3], { axis: 0, inclusive: false }).tolist()).toEqual([0, 1, 3]);
  expectError(
    () => cumsum([1, 2, 3], 0, true),
    "TypeError",
    "OPTION",
    "options must be a plain object, got true",
  );
});

test("without an axis they run over the flattened array", () => {
  expect(
    mx
      .cumsum([
        [1, 2],
        [3, 4],
      ])
      .tolist(),
  ).toEqual([1, 3, 6, 10]);
  expect(
    mx
      .cumprod(
        [
          [1, 2],
          [3, 4],
        ],
        null,
      )
      .tolist(),
  ).toEqual([1, 2, 6, 24]);
});

test("an axis out of bounds is refused", () => {
  expectError(() => mx.cumsum([1, 2], 1), "RangeError", null, "xis");
});

test("diff of any order stops where nothing is left, and builds no endless graph", () => {
  expect(mx.diff([1, 2, 4], 2 ** 31 - 1).shape).toEqual([0]);
  expectError(() => mx.diff(mx.zeros([10_000]), 5000), "RangeError", "VALUE", "at most 4096");
  expectError(() => mx.diff([1, 2], -1), "RangeError", null, "[diff]");
});

test("folds of nothing are neutral, and beyond all numbers for extremes", () => {
  const exclusive = { inclusive: false };
  expect(mx.cumprod([2, 3], exclusive).tolist()).toEqual([1, 2]);
  expect(mx.cummax(mx.array([5, 1], "int64"), exclusive).tolist()).toEqual([-(2n ** 63n), 5]);
  expect(mx.cummin(mx.array([5, 1], "uint8"), exclusive).tolist()).toEqual([255, 5]);
  expect(mx.cummax([5, 1], { ...exclusive, reverse: true }).tolist()).toEqual([
    1,
    Number.NEGATIVE_INFINITY,
  ]);
  expect(mx.logcumsumexp([3], exclusive).tolist()).toEqual([Number.NEGATIVE_INFINITY]);
});

test("sums of truth values count them, also where they become truth values first", () => {
  const counts = mx.cumsum(mx.array([100, 0, 7], "int64"), { dtype: "bool" });
  expect([counts.dtype, counts.tolist()]).toEqual(["int32", [1, 1, 2]]);
});
