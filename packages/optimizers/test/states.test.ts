// States that Python saved after two steps: training goes on from them, and they are written back as they
// were, so that Python reads ours as its own.

import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as mx from "@mlx-ts/core";
import { afterAll, describe, expect, test } from "vitest";
import { goldenPath, goldens, tensorsIn } from "../../nn/test/goldens.js";
import * as optim from "../src/index.js";
import {
  expectNear,
  type Given,
  type OptimizerCase,
  optimizers,
  treeOf,
} from "./optimizer-cases.js";

const folder = mkdtempSync(join(tmpdir(), "mlx-ts-states-"));
afterAll(() => rmSync(folder, { recursive: true }));

const { given, ...rest } = goldens(import.meta.url, "optimizers_float32");
const { gradients } = given as Given;
const cases = rest as Record<string, OptimizerCase>;
const files = readdirSync(goldenPath(import.meta.url, "states")).map(
  (file) => [file.replace(".safetensors", "").replaceAll("_", " "), file] as const,
);

describe.each(files)("the state of %s", (name, file) => {
  const path = goldenPath(import.meta.url, `states/${file}`);
  const load = () => (optimizers[name] as () => optim.Optimizer)().loadState(path);

  test("goes on with Python's third and fourth step", () => {
    const optimizer = load();
    const { steps } = cases[name] as OptimizerCase;
    expectNear(optimizer.state, steps[1]?.state ?? {}, "state");
    let parameters = treeOf(steps[1]?.parameters ?? {});
    for (const i of [2, 3]) {
      parameters = optimizer.applyGradients(treeOf(gradients[i] ?? {}), parameters);
      expectNear(parameters, steps[i]?.parameters ?? {}, `parameters after step ${i + 1}`);
      expectNear(optimizer.state, steps[i]?.state ?? {}, `state after step ${i + 1}`);
    }
    expect(optimizer.step.item()).toBe(4);
  });

  test("is written back with the same names, shapes and bytes", () => {
    const ours = join(folder, file);
    load().saveState(ours);
    expect(tensorsIn(ours)).toEqual(tensorsIn(path));
  });
});

test("every optimizer has a saved state", () => {
  const classes = new Set<string>();
  for (const [name] of files) {
    const optimizer = (optimizers[name] as () => optim.Optimizer)();
    classes.add(optimizer.constructor.name);
    for (const array of mx.arraysIn(optimizer)) array.dispose();
  }
  const isOptimizer = ([name, value]: [string, unknown]) =>
    name !== "Optimizer" &&
    typeof value === "function" &&
    value.prototype instanceof optim.Optimizer;
  const exported = Object.entries(optim).filter(isOptimizer);
  expect([...classes].sort()).toEqual(exported.map(([name]) => name).sort());
});
