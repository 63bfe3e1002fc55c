// The kit's own test: backends with one thing wrong, each of which it must notice.

import { type Backend, withAutodiff } from "@mlx-ts/backend-api";
import { cases, runConformance } from "@mlx-ts/backend-api/conformance";
import { nativeBackend } from "@mlx-ts/native";
import { referenceBackend } from "@mlx-ts/reference";
import { afterAll, describe, expect, test } from "vitest";
import { mutants } from "../src/mutants/index.js";
import { notices, titleOf } from "../src/mutation.js";

/** An engine that frees and compiles, and one that leaves its arrays to the garbage collector. */
const bases = [nativeBackend as Backend, withAutodiff(referenceBackend) as Backend];

describe.each(bases.map((base) => [base.id, base] as const))(
  "over %s, the kit notices",
  (id, good) => {
    const possible = mutants.filter(({ needs }) => !needs || good.extension(needs));
    const table: string[] = [];

    afterAll(() => {
      const title = `mutant over ${id}, and the first case that notices it`;
      console.log([title, ...table].join("\n"));
    });

    test.each(possible.map((mutant) => [titleOf(mutant), mutant] as const))(
      "%s",
      { timeout: 60_000 },
      async (title, mutant) => {
        const [first] = await notices(mutant, good);
        table.push(`${title}\n    ${first ? `${first.id}: ${first.message}` : "NOTHING"}`);
        expect(first).toBeDefined();
      },
    );

    test("nearly all of them can be made", () => {
      expect(mutants.length - possible.length).toBeLessThan(5);
    });
  },
);

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
