// Sorting and the places of extremes: what Python gives, and what null and NaN do.

import { expect, test } from "vitest";
import * as mx from "../../src/index.js";
import { expectError } from "../errors.js";
import { testGoldens } from "../golden.js";

testGoldens("sorting");

const a = () =>
  mx.array([
    [3, 1],
    [2, 4],
  ]);

test("null sorts the flattened array, the default is the last axis", () => {
  expect(mx.sort(a()).tolist()).toEqual([
    [1, 3],
    [2, 4],
  ]);
  expect(mx.sort(a(), undefined).tolist()).toEqual([
    [1, 3],
    [2, 4],
  ]);
  expect(mx.sort(a(), null).tolist()).toEqual([1, 2, 3, 4]);
  expect(mx.argsort(a(), null).tolist()).toEqual([1, 2, 0, 3]);
});

test("NaN comes last", () => {
  expect(mx.sort([2, Number.NaN, 1]).tolist()).toEqual([1, 2, Number.NaN]);
});

test("places are uint32", () => {
  for (const op of [mx.argmax, mx.argmin, mx.argsort]) expect(op(a()).dtype).toBe("uint32");
});

test("a place beyond the axis is refused", () => {
  expectError(() => mx.partition(a(), 2), "RangeError", null, "[partition]");
  expectError(() => mx.argpartition(a(), -3), "RangeError", null, "[argpartition]");
  expectError(() => mx.topk(a(), 3), "RangeError", null, "[topk]");
  expectError(() => mx.topk(a(), -1), "RangeError", null, "[topk]");
});
