// What the normalising layers keep: running statistics through scopes, gradients, freezing and files; and
// what they and the other layers refuse.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { describe, expect, test } from "vitest";
import { liveNow } from "../../core/test/live.js";
import { float } from "../src/arguments.js";
import * as nn from "../src/index.js";

const names = (tree: unknown): string[] => mx.treeFlatten(tree).map(([name]) => name);
const batch = () => mx.array([[1], [3]]);

describe("the running statistics of BatchNorm", () => {
  test("survive the scope that the layer is called in", () => {
    const norm = new nn.BatchNorm(1);
    mx.tidy(() => {
      norm.forward(batch());
    });
    expect(norm.runningMean?.item()).toBeCloseTo(0.2, 6);
    expect(norm.runningVar?.item()).toBeCloseTo(0.9 + 0.1 * 2, 6);
  });

  test("move in nn.valueAndGrad, without leaving arrays behind", () => {
    const norm = new nn.BatchNorm(1);
    const lossAndGrad = nn.valueAndGrad(norm, (x: MLXArray) => mx.sum(norm.forward(x)));
    const step = () => mx.tidy(() => lossAndGrad(batch())[0].item());
    step();
    const before = liveNow();
    for (let i = 0; i < 5; i++) step();
    expect(liveNow()).toBe(before);
    expect(norm.runningMean?.item()).toBeCloseTo(2 * (1 - 0.9 ** 6), 5);
  });

  test("stay as they are in evaluation mode, and are used there", () => {
    const norm = new nn.BatchNorm(1, { eps: 1e-9 }).eval();
    expect(norm.forward(batch()).tolist()).toEqual([[1], [3]]);
    expect(norm.runningMean?.item()).toBe(0);
    expect(norm.forward(mx.array([[5]])).item()).toBe(5);
  });

  test("stay frozen when the layer or a model around it is unfrozen", () => {
    const model = new nn.Sequential(new nn.Linear(2, 2), new nn.BatchNorm(2));
    const trainable = ["layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias"];
    expect(names(model.trainableParameters())).toEqual(trainable);
    model.freeze();
    expect(names(model.trainableParameters())).toEqual([]);
    model.unfreeze();
    expect(names(model.trainableParameters())).toEqual(trainable);
    model.unfreeze({ keys: "runningMean" });
    expect(names(model.trainableParameters())).toEqual(trainable);
    const norm = model.layers[1] as nn.BatchNorm;
    expect(names(norm.unfreeze().trainableParameters())).toEqual(["weight", "bias"]);
  });

  test("are saved under Python's names", () => {
    expect(names(new nn.BatchNorm(2).parameters()).map(mx.fileName)).toEqual([
      "weight",
      "bias",
      "running_mean",
      "running_var",
    ]);
    expect(names(new nn.BatchNorm(2, { affine: false }).parameters())).toEqual([
      "runningMean",
      "runningVar",
    ]);
  });
});

test("GroupNorm groups channels by their rest, and as PyTorch by their place", () => {
  const x = mx.array([[1, 10, 3, 30]]);
  const strided = new nn.GroupNorm(2, 4, { affine: false }).forward(x).tolist();
  const neighbours = new nn.GroupNorm(2, 4, { affine: false, pytorchCompatible: true }).forward(x);
  expect((strided as number[][])[0]?.map(Math.round)).toEqual([-1, -1, 1, 1]);
  expect((neighbours.tolist() as number[][])[0]?.map(Math.round)).toEqual([-1, 1, -1, 1]);
});

test("Identity takes the arguments of the layer whose place it holds", () => {
  const x = mx.ones([2]);
  expect(new nn.Identity(784, 128, { bias: false }).forward(x)).toBe(x);
});

test("Dropout2d and Dropout3d zero whole channels of each example", () => {
  mx.random.seed(2);
  const sums = new nn.Dropout2d(0.5).forward(mx.ones([4, 3, 5, 32])).sum([1, 2]);
  expect([...new Set(sums.reshape([-1]).tolist() as number[])].sort()).toEqual([0, 30]);
  const volumes = new nn.Dropout3d(0.5).forward(mx.ones([4, 2, 3, 5, 32])).sum([1, 2, 3]);
  expect([...new Set(volumes.reshape([-1]).tolist() as number[])].sort()).toEqual([0, 60]);
});

test.each([
  [1e-5, "1e-05"],
  [1.5e-7, "1.5e-07"],
  [0.0001, "0.0001"],
  [1, "1.0"],
  [0, "0.0"],
  [0.1 + 0.2, "0.30000000000000004"],
  [1e16, "1e+16"],
  [123456789012345, "123456789012345.0"],
])("%d is printed as Python prints the float", (value, text) => {
  expect(float(value)).toBe(text);
});

