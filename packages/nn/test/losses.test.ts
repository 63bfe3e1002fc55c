// Losses against Python's: values, gradients and three steps of descent; and what they refuse.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { describe, expect, test } from "vitest";
import * as nn from "../src/index.js";
import { arrayOf, camelKeys, expectClose, type Golden, goldens } from "./goldens.js";

interface LossCase {
  readonly loss: string;
  readonly arguments: readonly Golden[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly float32: Computed;
  readonly bfloat16: Computed;
}

interface Computed {
  readonly output: Golden;
  /** By the number of the argument; those of integers have none. */
  readonly gradients: Readonly<Record<string, Golden>>;
  /** The first argument after three steps of descent. */
  readonly trained: Golden;
}

type Loss = (...args: never[]) => MLXArray;

const functions: Readonly<Record<string, Loss>> = {
  cross_entropy: nn.losses.crossEntropy,
  binary_cross_entropy: nn.losses.binaryCrossEntropy,
  l1_loss: nn.losses.l1Loss,
  mse_loss: nn.losses.mseLoss,
  nll_loss: nn.losses.nllLoss,
  kl_div_loss: nn.losses.klDivLoss,
  hinge_loss: nn.losses.hingeLoss,
  smooth_l1_loss: nn.losses.smoothL1Loss,
  huber_loss: nn.losses.huberLoss,
  log_cosh_loss: nn.losses.logCoshLoss,
  gaussian_nll_loss: nn.losses.gaussianNllLoss,
  triplet_loss: nn.losses.tripletLoss,
  cosine_similarity_loss: nn.losses.cosineSimilarityLoss,
  margin_ranking_loss: nn.losses.marginRankingLoss,
};

const cases = Object.entries(goldens<LossCase>(import.meta.url, "losses")).map(
  ([index, golden]) => [`${golden.loss} (case ${index})`, golden] as const,
);

describe.each(cases)("%s", (_name, golden) => {
  test.each(["float32", "bfloat16"] as const)("gives Python's numbers in %s", (dtype) => {
    const given = (array: Golden): MLXArray =>
      array.dtype === "float32" ? arrayOf(array).astype(dtype) : arrayOf(array);
    const options = camelKeys(golden.options);
    if (options.weights !== undefined) options.weights = given(options.weights as Golden);
    const loss = (...args: MLXArray[]) =>
      (functions[golden.loss] as Loss)(...([...args, options] as never[]));
    const total = (...args: MLXArray[]) => mx.sum(loss(...args));
    const args = golden.arguments.map(given);
    const { output, gradients, trained } = golden[dtype];
    expectClose(loss(...args), output, "output");
    for (const [i, wanted] of Object.entries(gradients)) {
      expectClose(mx.grad(total, Number(i))(...args), wanted, `gradient ${i}`);
    }
    let [first, ...rest] = args as [MLXArray, ...MLXArray[]];
    for (let i = 0; i < 3; i++) {
      first = mx.subtract(first, mx.multiply(0.1, mx.grad(total)(first, ...rest)));
    }
    expectClose(first, trained, "after three steps");
  });
});

test("every loss has goldens", () => {
  expect(new Set(cases.map(([, golden]) => golden.loss))).toEqual(new Set(Object.keys(functions)));
  const exported = Object.keys(nn.losses);
  expect(exported.sort()).toEqual(
    Object.values(functions)
      .map((loss) => loss.name)
      .sort(),
  );
});

test("smoothL1Loss without a square is the absolute difference, with its gradient", () => {
  const total = (x: MLXArray) => nn.losses.smoothL1Loss(x, mx.zeros([3]), 0, "sum");
  const x = mx.array([-2, 0, 3]);
  expect(total(x).item()).toBe(5);
  expect(mx.grad(total)(x).tolist()).toEqual([-1, 0, 1]);
});

test("a compiled loss gives what the loss gives", () => {
  const [x, y] = [mx.array([1, -2, 3]), mx.array([0, 0.5, 1])];
  const loss = (x: MLXArray, y: MLXArray) => nn.losses.huberLoss(x, y, { reduction: "sum" });
  expect(mx.compile(loss)(x, y).item()).toBeCloseTo(loss(x, y).item(), 6);
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
    [
      "[gaussianNllLoss] inputs have shape [2,2] and vars [2], they must be equal",
      () => nn.losses.gaussianNllLoss(logits, logits, targets),
    ],
    [
      "[marginRankingLoss] inputs1 have shape [2,2] and inputs2 [2], they must be equal",
      () => nn.losses.marginRankingLoss(logits, targets, logits),
    ],
    [
      "[smoothL1Loss] beta is -1, it must be at least 0",
      () => nn.losses.smoothL1Loss(logits, logits, -1),
    ],
    [
      "[huberLoss] delta is 0, it must be above 0",
      () => nn.losses.huberLoss(logits, logits, { delta: 0 }),
    ],
    [
      "[tripletLoss] p is 0, it must be above 0",
      () => nn.losses.tripletLoss(logits, logits, logits, { p: 0 }),
    ],
    [
      "[cosineSimilarityLoss] axis 1 is out of bounds for an array of 1 dimensions",
      () => nn.losses.cosineSimilarityLoss(targets, targets),
    ],
    [
      "[klDivLoss] targets must be an array, got 1; use mx.array()",
      () => nn.losses.klDivLoss(logits, 1 as never),
    ],
    [
      '[hingeLoss] the reduction must be "none", "mean" or "sum", got 1',
      () => nn.losses.hingeLoss(logits, logits, { reduction: 1 as never }),
    ],
    ['[nllLoss] axis must be an integer, got "1"', () => nllLoss(logits, targets, "1" as never)],
  ])("%s", (message, call) => {
    expect(call).toThrow(message);
  });
});
