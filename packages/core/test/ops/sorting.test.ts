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

test("unique gives what is asked for, typed by the flags", () => {
  const values: mx.MLXArray = mx.unique([3, 1, 3], 2);
  expect(values.tolist()).toEqual([1, 3]);
  const [all, counts] = mx.unique([3, 1, 3], 2, { returnCounts: true });
  expect([all.tolist(), counts.tolist()]).toEqual([
    [1, 3],
    [1, 2],
  ]);
  const [, index, inverse] = mx.unique([3, 1, 3], 2, true, true);
  expect([index.tolist(), inverse.tolist()]).toEqual([
    [1, 0],
    [1, 0, 1],
  ]);
  const [, only] = mx.unique([3, 1, 3], 2, false, { returnInverse: true });
  expect(only.tolist()).toEqual([1, 0, 1]);
  expect(mx.unique([1], 3, false, false, false, 9, { stream: mx.cpu }).tolist()).toEqual([1, 9, 9]);
  expectError(() => mx.unique([1], -1), "RangeError", null, "[unique]");
  expectError(() => mx.unique([1], 1.5), "RangeError", null, "size must be an integer");
  expectError(() => mx.unique([1], 1, { size: 2 } as never), "TypeError", "OPTION", '"size"');
});

test("searchsorted takes one of two sides", () => {
  expect(mx.searchsorted([1, 2, 2], 2).item()).toBe(1);
  expect(mx.searchsorted([1, 2, 2], 2, "right").item()).toBe(3);
  expectError(() => mx.searchsorted([1], 1, "up" as never), "RangeError", "VALUE", '"right"');
  expectError(() => mx.searchsorted([[1]], 1), "RangeError", null, "[searchsorted]");
});

test("unique of more places than elements fills the rest, and of fewer keeps the smallest", () => {
  const [values, index, inverse, counts] = mx.unique([3, 1, 3], 4, true, true, true, 9);
  expect(values.tolist()).toEqual([1, 3, 9, 9]);
  expect(index.tolist()).toEqual([1, 0, 1, 1]);
  expect(inverse.tolist()).toEqual([1, 0, 1]);
  expect(counts.tolist()).toEqual([1, 2, 0, 0]);
  const [smallest, of] = mx.unique([3, 1, 3], 1, { returnCounts: true });
  expect([smallest.tolist(), of.tolist()]).toEqual([[1], [1]]);
  const [none, some] = mx.unique(mx.zeros([0]), 2, { returnCounts: true, fillValue: 4 });
  expect([none.tolist(), some.tolist()]).toEqual([
    [4, 4],
    [0, 0],
  ]);
});

test("places for NaN are behind all numbers", () => {
  const sorted = [1, 2, Number.NaN];
  const values = [Number.NaN, 3];
  expect(mx.searchsorted(sorted, values).tolist()).toEqual([2, 2]);
  expect(mx.searchsorted(sorted, values, "right").tolist()).toEqual([3, 2]);
  expect(mx.searchsorted([], [1]).tolist()).toEqual([0]);
});
