// What authors of backends read in their editor: every export of backend-api, of the kit and of the reference
// says what it is, and every example in their comments and READMEs runs and gives what it says.

import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { documented } from "../../nn/test/doc-exports.js";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const api = path("../../backend-api");
const reference = path("../../reference");

describe("every export is documented, and every function has parameters, result and an example", () => {
  test.each([
    ["backend-api", api, ["index"], 15],
    [
      "the conformance kit",
      api,
      ["index", "vitest", "node-test", "browser"].map((name) => `conformance/${name}`),
      8,
    ],
    ["reference", reference, ["index"], 0],
  ])("in %s", (_, folder, entries, atLeast) => {
    const { missing, functions } = documented(
      folder,
      entries.map((name) => `${folder}/src/${name}.ts`),
    );
    expect(missing).toEqual([]);
    expect(functions).toBeGreaterThanOrEqual(atLeast);
  });
});
