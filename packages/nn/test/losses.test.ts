// Losses against Python's: values, and gradients by the predictions; and what they refuse.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { describe, expect, test } from "vitest";
import * as nn from "../src/index.js";
import { arrayOf, camelKeys, expectClose, type Golden, goldens } from "./goldens.js";

interface LossCase {
  readonly loss: string;
  readonly arguments: readonly [Golden, Golden];
  readonly options: Readonly<Record<string, unknown>>;
  readonly output: Golden;
  readonly gradient: Golden;
}

type Loss = (predictions: MLXArray, targets: MLXArray, options: object) => MLXArray;

const functions: Readonly<Record<string, Loss>> = {
  cross_entropy: nn.losses.crossEntropy,
  binary_cross_entropy: nn.losses.binaryCrossEntropy,
  l1_loss: nn.losses.l1Loss,
  mse_loss: nn.losses.mseLoss,
  nll_loss: nn.losses.nllLoss,
};

const cases = Object.entries(goldens<LossCase>(import.meta.url, "losses")).map(
  ([index, golden]) => [`${golden.loss} (case ${index})`, golden] as const,
);

test.each(cases)("%s gives Python's values and gradients", (_name, golden) => {
  const loss = functions[golden.loss] as Loss;
  const options = camelKeys(golden.options);
  if (options.weights !== undefined) options.weights = arrayOf(options.weights as Golden);
  const [predictions, targets] = golden.arguments.map(arrayOf) as [MLXArray, MLXArray];
  expectClose(loss(predictions, targets, options), golden.output, "output");
  const gradient = mx.grad((x: MLXArray) => mx.sum(loss(x, targets, options)))(predictions);
  expectClose(gradient, golden.gradient, "gradient");
});

describe("the losses' arguments", () => {
  const logits = mx.array([
    [2, -1],
    [-1, 2],
  ]);
  const targets = mx.array([0, 1], "int32");

  test("may be given by position", () => {
    const weights = mx.array([1, 2]);
    const named = { weights, axis: -1, labelSmoothing: 0.1, reduction: "sum" } as const;
    expect(nn.losses.crossEntropy(logits, targets, weights, -1, 0.1, "sum").item()).toBe(
      nn.losses.crossEntropy(logits, targets, named).item(),
    );
    expect(nn.losses.mseLoss(logits, logits, "sum").item()).toBe(0);
  });

  const { crossEntropy, binaryCrossEntropy, mseLoss, nllLoss } = nn.losses;
  test.each<[string, () => unknown]>([
    [
      "[crossEntropy] targets have shape [3], logits [2,2]; class indices need [2], probabilities the logits' shape",
      () => crossEntropy(logits, mx.array([0, 1, 1], "int32")),
    ],
    [
      '[crossEntropy] targets are class indices of dtype float32, they must be integers; use targets.astype("int32")',
      () => crossEntropy(logits, mx.array([0, 1])),
    ],
    [
      "[crossEntropy] labelSmoothing is 1, it must be at least 0 and below 1",
      () => crossEntropy(logits, targets, { labelSmoothing: 1 }),
    ],
    [
      "[crossEntropy] weights have shape [3], the losses [2]; they must be equal",
      () => crossEntropy(logits, targets, { weights: mx.ones([3]) }),
    ],
    [
      "[crossEntropy] axis 2 is out of bounds for an array of 2 dimensions",
      () => crossEntropy(logits, targets, { axis: 2 }),
    ],
    [
      '[crossEntropy] the reduction must be "none", "mean" or "sum", got "max"',
      () => crossEntropy(logits, targets, { reduction: "max" as never }),
    ],
    [
      '[crossEntropy] there is no option "smoothing"; the options are weights, axis, labelSmoothing, reduction',
      () => crossEntropy(logits, targets, { smoothing: 0.1 } as never),
    ],
    [
      "[crossEntropy] logits must be an array, got [[...]]; use mx.array()",
      () => crossEntropy([[1, 2]] as never, targets),
    ],
    [
      "[mseLoss] predictions have shape [2,2] and targets [2], they must be equal",
      () => mseLoss(logits, targets),
    ],
    [
      "[binaryCrossEntropy] withLogits must be true or false, got 1",
      () => binaryCrossEntropy(logits, logits, { withLogits: 1 as never }),
    ],
    ['[nllLoss] axis must be an integer, got "1"', () => nllLoss(logits, targets, "1" as never)],
  ])("%s", (message, call) => {
    expect(call).toThrow(message);
  });
});
