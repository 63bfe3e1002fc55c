// Layers against Python's: first weights from a seed, outputs, gradients, and three steps of descent.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { describe, expect, test } from "vitest";
import * as nn from "../src/index.js";
import { arrayOf, expectClose, expectTree, type Golden, type Goldens, goldens } from "./goldens.js";

interface LayerCase {
  readonly text: string;
  readonly parameters: Goldens;
  readonly inputs: readonly Golden[];
  readonly weight: Golden;
  readonly output: Golden;
  /** All parameters after one call, running statistics among them. */
  readonly after: Goldens;
  readonly loss: Golden;
  readonly gradients: Goldens;
  /** By the number of the input; those of integers have none. */
  readonly input_gradients: Goldens;
  readonly trained: Goldens;
}

/** A layer of one or more inputs. */
type AnyLayer = nn.Module & { forward(...xs: MLXArray[]): MLXArray };

/** An embedding whose table is also the last layer's weight. */
class Tied extends nn.Module {
  embedding = new nn.Embedding(6, 4);

  forward(x: MLXArray): MLXArray {
    return this.embedding.asLinear(this.embedding.forward(x));
  }
}

/** In evaluation mode, with running statistics that have moved. */
function afterABatch(layer: AnyLayer): AnyLayer {
  layer.forward(mx.arange(6, { dtype: "float32" }).reshape([2, 3]));
  return layer.eval();
}

const halves = (layer: AnyLayer): AnyLayer => layer.setDtype("bfloat16");

const layers: Readonly<Record<string, () => AnyLayer>> = {
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
  bilinear: () => new nn.Bilinear(4, 3, 2),
  "bilinear without bias": () => new nn.Bilinear(4, 3, 2, { bias: false }),
  embedding: () => new nn.Embedding(6, 4),
  "embedding of one token": () => new nn.Embedding(6, 4),
  "embedding as linear": () => new Tied(),
  conv3d: () => new nn.Conv3d(2, 3, 2),
  "conv3d with options": () => new nn.Conv3d(2, 2, [1, 2, 3], [1, 2, 1], [0, 1, 1], 2, false),
  "conv transpose 1d": () => new nn.ConvTranspose1d(2, 3, 3),
  "conv transpose 1d with options": () =>
    new nn.ConvTranspose1d(2, 3, 3, { stride: 2, padding: 1, dilation: 2, outputPadding: 1 }),
  "conv transpose 2d": () => new nn.ConvTranspose2d(2, 3, 2),
  "conv transpose 2d with options": () =>
    new nn.ConvTranspose2d(2, 1, [2, 3], [2, 1], [1, 0], [1, 2], [1, 0], false),
  "conv transpose 3d": () => new nn.ConvTranspose3d(2, 1, 2),
  "conv transpose 3d with options": () =>
    new nn.ConvTranspose3d(1, 2, [1, 2, 2], [1, 2, 1], {
      padding: [0, 1, 0],
      outputPadding: [0, 1, 0],
    }),
  "max pool 3d": () => new nn.MaxPool3d(2),
  "max pool 3d overlapping": () => new nn.MaxPool3d([1, 2, 3], [1, 1, 2], [0, 1, 1]),
  "avg pool 3d": () => new nn.AvgPool3d(2, { stride: 1, padding: 1 }),
  "dropout 2d": () => new nn.Dropout2d(0.4),
  "dropout 2d of one image": () => new nn.Dropout2d({ p: 0.1 }),
  "dropout 2d in evaluation": () => new nn.Dropout2d().eval(),
  "dropout 3d": () => new nn.Dropout3d(),
  "dropout 3d of one volume": () => new nn.Dropout3d(0.3),
  "instance norm": () => new nn.InstanceNorm(3),
  "instance norm with weight": () => new nn.InstanceNorm(2, 1e-3, { affine: true }),
  "layer norm": () => new nn.LayerNorm(6),
  "layer norm without bias": () => new nn.LayerNorm(6, 1e-6, true, false),
  "layer norm without weight": () => new nn.LayerNorm(6, { affine: false }),
  "rms norm": () => new nn.RMSNorm(6),
  "rms norm with eps": () => new nn.RMSNorm(6, { eps: 1 }),
  "group norm": () => new nn.GroupNorm(2, 6),
  "group norm as in pytorch": () => new nn.GroupNorm(3, 6, { pytorchCompatible: true }),
  "group norm without weight": () => new nn.GroupNorm(2, 4, 1e-2, false),
  "batch norm": () => new nn.BatchNorm(3),
  "batch norm of images": () => new nn.BatchNorm(2, 1e-3, 0.25),
  "batch norm of sequences": () => new nn.BatchNorm(3, { affine: false }),
  "batch norm without statistics": () => new nn.BatchNorm(3, { trackRunningStats: false }),
  "batch norm in evaluation": () => afterABatch(new nn.BatchNorm(3)),
  "batch norm in evaluation without statistics": () =>
    new nn.BatchNorm(3, { trackRunningStats: false }).eval(),
  "linear in bfloat16": () => halves(new nn.Linear(4, 3)),
  "layer norm in bfloat16": () => halves(new nn.LayerNorm(6)),
  "rms norm in bfloat16": () => halves(new nn.RMSNorm(6)),
  "group norm in bfloat16": () => halves(new nn.GroupNorm(2, 6, { pytorchCompatible: true })),
  "instance norm in bfloat16": () => halves(new nn.InstanceNorm(3, { affine: true })),
  "batch norm in bfloat16": () => halves(new nn.BatchNorm(3)),
  "embedding in bfloat16": () => halves(new nn.Embedding(6, 4)),
};

