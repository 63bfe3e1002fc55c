// Attention and transformers against Python's, checkpoints, and what they refuse.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { describe, expect, test } from "vitest";
import * as nn from "../src/index.js";
import { layerCase, testLayers } from "./layer-cases.js";

const causal = (x?: MLXArray) =>
  nn.MultiHeadAttention.createAdditiveCausalMask(5).astype(x?.dtype ?? "float32");
const booleans = () => mx.greaterEqual(mx.expandDims(mx.arange(5), 1), mx.arange(3));
const attention = (make: () => nn.MultiHeadAttention, mask: () => nn.AttentionMask = () => null) =>
  layerCase(make, (layer, q, k = q, v = q) =>
    layer.forward(q as MLXArray, k as MLXArray, v as MLXArray, { mask: mask() }),
  );
const encoder = (make: () => nn.Encoder, mask: (x?: MLXArray) => nn.AttentionMask = () => null) =>
  layerCase(make, (layer, x) => layer.forward(x as MLXArray, mask(x)));
const decoder = (
  make: () => nn.Decoder,
  xMask: () => nn.AttentionMask,
  memoryMask: () => nn.AttentionMask = () => null,
) =>
  layerCase(make, (layer, x, memory) =>
    layer.forward(x as MLXArray, memory as MLXArray, xMask(), memoryMask()),
  );

testLayers(
  import.meta.url,
  "transformers",
  {
    attention: attention(() => new nn.MultiHeadAttention(8, 2)),
    "attention with options": attention(
      () =>
        new nn.MultiHeadAttention(8, 4, 6, 3, 5, { valueDims: 12, valueOutputDims: 7, bias: true }),
    ),
    "attention, causal": attention(
      () => new nn.MultiHeadAttention(8, 2),
      () => "causal",
    ),
    "attention with an added mask": layerCase(
      () => new nn.MultiHeadAttention(8, 2),
      (layer, x) => layer.forward(x as MLXArray, x as MLXArray, x as MLXArray, causal(x)),
    ),
    "attention with a mask of booleans": attention(() => new nn.MultiHeadAttention(8, 2), booleans),
    "encoder layer": encoder(() => new nn.TransformerEncoderLayer(8, 2)),
    "encoder layer, norm last": encoder(
      () =>
        new nn.TransformerEncoderLayer(8, 2, { mlpDims: 6, activation: nn.gelu, normFirst: false }),
      () => "causal",
    ),
    "encoder layer with dropout and PReLU": encoder(
      () => new nn.TransformerEncoderLayer(8, 2, 6, 0.25, new nn.PReLU()),
    ),
    encoder: encoder(() => new nn.TransformerEncoder(2, 8, 2, 6), causal),
    "encoder with checkpoints": encoder(
      () => new nn.TransformerEncoder(2, 8, 2, { mlpDims: 6, normFirst: false, checkpoint: true }),
      () => "causal",
    ),
    "decoder layer": decoder(
      () => new nn.TransformerDecoderLayer(8, 2, 6),
      () => "causal",
    ),
    "decoder layer, norm last": decoder(
      () => new nn.TransformerDecoderLayer(8, 2, { mlpDims: 6, dropout: 0.5, normFirst: false }),
      () => null,
      booleans,
    ),
    "decoder with checkpoints": decoder(
      () => new nn.TransformerDecoder(2, 8, 2, { mlpDims: 6, checkpoint: true }),
      () => "causal",
    ),
    transformer: layerCase(
      () =>
        new nn.Transformer(8, 2, {
          numEncoderLayers: 1,
          numDecoderLayers: 1,
          mlpDims: 6,
          activation: nn.silu,
        }),
      (layer, x, y) => layer.forward(x as MLXArray, y as MLXArray, null, "causal"),
    ),
  },
  ["attention", "decoder layer, norm last"],
);

test("a transformer has Python's defaults", () => {
  const model = mx.tidy(() => new nn.Transformer({ dims: 8, numHeads: 2 }));
  const { encoder, decoder } = model as { encoder: nn.Module; decoder: nn.Module };
  expect(Object.keys(encoder.children())).toEqual(["layers", "ln"]);
  expect(mx.treeFlatten(model.parameters()).length).toBe(6 * 12 + 2 + 6 * 18 + 2);
  expect(mx.treeFlatten(decoder.parameters()).map(([name]) => mx.fileName(name))).toContain(
    "layers.5.cross_attention.query_proj.weight",
  );
});

test("encoders and decoders of one's own take the places", () => {
  class Twice extends nn.Module {
    scale = mx.array([2]);
    forward(x: MLXArray): MLXArray {
      return mx.multiply(x, this.scale);
    }
  }
  const model = new nn.Transformer(8, 2, {
    customEncoder: new Twice(),
    customDecoder: new Twice(),
  });
  expect(mx.treeFlatten(model.parameters()).map(([name]) => name)).toEqual([
    "encoder.scale",
    "decoder.scale",
  ]);
  expect(model.forward(mx.ones([1, 2, 8]), mx.ones([1, 1, 1])).tolist()).toEqual([[[2]]]);
});

