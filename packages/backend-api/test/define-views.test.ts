// What slices become before kernels see them: parts that lie inside and are not empty, with Python's elements.

import { expect, test } from "vitest";
import { isWhole, partOf } from "../src/define/views.js";

/** The indices of a part of one axis, walked as a kernel does. */
function walked(n: number, start: number, stop: number, step: number): number[] {
  const part = partOf("slice", [n], [start], [stop], [step]);
  const [first = 0, end = 0, by = 1] = [part.start[0], part.stop[0], part.strides[0]];
  const found: number[] = [];
  if (part.shape[0] === 0) return found;
  for (let i = first; by > 0 ? i < end : i > end; i += by) found.push(i);
  expect(found).toHaveLength(part.shape[0] ?? 0);
  return found;
}

test("bounds of slices are Python's", () => {
  // From Python: list(range(5))[start:stop:step]
  const wanted = [
    [
      [0, 5, 1],
      [0, 1, 2, 3, 4],
    ],
    [
      [-2, 5, 1],
      [3, 4],
    ],
    [
      [1, -1, 2],
      [1, 3],
    ],
    [
      [-99, 99, 3],
      [0, 3],
    ],
    [[3, 3, 1], []],
    [[4, 1, 1], []],
    [[99, 100, 1], []],
    [
      [4, -99, -1],
      [4, 3, 2, 1, 0],
    ],
    [
      [99, 0, -2],
      [4, 2],
    ],
    [
      [-1, -3, -1],
      [4, 3],
    ],
    [[1, 4, -1], []],
    [[2, 3, 7], [2]],
  ] as const;
  for (const [[start, stop, step], elements] of wanted) {
    expect(walked(5, start, stop, step), `[${start}:${stop}:${step}]`).toEqual([...elements]);
  }
});

test("parts lie inside the axis, whatever the bounds", () => {
  for (let n = 0; n < 5; n++) {
    for (let start = -7; start < 8; start++) {
      for (let stop = -7; stop < 8; stop++) {
        for (const step of [1, 2, 5, -1, -2, -5]) {
          for (const index of walked(n, start, stop, step)) {
            expect(index).toBeGreaterThanOrEqual(0);
            expect(index).toBeLessThan(n);
          }
        }
      }
    }
  }
});

test("only all elements in their order are the whole", () => {
  const whole = (step: number) => isWhole(partOf("slice", [3], [0], [3], [step]), [3]);
  expect([whole(1), whole(-1), whole(2)]).toEqual([true, false, false]);
  const reversed = partOf("slice", [3], [2], [-4], [-1]);
  expect([reversed.shape, isWhole(reversed, [3])]).toEqual([[3], false]);
});

test("lists of another length and steps of 0 are refused", () => {
  expect(() => partOf("slice", [3, 3], [0], [3, 3], [])).toThrow("[slice] a list of 1 integers");
  expect(() => partOf("slice", [3], [0], [3], [0])).toThrow("[slice] a slice step is 0");
});
