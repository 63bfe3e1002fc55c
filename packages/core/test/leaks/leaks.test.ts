// The leak hunt: a million ops, ten thousand gradients and compiled calls, and whatever else makes arrays in
// passing, in a process of its own. Live arrays and the engine's bytes end where they began.

import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { runNode } from "../child.js";
import { needs } from "../needs.js";
import type { Balance } from "./run.js";

const script = fileURLToPath(new URL("run.ts", import.meta.url));
const seconds = 1000;

test(
  "nothing stays alive of a million ops, ten thousand gradients and compiled calls, and all else",
  async () => {
    needs("processes");
    const { code, signal, out, err } = await runNode(["--expose-gc", script], 200 * seconds);
    expect({ code, signal }, err).toEqual({ code: 0, signal: null });
    const balances = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Balance);
    const leaks = balances.filter(
      ({ before, after }) => after.arrays !== before.arrays || after.bytes > before.bytes,
    );
    expect(leaks).toEqual([]);
    expect(balances.length).toBeGreaterThan(40);
  },
  240 * seconds,
);
