// Arrays from sizes and numbers: what Python gives, then what is refused and where ours goes further.

import { describe, expect, test } from "vitest";
import * as mx from "../../src/index.js";
import { expectError } from "../errors.js";
import { testGoldens } from "../golden.js";

testGoldens("creation");

const loose = mx as unknown as Record<string, (...args: unknown[]) => mx.MLXArray>;

describe("sizes", () => {
  test("a size that is no integer is refused by value", () => {
    expectError(
      () => mx.zeros([2.5]),
      "RangeError",
      "VALUE",
      "[zeros] shape[0] must be an integer, got 2.5",
    );
    expectError(() => mx.ones([Number.NaN]), "RangeError", "VALUE", "NaN");
    expectError(() => mx.ones(Number.POSITIVE_INFINITY), "RangeError", "VALUE", "Infinity");
    expectError(() => mx.zeros([2 ** 31]), "RangeError", "VALUE", "beyond the 32-bit integers");
  });

  test("a size of another kind is refused by kind", () => {
    expectError(
      () => loose.zeros?.("3"),
      "TypeError",
      "KIND",
      'shape must be an integer or a list of integers, got "3"',
    );
    expectError(() => loose.zeros?.([2, "3"]), "TypeError", "KIND", "shape[1]");
    expectError(() => loose.zeros?.(null), "TypeError", "KIND", "null");
    expectError(() => loose.eye?.(3n), "TypeError", "KIND", "3n");
  });

  test("a negative size is refused", () => {
    for (const call of [
      () => mx.zeros([-1]),
      () => mx.full([2, -3], 1),
      () => mx.eye(-1),
      () => mx.identity(-2),
    ]) {
      expectError(call, "RangeError", null, /negative/i);
    }
  });

  test("an array beyond the machine's memory is refused before it is made", () => {
    const huge = 2 ** 31 - 1;
    expectError(
      () => mx.zeros([huge, huge]),
      "MLXError",
      "OOM",
      "[zeros] an array of shape [2147483647, 2147483647] needs",
    );
    expectError(() => mx.full([huge, huge], 1), "MLXError", "OOM", "[full]");
    expectError(() => mx.eye(huge), "MLXError", "OOM", "[eye]");
  });
});

describe("dtypes", () => {
  test("an unknown dtype is refused with the list of those that exist", () => {
    expectError(
      () => loose.zeros?.([2], "float"),
      "TypeError",
      "DTYPE",
      /bool, uint8.*got "float"/,
    );
    expectError(() => loose.ones?.([2], "Float32"), "TypeError", "DTYPE", "Float32");
    expectError(() => loose.ones?.([2], 3), "TypeError", "DTYPE", "3");
  });

  test("null is Python's None: the default dtype", () => {
    expect(mx.zeros([1], null).dtype).toBe("float32");
    expect(mx.full([1], true, null).dtype).toBe("bool");
  });

  test("full converts its value to the dtype, whatever it is", () => {
    expect(mx.full([2], 3.7, "int32").tolist()).toEqual([3, 3]);
    expect(mx.full([1], 3, "bool").tolist()).toEqual([true]);
    expect(mx.full([2], mx.array([1.5, 2.5], "float16"), "float32").dtype).toBe("float32");
    expect(mx.full([1], 2n ** 60n).item()).toBe(2n ** 60n);
  });

  test("arange is int32 for integral numbers and float32 for others", () => {
    expect(mx.arange(3).dtype).toBe("int32");
    expect(mx.arange(0, 3, 1).dtype).toBe("int32");
    expect(mx.arange(0, 1, 0.5).dtype).toBe("float32");
    expect(mx.arange(2.5).dtype).toBe("float32");
    expect(mx.arange(3, null).dtype).toBe("int32");
  });
});

test("the likes of an array take its shape from anything array-like", () => {
  expect(
    mx
      .zerosLike([
        [1, 2],
        [3, 4],
      ])
      .tolist(),
  ).toEqual([
    [0, 0],
    [0, 0],
  ]);
  expect(mx.onesLike(Int32Array.of(5, 6)).dtype).toBe("int32");
  expect(mx.fullLike(7, 2).tolist()).toBe(2);
});

test("windows of no and of one element are as in Python, and huge ones are refused", () => {
  for (const window of [mx.bartlett, mx.hanning, mx.hamming, mx.blackman]) {
    expect(window(-1).shape).toEqual([0]);
    expect(window(1).tolist()).toEqual([1]);
    expectError(() => window(2 ** 31), "RangeError", null, "32-bit");
    expectError(() => window(2.5), "RangeError", null, "integer");
  }
});
