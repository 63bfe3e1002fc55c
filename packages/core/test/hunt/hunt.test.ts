// A short crash hunt, the same on every machine: no hostile call may end the process, hang it, or be refused
// by anything but an error of ours. hunt.ts by hand makes any number of calls.

import { beforeEach, expect, test } from "vitest";
import { needs } from "../needs.js";
import { others, reach } from "./exports.js";
import { hunt } from "./hunt.js";

beforeEach(() => needs("processes"));

const seconds = 1000;

test(
  "no hostile call crashes, hangs, or is refused without a type, a code and the op's name",
  async () => {
    const { calls, worked, refused, findings } = await hunt(7, 10_000);
    expect(findings).toEqual([]);
    // Both ends matter: calls that all fail at the first check would prove little.
    expect(worked).toBeGreaterThan(calls / 4);
    expect(refused).toBeGreaterThan(calls / 4);
    expect(worked + refused).toBe(calls);
  },
  300 * seconds,
);

test("the hunt reaches what is exported", () => {
  const names = others.map(({ name }) => name);
  for (const name of ["array", "grad", "compile", "load", "random.seed", "new Slice"]) {
    expect(names).toContain(name);
  }
  expect(reach).toBeGreaterThan(200);
});
