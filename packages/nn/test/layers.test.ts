// Layers against Python's: first weights from a seed, outputs, gradients, and three steps of descent.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { describe, expect, test } from "vitest";
import * as nn from "../src/index.js";
import { arrayOf, expectClose, expectTree, type Golden, type Goldens, goldens } from "./goldens.js";

interface LayerCase {
  readonly text: string;
  readonly parameters: Goldens;
  readonly input: Golden;
  readonly weight: Golden;
  readonly output: Golden;
  readonly loss: Golden;
  readonly gradients: Goldens;
  readonly input_gradient: Golden;
  readonly trained: Goldens;
}

const layers: Readonly<Record<string, () => nn.Layer>> = {
  linear: () => new nn.Linear(4, 3),
  "linear without bias": () => new nn.Linear(4, 3, { bias: false }),
  "linear on three axes": () => new nn.Linear(4, 3, true),
  identity: () => new nn.Identity(),
  conv1d: () => new nn.Conv1d(2, 3, 3),
  "conv1d with options": () =>
    new nn.Conv1d(4, 6, 3, 2, 2, { dilation: 2, groups: 2, bias: false }),
  conv2d: () => new nn.Conv2d(2, 3, 3, { padding: 1 }),
  "conv2d with options": () => new nn.Conv2d(4, 2, [3, 2], [2, 1], [1, 0], [1, 2], 2),
  "max pool 1d": () => new nn.MaxPool1d(2),
  "max pool 1d overlapping": () => new nn.MaxPool1d(3, { stride: 2, padding: 1 }),
  "avg pool 1d": () => new nn.AvgPool1d(3, 1, 1),
  "max pool 2d": () => new nn.MaxPool2d(2),
  "max pool 2d with a rest": () => new nn.MaxPool2d(2, 2),
  "max pool 2d overlapping": () => new nn.MaxPool2d([3, 2], [1, 2], [1, 0]),
  "avg pool 2d": () => new nn.AvgPool2d([2, 3]),
  "avg pool 2d overlapping": () => new nn.AvgPool2d(3, 2, { padding: 1 }),
  dropout: () => new nn.Dropout(0.25),
  "dropout in evaluation": () => new nn.Dropout({ p: 0.25 }).eval(),
  sequential: () => new nn.Sequential(new nn.Linear(4, 8), new nn.ReLU(), new nn.Linear(8, 3)),
  prelu: () => new nn.PReLU(3),
  glu: () => new nn.GLU(),
  "leaky relu": () => new nn.LeakyReLU(0.2),
};

const cases = goldens<LayerCase>(import.meta.url, "layers");

test("every layer that Python computed is tested here", () => {
  expect(Object.keys(layers).sort()).toEqual(Object.keys(cases).sort());
});

describe.each(Object.entries(cases))("%s", (name, golden) => {
  const make = () => {
    mx.random.seed(0);
    return (layers[name] as () => nn.Layer)();
  };
  const lossOf = (layer: nn.Layer) => (x: MLXArray) =>
    mx.sum(mx.multiply(layer.forward(x), arrayOf(golden.weight)));

  test("prints as in Python", () => {
    expect(String(make())).toBe(golden.text);
  });

  test("starts from Python's weights for the same seed", () => {
    for (const [key, array] of mx.treeFlatten(make().parameters())) {
      expect([...array.toTypedArray()]).toEqual(golden.parameters[mx.fileName(key)]?.data);
    }
  });

  test("gives Python's output", () => {
    const layer = make();
    mx.random.seed(1);
    expectClose(layer.forward(arrayOf(golden.input)), golden.output, "output");
  });

  test("gives Python's gradients", () => {
    const layer = make();
    mx.random.seed(1);
    const inputGradient = mx.grad(lossOf(layer))(arrayOf(golden.input));
    expectClose(inputGradient, golden.input_gradient, "input gradient");
    if (Object.keys(golden.gradients).length === 0) return;
    const [loss, gradients] = nn.valueAndGrad(layer, lossOf(layer))(arrayOf(golden.input));
    expectClose(loss, golden.loss, "loss");
    expectTree(gradients, golden.gradients, "gradients");
  });

  test("trains to Python's weights in three steps", () => {
    const layer = make();
    const lossAndGrad = nn.valueAndGrad(layer, lossOf(layer));
    for (let i = 0; i < (Object.keys(golden.trained).length > 0 ? 3 : 0); i++) {
      const [, gradients] = lossAndGrad(arrayOf(golden.input));
      const steps = new Map(mx.treeFlatten(gradients));
      const moved = mx.treeFlatten(layer.parameters()).map(([key, old]) => {
        const step = steps.get(key);
        return [key, step ? mx.subtract(old, mx.multiply(0.1, step)) : old] as const;
      });
      layer.update(mx.treeUnflatten(moved) as nn.ParameterTree);
    }
    expectTree(layer.parameters(), golden.trained, "trained");
    for (const array of mx.arraysIn(layer)) array.dispose();
  });
});
