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

test("pad takes a number, two, or a pair for each axis, and options at any place", () => {
  const b = a().reshape(2, 3);
  expect(mx.pad(b, 1).shape).toEqual([4, 5]);
  expect(mx.pad(b, [1]).shape).toEqual([4, 5]);
  expect(mx.pad(b, [1, 0]).shape).toEqual([3, 4]);
  expect(mx.pad(b, [[1, 0]]).shape).toEqual([3, 4]);
  expect(mx.pad(a(), 1, "edge").tolist()).toEqual([0, 0, 1, 2, 3, 4, 5, 5]);
  expect(mx.pad(mx.array([1]), 1, { constantValues: 7 }).tolist()).toEqual([7, 1, 7]);
  expect(mx.pad(mx.array([1]), 1, "constant", { constantValues: 7 }).tolist()).toEqual([7, 1, 7]);
  expect(mx.pad(mx.array([1]), 1, undefined, 7, { stream: mx.cpu }).tolist()).toEqual([7, 1, 7]);
});

test("a pad width of another form is refused", () => {
  const b = a().reshape(2, 3);
  expectError(() => mx.pad(b, [1, 2, 3] as never), "TypeError", "KIND", "a pair for each axis");
  expectError(() => mx.pad(b, [[1, 2], 3] as never), "TypeError", "KIND", "padWidth[1]");
  expectError(() => mx.pad(b, [[1, 2, 3]] as never), "TypeError", "KIND", "padWidth[0]");
  expectError(
    () =>
      mx.pad(b, [
        [1, 2],
        [1, 2],
        [1, 2],
      ]),
    "RangeError",
    "SHAPE",
    "6 widths",
  );
  expectError(() => mx.pad(b, -1), "RangeError", "VALUE", "-1");
  expectError(() => mx.pad(b, 1, "wrap" as never), "RangeError", "VALUE", '"symmetric"');
  expectError(
    () => mx.pad(b, 1, "constant", mx.ones([2])),
    "RangeError",
    "SHAPE",
    "constantValues has 2 elements",
  );
});

test("reflecting a short axis a million times is refused before a graph of that size is built", () => {
  expectError(
    () => mx.pad(mx.ones([2]), 2 ** 30, "reflect"),
    "RangeError",
    "VALUE",
    "at most 4096",
  );
  expect(mx.pad(mx.array([1, 2]), [0, 4096], "reflect").shape).toEqual([4098]);
});

test("gradients flow to the padded array and to the constant", () => {
  const loss = (x: mx.MLXArray, c: mx.MLXArray) =>
    mx.sum(mx.multiply(mx.pad(x, [1, 2], "constant", c), mx.array([1, 10, 100, 1000, 10000])));
  const [dx, dc] = mx.grad(loss, [0, 1])(mx.array([5, 6]), mx.array(3));
  expect([dx.tolist(), dc.tolist()]).toEqual([[10, 100], 11001]);
});

test("asStrided never leaves the array", () => {
  const inside = [
    [[2, 2], [2, 1], 2],
    [[3], [-2], 5],
    [[0], [1], 6],
  ] as const;
  for (const args of inside) expect(mx.asStrided(a(), ...args).shape).toEqual(args[0]);
  const outside = [
    [[7], [1], 0],
    [[2], [1], 5],
    [[2], [-1], 0],
    [[2, 2], [2 ** 31 - 1, 2 ** 31 - 1], 0],
    [[1], [1], 6],
    [[1], [1], -1],
    [[0], [1], 7],
  ] as const;
  for (const args of outside) {
    expectError(() => mx.asStrided(a(), ...args), "RangeError", "INDEX", "the array has 6");
  }
  expectError(() => mx.asStrided(a(), [2], [1, 1]), "RangeError", "SHAPE", "2 strides");
  expectError(() => mx.asStrided(a(), [-1], [1]), "RangeError", "VALUE", "-1");
  expectError(
    () => mx.asStrided(mx.zeros([0]), [1], [0]),
    "RangeError",
    "INDEX",
    "the array has 0",
  );
});

