import * as mx from "@mlx-ts/core";
import { Adam } from "@mlx-ts/optimizers";
import { describe, expect, it } from "vitest";
import { Autoencoder, evaluateAutoencoder, trainAutoencoder } from "../../src/mnist/autoencoder.js";
import { makeDigits } from "./digits.js";

const data = makeDigits();

/** A fresh model of 4x4 images whose weights follow `seed`. */
function makeModel(seed = 0): Autoencoder {
  mx.random.seed(seed);
  return new Autoencoder({ hidden: [32], latent: 8, inputSize: 16 });
}

describe("Autoencoder", () => {
  it("has the layers it is asked for, the decoder's the other way round", () => {
    const model = new Autoencoder({ hidden: [12, 6], latent: 3, inputSize: 16 });
    const shapes = (layers: typeof model.encoder) => layers.map(({ weight }) => weight.shape);
    expect(shapes(model.encoder)).toEqual([
      [12, 16],
      [6, 12],
      [3, 6],
    ]);
    expect(shapes(model.decoder)).toEqual([
      [6, 3],
      [12, 6],
      [16, 12],
    ]);
    expect(model.options).toEqual({ hidden: [12, 6], latent: 3, inputSize: 16 });
  });

  it("gives images of the shape it was given, from 0 to 1", () => {
    const model = makeModel();
    for (const shape of [
      [2, 4, 4, 1],
      [2, 16],
    ]) {
      const images = model.forward(mx.random.uniform(0, 1, shape, { key: mx.random.key(2) }));
      expect([images.shape, images.dtype]).toEqual([shape, "float32"]);
      expect(images.min().item()).toBeGreaterThan(0);
      expect(images.max().item()).toBeLessThan(1);
    }
  });

  it("writes an image as a few numbers, and bytes as what they are scaled to", () => {
    const model = makeModel();
    const bytes = mx.array(data.test.images.slice(0, 48)).reshape([3, 4, 4, 1]);
    const codes = model.encode(bytes);
    expect(codes.shape).toEqual([3, 8]);
    const floats = bytes.astype("float32").divide(255);
    expect(mx.allclose(model.encode(floats), codes).item()).toBe(true);
    expect(mx.allclose(model.decode(codes), mx.sigmoid(model.logits(codes))).item()).toBe(true);
  });
});

describe.each([false, true])("trainAutoencoder with compile: %s", (compile) => {
  it("makes the loss fall, and the images come near those it is given", async () => {
    const model = makeModel();
    const before = await evaluateAutoencoder(model, data.test);
    const { losses, epochs } = await trainAutoencoder(model, data, {
      epochs: 12,
      batchSize: 20,
      optimizer: new Adam({ learningRate: 0.01 }),
      compile,
    });
    expect(losses).toHaveLength(120);
    const mean = (part: readonly number[]) => part.reduce((a, b) => a + b, 0) / part.length;
    expect(mean(losses.slice(-10))).toBeLessThan(0.75 * mean(losses.slice(0, 10)));
    const after = epochs.at(-1)?.test;
    expect(after?.count).toBe(50);
    expect(after?.error).toBeLessThan(0.25 * before.error);
    expect(after).toEqual(await evaluateAutoencoder(model, data.test));
  });
});

describe("evaluateAutoencoder", () => {
  it("measures what numpy would: the mean squared difference and cross-entropy of pixels", async () => {
    const model = makeModel();
    const { images, count } = data.test;
    const shown = Array.from(images, (value) => value / 255);
    const drawn = model
      .forward(mx.array(images).reshape([count, 4, 4, 1]))
      .flatten()
      .tolist() as number[];
    const mean = (of: (x: number, y: number) => number) =>
      shown.reduce((sum, x, i) => sum + of(x, drawn[i] ?? Number.NaN), 0) / shown.length;
    const { error, loss } = await evaluateAutoencoder(model, data.test, { batchSize: 7 });
    expect(error).toBeCloseTo(
      mean((x, y) => (x - y) ** 2),
      5,
    );
    expect(loss).toBeCloseTo(
      mean((x, y) => -x * Math.log(y) - (1 - x) * Math.log(1 - y)),
      5,
    );
  });

  it("puts the model's mode back", async () => {
    const model = makeModel();
    for (const mode of [true, false]) {
      model.train(mode);
      await evaluateAutoencoder(model, data.test);
      expect(model.training).toBe(mode);
    }
  });
});
