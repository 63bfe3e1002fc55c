// What authors of backends read in their editor: every export of backend-api, of the kit and of the reference
// says what it is, and every example in their comments and READMEs runs and gives what it says.

import { fileURLToPath } from "node:url";
import * as api from "@mlx-ts/backend-api";
import * as kit from "@mlx-ts/backend-api/conformance";
import * as page from "@mlx-ts/backend-api/conformance/browser";
import type { DescribeOptions } from "@mlx-ts/backend-api/conformance/vitest";
import * as mx from "@mlx-ts/core";
import { nativeBackend } from "@mlx-ts/native";
import { referenceBackend } from "@mlx-ts/reference";
import { afterEach, describe, expect, test, vi } from "vitest";
import { definition } from "../../../examples/custom-backend/src/backend.js";
import { manifest } from "../../../examples/custom-backend/src/manifest.js";
import { commentExamples, fileExamples, runExample } from "../../nn/test/doc-examples.js";
import { documented } from "../../nn/test/doc-exports.js";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const apiFolder = path("../../backend-api");
const referenceFolder = path("../../reference");

describe("every export has a sentence, and every function parameters, result and an example", () => {
  const kitEntries = ["index", "vitest", "node-test", "browser"];
  const { missing, functions } = documented(apiFolder, [
    `${apiFolder}/src/index.ts`,
    ...kitEntries.map((name) => `${apiFolder}/src/conformance/${name}.ts`),
    `${referenceFolder}/src/index.ts`,
  ]);

  test("in backend-api, the kit and reference", () => {
    expect(missing).toEqual([]);
    expect(functions).toBeGreaterThan(25);
  });
});

// The first example of the kit makes all of its cases, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

describe("the examples", () => {
  const examples = [
    ...commentExamples(`${apiFolder}/src`),
    ...commentExamples(`${referenceFolder}/src`),
    ...fileExamples(`${apiFolder}/README.md`),
    ...fileExamples(`${referenceFolder}/README.md`),
  ];
  afterEach(() => mx.setDefaultBackend(nativeBackend as api.Backend));

  test.each(examples)("%s", async (_place, code) => {
    const mine = api.defineBackend({ ...definition, id: "mine" });
    // Test runners take no tests while one runs: what a block declares is run afterwards.
    const declared: DescribeOptions[] = [];
    const describeBackend = (options: DescribeOptions) => declared.push(options);
    mx.setDefaultBackend(nativeBackend as api.Backend);
    await runExample(code, {
      ...api,
      ...kit,
      ...page,
      describeBackend,
      mx,
      nativeBackend,
      referenceBackend,
      reference: referenceBackend,
      myBackend: mine,
      mine,
      arrays: definition.arrays,
      kernels: definition.required,
      required: definition.required,
      ...(code.includes("const manifest") ? {} : { manifest }),
    });
    for (const { create, manifest: claimed, filter = { groups: ["unary"] } } of declared) {
      // Whole runs are other tests'.
      const report = await kit.runConformance(await create(), claimed, { filter });
      expect(report.failures).toEqual([]);
      expect(report.counts.passed).toBeGreaterThan(0);
    }
  });

  test("are many", () => {
    expect(examples.length).toBeGreaterThan(25);
  });
});
