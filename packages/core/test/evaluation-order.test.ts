// Random programs on several streams, evaluated now or in the background in any order: each array is what the
// same program gives when its numbers are added up one by one.

import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import * as mx from "../src/index.js";
import { must } from "./golden.js";
import { needs } from "./needs.js";

beforeEach(() => needs("streams"));

const ways = ["nothing", "eval", "asyncEval", "item", "synchronize"] as const;
/** Makes an array from two earlier ones, on a stream, and may evaluate. */
interface Step {
  left: number;
  right: number;
  stream: number;
  after: (typeof ways)[number];
}
const step = fc.record<Step>({
  left: fc.nat(),
  right: fc.nat(),
  stream: fc.nat(2),
  after: fc.constantFrom(...ways),
});

test("in whatever order streams work, nothing is read before it is computed", async () => {
  const streams = [mx.defaultStream(mx.cpu), mx.newStream(mx.cpu), mx.newStream(mx.cpu)];
  const run = async (steps: readonly Step[], several: boolean) => {
    const arrays = [mx.full([300, 40], 1), mx.full([300, 40], 2)];
    const sums = [1, 2];
    const pending: Promise<unknown>[] = [];
    for (const { left, right, stream, after } of steps) {
      const [l, r] = [left % arrays.length, right % arrays.length];
      const where = must(streams[several ? stream : 0]);
      // The remainder keeps the numbers exact in float32.
      const sum = mx.add(must(arrays[l]), must(arrays[r]), { stream: where });
      const array = mx.remainder(sum, 1009, { stream: where });
      const expected = (must(sums[l]) + must(sums[r])) % 1009;
      arrays.push(array);
      sums.push(expected);
      if (after === "eval") mx.eval(array);
      if (after === "asyncEval") pending.push(mx.asyncEval(array));
      if (after === "item") expect(mx.max(array).item()).toBe(expected);
      if (after === "synchronize") mx.synchronize(where);
    }
    await Promise.all(pending);
    expect(arrays.map((a) => mx.min(a).item())).toEqual(sums);
    expect(arrays.map((a) => mx.max(a).item())).toEqual(sums);
    for (const array of arrays) array.dispose();
  };
  // One stream first: a thread that has met several computes nothing in place any more.
  const programs = fc.array(step, { maxLength: 30 });
  for (const several of [false, true]) {
    await fc.assert(
      fc.asyncProperty(programs, (steps) => run(steps, several)),
      { numRuns: 60 },
    );
  }
});