describe("layers refuse", () => {
  const x = mx.ones([2, 4]);
  test.each<[string, () => unknown]>([
    ["[InstanceNorm] eps is 0, it must be above 0", () => new nn.InstanceNorm(4, 0)],
    [
      "[InstanceNorm] the input has shape [2,4], it must have at least 3 axes, channels last",
      () => new nn.InstanceNorm(4).forward(x),
    ],
    ["[LayerNorm] dims is 0, it must be an integer of at least 1", () => new nn.LayerNorm(0)],
    [
      '[LayerNorm] there is no option "epsilon"; the options are eps, affine, bias',
      () => new nn.LayerNorm(4, { epsilon: 1 } as never),
    ],
    ["[RMSNorm] eps is -1, it must be above 0", () => new nn.RMSNorm(4, { eps: -1 })],
    [
      "[GroupNorm] dims is 4, it must be divisible by numGroups, which is 3",
      () => new nn.GroupNorm(3, 4),
    ],
    [
      "[GroupNorm] the input has shape [2,4], it must be [n, ..., 6]",
      () => new nn.GroupNorm(2, 6).forward(x),
    ],
    [
      "[BatchNorm] the input has shape [2,4], it must have 2 to 4 axes, the last of size 3",
      () => new nn.BatchNorm(3).forward(x),
    ],
    [
      "[BatchNorm] the input has shape [1,4], training needs more than one value per channel; call eval() to use the running statistics",
      () => new nn.BatchNorm(4).forward(mx.ones([1, 4])),
    ],
    [
      "[Bilinear] the inputs have shapes [2,4] and [3,4], they must be equal but for the last axis",
      () => new nn.Bilinear(4, 4, 2).forward(x, mx.ones([3, 4])),
    ],
    [
      '[Embedding] tokens of dtype float32 were given, they must be integers; use mx.array(tokens, "int32") or astype("int32")',
      () => new nn.Embedding(3, 2).forward(mx.array([1, 2])),
    ],
    [
      "[QuantizedEmbedding] tokens of dtype float32 were given, they must be integers",
      () => new nn.QuantizedEmbedding(3, 64).forward(mx.array([1, 2])),
    ],
    [
      "[Conv2d] the input has shape [1,3,8,8], it must be [n, rows, columns, 3], channels last",
      () => new nn.Conv2d(3, 4, 3).forward(mx.ones([1, 3, 8, 8])),
    ],
    [
      "[Conv1d] the input has shape [8,4], it must be [n, length, 4], channels last",
      () => new nn.Conv1d(4, 4, 3, { groups: 2 }).forward(mx.ones([8, 4])),
    ],
    [
      "[ConvTranspose3d] the input has shape [1,8,8,3], it must be [n, depth, rows, columns, 3], channels last",
      () => new nn.ConvTranspose3d(3, 4, 3).forward(mx.ones([1, 8, 8, 3])),
    ],
    [
      "[InstanceNorm] the input has shape [2,3,5], its last axis must have size 4",
      () => new nn.InstanceNorm(4, { affine: true }).forward(mx.ones([2, 3, 5])),
    ],
    [
      "[Sequential] layer 1 is the class ReLU; make a layer of it by new",
      () => new nn.Sequential(new nn.Linear(2, 2), nn.ReLU as never),
    ],
    [
      '[nn.quantize] bits is 7, for mode "affine" it must be one of 1, 2, 3, 4, 5, 6, 8',
      () => nn.quantize(new nn.Linear(64, 64), { bits: 7 }),
    ],
    [
      "[Embedding] dims is 0.5, it must be an integer of at least 1",
      () => new nn.Embedding(3, 0.5),
    ],
    ["[Dropout2d] p is -1, it must be at least 0 and below 1", () => new nn.Dropout2d(-1)],
    [
      "[Dropout2d] the input has shape [2,4], it must have 3 or 4 axes, channels last",
      () => new nn.Dropout2d().forward(x),
    ],
    [
      "[Dropout3d] the input has shape [2,4], it must have 4 or 5 axes, channels last",
      () => new nn.Dropout3d().forward(x),
    ],
    [
      "[Conv3d] kernelSize must be an integer or a list of 3, got [2, 2]",
      () => new nn.Conv3d(1, 1, [2, 2] as never),
    ],
    [
      "[ConvTranspose2d] outputPadding is -1, it must be an integer of at least 0",
      () => new nn.ConvTranspose2d(1, 1, 2, { outputPadding: -1 }),
    ],
    [
      "[MaxPool3d] the input has shape [2,4], it must have 5 axes, channels last",
      () => new nn.MaxPool3d(2).forward(x),
    ],
  ])("%s", (message, call) => {
    expect(call).toThrow(message);
  });
});
