// Ops that fold axes: what Python gives, and what is refused.

import { expect, test } from "vitest";
import * as mx from "../../src/index.js";
import { expectError } from "../errors.js";
import { must, testGoldens } from "../golden.js";

testGoldens("reduction");

const a = () =>
  mx.array([
    [1, 2],
    [3, 4],
  ]);

test("null is all axes, and undefined is the default", () => {
  expect(mx.sum(a(), null).tolist()).toBe(10);
  expect(mx.sum(a(), undefined).tolist()).toBe(10);
  expect(mx.sum(a(), undefined, true).tolist()).toEqual([[10]]);
  expect(mx.sum(a(), []).tolist()).toEqual([
    [1, 2],
    [3, 4],
  ]);
});

test("an axis out of bounds is refused, and leaves the engine usable", () => {
  for (const axis of [2, -3, [0, 2]]) {
    expectError(() => mx.sum(a(), axis), "RangeError", null, "xis");
  }
  expectError(() => mx.sum(a(), [0, 0]), "RangeError", null, "uplicate");
  expectError(() => mx.sum(a(), 0.5), "RangeError", "VALUE", "axis must be an integer, got 0.5");
  expect(mx.sum(a()).item()).toBe(10);
});

test("exponentials of integers are those of floats, along any axes", () => {
  const values = [
    [1, 7, 2],
    [3, 0, 5],
  ];
  const floats = mx.array(values);
  for (const dtype of ["uint8", "int8", "int32", "uint64"] as const) {
    const integers = mx.array(values, dtype);
    for (const axis of [null, 0, 1, [0, 1]]) {
      const results = (a: mx.MLXArray) => [mx.logsumexp(a, axis), mx.softmax(a, axis)];
      const expected = results(floats);
      for (const [i, got] of results(integers).entries()) {
        const wanted = must(expected[i]);
        expect(got.dtype).toBe("float32");
        expect(got.tolist()).toEqual(wanted.tolist());
      }
    }
  }
  const truth = mx.array([true, false]);
  expect(mx.logsumexp(truth).item()).toBeCloseTo(Math.log(Math.E + 1), 6);
});

test("the extremes of no elements are refused", () => {
  for (const op of [mx.max, mx.min, mx.argmax, mx.argmin]) {
    expectError(() => op(mx.zeros([0])), "RangeError", null, /^\[/);
    expectError(() => op(mx.zeros([2, 0]), 1), "RangeError", null, /^\[/);
  }
});

test("folding no elements gives the neutral one", () => {
  expect(mx.sum([]).item()).toBe(0);
  expect(mx.prod([]).item()).toBe(1);
  expect(mx.all(mx.zeros([0], "bool")).item<boolean>()).toBe(true);
  expect(mx.any(mx.zeros([0], "bool")).item<boolean>()).toBe(false);
  expect(mx.mean([]).item()).toBeNaN();
  expect(mx.sum(mx.broadcastTo(mx.ones([1]), [0])).item()).toBe(0);
  expect(mx.sum(mx.transpose(mx.zeros([2, 0])), 1).tolist()).toEqual([]);
});

test("NaN wins the extremes", () => {
  expect(mx.max([1, Number.NaN, 3]).item()).toBeNaN();
  expect(mx.min([Number.NaN, 1]).item()).toBeNaN();
});

test("the variance is var on the namespace and as a method", () => {
  expect(mx.var).toBe(mx.variance);
  expect(mx.array([1, 3]).var().item()).toBe(1);
  expect(mx.array([1, 3]).var({ ddof: 1 }).item()).toBe(2);
});

test("keepdims must be a boolean", () => {
  const sum = mx.sum as (...args: unknown[]) => unknown;
  expectError(() => sum(a(), 0, 1), "TypeError", "KIND", "keepdims must be true or false, got 1");
});
