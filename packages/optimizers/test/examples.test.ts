// Every example in this package's comments, in its README, that of nn and the guides runs and gives what it
// says. The guides are run here since this package sees all that they use.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as mx from "@mlx-ts/core";
import * as nn from "@mlx-ts/nn";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import {
  commentExamples,
  fileExamples,
  guides,
  inFolder,
  runExample,
} from "../../nn/test/doc-examples.js";
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

describe("the READMEs and guides", () => {
  const examples = [
    ...fileExamples(path("../README.md")),
    ...fileExamples(path("../../nn/README.md")),
    ...guides.flatMap(fileExamples),
  ];

  // Some compile, which takes the machine's C++ compiler its time.
  test.each(examples)("%s", { timeout: 60_000 }, async (_place, code) => {
    mx.random.seed(0);
    await runExample(inFolder(folder, code), { mx, nn, optim });
  });

  test("are of every guide", () => {
    for (const guide of ["README", "files", "from-python", "memory", "distributed", "training"]) {
      expect(examples.some(([place]) => place.endsWith(`${guide}.md`))).toBe(true);
    }
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
