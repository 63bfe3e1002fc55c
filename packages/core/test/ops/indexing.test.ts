// Reading and writing parts of arrays: what Python gives for the ops and for random programs of indices,
// and that no index reads beyond an array.

import { describe, expect, test } from "vitest";
import * as mx from "../../src/index.js";
import { expectError } from "../errors.js";
import { testGoldens } from "../golden.js";

testGoldens("indexing");

describe("indices out of range", () => {
  const a = () => mx.array([10, 20, 30]);
  const far = () => mx.array([3, -4, 2 ** 31 - 1, -(2 ** 31)], "int32");

  test("take clamps them into the axis", () => {
    expect(mx.take(a(), far(), 0).tolist()).toEqual([30, 10, 30, 10]);
    expect(mx.take(a(), far()).tolist()).toEqual([30, 10, 30, 10]);
    expect(mx.take(a(), [7, -9]).tolist()).toEqual([30, 10]);
    expect(mx.take(a(), mx.array([200], "uint8"), 0).tolist()).toEqual([30]);
    expect(mx.take(a(), mx.array([2n ** 40n, -(2n ** 40n)]), 0).tolist()).toEqual([30, 10]);
    expect(mx.take(a(), mx.array([2 ** 32 - 1], "uint32"), 0).tolist()).toEqual([30]);
    expect(a().index(far()).tolist()).toEqual([30, 10, 30, 10]);
  });

  test("takeAlongAxis, putAlongAxis and scatterAddAxis clamp them too", () => {
    const rows = mx.array([
      [1, 2],
      [3, 4],
    ]);
    const where = mx.array([[9], [-9]], "int32");
    expect(mx.takeAlongAxis(rows, where, 1).tolist()).toEqual([[2], [3]]);
    expect(mx.putAlongAxis(rows, where, mx.array([[0]]), 1).tolist()).toEqual([
      [1, 0],
      [0, 4],
    ]);
    expect(mx.scatterAddAxis(rows, where, mx.array([[10]]), 1).tolist()).toEqual([
      [1, 12],
      [13, 4],
    ]);
  });

  test("indices into an axis of no elements are refused", () => {
    expectError(() => mx.take(mx.zeros([0, 2]), [0], 0), "RangeError", "INDEX", "axis of size 0");
    expect(mx.take(mx.zeros([0, 2]), mx.zeros([0], "int32"), 0).shape).toEqual([0, 2]);
  });

  test("indices that are no integers are refused", () => {
    expectError(
      () => mx.take(a(), mx.array([0.5]), 0),
      "TypeError",
      "KIND",
      "indices must be integers",
    );
    expectError(() => mx.take(a(), 0.5), "TypeError", "KIND", "indices must be integers");
    expectError(() => mx.take(a(), 2 ** 40), "RangeError", "VALUE", "32-bit");
  });
});

describe("slice as an op", () => {
  test("a step of 0 and lists of another length are refused", () => {
    const a = mx.zeros([4, 4]);
    expectError(() => mx.slice(a, [0, 0], [2, 2], [1, 0]), "RangeError", "VALUE", "step");
    expectError(() => mx.slice(a, [0], [2]), "RangeError", "SHAPE", "one for each axis");
    expectError(
      () => mx.sliceUpdate(a, mx.ones(1), [0, 0], [2]),
      "RangeError",
      "SHAPE",
      "one for each axis",
    );
    expectError(
      () => mx.sliceUpdate(a, mx.ones([3]), [0, 0], [2, 2]),
      "RangeError",
      "SHAPE",
      "broadcast",
    );
  });

  test("ends far outside are cut off", () => {
    const a = mx.arange(4);
    const far = 2 ** 31 - 1;
    expect(mx.slice(a, [-far], [far]).tolist()).toEqual([0, 1, 2, 3]);
    expect(mx.slice(a, [far], [-far], [-1]).tolist()).toEqual([3, 2, 1, 0]);
    expect(mx.slice(a, [0], [4], [far]).tolist()).toEqual([0]);
  });
});
