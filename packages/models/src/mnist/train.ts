// Trains a classifier on MNIST. The loop, its options and its reports are in loop.ts; printing and saving are the
// caller's part.

import type { MLXArray } from "@mlx-ts/core";
import * as nn from "@mlx-ts/nn";
import type { MnistData, MnistSet } from "./data.js";
import { evaluate } from "./evaluate.js";
import { type TrainOptions, type TrainResult, trainFor } from "./loop.js";
import type { Classifier } from "./models.js";

/**
 * Trains a model in place, and measures it on the test images after each epoch.
 *
 * The weights the model starts from, and dropout, follow `mx.random.seed`, to be called before the
 * model is made; `options.seed` decides the order and the distortion of the images alone.
 *
 * @param model - trained in place; in training mode afterwards
 * @param data - the training and test images
 * @param options - `epochs`: default 5; `batchSize`: default 64; `optimizer`: default Adam with
 *   learning rate 1e-3; `seed`: default 0; `distort`: how much images are distorted, default not at all;
 *   `compile`: default false; `signal`, `onStep`, `onEpoch`
 * @returns losses, epoch reports, and whether the run was cut short
 * @throws {RangeError} when `epochs` or `batchSize` is not a positive integer, or the loss is no longer finite
 * @example
 * ```ts
 * mx.random.seed(0);
 * const model = new MLP();
 * const data = await loadMnist({ from: import.meta.url });
 * await train(model, data, {
 *   epochs: 3,
 *   onEpoch: ({ epoch, test }) => console.log(epoch, test.accuracy),
 * });
 * ```
 */
export async function train(
  model: Classifier,
  data: MnistData,
  options: TrainOptions = {},
): Promise<TrainResult> {
  const goal = {
    loss: (images: MLXArray, labels: MLXArray) =>
      nn.losses.crossEntropy(model.forward(images), labels, { reduction: "mean" }),
    test: (set: MnistSet) => evaluate(model, set),
  };
  return trainFor(model, data, goal, options);
}
