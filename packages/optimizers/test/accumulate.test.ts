// Gradients that are accumulated over parts of a batch are the whole batch's, and take less memory.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import * as nn from "@mlx-ts/nn";
import { describe, expect, test } from "vitest";
import { needs } from "../../core/test/needs.js";
import * as optim from "../src/index.js";
import { MLP } from "./mlp.js";

const PARTS = 4;
const ROWS = 64;
const MINUTE = 60_000;

/** A model, its loss, and a batch of rows. */
function start(rows = ROWS) {
  mx.random.seed(0);
  const model = new MLP();
  const x = mx.random.uniform(0, 1, [rows, 784]);
  const y = mx.random.randint(0, 10, [rows]);
  mx.eval(model, x, y);
  const lossAndGrad = nn.valueAndGrad(model, (x: MLXArray, y: MLXArray) =>
    nn.losses.crossEntropy(model.forward(x), y, { reduction: "mean" }),
  );
  return { model, x, y, lossAndGrad };
}

/** The batch in parts of the given numbers of rows. */
function* partsOf(x: MLXArray, y: MLXArray, sizes: readonly number[]) {
  let from = 0;
  for (const size of sizes) {
    const rows = mx.slice(from, from + size);
    yield [x.index(rows), y.index(rows), size] as const;
    from += size;
  }
}

const values = (tree: unknown): number[] =>
  mx.arraysIn(tree).flatMap((array) => [...(array.toTypedArray() as Float32Array)]);

function expectSame(got: readonly number[], wanted: readonly number[]): void {
  expect(got.length).toBe(wanted.length);
  const largest = Math.max(...wanted.map(Math.abs));
  const difference = got.reduce((most, v, i) => Math.max(most, Math.abs(v - (wanted[i] ?? 0))), 0);
  expect(difference / largest).toBeLessThan(1e-5);
}

describe("accumulated gradients", () => {
  test.each([
    ["equal parts", [16, 16, 16, 16]],
    ["parts of other sizes", [40, 20, 4]],
    ["one part", [64]],
  ])("of %s are the whole batch's", (_name, sizes) => {
    const { x, y, lossAndGrad } = start();
    const [, whole] = lossAndGrad(x, y);
    const wanted = values(whole);
    let sum: mx.ArrayTree = {};
    for (const [px, py, size] of partsOf(x, y, sizes)) {
      const [, grads] = lossAndGrad(px, py);
      sum = optim.accumulateGradients(sum, grads, size / ROWS);
      mx.eval(sum);
    }
    expectSame(values(sum), wanted);
  });

  test("give the big batch's losses in training, compiled too", { timeout: MINUTE }, () => {
    const losses = (parts: number, compiled: boolean): number[] => {
      const { model, x, y, lossAndGrad } = start();
      const optimizer = new optim.SGD(0.1, { momentum: 0.9 }).init(model.trainableParameters());
      const step = (x: MLXArray, y: MLXArray): MLXArray => {
        let sum: mx.ArrayTree = {};
        let total: MLXArray = mx.zeros([]);
        const pairs = mx.split(x, parts).map((part, i) => [part, mx.split(y, parts)[i]] as const);
        for (const [px, py] of pairs) {
          const [loss, grads] = lossAndGrad(px, py as MLXArray);
          sum = optim.accumulateGradients(sum, grads, { scale: 1 / parts });
          total = mx.add(total, mx.divide(loss, parts));
        }
        optimizer.update(model, sum);
        return total;
      };
      const run = compiled ? mx.compile(step, { state: [model, optimizer] }) : step;
      return Array.from({ length: 4 }, () => run(x, y).item<number>());
    };
    const whole = losses(1, false);
    expect(whole[3]).toBeLessThan(whole[0] ?? 0);
    expectSame(losses(PARTS, false), whole);
    expectSame(losses(PARTS, true), whole);
  });

  test("take less memory than the whole batch", () => {
    needs("native");
    const rows = 4096;
    const { x, y, lossAndGrad } = start(rows);
    const peak = (count: number): number => {
      const before = mx.getActiveMemory();
      mx.resetPeakMemory();
      mx.tidy(() => {
        let sum: mx.ArrayTree = {};
        for (const [px, py] of partsOf(x, y, new Array<number>(count).fill(rows / count))) {
          const [, grads] = lossAndGrad(px, py);
          sum = optim.accumulateGradients(sum, grads, 1 / count);
          mx.eval(sum);
        }
      });
      return mx.getPeakMemory() - before;
    };
    // The gradients themselves are the same in both.
    expect(peak(8)).toBeLessThan(peak(1) / 2);
  });

  test("are used up: the sum and each part's gradients are released at once", () => {
    const { x, y, lossAndGrad } = start();
    mx.tidy(() => {
      const [, first] = lossAndGrad(x, y);
      const [, second] = lossAndGrad(x, y);
      const sum = optim.accumulateGradients(undefined, first, 0.5);
      expect(mx.arraysIn(first).every((array) => array.isReleased)).toBe(true);
      const both = optim.accumulateGradients(sum, second);
      expect(mx.arraysIn([sum, second]).every((array) => array.isReleased)).toBe(true);
      expect(mx.arraysIn(both).some((array) => array.isReleased)).toBe(false);
    });
  });

  test("leave arrays that the caller made to the caller", () => {
    const given = { w: mx.ones([2]) };
    expect(optim.accumulateGradients(null, given, 2).w.tolist()).toEqual([2, 2]);
    expect(given.w.isReleased).toBe(false);
  });

  test("keep their dtype, whatever the scale's", () => {
    const grads = { w: mx.ones([2], "float16") };
    const sum = optim.accumulateGradients(null, grads, mx.array(0.5));
    expect(sum.w.dtype).toBe("float16");
    expect(sum.w.tolist()).toEqual([0.5, 0.5]);
  });

  test("of a first part without a scale are these gradients", () => {
    const grads = { w: mx.ones([2]) };
    expect(optim.accumulateGradients(undefined, grads).w).toBe(grads.w);
  });
});

describe("accumulateGradients refuses", () => {
  const w = mx.ones([2]);
  test.each<[string, () => unknown]>([
    [
      "[accumulateGradients] a tree of arrays was expected, got 3",
      () => optim.accumulateGradients(null, 3 as never),
    ],
    [
      "[accumulateGradients] there are 2 gradients, the sum has 1; both must be of one tree",
      () => optim.accumulateGradients<mx.ArrayTree>({ w }, { w, b: w }),
    ],
    [
      '[treeMap] a further tree lacks "w", which the first has',
      () => optim.accumulateGradients<mx.ArrayTree>({ w }, { b: w }),
    ],
    [
      '[accumulateGradients] the scale must be a number or an array, got "1"',
      () => optim.accumulateGradients(null, { w }, "1" as never),
    ],
    [
      '[accumulateGradients] there is no option "by"; the options are scale',
      () => optim.accumulateGradients(null, { w }, { by: 2 } as never),
    ],
  ])("%s", (message, call) => {
    expect(call).toThrow(message);
  });
});
