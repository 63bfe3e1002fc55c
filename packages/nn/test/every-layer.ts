// A model with one layer of each class that has weights, and inputs for each; goldens/every_layer.py has the
// same.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import * as nn from "../src/index.js";

type AnyLayer = nn.Module & { forward(...inputs: never[]): unknown };

const normal = (seed: number, ...shape: number[]): MLXArray =>
  mx.random.normal(shape, { key: mx.random.key(seed) });

const tokens = (seed: number, ...shape: number[]): MLXArray =>
  mx.random.randint(0, 6, shape, { key: mx.random.key(seed) });

/** By name in code: how the layer is made, and its inputs. */
const layers: Readonly<
  Record<string, readonly [make: () => AnyLayer, inputs: () => readonly (MLXArray | null)[]]>
> = {
  linear: [() => new nn.Linear(4, 3), () => [normal(1, 2, 4)]],
  bilinear: [() => new nn.Bilinear(4, 3, 2), () => [normal(2, 5, 4), normal(3, 5, 3)]],
  embedding: [() => new nn.Embedding(6, 4), () => [tokens(4, 2, 3)]],
  conv1d: [() => new nn.Conv1d(2, 3, 3), () => [normal(5, 2, 6, 2)]],
  conv2d: [() => new nn.Conv2d(4, 2, [3, 2], { groups: 2 }), () => [normal(6, 2, 5, 4, 4)]],
  conv3d: [() => new nn.Conv3d(2, 3, 2), () => [normal(7, 1, 3, 4, 3, 2)]],
  convTranspose1d: [() => new nn.ConvTranspose1d(2, 3, 3), () => [normal(8, 2, 5, 2)]],
  convTranspose2d: [() => new nn.ConvTranspose2d(2, 3, 2), () => [normal(9, 2, 3, 4, 2)]],
  convTranspose3d: [() => new nn.ConvTranspose3d(2, 1, 2), () => [normal(10, 1, 2, 3, 2, 2)]],
  instanceNorm: [() => new nn.InstanceNorm(3, { affine: true }), () => [normal(11, 2, 5, 3)]],
  layerNorm: [() => new nn.LayerNorm(6), () => [normal(12, 2, 6)]],
  rmsNorm: [() => new nn.RMSNorm(6), () => [normal(13, 2, 6)]],
  groupNorm: [() => new nn.GroupNorm(2, 6), () => [normal(14, 2, 4, 6)]],
  batchNorm: [() => new nn.BatchNorm(3), () => [normal(15, 8, 3)]],
  prelu: [() => new nn.PReLU(3), () => [normal(16, 2, 3)]],
  rnn: [() => new nn.RNN(3, 4), () => [normal(17, 2, 5, 3)]],
  gru: [() => new nn.GRU(3, 4), () => [normal(18, 2, 5, 3)]],
  lstm: [() => new nn.LSTM(3, 4), () => [normal(19, 2, 5, 3)]],
  attention: [
    () => new nn.MultiHeadAttention(4, 2, { bias: true }),
    () => [normal(20, 2, 5, 4), normal(21, 2, 3, 4), normal(22, 2, 3, 4)],
  ],
  transformer: [
    () => new nn.Transformer(4, 2, 1, 2, 6),
    () => [normal(23, 2, 5, 4), normal(24, 2, 3, 4), null, null, null],
  ],
  quantizedLinear: [
    () => new nn.QuantizedLinear(64, 3, { groupSize: 32, bits: 3 }),
    () => [normal(25, 2, 64)],
  ],
  quantizedEmbedding: [
    () => new nn.QuantizedEmbedding(6, 32, { mode: "mxfp4" }),
    () => [tokens(26, 2, 3)],
  ],
  qqLinear: [() => new nn.QQLinear(32, 4), () => [normal(27, 1, 32)]],
};

/** One layer of each class. */
class EveryLayer extends nn.Module {
  layers: Readonly<Record<string, AnyLayer>> = Object.fromEntries(
    Object.entries(layers).map(([name, [make]]) => [name, make()]),
  );

  forward(): void {}
}

/** In evaluation, with running statistics that have moved: packed inputs need it. */
export function everyLayer(): EveryLayer {
  const model = new EveryLayer();
  (model.layers.batchNorm as nn.BatchNorm).forward(normal(28, 6, 3));
  return model.eval();
}

/** What each layer computes, by its name in files and the number of the output. */
export function outputsOf(model: EveryLayer): Record<string, MLXArray> {
  const found: Record<string, MLXArray> = {};
  for (const [name, [, inputs]] of Object.entries(layers)) {
    const out = model.layers[name]?.forward(...(inputs() as never[]));
    [out].flat().forEach((array, i) => {
      found[mx.fileName(`${name}.${i}`)] = array as MLXArray;
    });
  }
  return found;
}
