// A short crash hunt, the same on every machine: no hostile call may end the process, hang it, or be refused
// by anything but an error of ours. hunt.ts by hand makes any number of calls.

import { expect, test } from "vitest";
import { hunt } from "./hunt.js";
import { targets } from "./targets.js";

const seconds = 1000;

test(
  "no hostile call crashes, hangs, or is refused without a type, a code and the op's name",
  async () => {
    const { calls, findings } = await hunt(7, 5000);
    expect(findings).toEqual([]);
    expect(calls).toBe(5000);
  },
  300 * seconds,
);

test("the hunt calls everything that is exported", () => {
  const names = new Set(targets.map((target) => target.name));
  for (const name of [
    "sum",
    "random.uniform",
    "new Slice",
    "a.index",
    "a.at.set",
    "load",
    "compile",
  ]) {
    expect(names).toContain(name);
  }
  expect(targets.length).toBeGreaterThan(250);
});
