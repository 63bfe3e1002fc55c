// Reading and writing parts of arrays: what Python gives for the ops and for random programs of indices,
// and that no index reads beyond an array.

import { describe, expect, test } from "vitest";
import * as mx from "../../src/index.js";
import { expectError } from "../errors.js";
import { goldens, testGoldens } from "../golden.js";
import { has, needs } from "../needs.js";
import { reachesBeyond } from "../reach.js";

const file = goldens("indexing");

testGoldens("indexing", {
  except: (golden) => !has("indices out of bounds") && reachesBeyond(golden, file),
});

describe("indices out of range", () => {
  const a = () => mx.array([10, 20, 30]);
  const far = () => mx.array([3, -4, 2 ** 31 - 1, -(2 ** 31)], "int32");

  test("take clamps them into the axis", () => {
    needs("indices out of bounds");
    expect(mx.take(a(), far(), 0).tolist()).toEqual([30, 10, 30, 10]);
    expect(mx.take(a(), far()).tolist()).toEqual([30, 10, 30, 10]);
    expect(mx.take(a(), [7, -9]).tolist()).toEqual([30, 10]);
    expect(mx.take(a(), mx.array([200], "uint8"), 0).tolist()).toEqual([30]);
    expect(mx.take(a(), mx.array([2n ** 40n, -(2n ** 40n)]), 0).tolist()).toEqual([30, 10]);
    expect(mx.take(a(), mx.array([2 ** 32 - 1], "uint32"), 0).tolist()).toEqual([30]);
    expect(a().index(far()).tolist()).toEqual([30, 10, 30, 10]);
  });

  test("takeAlongAxis, putAlongAxis and scatterAddAxis clamp them too", () => {
    needs("indices out of bounds");
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

describe("slices with starts in an array", () => {
  const a = () => mx.arange(12).reshape(3, 4);
  const start = (...values: number[]) => mx.array(values, "int32");

  test("lie inside the array wherever they are told to start", () => {
    const rows = (first: number) => mx.slice(a(), start(first), [0], [2, 1]).tolist();
    expect([0, 1, 2, 99, -1, -3, -99].map(rows)).toEqual(
      [0, 1, 1, 1, 1, 0, 0].map((first) => [[4 * first], [4 * first + 4]]),
    );
    const far = mx.array([2n ** 62n], "int64").astype("uint64");
    expect(mx.slice(a(), far, [1], [1, 1]).item()).toBe(3);
    const written = mx.sliceUpdate(a(), mx.array([[-1, -2]]), start(9, 9), [0, 1]);
    expect(written.index(2).tolist()).toEqual([8, 9, -1, -2]);
  });

  test("take starts of any layout, a scalar, and one computed in a compiled function", () => {
    const spread = mx.broadcastTo(mx.array(1, "int32"), [2]);
    expect(mx.slice(a(), spread, [0, 1], [1, 2]).tolist()).toEqual([[5, 6]]);
    const reversed = mx.flip(start(2, 0));
    expect(mx.slice(a(), reversed, [0, 1], [1, 2]).tolist()).toEqual([[2, 3]]);
    expect(mx.slice(a(), mx.array(2, "int32"), [0], [1, 4]).tolist()).toEqual([[8, 9, 10, 11]]);
    const moving = mx.compile((x: mx.MLXArray, i: mx.MLXArray) => mx.slice(x, i, 0, [1, 1]));
    expect([0, 2].map((i) => moving(a(), start(i)).item())).toEqual([0, 8]);
  });

  test("refuse starts, axes and sizes that do not fit", () => {
    expectError(() => mx.slice(a(), start(0), [0], [4, 1]), "RangeError", "SHAPE", "size of 4");
    expectError(() => mx.slice(a(), start(0), [0], [-1, 1]), "RangeError", "SHAPE", "size of -1");
    expectError(() => mx.slice(a(), start(0), [0], [1]), "RangeError", "SHAPE", "each axis");
    expectError(() => mx.slice(a(), start(0, 0), [0], [1, 1]), "RangeError", "SHAPE", "1 axes");
    expectError(() => mx.slice(a(), start(0, 0), [0, -2], [1, 1]), "RangeError", "SHAPE", "twice");
    expectError(() => mx.slice(a(), start(0), [2], [1, 1]), "RangeError", "SHAPE", "axis 2");
    expectError(() => mx.slice(a(), mx.ones([1]), [0], [1, 1]), "TypeError", "KIND", "integers");
    expectError(
      () => mx.sliceUpdate(a(), mx.ones([1, 1, 1]), start(0), [0]),
      "RangeError",
      "SHAPE",
      "3 axes",
    );
    expectError(
      () => mx.sliceUpdate(a(), mx.ones([1, 1]), start(0), [0], [1, 1] as never),
      "TypeError",
      "OPTION",
      "no strides",
    );
  });
});

describe("gather and scatter", () => {
  const a = () => mx.arange(5);

  test("move slices that would reach beyond the array back inside", () => {
    needs("indices out of bounds");
    const starts = [[4, -1, 9, -9]];
    expect(mx.gather(a(), starts, [0], [3]).tolist()).toEqual([
      [2, 3, 4],
      [2, 3, 4],
      [2, 3, 4],
      [0, 1, 2],
    ]);
    const twos = mx.array([[7, 8]]);
    expect(mx.scatter(a(), [[9]], twos, [0]).tolist()).toEqual([0, 1, 2, 7, 8]);
    expect(mx.scatterAdd(a(), [[-1]], twos, [0]).tolist()).toEqual([0, 1, 2, 10, 12]);
  });

  test("agree with a.index and a.at", () => {
    const b = mx.arange(24).reshape(2, 3, 4);
    const [rows, columns] = [mx.array([1, 0], "int32"), mx.array([[2], [-1]], "int32")];
    const read = mx.gather(b, [rows, columns], [0, 2], [1, 3, 1]);
    expect(read.reshape(2, 2, 3).tolist()).toEqual(b.index(rows, mx.slice(), columns).tolist());
    const values = mx.arange(12).reshape(2, 2, 3);
    const updates = values.reshape(2, 2, 1, 3, 1);
    const at = () => b.at(rows, mx.slice(), columns);
    const indices = [rows, columns];
    expect(mx.scatter(b, indices, updates, [0, 2]).tolist()).toEqual(at().set(values).tolist());
    expect(mx.scatterAdd(b, indices, updates, [0, 2]).tolist()).toEqual(at().add(values).tolist());
    expect(mx.scatterProd(b, indices, updates, [0, 2]).tolist()).toEqual(
      at().multiply(values).tolist(),
    );
    expect(mx.scatterMax(b, indices, updates, [0, 2]).tolist()).toEqual(
      at().maximum(values).tolist(),
    );
    expect(mx.scatterMin(b, indices, updates, [0, 2]).tolist()).toEqual(
      at().minimum(values).tolist(),
    );
  });

  test("without index arrays take or write the first slice", () => {
    expect(mx.gather(a(), [], [], [2]).tolist()).toEqual([0, 1]);
    expect(mx.scatter(a(), [], mx.array([9, 8]), []).tolist()).toEqual([9, 8, 2, 3, 4]);
  });

  test("of nothing change nothing", () => {
    const none = mx.zeros([0], "int32");
    expect(mx.gather(a(), [none], [0], [2]).shape).toEqual([0, 2]);
    expect(mx.scatterAdd(a(), [none], mx.zeros([0, 2]), [0]).tolist()).toEqual([0, 1, 2, 3, 4]);
    expect(mx.scatter(mx.zeros([0, 2]), [none], mx.zeros([0, 0, 2]), [0]).shape).toEqual([0, 2]);
  });

  test("name what is wrong", () => {
    expectError(() => mx.gather(a(), [[0]], [0], [6]), "RangeError", "SHAPE", "size of 6");
    expectError(() => mx.gather(a(), [[0]], [1], [1]), "RangeError", "SHAPE", "axis 1");
    expectError(() => mx.gather(a(), [[0], [0]], [0], [1]), "RangeError", "SHAPE", "2 index");
    expectError(() => mx.gather(a(), mx.ones([2]) as never, [0], [1]), "TypeError", "KIND", "list");
    expectError(() => mx.gather(a(), [[true]] as never, [0], [1]), "TypeError", "KIND", "mask");
    expectError(
      () => mx.scatter(a(), [[0]], mx.array(1), [0]),
      "RangeError",
      "SHAPE",
      "updates of 0 axes",
    );
  });
});

describe("slice as an op", () => {
  test("takes its steps and stream by name", () => {
    const a = mx.arange(6);
    expect(mx.slice(a, [0], [6], { strides: [2], stream: mx.cpu }).tolist()).toEqual([0, 2, 4]);
    expect(mx.slice(a, [4], [6], { stream: mx.cpu }).tolist()).toEqual([4, 5]);
    expect(mx.sliceUpdate(a, 9, [0], [6], { strides: [3] }).tolist()).toEqual([9, 1, 2, 9, 4, 5]);
    expect(mx.sliceUpdate(a, 9, [0], [2], [1], { stream: mx.cpu }).index(1).item()).toBe(9);
    const step = { step: 2 } as never;
    expectError(() => mx.slice(a, [0], [6], step), "TypeError", "OPTION", '"step"');
    expectError(
      () => mx.slice(a, [0], [6], [2], { strides: [2] } as never),
      "TypeError",
      "OPTION",
      "both by position and in the options",
    );
  });

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
