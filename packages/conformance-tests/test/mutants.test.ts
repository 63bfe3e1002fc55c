// The kit's own test: backends with one thing wrong, each of which it must notice.

import type { Backend } from "@mlx-ts/backend-api";
import { cases, runConformance } from "@mlx-ts/backend-api/conformance";
import { nativeBackend } from "@mlx-ts/native";
import { afterAll, describe, expect, test } from "vitest";
import { mutants } from "../src/mutants/index.js";
import { notices, titleOf } from "../src/mutation.js";

const table: string[] = [];

afterAll(() => console.log(["mutant, and the first case that notices it", ...table].join("\n")));

describe("the kit notices", () => {
  for (const mutant of mutants) {
    test(titleOf(mutant), { timeout: 60_000 }, async () => {
      const [first] = await notices(mutant, nativeBackend as Backend);
      table.push(`${titleOf(mutant)}\n    ${first ? `${first.id}: ${first.message}` : "NOTHING"}`);
      expect(first).toBeDefined();
    });
  }
});

test("there are many mutants, and each has a name of its own", () => {
  expect(new Set(mutants.map(titleOf)).size).toBe(mutants.length);
  expect(mutants.length).toBeGreaterThan(100);
});

test("a native op that no case runs fails the run, and so do devices that are missing", async () => {
  const some = cases().filter(({ requires }) => requires.ops[0] === "exp");
  const manifest = { require: ["gpu"] } as const;
  const backend = { ...nativeBackend, devices: () => ["cpu"] } as unknown as Backend;
  const report = await runConformance(backend, manifest, { cases: some });
  expect(report.counts.passed).toBeGreaterThan(0);
  expect(report.counts.failed).toBe(0);
  expect(report.passed).toBe(false);
  expect(report.problems.join()).toContain("conv2d is native, but no case ran it");
  expect(report.problems.join()).toContain("gpu");
});
