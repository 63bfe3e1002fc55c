// Every example in this package's comments, in its README, that of nn and the root's, runs and gives what it
// says.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as mx from "@mlx-ts/core";
import * as nn from "@mlx-ts/nn";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { commentExamples, fileExamples, runExample } from "../../nn/test/doc-examples.js";
import * as optim from "../src/index.js";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "mlx-ts-examples-"));
beforeAll(() => {
  vi.spyOn(console, "log").mockImplementation(() => undefined);
});
afterAll(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

describe("the READMEs", () => {
  const examples = [
    ...fileExamples(path("../README.md")),
    ...fileExamples(path("../../nn/README.md")),
    ...fileExamples(path("../../../README.md")),
  ];

  test.each(examples)("%s", async (_place, code) => {
    mx.random.seed(0);
    // The READMEs save files.
    const inFolder = code.replaceAll(/"(\w+\.safetensors)"/g, (_, file) =>
      JSON.stringify(join(folder, file)),
    );
    await runExample(inFolder, { mx, nn, optim });
  });
});

describe("the comments", () => {
  const examples = commentExamples(path("../src"));

  test.each(examples)("%s", async (_place, code) => {
    const model = new nn.Linear(2, 1);
    const lossAndGrad = nn.valueAndGrad(model, (x: mx.MLXArray) => mx.sum(model.forward(x)));
    const given = { mx, nn, optim, Optimizer: optim.Optimizer, model, lossAndGrad };
    const optimizer = /const optimizer/.test(code) ? {} : { optimizer: new optim.SGD(0.1) };
    await runExample(code, { ...given, ...optimizer, x: mx.ones([4, 2]), y: mx.ones([4, 1]) });
  });

  test("are there", () => {
    expect(examples.length).toBeGreaterThan(5);
  });
});
