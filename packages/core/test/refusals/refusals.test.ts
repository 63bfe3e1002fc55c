// Thousands of seeded hostile calls, in child processes: each works or throws one of our errors, and no
// child crashes, hangs or takes the machine's memory. For more: the command in ./run.ts.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { runNode } from "../child.js";
import type { Summary } from "./run.js";

const script = fileURLToPath(new URL("run.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "mlx-ts-hostile-"));
afterAll(() => rmSync(folder, { recursive: true }));

const count = 2000;

describe("hostile calls", () => {
  test.each([1, 8, 20])(
    `seed %i: ${count} calls work or throw a typed error`,
    async (seed) => {
      const journal = join(folder, `${seed}.txt`);
      const args = [script, "--seed", `${seed}`, "--count", `${count}`, "--journal", journal];
      const { code, signal, out, err } = await runNode(args);
      const last = readFileSync(journal, "utf8").trimEnd().split("\n").at(-1);
      expect({ code, signal }, `the child ended at: ${last}\n${err.slice(-2000)}`).toEqual({
        code: 0,
        signal: null,
      });
      const summary = JSON.parse(out) as Summary;
      expect(summary.untyped).toEqual([]);
      expect(summary.slow).toEqual([]);
      expect(summary.sane).toBe(true);
      expect(summary.calls).toBe(count);
      // Both ends matter: calls that all fail at the first check would prove little.
      expect(summary.worked).toBeGreaterThan(count / 4);
      const refused = Object.values(summary.refused).reduce((n, of) => n + of, 0);
      expect(refused).toBeGreaterThan(count / 4);
    },
    90_000,
  );
});
