// Recurrent layers against Python's, and what they refuse.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { describe, expect, test } from "vitest";
import { liveNow } from "../../core/test/live.js";
import * as nn from "../src/index.js";
import { layerCase, testLayers } from "./layer-cases.js";

const rnn = (make: () => nn.RNN | nn.GRU) =>
  layerCase(make, (layer, x, hidden?: MLXArray) => layer.forward(x as MLXArray, hidden));
const lstm = (make: () => nn.LSTM) =>
  layerCase(make, (layer, x, hidden?: MLXArray, cell?: MLXArray) =>
    layer.forward(x as MLXArray, { hidden, cell }),
  );

testLayers(
  import.meta.url,
  "recurrent",
  {
    rnn: rnn(() => new nn.RNN(3, 4)),
    "rnn without bias, relu": rnn(() => new nn.RNN(3, 4, false, nn.relu)),
    "rnn from a state": rnn(() => new nn.RNN(3, 4, { bias: true })),
    "rnn of many steps": rnn(() => new nn.RNN(2, 3)),
    gru: rnn(() => new nn.GRU(3, 4)),
    "gru without bias": rnn(() => new nn.GRU(3, 4, { bias: false })),
    "gru from a state": rnn(() => new nn.GRU(3, 4)),
    "gru of many steps": rnn(() => new nn.GRU(2, 3)),
    lstm: lstm(() => new nn.LSTM(3, 4)),
    "lstm without bias": lstm(() => new nn.LSTM(3, 4, false)),
    "lstm from a state": lstm(() => new nn.LSTM(3, 4)),
    "lstm of many steps": lstm(() => new nn.LSTM(2, 3)),
    "lstm of one step, in three axes": lstm(() => new nn.LSTM(2, 3)),
  },
  ["rnn from a state", "gru without bias", "lstm"],
);

test("a sequence in two parts gives what it gives whole", () => {
  const layer = new nn.LSTM(3, 4);
  const x = mx.random.normal([2, 7, 3]);
  const [whole] = layer.forward(x);
  const [first, cells] = layer.forward(x.index(":, :4"));
  const last = { hidden: first.index(":, -1"), cell: cells.index(":, -1") };
  const [second] = layer.forward(x.index(":, 4:"), last);
  const joined = mx.concatenate([first, second], 1);
  expect(mx.allclose(joined, whole, { atol: 1e-6 }).item()).toBe(true);
});

test("a nonlinearity may be a module, whose weights are trained", () => {
  const layer = new nn.RNN(3, 4, { nonlinearity: new nn.PReLU() });
  expect(Object.keys(layer.parameters())).toEqual(["Wxh", "Whh", "bias", "nonlinearity"]);
  const lossOf = (x: MLXArray) => mx.sum(layer.forward(x));
  const [, gradients] = nn.valueAndGrad(layer, lossOf)(mx.random.normal([2, 5, 3]));
  expect(mx.treeFlatten(gradients).map(([name]) => name)).toContain("nonlinearity.weight");
});

test("a call leaves its outputs alive, and nothing else", () => {
  for (const layer of [new nn.GRU(3, 4), new nn.LSTM(3, 4)]) {
    const x = mx.ones([2, 50, 3]);
    const before = liveNow();
    const outputs = [layer.forward(x)].flat();
    expect(mx.liveArrays() - before).toBe(outputs.length);
  }
});

describe("layers refuse", () => {
  test.each<[string, () => unknown, string]>([
    ["a size of 0", () => new nn.GRU(0, 4), "[GRU] inputSize is 0"],
    ["a size that is no integer", () => new nn.LSTM(2, 1.5), "[LSTM] hiddenSize is 1.5"],
    ["an unknown option", () => new nn.RNN(2, 3, { biass: true } as never), '"biass"'],
    [
      "a nonlinearity that is no function",
      () => new nn.RNN(2, 3, { nonlinearity: "tanh" as never }),
      "[RNN] nonlinearity must be a module or a function",
    ],
    [
      "inputs of another size",
      () => new nn.GRU(3, 4).forward(mx.ones([2, 5, 2])),
      "[GRU] the input has shape [2,5,2], it must be [..., length, 3]",
    ],
    [
      "inputs without steps",
      () => new nn.LSTM(3, 4).forward(mx.zeros([2, 0, 3])),
      "[LSTM] the input has shape [2,0,3]",
    ],
    [
      "inputs of one axis",
      () => new nn.RNN(3, 4).forward(mx.ones([3])),
      "[RNN] the input has shape [3]",
    ],
    [
      "a state of another size",
      () => new nn.LSTM(3, 4).forward(mx.ones([2, 5, 3]), mx.ones([2, 3])),
      "[addmm]",
    ],
  ])("%s", (_what, call, message) => {
    expect(call).toThrow(message);
  });
});
