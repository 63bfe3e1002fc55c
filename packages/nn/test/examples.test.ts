// Every example in this package's comments runs and gives what it says.

import { fileURLToPath } from "node:url";
import * as mx from "@mlx-ts/core";
import { expect, test } from "vitest";
import * as nn from "../src/index.js";
import { commentExamples, runExample } from "./doc-examples.js";

const examples = commentExamples(fileURLToPath(new URL("../src", import.meta.url)));

test("there are examples", () => {
  expect(examples.length).toBeGreaterThan(50);
});

test.each(examples)("%s", async (_place, code) => {
  /** What the examples call `model`. */
  class MLP extends nn.Module {
    inProj = new nn.Linear(2, 16);
    outProj = new nn.Linear(16, 1);

    forward(x: mx.MLXArray): mx.MLXArray {
      return this.outProj.forward(nn.relu(this.inProj.forward(x)));
    }
  }
  const declares = /^(const model|class MLP)/m.test(code);
  await runExample(code, { mx, nn, ...(declares ? {} : { model: new MLP() }) });
});
