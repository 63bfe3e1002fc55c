// clipGradNorm against Python's.

import * as mx from "@mlx-ts/core";
import { describe, expect, test } from "vitest";
import { liveNow } from "../../core/test/live.js";
import {
  arrayOf,
  expectClose,
  expectTree,
  type Golden,
  type Goldens,
  goldens,
} from "../../nn/test/goldens.js";
import { clipGradNorm } from "../src/index.js";

interface ClipCase {
  readonly gradients: Goldens;
  readonly bound: number | "Infinity";
  readonly clipped: Goldens;
  readonly norm: Golden;
}

const MINUTE = 60_000;
const cases = Object.entries(goldens<ClipCase>(import.meta.url, "clip"));

const treeOf = (named: Goldens): mx.ArrayTree =>
  mx.treeUnflatten(
    Object.entries(named).map(([name, golden]) => [mx.codeName(name), arrayOf(golden)]),
  );

describe("clipGradNorm", () => {
  test.each(cases)("%s gives what Python gives", (_name, golden) => {
    const [clipped, norm] = clipGradNorm(treeOf(golden.gradients), Number(golden.bound));
    expectTree(clipped, golden.clipped, "clipped");
    expectClose(norm, golden.norm, "norm");
  });

  test("gives the same when it is compiled", { timeout: MINUTE }, () => {
    const golden = Object.fromEntries(cases)["below the norm"] as ClipCase;
    const clip = mx.compile((gradients: mx.ArrayTree) => clipGradNorm(gradients, 2));
    const [clipped, norm] = clip(treeOf(golden.gradients));
    expectTree(clipped, golden.clipped, "clipped");
    expectClose(norm, golden.norm, "norm");
  });

  test("keeps the tree's type, the gradients, and no array beside its results", () => {
    const gradients = { a: mx.array([3]), rest: [mx.array([4])] as const };
    const before = liveNow();
    const [clipped, norm] = clipGradNorm(gradients, 1);
    expect(mx.liveArrays() - before).toBe(3);
    expect(clipped.a.item()).toBeCloseTo(0.6);
    expect(clipped.rest[0].item()).toBeCloseTo(0.8);
    expect(norm.item()).toBe(5);
    expect(gradients.a.item()).toBe(3);
  });

  test("of no gradients is 0", () => {
    const [clipped, norm] = clipGradNorm({}, 1);
    expect(clipped).toEqual({});
    expect(norm.item()).toBe(0);
  });

  test("refuses a bound below 0 and what is no tree", () => {
    expect(() => clipGradNorm({}, -1)).toThrow(
      "[clipGradNorm] maxNorm is -1, it must be at least 0",
    );
    expect(() => clipGradNorm({}, "1" as never)).toThrow(
      '[clipGradNorm] maxNorm must be a number, got "1"',
    );
    expect(() => clipGradNorm(5 as never, 1)).toThrow(
      "[clipGradNorm] a tree of arrays was expected, got 5",
    );
  });
});
