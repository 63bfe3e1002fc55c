// The loop of training: epochs of shuffled batches, one optimizer update each, a test after each epoch.
// It reports through callbacks and stops at an AbortSignal. What the loss is, and what is tested, the caller says.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import * as nn from "@mlx-ts/nn";
import { Adam, type Optimizer } from "@mlx-ts/optimizers";
import { batches } from "./batches.js";
import type { MnistData, MnistSet } from "./data.js";
import type { DistortOptions } from "./distort.js";
import type { Evaluation } from "./scores.js";
import { nextTurn } from "./turns.js";

/** The loop gives way to the event loop at least this often, in milliseconds. */
const TURN_MS = 20;

/** What is known after a step. */
export interface StepReport {
  /** Steps done so far, over all epochs, from 1. */
  readonly step: number;
  /** Steps of the whole run. */
  readonly steps: number;
  /** The epoch this step belongs to, from 1. */
  readonly epoch: number;
  /** The loss of this step's batch; of classifiers the mean cross-entropy, in nats. */
  readonly loss: number;
  /** Images trained on so far. */
  readonly images: number;
  /** Time spent in training steps so far, in seconds; evaluation is not counted. */
  readonly seconds: number;
}

/** What is known after an epoch; `Test` is what a model is measured by. */
export interface EpochReport<Test = Evaluation> {
  /** From 1. */
  readonly epoch: number;
  /** Steps done so far, over all epochs. */
  readonly step: number;
  /** Mean of the losses of this epoch's steps. */
  readonly loss: number;
  /** How the model does on the test images now. */
  readonly test: Test;
  /** Training time of this epoch, in seconds; evaluation is not counted. */
  readonly seconds: number;
}

/** Options of {@link train} and {@link trainAutoencoder}. */
export interface TrainOptions<Test = Evaluation> {
  /** Passes over the training images; default 5. */
  epochs?: number;
  /** Images per step; default 64. */
  batchSize?: number;
  /** Default: Adam with a learning rate of 1e-3. */
  optimizer?: Optimizer;
  /** Decides the order of the images, and how each is distorted; default 0. */
  seed?: number;
  /** Distorts each training image anew in each epoch, `{}` by the usual amounts; default: images as they are. */
  distort?: DistortOptions;
  /** Whether the whole step is compiled by `mx.compile`; default false. */
  compile?: boolean;
  /** Stops training after the step under way; the promise then resolves as usual. */
  signal?: AbortSignal;
  /** Called after each step. */
  onStep?(report: StepReport): void;
  /** Called after each complete epoch; awaited. */
  onEpoch?(report: EpochReport<Test>): void | Promise<void>;
}

/** What {@link train} did. */
export interface TrainResult<Test = Evaluation> {
  /** The loss of each step. */
  readonly losses: readonly number[];
  /** One report for each complete epoch. */
  readonly epochs: readonly EpochReport<Test>[];
  /** Images trained on. */
  readonly images: number;
  /** Time spent in training steps, in seconds. */
  readonly seconds: number;
  /** Whether the signal ended the run before its last step. */
  readonly aborted: boolean;
}

/** What a model is trained to do, and how it is measured. */
export interface Goal<Test> {
  /** The mean loss of a batch: images `[n, rows, cols, 1]` uint8, labels `[n]` uint8. */
  readonly loss: (images: MLXArray, labels: MLXArray) => MLXArray;
  /** Measures the model on the test images. */
  readonly test: (set: MnistSet) => Promise<Test>;
}

/**
 * Trains a model in place; see {@link train} for what the options mean.
 *
 * @param model - in training mode afterwards
 * @param data - the training and test images
 * @param goal - the loss and the test
 * @param options - those of {@link train}
 */
export async function trainFor<Test>(
  model: nn.Module,
  data: MnistData,
  goal: Goal<Test>,
  options: TrainOptions<Test>,
): Promise<TrainResult<Test>> {
  const { epochs = 5, batchSize = 64, seed = 0, compile = false, distort, signal } = options;
  requirePositive("epochs", epochs);
  requirePositive("batchSize", batchSize);
  const optimizer = options.optimizer ?? new Adam({ learningRate: 1e-3 });
  const steps = epochs * Math.ceil(data.train.count / batchSize);
  const step = makeStep(model, goal.loss, optimizer, compile);
  const keys = mx.tidy(() => mx.random.split(mx.random.key(seed), epochs));

  const losses: number[] = [];
  const reports: EpochReport<Test>[] = [];
  let images = 0;
  let seconds = 0;
  const aborted = () => signal?.aborted === true;

  for (let epoch = 1; epoch <= epochs && !aborted(); epoch++) {
    model.train();
    const first = losses.length;
    const secondsBefore = seconds;
    let turn = performance.now();
    let started = turn;
    const key = keys.index(epoch - 1);
    for (const batch of batches(data.train, { batchSize, key, ...(distort && { distort }) })) {
      const size = batch.labels.size;
      const loss = step(batch.images, batch.labels);
      for (const array of [batch.images, batch.labels]) array.dispose();
      losses.push(requireFinite(loss, losses.length + 1));
      images += size;
      const now = performance.now();
      seconds += (now - started) / 1000;
      options.onStep?.({ step: losses.length, steps, epoch, loss, images, seconds });
      if (now - turn > TURN_MS) {
        await nextTurn();
        turn = performance.now();
      }
      if (aborted()) break;
      started = performance.now();
    }
    key.dispose();
    if (losses.length < (steps / epochs) * epoch) break;
    const test = await goal.test(data.test);
    const own = losses.slice(first);
    const report: EpochReport<Test> = {
      epoch,
      step: losses.length,
      loss: own.reduce((sum, loss) => sum + loss, 0) / own.length,
      test,
      seconds: seconds - secondsBefore,
    };
    reports.push(report);
    await options.onEpoch?.(report);
  }
  keys.dispose();
  model.train();
  return { losses, epochs: reports, images, seconds, aborted: losses.length < steps };
}

/** One update from one batch; gives the loss on the host. */
function makeStep(
  model: nn.Module,
  loss: Goal<unknown>["loss"],
  optimizer: Optimizer,
  compile: boolean,
): (images: MLXArray, labels: MLXArray) => number {
  const lossAndGrads = nn.valueAndGrad(model, loss);
  const update = (images: MLXArray, labels: MLXArray): MLXArray => {
    const [loss, grads] = lossAndGrads(images, labels);
    optimizer.update(model, grads);
    return loss;
  };
  const state = [model, optimizer, mx.random.state];
  const run = compile ? mx.compile(update, { state }) : update;
  return (images, labels) => {
    const loss = mx.tidy(() => run(images, labels));
    mx.eval(loss, model, optimizer);
    const value = loss.item();
    loss.dispose();
    return value;
  };
}

function requirePositive(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new RangeError(
      `[mnist.train] ${name} ${value}, it must be an integer of at least 1; pass for example 5`,
    );
  }
}

function requireFinite(loss: number, step: number): number {
  if (Number.isFinite(loss)) return loss;
  throw new RangeError(
    `[mnist.train] the loss of step ${step} is ${loss}, training needs a finite one; lower the learning rate`,
  );
}
