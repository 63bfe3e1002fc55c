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
  expectError(() => mx.conv2d(image(), kernel(), 1, -2), "RangeError", "SHAPE", "cuts off all");
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

test("a negative padding cuts off, but not everything", () => {
  expect(mx.conv2d(image(), kernel(), 1, -1).shape).toEqual([1, 1, 1, 3]);
});

test("dilations of the input, output padding and lists of another length are refused", () => {
  const [x, w] = [mx.ones([1, 4, 2]), mx.ones([3, 2, 2])];
  expectError(
    () => mx.convGeneral(x, w, { inputDilation: 0 }),
    "RangeError",
    "VALUE",
    "inputDilation is 0",
  );
  expectError(() => mx.convGeneral(x, w, [1, 1]), "RangeError", "SHAPE", "stride has 2");
  expectError(() => mx.convGeneral(x, w, 1, [1, 2]), "RangeError", "SHAPE", "padding has 2");
  expectError(() => mx.convGeneral(x, w, 1, [[1]] as never), "RangeError", "VALUE", "two lists");
  expectError(
    () => mx.convGeneral(x, w, { inputDilation: 2 ** 30 }),
    "RangeError",
    "VALUE",
    "2^24",
  );
  expectError(() => mx.convTranspose1d(x, w, 2 ** 30), "RangeError", "VALUE", "2^24");
  expectError(() => mx.conv1d(x, w, 2 ** 30), "RangeError", "VALUE", "2^24");
  expectError(
    () => mx.convTranspose1d(x, w, 1, 0, 1, 2 ** 31 - 1),
    "RangeError",
    "VALUE",
    "2^31-1",
  );
  expectError(() => mx.convTranspose1d(x, w, 1, 99), "RangeError", "SHAPE", "cuts off all");
  expectError(() => mx.convTranspose2d(x, w), "RangeError", "SHAPE", "both must have 4");
  expectError(() => mx.conv3d(x, w), "RangeError", null, "[conv");
});

test("convolve takes the modes of numpy", () => {
  expect(mx.convolve([1, 2, 3], [1, 1], "same").tolist()).toEqual([1, 3, 5]);
  expect(mx.convolve([1, 2, 3], [1, 1], { mode: "valid" }).tolist()).toEqual([3, 5]);
  expectError(() => mx.convolve([1], [1], "wrap" as never), "RangeError", "VALUE", '"valid"');
  expectError(() => mx.convolve([], [1]), "RangeError", "SHAPE", "empty");
  expectError(() => mx.convolve([[1]], [1]), "RangeError", "SHAPE", "vectors");
});

/** What each element of the input adds to a loss that is linear in it. */
function slopes(loss: (x: mx.MLXArray) => mx.MLXArray, x: mx.MLXArray): number[] {
  return Array.from({ length: x.size }, (_, i) => {
    const unit = Array.from({ length: x.size }, (_, j) => (i === j ? 1 : 0));
    return loss(mx.array(unit).reshape(x.shape)).item();
  });
}

// Where windows lie in the padding of a dilated input as a whole, MLX's own gradient has a wrong shape.
test.each([
  ["output padding", (x: mx.MLXArray, w: mx.MLXArray) => mx.convTranspose2d(x, w, 2, 0, 1, 1)],
  [
    "output padding on one axis",
    (x: mx.MLXArray, w: mx.MLXArray) => mx.convTranspose2d(x, w, 3, 1, 1, [2, 0]),
  ],
  [
    "more padding in front",
    (x: mx.MLXArray, w: mx.MLXArray) =>
      mx.convGeneral(
        x,
        w,
        2,
        [
          [3, 1],
          [0, 1],
        ],
        1,
        2,
      ),
  ],
  [
    "more padding behind",
    (x: mx.MLXArray, w: mx.MLXArray) =>
      mx.convGeneral(
        x,
        w,
        2,
        [
          [0, 1],
          [3, 2],
        ],
        1,
        [2, 1],
      ),
  ],
  [
    "a cut in front",
    (x: mx.MLXArray, w: mx.MLXArray) =>
      mx.convGeneral(
        x,
        w,
        1,
        [
          [-1, 0],
          [2, 1],
        ],
        1,
        3,
      ),
  ],
])("gradients are right with %s", (_what, convolution) => {
  const x = mx.random.normal([1, 3, 2, 1], { key: mx.random.key(1) });
  const w = mx.random.normal([1, 2, 2, 1], { key: mx.random.key(2) });
  const shape = convolution(x, w).shape;
  const cotangent = mx.random.normal(shape, { key: mx.random.key(3) });
  const loss = (input: mx.MLXArray, weight: mx.MLXArray) =>
    mx.sum(mx.multiply(convolution(input, weight), cotangent));
  const [dx, dw] = mx.grad(loss, [0, 1])(x, w);
  expect([dx.shape, dw.shape]).toEqual([x.shape, w.shape]);
  const wanted = [slopes((unit) => loss(unit, w), x), slopes((unit) => loss(x, unit), w)];
  for (const [i, gradient] of [dx, dw].entries()) {
    const slope = mx.array(wanted[i] ?? []);
    expect(mx.allclose(mx.flatten(gradient), slope, 1e-4, 1e-5).item()).toBe(true);
  }
});

test("convGeneral takes its options by position and by name alike, at every place", () => {
  const [x, w] = [mx.ones([1, 6, 2]), mx.ones([2, 2, 1])];
  const all: Omit<mx.ConvGeneralOptions, "stream"> = {
    ...{ stride: 2, padding: [[1], [2]], kernelDilation: 2, inputDilation: [3], groups: 2 },
    flip: true,
  };
  const wanted = mx.convGeneral(x, w, all).tolist();
  const names = Object.keys(all) as (keyof typeof all)[];
  const call = mx.convGeneral as (...args: unknown[]) => mx.MLXArray;
  for (let from = 0; from <= names.length; from++) {
    const placed = names.slice(0, from).map((name) => all[name]);
    const rest = Object.fromEntries(names.slice(from).map((name) => [name, all[name]]));
    expect(call(x, w, ...placed, rest).tolist()).toEqual(wanted);
    expectError(() => call(x, w, ...placed, { nonsense: 1 }), "TypeError", "OPTION", '"nonsense"');
    expectError(() => call(x, w, ...placed, rest, 1), "TypeError", "OPTION", "follows the options");
  }
  expectError(() => call(x, w, 1, { stride: 1 }), "TypeError", "OPTION", "given both");
});