describe("checkpointed layers", () => {
  const gradientsOf = (layer: nn.Module, call: (x: MLXArray) => MLXArray) => {
    mx.random.seed(3);
    const loss = (a: MLXArray) => mx.sum(mx.square(call(a)));
    const x = mx.random.normal([2, 5, 8], { key: mx.random.key(4) });
    const [, gradients] = nn.valueAndGrad(layer, loss)(x);
    return mx
      .treeFlatten(gradients)
      .map(([, array]) => [...array.flatten().toTypedArray()].map(Number));
  };

  test("draw the same numbers when they are computed again", () => {
    const make = (checkpoint: boolean) => {
      mx.random.seed(0);
      return new nn.TransformerEncoder(2, 8, 2, { mlpDims: 6, dropout: 0.5, checkpoint });
    };
    const [kept, again] = [make(false), make(true)];
    const wanted = gradientsOf(kept, (x) => kept.forward(x));
    gradientsOf(again, (x) => again.forward(x)).forEach((gradient, i) => {
      gradient.forEach((value, j) => {
        expect(value).toBeCloseTo(wanted[i]?.[j] ?? Number.NaN, 4);
      });
    });
  });

  test("leave the random state where it would be without them", () => {
    const layer = new nn.Dropout(0.5);
    const x = mx.ones([8]);
    mx.random.seed(7);
    layer.forward(x);
    const wanted = mx.random.uniform({ shape: [3] }).tolist();
    mx.random.seed(7);
    nn.checkpoint(layer)(x);
    expect(mx.random.uniform({ shape: [3] }).tolist()).toEqual(wanted);
  });

  test("keep what they assign to the module", () => {
    class Counter extends nn.Module {
      calls = mx.array([0]);
      forward(x: MLXArray): MLXArray {
        this.calls = mx.stopGradient(mx.add(this.calls, 1));
        return mx.multiply(x, mx.sum(this.calls));
      }
    }
    const model = new nn.Sequential(new Counter().freeze(), new nn.Linear(2, 1));
    const counter = model.layers[0] as Counter;
    const layer = nn.checkpoint(counter);
    const loss = (x: MLXArray) => mx.sum((model.layers[1] as nn.Linear).forward(layer(x)));
    nn.valueAndGrad(model, loss)(mx.ones([1, 2]));
    expect(counter.calls.tolist()).toEqual([1]);
    expect(layer(mx.ones([1, 2])).tolist()).toEqual([[2, 2]]);
    expect(counter.calls.tolist()).toEqual([2]);
  });

  test("take a function in the forward method's place", () => {
    const layer = new nn.Linear(8, 8);
    const fn = (x: MLXArray) => mx.exp(layer.forward(x));
    const wanted = gradientsOf(layer, fn);
    for (const call of [nn.checkpoint(layer, fn), nn.checkpoint(layer, { fn })]) {
      gradientsOf(layer, call).forEach((gradient, i) => {
        gradient.forEach((value, j) => {
          expect(value / (wanted[i]?.[j] ?? Number.NaN)).toBeCloseTo(1, 4);
        });
      });
    }
  });
});

describe("layers refuse", () => {
  const three = () => mx.ones([1, 2, 8]);
  test.each<[string, () => unknown, string]>([
    [
      "features that heads do not divide",
      () => new nn.MultiHeadAttention(8, 3),
      "[MultiHeadAttention] dims is 8, it must be divisible by numHeads, which is 3",
    ],
    [
      "values that heads do not divide",
      () => new nn.MultiHeadAttention(8, 4, { valueDims: 6 }),
      "valueDims is 6",
    ],
    [
      "another word for a mask",
      () => new nn.MultiHeadAttention(8, 2).forward(three(), three(), three(), "full" as never),
      '[MultiHeadAttention] mask must be "causal", an array or null',
    ],
    [
      "inputs of two axes",
      () => new nn.MultiHeadAttention(8, 2).forward(mx.ones([2, 8]), three(), three()),
      "the projected queries have shape [2,8]",
    ],
    [
      "a dropout of 1",
      () => new nn.TransformerEncoderLayer(8, 2, { dropout: 1 }),
      "[Dropout] p is 1",
    ],
    [
      "an activation that is no function",
      () => new nn.TransformerDecoderLayer(8, 2, { activation: "relu" as never }),
      "[TransformerDecoderLayer] activation must be a module or a function",
    ],
    [
      "an unknown option",
      () => new nn.TransformerEncoder(1, 8, 2, { drop: 0.1 } as never),
      '"drop"',
    ],
    ["a negative number of layers", () => new nn.TransformerDecoder(-1, 8, 2), "numLayers is -1"],
    [
      "a custom encoder that is no module",
      () => new nn.Transformer(8, 2, { customEncoder: nn.relu as never }),
      "[Transformer] customEncoder must be a module or null",
    ],
    [
      "another option of a checkpoint",
      () => nn.checkpoint(new nn.Identity(), { f: nn.relu } as never),
      '[nn.checkpoint] there is no option "f"',
    ],
    ["to checkpoint what is no module", () => nn.checkpoint(nn.relu as never), "[nn.checkpoint]"],
  ])("%s", (_what, call, message) => {
    expect(call).toThrow(message);
  });
});
