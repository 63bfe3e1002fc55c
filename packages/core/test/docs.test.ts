// Every export says what it is. Its examples are run by doc-examples.test.ts and ops/examples.test.ts.

import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { documented } from "../../nn/test/doc-exports.js";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

test("every export is documented, and every function has parameters, result and an example", () => {
  const { missing, functions } = documented(path(".."), [path("../src/index.ts")]);
  expect(missing).toEqual([]);
  expect(functions).toBeGreaterThan(250);
});
