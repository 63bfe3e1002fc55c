// Positional encodings against Python's, and what they refuse.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { describe, expect, test } from "vitest";
import * as nn from "../src/index.js";
import { layerCase, testLayers } from "./layer-cases.js";

const plain = (make: () => nn.Layer) => layerCase(make, (layer, x) => layer.forward(x as MLXArray));

testLayers(
  import.meta.url,
  "positions",
  {
    rope: plain(() => new nn.RoPE(8)),
    "rope of neighbours": layerCase(
      () => new nn.RoPE(4, true, 100, { scale: 0.5 }),
      (layer, x) => layer.forward(x as MLXArray, { offset: 7 }),
    ),
    sinusoidal: plain(() => new nn.SinusoidalPositionalEncoding(8)),
    "sinusoidal with options": plain(
      () =>
        new nn.SinusoidalPositionalEncoding(6, 0.01, 2, {
          scale: 1,
          cosFirst: true,
          fullTurns: true,
        }),
    ),
    "sinusoidal of one pair": plain(() => new nn.SinusoidalPositionalEncoding(2)),
    alibi: plain(() => new nn.ALiBi()),
    "alibi with mask and offset": layerCase(
      () => new nn.ALiBi(),
      (layer, x, mask) => layer.forward(x as MLXArray, { offset: 2, mask }),
    ),
    "alibi matrix": layerCase(
      () => new nn.ALiBi(),
      (_layer, x) => mx.multiply(x as MLXArray, nn.ALiBi.createAlibiMatrix(5, 6, 12, 2, "float32")),
    ),
    "causal mask": layerCase(
      () => new nn.Identity(),
      (_layer, x) => {
        const mask = nn.MultiHeadAttention.createAdditiveCausalMask(4);
        return mx.divide(mx.multiply(x as MLXArray, mask), 1e38);
      },
    ),
  },
  ["rope of neighbours", "sinusoidal", "alibi"],
);

test("frequencies survive a scope, and are no parameters", () => {
  const layer = mx.tidy(() => new nn.SinusoidalPositionalEncoding(4));
  expect(layer.forward(mx.array([0])).shape).toEqual([1, 4]);
  expect(layer.parameters()).toEqual({});
});

test("RoPE takes its offset as an array, so that compiled steps need no new trace", () => {
  const rope = new nn.RoPE(8);
  const x = mx.random.normal([1, 2, 3, 8]);
  const step = mx.compile((a: MLXArray, offset: MLXArray) => rope.forward(a, offset));
  const near = mx.allclose(step(x, mx.array(5, "int32")), rope.forward(x, 5), { atol: 1e-6 });
  expect(near.item()).toBe(true);
});

describe("layers refuse", () => {
  test.each<[string, () => unknown, string]>([
    ["an odd number of features", () => new nn.SinusoidalPositionalEncoding(5), "it must be even"],
    ["a frequency of 0", () => new nn.SinusoidalPositionalEncoding(4, 0), "minFreq is 0"],
    ["a size of 0", () => new nn.RoPE(0), "[RoPE] dims is 0"],
    ["an unknown option", () => new nn.RoPE(4, { bas: 1 } as never), '"bas"'],
    [
      "scores without heads",
      () => new nn.ALiBi().forward(mx.ones([2, 3, 3])),
      "[ALiBi] the scores have shape [2,3,3]",
    ],
    ["no heads", () => nn.ALiBi.createAlibiSlope(0), "[createAlibiSlope] numHeads is 0"],
    [
      "an offset behind the queries",
      () => nn.ALiBi.createAlibiMatrix(2, 2, 1, 3),
      "[createAlibiMatrix] qSequenceLength is 2",
    ],
  ])("%s", (_what, call, message) => {
    expect(call).toThrow(message);
  });
});