test("view refuses a last axis that does not hold whole elements, and scalars of another size", () => {
  expectError(() => mx.view(mx.ones([3]), "int64"), "RangeError", null, "[view]");
  expectError(() => mx.view(mx.array(1), "int8"), "RangeError", null, "[view]");
  expect(mx.ones([2, 2]).view("uint8").shape).toEqual([2, 8]);
});

test("arrays have their matrix transpose, real and imaginary part as properties", () => {
  const z = mx.array([1, 2]).astype("complex64");
  expect(mx.ones([2, 3, 4]).mT.shape).toEqual([2, 4, 3]);
  expect([z.real.tolist(), z.imag.tolist(), z.conj().dtype]).toEqual([[1, 2], [0, 0], "complex64"]);
});

test("meshgrid and broadcastArrays take arrays one by one or in one list, then options", () => {
  const [x, y] = [mx.arange(2), mx.arange(3)];
  const shapes = (arrays: readonly mx.MLXArray[]) => arrays.map(({ shape }) => shape);
  const grid = [
    [3, 2],
    [3, 2],
  ];
  expect(shapes(mx.meshgrid(x, y))).toEqual(grid);
  expect(shapes(mx.meshgrid([x, y]))).toEqual(grid);
  expect(shapes(mx.meshgrid([x, y], { indexing: "ij", sparse: true }))).toEqual([
    [2, 1],
    [1, 3],
  ]);
  expect(shapes(mx.meshgrid([1, 2], [3, 4], { indexing: "ij" }))).toEqual([
    [2, 2],
    [2, 2],
  ]);
  expect(shapes(mx.broadcastArrays([mx.ones([2, 1]), y], { stream: mx.cpu }))).toEqual([
    [2, 3],
    [2, 3],
  ]);
  expectError(() => mx.meshgrid(x, { index: "ij" } as never), "TypeError", "OPTION", '"index"');
  expectError(() => mx.meshgrid(...Array(65).fill(x)), "RangeError", "SHAPE", "at most 64");
  expectError(() => mx.meshgrid(...Array(20).fill(mx.zeros([1000]))), "MLXError", "OOM", "GB");
});

test("atleast1d gives an array for one and a list for several", () => {
  expect(mx.atleast1d(3).shape).toEqual([1]);
  expect(mx.atleast2d([1, 2], { stream: mx.cpu }).shape).toEqual([1, 2]);
  expect(mx.atleast3d(1, [2, 3]).map(({ shape }) => shape)).toEqual([
    [1, 1, 1],
    [1, 2, 1],
  ]);
  expect(mx.atleast1d()).toEqual([]);
  expect(mx.atleast1d(3, undefined).shape).toEqual([1]);
});

test("broadcastShapes joins shapes, and refuses those that do not fit", () => {
  expect(mx.broadcastShapes([2, 1], [3], [])).toEqual([2, 3]);
  expect(mx.broadcastShapes([0], [1])).toEqual([0]);
  expect(mx.broadcastShapes([4])).toEqual([4]);
  expectError(() => mx.broadcastShapes([2], [3]), "RangeError", "SHAPE", "[2] and [3]");
  expectError(() => mx.broadcastShapes([0], [2]), "RangeError", "SHAPE", "do not broadcast");
  expectError(() => mx.broadcastShapes([-1]), "RangeError", "SHAPE", "-1");
  expectError(() => mx.broadcastShapes(), "RangeError", "VALUE", "at least one");
  expectError(() => mx.broadcastShapes("2" as never), "TypeError", "KIND", "shapes[0]");
});

test("split and unstack refuse more pieces than the engine can list", () => {
  expectError(() => mx.unstack(mx.zeros([5000])), "RangeError", "VALUE", "at most 4096");
  expectError(() => mx.split(mx.zeros([5000]), 5000), "RangeError", "VALUE", "at most 4096");
  expect(mx.unstack(mx.zeros([100])).length).toBe(100);
});

test("a diagonal outside the matrix sums to 0", () => {
  expect(mx.trace(mx.ones([2, 3]), 9).item()).toBe(0);
  expect(mx.trace(mx.ones([2, 3, 3]), -7, 1, 2).tolist()).toEqual([0, 0]);
});
