// Convolutions: what Python gives, and the sizes that would end the process.

import { expect, test } from "vitest";
import * as mx from "../../src/index.js";
import { expectError } from "../errors.js";
import { testGoldens } from "../golden.js";

testGoldens("conv");

const image = () => mx.ones([1, 4, 4, 2]);
const kernel = () => mx.ones([3, 2, 2, 2]);

test("zero and negative strides, dilations and groups are refused", () => {
  expectError(() => mx.conv2d(image(), kernel(), 0), "RangeError", "VALUE", "stride is 0");
  expectError(() => mx.conv2d(image(), kernel(), [1, -1]), "RangeError", "VALUE", "stride is -1");
  expectError(() => mx.conv2d(image(), kernel(), 1, 0, 0), "RangeError", "VALUE", "dilation is 0");
  expectError(
    () => mx.conv2d(image(), kernel(), { groups: 0 }),
    "RangeError",
    "VALUE",
    "groups is 0",
  );
  expectError(() => mx.conv2d(image(), kernel(), 1, -1), "RangeError", "VALUE", "-1");
  expectError(
    () => mx.conv1d(mx.ones([1, 4, 1]), mx.ones([1, 2, 1]), 0),
    "RangeError",
    "VALUE",
    "stride is 0",
  );
});

test("a pair is one integer for both axes or two", () => {
  expect(mx.conv2d(image(), kernel(), [2, 1]).shape).toEqual([1, 2, 3, 3]);
  expectError(
    () => mx.conv2d(image(), kernel(), [1, 1, 1] as never),
    "RangeError",
    "VALUE",
    "one or two integers",
  );
  expectError(
    () => mx.conv2d(image(), kernel(), [] as never),
    "RangeError",
    "VALUE",
    "one or two integers",
  );
});

test("channels that do not fit are refused", () => {
  expectError(() => mx.conv2d(image(), mx.ones([3, 2, 2, 3])), "RangeError", null, /^\[conv/);
});
