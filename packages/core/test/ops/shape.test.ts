// Ops that change shape, order or dtype: what Python gives, and their forms as methods.

import { expect, test } from "vitest";
import * as mx from "../../src/index.js";
import { expectError } from "../errors.js";
import { testGoldens } from "../golden.js";

testGoldens("shape");

const a = () => mx.arange(6);

test("as methods, reshape and transpose take a list or numbers one by one", () => {
  expect(a().reshape(2, 3).shape).toEqual([2, 3]);
  expect(a().reshape([3, -1]).shape).toEqual([3, 2]);
  expect(a().reshape(2, 3).transpose().shape).toEqual([3, 2]);
  expect(a().reshape(1, 2, 3).transpose(2, 0, 1).shape).toEqual([3, 1, 2]);
  expect(a().reshape(1, 2, 3).transpose([0, 2, 1]).shape).toEqual([1, 3, 2]);
  expect(a().reshape(2, 3).T.tolist()).toEqual([
    [0, 3],
    [1, 4],
    [2, 5],
  ]);
});

test("sizes that do not fit are refused with both", () => {
  expectError(() => a().reshape(4), "RangeError", null, /6.*\(4\)/);
  expectError(() => a().reshape(-1, -1), "RangeError", null, "[reshape]");
});

test("an axis that squeeze may not drop is refused", () => {
  expectError(() => mx.squeeze(a(), 0), "RangeError", null, "[squeeze]");
});

test("split takes a count or the places, and refuses what does not divide", () => {
  expect(mx.split(a(), 3).map((piece) => piece.tolist())).toEqual([
    [0, 1],
    [2, 3],
    [4, 5],
  ]);
  expect(mx.split(a(), [1, 4]).map((piece) => piece.size)).toEqual([1, 3, 2]);
  expectError(
    () => mx.split(a(), 4),
    "RangeError",
    "SHAPE",
    "an axis of size 6 does not divide into 4",
  );
  expectError(() => mx.split(a(), 0), "RangeError", "SHAPE", "0 equal pieces");
  expectError(() => mx.split(a(), 2, 1), "RangeError", "SHAPE", "axis 1 is out of bounds");
});

test("concatenate and stack take lists of anything array-like, and an array as its rows", () => {
  expect(mx.concatenate([[1, 2], mx.array([3])]).tolist()).toEqual([1, 2, 3]);
  expect(mx.stack([1, 2]).tolist()).toEqual([1, 2]);
  expect(mx.stack(a().reshape(2, 3) as never, 1).tolist()).toEqual([
    [0, 3],
    [1, 4],
    [2, 5],
  ]);
  expectError(() => mx.concatenate([]), "RangeError", null, "[concatenate]");
  expectError(
    () => mx.stack("ab" as never),
    "TypeError",
    "KIND",
    "arrays must be a list of arrays",
  );
});

test("astype goes through every dtype that holds the values", () => {
  for (const dtype of ["bool", "uint8", "int64", "float16", "bfloat16", "complex64"] as const) {
    const there = mx.array([0, 1]).astype(dtype);
    expect(there.dtype).toBe(dtype);
    expect(there.astype("float32").tolist()).toEqual([0, 1]);
  }
});

test("roll takes one shift for several axes, and adds up several for one axis", () => {
  expect(mx.roll(a().reshape(2, 3), 1, [0, 1]).tolist()).toEqual([
    [5, 3, 4],
    [2, 0, 1],
  ]);
  expect(mx.roll(a(), [1, 2], 0).tolist()).toEqual([3, 4, 5, 0, 1, 2]);
  expectError(() => mx.roll(a().reshape(2, 3), [1, 2], [0, 5]), "RangeError", null, "[roll]");
});

test("views share no writes: an assignment to one leaves the others", () => {
  const base = mx.array([1, 2, 3]);
  const view = base.reshape(3, 1);
  base.at(0).assign(9);
  expect([base.tolist(), view.tolist()]).toEqual([
    [9, 2, 3],
    [[1], [2], [3]],
  ]);
});
