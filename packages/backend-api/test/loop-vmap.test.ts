// vmap by a loop, on a backend without derivatives.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type BatchFunction, loopVmap, Scalar } from "../src/index.js";
import { countedBackend as backend, liveSlots, type Slot } from "./counted.js";

const { ops } = backend;
const vmap = loopVmap(backend);

/** Runs a vmap, and gives shapes and elements of what comes out. */
function batched(
  fn: BatchFunction<Slot>,
  inputs: readonly [values: readonly number[], shape: readonly number[]][],
  axes: readonly (number | null)[],
) {
  const given = inputs.map(([values, shape]) =>
    backend.fromHost({ shape, dtype: "float32", data: Float32Array.from(values) }),
  );
  let outputs: Slot[] = [];
  try {
    outputs = vmap(fn, given, axes);
    return outputs.map((output) => {
      const { shape, data } = backend.toHostSync(output);
      return { shape, data: Array.from(data, Number) };
    });
  } finally {
    backend.release([...given, ...outputs]);
  }
}

/** A function as it is called: it owns its inputs. */
const owning =
  (fn: (inputs: readonly Slot[]) => Slot[], ...axes: (number | null)[]): BatchFunction<Slot> =>
  (inputs) => {
    try {
      return { outputs: fn(inputs), axes };
    } finally {
      backend.release(inputs);
    }
  };

const total = ([a]: readonly Slot[]) => [ops.sum(a as Slot, null, false)];
const plus = ([a, b]: readonly Slot[]) => [ops.add(a as Slot, b as Slot)];
const rows = [
  [0, 1, 2, 3, 4, 5],
  [2, 3],
] as const;
const row: [readonly number[], readonly number[]] = [[10, 20, 30], [3]];

let before = 0;
beforeEach(() => {
  before = liveSlots();
});
afterEach(() => {
  expect(liveSlots(), "handles that are alive after the test").toBe(before);
});

describe("loopVmap", () => {
  test("runs each example along the axes that it is told, and stacks", () => {
    expect(batched(owning(total, 0), [[...rows]], [0])).toEqual([{ shape: [2], data: [3, 12] }]);
    expect(batched(owning(total, 0), [[...rows]], [1])).toEqual([{ shape: [3], data: [3, 5, 7] }]);
    expect(batched(owning(plus, 1), [[...rows], row], [0, null])).toEqual([
      { shape: [3, 2], data: [10, 13, 21, 24, 32, 35] },
    ]);
  });

  test("an output without a batch axis is not repeated", () => {
    const both = owning(
      (inputs) => [...total(inputs), ops.full([2], new Scalar(7), null)],
      0,
      null,
    );
    expect(batched(both, [[...rows]], [0])).toEqual([
      { shape: [2], data: [3, 12] },
      { shape: [2], data: [7, 7] },
    ]);
  });

  test("an output without a batch axis that differs between examples is refused, one of NaN is not", () => {
    const refusal = "[vmap] an output whose axis is null depends on a batched argument";
    expect(() => batched(owning(total, null), [[...rows]], [0])).toThrow(refusal);
    let calls = 0;
    const growing = owning(() => [ops.full([++calls], new Scalar(1), null)], null);
    expect(() => batched(growing, [[...rows]], [0])).toThrow(refusal);
    const none = owning(() => [ops.full([1], new Scalar(Number.NaN), null)], null);
    expect(batched(none, [[...rows]], [0])).toEqual([{ shape: [1], data: [Number.NaN] }]);
  });

  test("a batch of none tells the shapes of its outputs", () => {
    const double = owning(([a]) => [ops.add(a as Slot, a as Slot)], 1);
    expect(batched(double, [[[], [0, 3]]], [0])).toEqual([{ shape: [3, 0], data: [] }]);
  });

  test("batches that differ, and none at all, are refused", () => {
    expect(() => batched(owning(plus, 0), [[...rows], row], [0, 0])).toThrow(
      "[vmap] Inconsistent axis sizes: 2 and 3.",
    );
    expect(() => batched(owning(total, 0), [row], [null])).toThrow("no input has a batch axis");
    expect(() => batched(owning(total, 0), [row], [1])).toThrow("axis 1 does not exist");
  });

  test("nothing is left when an example throws, or differs from the others", () => {
    let calls = 0;
    const failing = owning((inputs) => {
      if (++calls === 2) throw new Error("on purpose");
      return total(inputs);
    }, 0);
    expect(() => batched(failing, [[...rows]], [0])).toThrow("on purpose");
    const growing = owning(() => [ops.full([++calls], new Scalar(1), null)], 0);
    expect(() => batched(growing, [[...rows]], [0])).toThrow("[stack]");
  });
});
