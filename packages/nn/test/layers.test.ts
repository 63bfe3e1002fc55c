// Layers of one call against Python's; see ./layer-cases.ts.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import * as nn from "../src/index.js";
import { layerCase, testLayers } from "./layer-cases.js";

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

const makers: Readonly<Record<string, () => AnyLayer>> = {
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
};

testLayers(
  import.meta.url,
  "layers",
  Object.fromEntries(
    Object.entries(makers).map(([name, make]) => [
      name,
      layerCase(make, (layer, ...xs) => layer.forward(...xs)),
    ]),
  ),
  // The engine runs a C++ compiler for each new kernel, which takes seconds: these have states or many ops.
  ["batch norm", "dropout 2d", "bilinear", "embedding", "group norm"],
);
