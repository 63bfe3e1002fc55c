// Every export says what it is and where it comes from. The examples are run by examples.test.ts.

import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { documented } from "../../nn/test/doc-exports.js";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

const port = {
  ours: ["accumulateGradients", "loadCheckpoint", "saveCheckpoint", "stateArray"],
  structures: ["joinSchedules", "MultiOptimizer", "Optimizer"],
};

test("every export is documented, functions and classes with formula, parameters, example and source", () => {
  const { missing, functions, classes } = documented(path(".."), [path("../src/index.ts")], port);
  expect(missing).toEqual([]);
  expect(functions).toBeGreaterThan(6);
  expect(classes).toBeGreaterThan(11);
}, 60_000);
