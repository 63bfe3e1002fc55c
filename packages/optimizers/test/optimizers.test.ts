// Optimizers against Python's: parameters and state after each of three steps.

import * as mx from "@mlx-ts/core";
import { describe, expect, test } from "vitest";
import { has } from "../../core/test/needs.js";
import { arrayOf, expectTree, type Goldens, goldens } from "../../nn/test/goldens.js";
import * as optim from "../src/index.js";

interface OptimizerCase {
  readonly parameters: Goldens;
  readonly gradients: readonly Goldens[];
  readonly steps: readonly { readonly parameters: Goldens; readonly state: Goldens }[];
}

const everything = { momentum: 0.9, weightDecay: 0.01, dampening: 0.3 };
const optimizers: Readonly<Record<string, () => optim.Optimizer>> = {
  sgd: () => new optim.SGD(0.1),
  "sgd with momentum": () => new optim.SGD({ learningRate: 0.1, momentum: 0.9 }),
  "sgd with everything": () => new optim.SGD(0.1, everything),
  "sgd with nesterov": () => new optim.SGD(0.1, 0.8, { weightDecay: 0.1, nesterov: true }),
  "sgd on a schedule": () => new optim.SGD((step) => mx.divide(0.1, mx.add(1, step))),
  adam: () => new optim.Adam(mx.array(0.01)),
  "adam with options": () => new optim.Adam(0.01, [0.8, 0.95], 1e-3),
  "adam with bias correction": () => new optim.Adam(0.01, { biasCorrection: true }),
  "adam on a schedule": () =>
    new optim.Adam({
      learningRate: (step) => mx.multiply(0.01, mx.exp(mx.multiply(-0.5, step))),
    }),
  adamw: () => new optim.AdamW(0.01),
  "adamw with options": () =>
    new optim.AdamW(0.01, [0.8, 0.95], { weightDecay: 0.2, biasCorrection: true }),
};

const cases = goldens<OptimizerCase>(import.meta.url, "optimizers");

const treeOf = (named: Goldens): mx.ArrayTree =>
  mx.treeUnflatten(
    Object.entries(named).map(([name, golden]) => [mx.codeName(name), arrayOf(golden)]),
  );

describe.each(Object.entries(cases))("%s", (name, golden) => {
  const make = optimizers[name.replace(", bfloat16", "")] as () => optim.Optimizer;

  test("takes Python's steps", () => {
    const optimizer = make();
    let parameters = treeOf(golden.parameters);
    golden.steps.forEach((step, i) => {
      parameters = optimizer.applyGradients(treeOf(golden.gradients[i] ?? {}), parameters);
      expectTree(parameters, step.parameters, `parameters after step ${i + 1}`);
      expectTree(optimizer.state, step.state, `state after step ${i + 1}`);
    });
    expect(optimizer.step.item()).toBe(3);
  });

  test("takes the same steps when it is compiled, with one trace", () => {
    const optimizer = make();
    let traces = 0;
    const step = mx.compile(
      (gradients: mx.ArrayTree, parameters: mx.ArrayTree) => {
        traces++;
        return optimizer.applyGradients(gradients, parameters);
      },
      { state: optimizer },
    );
    let parameters = treeOf(golden.parameters);
    optimizer.init(parameters);
    golden.steps.forEach((wanted, i) => {
      parameters = step(treeOf(golden.gradients[i] ?? {}), parameters);
      expectTree(parameters, wanted.parameters, `parameters after step ${i + 1}`);
      expectTree(optimizer.state, wanted.state, `state after step ${i + 1}`);
    });
    // What is not compiled runs each time.
    if (has("tracing")) expect(traces).toBe(1);
  });
});

test("every optimizer that Python computed is tested here", () => {
  expect(Object.keys(cases).filter((name) => !name.endsWith("bfloat16"))).toEqual(
    Object.keys(optimizers),
  );
});