const cases = goldens<LayerCase>(import.meta.url, "layers");

test("every layer that Python computed is tested here", () => {
  expect(Object.keys(layers).sort()).toEqual(Object.keys(cases).sort());
});

describe.each(Object.entries(cases))("%s", (name, golden) => {
  const make = () => {
    mx.random.seed(0);
    return (layers[name] as () => AnyLayer)();
  };
  const inputs = () => golden.inputs.map(arrayOf);
  const lossOf =
    (layer: AnyLayer) =>
    (...xs: MLXArray[]) =>
      mx.sum(mx.multiply(layer.forward(...xs), arrayOf(golden.weight)));

  test("prints as in Python", () => {
    expect(String(make())).toBe(golden.text);
  });

  test("starts from Python's weights for the same seed", () => {
    const parameters = mx.treeFlatten(make().parameters());
    const names = parameters.map(([key]) => mx.fileName(key));
    expect(names.sort()).toEqual(Object.keys(golden.parameters).sort());
    for (const [key, array] of parameters) {
      const wanted = golden.parameters[mx.fileName(key)] as Golden;
      expect([array.shape, array.dtype]).toEqual([wanted.shape, wanted.dtype]);
      if (name === "batch norm in evaluation") expectClose(array, wanted, key);
      else expect(array.tolist()).toEqual(arrayOf(wanted).tolist());
    }
  });

  test("gives Python's output", () => {
    const layer = make();
    mx.random.seed(1);
    expectClose(layer.forward(...inputs()), golden.output, "output");
    expectTree(layer.parameters(), golden.after, "after");
  });

  test("gives Python's gradients", () => {
    for (const [i, wanted] of Object.entries(golden.input_gradients)) {
      const layer = make();
      mx.random.seed(1);
      const gradient = mx.grad(lossOf(layer), Number(i))(...inputs());
      expectClose(gradient, wanted, `gradient of input ${i}`);
    }
    if (Object.keys(golden.gradients).length === 0) return;
    const layer = make();
    mx.random.seed(1);
    const [loss, gradients] = nn.valueAndGrad(layer, lossOf(layer))(...inputs());
    expectClose(loss, golden.loss, "loss");
    expectTree(gradients, golden.gradients, "gradients");
  });

  test("trains to Python's weights in three steps", () => {
    const layer = make();
    const lossAndGrad = nn.valueAndGrad(layer, lossOf(layer));
    for (let i = 0; i < (Object.keys(golden.trained).length > 0 ? 3 : 0); i++) {
      const [, gradients] = lossAndGrad(...inputs());
      const steps = new Map(mx.treeFlatten(gradients));
      const moved = mx.treeFlatten(layer.parameters()).map(([key, old]) => {
        const step = steps.get(key);
        return [key, step ? mx.subtract(old, mx.multiply(0.1, step)) : old] as const;
      });
      layer.update(mx.treeUnflatten(moved) as nn.ParameterTree);
    }
    if (Object.keys(golden.trained).length > 0) {
      expectTree(layer.parameters(), golden.trained, "trained");
    }
    for (const array of mx.arraysIn(layer)) array.dispose();
  });
});

// The engine runs a C++ compiler for each new kernel, which takes seconds: these have states or many ops.
test.each(["batch norm", "dropout 2d", "bilinear", "embedding", "group norm"])(
  "%s gives the same when compiled",
  (name) => {
    mx.random.seed(0);
    const layer = (layers[name] as () => AnyLayer)();
    const golden = cases[name] as LayerCase;
    const compiled = mx.compile((...xs: MLXArray[]) => layer.forward(...xs), {
      state: [layer, mx.random.state],
    });
    mx.random.seed(1);
    expectClose(compiled(...golden.inputs.map(arrayOf)), golden.output, "output");
    expectTree(layer.parameters(), golden.after, "after");
  },
  60_000,
);
