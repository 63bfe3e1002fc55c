// Runs a classifier over a data set and scores it; the arithmetic is in scores.ts.
import * as mx from "@mlx-ts/core";
import { batches } from "./batches.js";
import type { MnistSet } from "./data.js";
import type { Classifier } from "./models.js";
import { type Evaluation, Scorer } from "./scores.js";
import { nextTurn } from "./turns.js";

/** Options of {@link evaluate}. */
export interface EvaluateOptions {
  /** Images per forward pass; default 500. */
  batchSize?: number;
  /** Number of classes; default 10. */
  classes?: number;
  /** How many of the surest mistakes to report; default 24. */
  worst?: number;
}

/**
 * Measures a classifier on labelled images, in evaluation mode (dropout off).
 *
 * The model's mode is put back afterwards. Between batches the event loop gets its turn, so
 * timers and signals are served.
 *
 * @param model - maps images to logits
 * @param set - images and labels, on the host
 * @param options - `batchSize`: images per forward pass, default 500; `classes`: default 10;
 *   `worst`: mistakes to report, default 24
 * @returns accuracy, mean loss, confusion matrix, scores per class, and the surest mistakes
 * @throws {RangeError} when `batchSize` is not a positive integer, or the model gives other than `classes` logits
 * @example
 * ```ts
 * const { accuracy, confusion } = await evaluate(model, data.test);
 * ```
 */
export async function evaluate(
  model: Classifier,
  set: MnistSet,
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  const { batchSize = 500, classes = 10, worst = 24 } = options;
  const scorer = new Scorer({ classes, worst });
  const wasTraining = model.training;
  model.eval();
  try {
    let start = 0;
    for (const { images, labels } of batches(set, { batchSize })) {
      const logits = mx.tidy(() => model.forward(images));
      const end = start + labels.size;
      const values = (await logits.data()) as Float32Array; // of any float dtype
      scorer.add(values, set.labels.subarray(start, end));
      start = end;
      for (const array of [images, labels, logits]) array.dispose();
      await nextTurn();
    }
  } finally {
    model.train(wasTraining);
  }
  return scorer.finish();
}
