// Evaluations that a thread waits for are computed by that thread: nothing is handed to another one.

import { expect, test } from "vitest";
import { nativeBackend as native } from "../src/index.js";

const { ops } = native;
const one = () =>
  native.fromHost({ shape: [4], dtype: "float32", data: Float32Array.of(1, 1, 1, 1) });

/** How often a thread of this process went to sleep meanwhile. */
function sleeps(body: () => void): number {
  const before = process.resourceUsage().voluntaryContextSwitches;
  body();
  return process.resourceUsage().voluntaryContextSwitches - before;
}

/** A chain of evaluated sums, released. */
function evaluations(count: number): void {
  for (let i = 0; i < count; i++) {
    const x = one();
    const sum = ops.add(x, x);
    native.eval([sum]);
    native.release([x, sum]);
  }
}

// Elsewhere the engine's own threads do the work: a Mac's libraries call their own functions directly.
test.runIf(process.platform === "linux")("small evaluations put no thread to sleep", () => {
  evaluations(10);
  expect(sleeps(() => evaluations(2000))).toBeLessThan(1000);
});
