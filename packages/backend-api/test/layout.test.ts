// Layouts: what ops that move elements do to shape, strides and offset. Expected lists are from numpy, whose arrays
// of `arange` hold the places of their own elements.

import { expect, test } from "vitest";
import { layout } from "../src/index.js";

const { places, rowMajor } = layout;
const listed = (of: layout.Layout) => [...places(of)];

test("elements of a row-major array stand one after the other", () => {
  expect(rowMajor([2, 3, 4])).toEqual({ shape: [2, 3, 4], strides: [12, 4, 1], offset: 0 });
  expect(listed(rowMajor([2, 3]))).toEqual([0, 1, 2, 3, 4, 5]);
});

test("an array without axes has one element, one with an empty axis none", () => {
  expect(listed(rowMajor([]))).toEqual([0]);
  expect(listed(rowMajor([2, 0, 3]))).toEqual([]);
  expect(listed(layout.flip(rowMajor([2, 0]), [0, 1]))).toEqual([]);
});

test("transpose gives the axes another order", () => {
  // np.arange(24).reshape(2, 3, 4).transpose(2, 0, 1)[1]
  const moved = layout.transpose(rowMajor([2, 3, 4]), [2, 0, 1]);
  expect(moved.shape).toEqual([4, 2, 3]);
  expect(listed(moved).slice(6, 12)).toEqual([1, 5, 9, 13, 17, 21]);
});

test("flip starts at the last elements", () => {
  // np.flip(np.arange(6).reshape(2, 3), axis)
  expect(listed(layout.flip(rowMajor([2, 3]), [0]))).toEqual([3, 4, 5, 0, 1, 2]);
  expect(listed(layout.flip(rowMajor([2, 3]), [0, 1]))).toEqual([5, 4, 3, 2, 1, 0]);
});

test("broadcastTo repeats axes of size 1 and new ones", () => {
  const wide = layout.broadcastTo(rowMajor([3, 1]), [2, 3, 2]);
  expect(listed(wide)).toEqual([0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2]);
  expect(listed(layout.broadcastTo(rowMajor([]), [3]))).toEqual([0, 0, 0]);
});

test("slice goes forward and backward, in steps", () => {
  // np.arange(20).reshape(4, 5)[0:4:2, 1:5:3] and [3::-2, 4:1:-1]
  expect(listed(layout.slice(rowMajor([4, 5]), [0, 1], [4, 5], [2, 3]))).toEqual([1, 4, 11, 14]);
  expect(listed(layout.slice(rowMajor([4, 5]), [3, 4], [-1, 1], [-2, -1]))).toEqual([
    19, 18, 17, 9, 8, 7,
  ]);
});

test("views of views are views", () => {
  // np.flip(np.arange(20).reshape(4, 5)[1:4:2].T, 1)[3:1:-1]
  const part = layout.slice(rowMajor([4, 5]), [1, 0], [4, 5], [2, 1]);
  const turned = layout.flip(layout.transpose(part, [1, 0]), [1]);
  const last = layout.slice(turned, [3, 0], [1, 2], [-1, 1]);
  expect(last.shape).toEqual([2, 2]);
  expect(listed(last)).toEqual([18, 8, 17, 7]);
});

test("concatenate puts operands side by side", () => {
  // np.concatenate([np.zeros((2, 1, 2)), np.ones((2, 0, 2)), np.full((2, 2, 2), 2)], 1)
  const { whole, parts } = layout.concatenate(
    [
      [2, 1, 2],
      [2, 0, 2],
      [2, 2, 2],
    ],
    1,
  );
  expect(whole).toEqual(rowMajor([2, 3, 2]));
  expect(parts.map(listed)).toEqual([[0, 1, 6, 7], [], [2, 3, 4, 5, 8, 9, 10, 11]]);
});

test("split gives the starts of lines, and the steps along them", () => {
  const part = layout.slice(rowMajor([4, 5]), [1, 0], [3, 5], [1, 2]);
  const [others, along] = layout.split(part, [1]);
  expect(others.shape).toEqual([2]);
  expect(listed(others)).toEqual([5, 10]);
  expect(along.shape).toEqual([3]);
  expect(listed(along)).toEqual([0, 2, 4]);
  const [none, all] = layout.split(part, [0, 1]);
  expect(listed(none)).toEqual([5]);
  expect(listed(all)).toEqual([0, 2, 4, 5, 7, 9]);
});

test("placesAlong reads one element for each index, of views too", () => {
  // np.take_along_axis(np.arange(6).reshape(2, 3).T, [[1, 0], [0, 0], [1, 1]], 1)
  const turned = layout.transpose(rowMajor([2, 3]), [1, 0]);
  const indices = { shape: [3, 2], data: Int32Array.of(1, 0, 0, 0, 1, 1) };
  expect([...layout.placesAlong(turned, indices, 1)]).toEqual([3, 0, 1, 1, 5, 5]);
});

test("placesOfBlocks reads blocks that start at indices of some axes", () => {
  // a = np.arange(12).reshape(3, 4); a[1:3, 2:4], a[0:2, 1:3]
  const [rows, columns] = [
    { shape: [2], data: [1, 0] },
    { shape: [2], data: [2, 1] },
  ];
  const found = layout.placesOfBlocks(rowMajor([3, 4]), [rows, columns], [0, 1], [2, 2]);
  expect([...found]).toEqual([6, 7, 10, 11, 1, 2, 5, 6]);
});

test("without indices there is one block, at the first element", () => {
  expect([...layout.placesOfBlocks(rowMajor([2, 3]), [], [], [2, 1])]).toEqual([0, 3]);
});
