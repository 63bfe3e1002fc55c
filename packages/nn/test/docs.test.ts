// Every export says what it is and where it comes from. The examples are run by examples.test.ts.

import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { documented } from "./doc-exports.js";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

const port = {
  ours: ["Activation", "dequantize", "withDtype"],
  structures: [
    "checkpoint",
    "Identity",
    "constant",
    "fullyShard",
    "shardInplace",
    "shardLinear",
    "Module",
    "quantize",
    "Sequential",
    "Transformer",
    "TransformerDecoder",
    "TransformerEncoder",
    "Upsample",
    "valueAndGrad",
  ],
};

test("every export is documented, functions and classes with formula, parameters, example and source", () => {
  const { missing, functions, classes } = documented(path(".."), [path("../src/index.ts")], port);
  expect(missing).toEqual([]);
  expect(functions).toBeGreaterThan(55);
  expect(classes).toBeGreaterThan(59);
}, 60_000);
