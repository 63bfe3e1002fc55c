import * as mx from "@mlx-ts/core";
import { Adam } from "@mlx-ts/optimizers";
import { describe, expect, it } from "vitest";
import { evaluate } from "../../src/mnist/evaluate.js";
import type { EpochReport, StepReport } from "../../src/mnist/loop.js";
import { MLP } from "../../src/mnist/models.js";
import { train } from "../../src/mnist/train.js";
import { makeDigits } from "./digits.js";

const data = makeDigits();

/** A fresh model whose weights follow `seed`. */
function makeModel(seed = 0): MLP {
  mx.random.seed(seed);
  return new MLP({ hidden: [16], inputSize: 16 });
}

const optimizer = () => new Adam({ learningRate: 0.01 });

describe.each([false, true])("train with compile: %s", (compile) => {
  it("learns to tell the digits apart", async () => {
    const model = makeModel();
    const result = await train(model, data, {
      epochs: 8,
      batchSize: 20,
      optimizer: optimizer(),
      compile,
    });
    expect(result.losses).toHaveLength(80);
    expect(result.losses.at(-1)).toBeLessThan(0.2);
    expect(result.epochs.at(-1)?.test.accuracy).toBeGreaterThan(0.95);
    expect([result.images, result.aborted]).toEqual([1600, false]);
  });

  it("never holds more live arrays than after its first steps", async () => {
    const counts: number[] = [];
    const onStep = () => counts.push(mx.liveArrays());
    await train(makeModel(), data, { epochs: 3, batchSize: 20, compile, onStep });
    // Fewer there may be: the collector takes the first weights when it likes.
    const [settled = 0, ...later] = counts.slice(2);
    expect(later.length).toBeGreaterThan(10);
    expect(Math.max(...later)).toBeLessThanOrEqual(settled);
  });

  it("takes a last batch of another size", async () => {
    const { losses } = await train(makeModel(), data, { epochs: 1, batchSize: 64, compile });
    expect(losses).toHaveLength(4);
  });
});

describe("train", () => {
  const lossesOf = async (seed: number, compile = false) =>
    (await train(makeModel(), data, { epochs: 2, batchSize: 20, seed, compile })).losses;

  it("follows the seed: the same one gives the same losses, another one others", async () => {
    expect(await lossesOf(1)).toEqual(await lossesOf(1));
    expect(await lossesOf(1)).not.toEqual(await lossesOf(2));
  });

  it("gives the same losses compiled, up to rounding", async () => {
    const [eager, compiled] = [await lossesOf(1), await lossesOf(1, true)];
    for (const [i, loss] of eager.entries()) expect(compiled[i]).toBeCloseTo(loss, 3);
  });

  it("reports every step and every epoch", async () => {
    const steps: StepReport[] = [];
    const epochs: EpochReport[] = [];
    await train(makeModel(), data, {
      epochs: 2,
      batchSize: 50,
      onStep: (report) => void steps.push(report),
      onEpoch: (report) => void epochs.push(report),
    });
    expect(steps.map(({ step, steps, epoch, images }) => [step, steps, epoch, images])).toEqual(
      Array.from({ length: 8 }, (_, i) => [i + 1, 8, i < 4 ? 1 : 2, (i + 1) * 50]),
    );
    expect(epochs.map(({ epoch, step, test }) => [epoch, step, test.count])).toEqual([
      [1, 4, 50],
      [2, 8, 50],
    ]);
    const mean = steps.slice(0, 4).reduce((sum, { loss }) => sum + loss, 0) / 4;
    expect(epochs[0]?.loss).toBeCloseTo(mean);
  });

  it("stops after the step under way when the signal is aborted", async () => {
    const stop = new AbortController();
    const result = await train(makeModel(), data, {
      epochs: 3,
      batchSize: 20,
      signal: stop.signal,
      onStep: ({ step }) => step === 13 && stop.abort(),
    });
    expect([result.losses.length, result.epochs.length, result.aborted]).toEqual([13, 1, true]);
  });

  it("does nothing when the signal is aborted from the start", async () => {
    const result = await train(makeModel(), data, { signal: AbortSignal.abort() });
    expect([result.losses.length, result.aborted]).toEqual([0, true]);
  });

  it("lets timers run while it trains", async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    await train(makeModel(), data, { epochs: 30, batchSize: 5 });
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(0);
  });

  it("passes an error of a callback on unchanged", async () => {
    const error = new Error("disk full");
    const onEpoch = () => Promise.reject(error);
    await expect(train(makeModel(), data, { epochs: 1, onEpoch })).rejects.toBe(error);
  });

  it("refuses to go on with a loss that is not finite", async () => {
    const wild = new Adam({ learningRate: 1e38 });
    await expect(train(makeModel(), data, { optimizer: wild })).rejects.toThrow(
      /\[mnist\.train\] the loss of step \d+ is (NaN|Infinity), training needs a finite one; lower the learning rate/,
    );
  });

  it.each([{ epochs: 0 }, { epochs: 1.5 }, { batchSize: 0 }])("refuses %j", async (options) => {
    await expect(train(makeModel(), data, options)).rejects.toThrow(
      /must be an integer of at least 1/,
    );
  });
});

describe("evaluate", () => {
  it("scores every image, and puts the model's mode back", async () => {
    const model = makeModel();
    for (const mode of [true, false]) {
      model.train(mode);
      const { count, confusion } = await evaluate(model, data.test, { batchSize: 7 });
      expect(count).toBe(50);
      expect(confusion.flat().reduce((sum, n) => sum + n, 0)).toBe(50);
      expect(model.training).toBe(mode);
    }
  });

  it("gives the same scores whatever the batch size", async () => {
    const model = makeModel();
    const one = await evaluate(model, data.test, { batchSize: 50, worst: 3 });
    const many = await evaluate(model, data.test, { batchSize: 1, worst: 3 });
    expect(many.confusion).toEqual(one.confusion);
    expect(many.loss).toBeCloseTo(one.loss, 5);
    expect(many.worst.map(({ index }) => index)).toEqual(one.worst.map(({ index }) => index));
  });

  it("refuses a model of another number of classes", async () => {
    const model = new MLP({ hidden: [], inputSize: 16, classes: 4 });
    await expect(evaluate(model, data.test)).rejects.toThrow(/each image needs 10/);
  });
});
