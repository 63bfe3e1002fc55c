import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as mx from "@mlx-ts/core";
import { describe, expect, it } from "vitest";
import { CNN, MLP } from "../../src/mnist/models.js";

const kinds = [
  ["MLP", () => new MLP({ hidden: [16] })],
  ["CNN", () => new CNN({ channels: [4, 6], hidden: 16 })],
] as const;

describe.each(kinds)("%s", (_, make) => {
  it("maps images to ten logits each", () => {
    const logits = make().forward(mx.zeros([3, 28, 28, 1]));
    expect([logits.shape, logits.dtype]).toEqual([[3, 10], "float32"]);
  });

  it("takes flat images and single images as well", () => {
    expect(make().forward(mx.zeros([3, 784])).shape).toEqual([3, 10]);
    expect(make().forward(mx.zeros([1, 28, 28, 1])).shape).toEqual([1, 10]);
  });

  it("scales bytes to 0 to 1 and takes floats as they are", () => {
    const model = make();
    model.eval();
    const bytes = Uint8Array.from({ length: 2 * 784 }, (_, i) => (i * 37) % 256);
    const fromBytes = model.forward(mx.array(bytes).reshape([2, 784])).toTypedArray();
    const floats = mx.array(Float32Array.from(bytes, (value) => value / 255)).reshape([2, 784]);
    const fromFloats = model.forward(floats).toTypedArray();
    for (const [i, value] of fromBytes.entries()) {
      expect(value).toBeCloseTo(Number(fromFloats[i]), 5);
    }
  });

  it("gives the same logits after its weights were saved and loaded into another", async () => {
    const dir = await mkdtemp(join(tmpdir(), "mnist-"));
    try {
      const file = join(dir, "weights.safetensors");
      const [saved, loaded] = [make(), make()];
      saved.eval();
      loaded.eval();
      saved.saveWeights(file);
      loaded.loadWeights(file);
      const images = mx.random.uniform(0, 1, [2, 784], { key: mx.random.key(3) });
      expect(loaded.forward(images).tolist()).toEqual(saved.forward(images).tolist());
    } finally {
      await rm(dir, { recursive: true });
    }
  });
});

describe("MLP", () => {
  it("has the layers it is asked for", () => {
    const { layers } = new MLP({ hidden: [20, 12], inputSize: 16, classes: 3 });
    expect(layers.map(({ weight }) => weight.shape)).toEqual([
      [20, 16],
      [12, 20],
      [3, 12],
    ]);
  });

  it("is a linear classifier without hidden layers", () => {
    expect(new MLP({ hidden: [] }).forward(mx.zeros([2, 784])).shape).toEqual([2, 10]);
  });
});

describe("CNN", () => {
  it("drops activations in training only", () => {
    const model = new CNN({ channels: [2, 2], hidden: 64, dropout: 0.5 });
    const images = mx.random.uniform(0, 1, [1, 784], { key: mx.random.key(3) });
    const twice = () => [model.forward(images).tolist(), model.forward(images).tolist()];
    model.eval();
    const [first, second] = twice();
    expect(first).toEqual(second);
    model.train();
    const [third, fourth] = twice();
    expect(third).not.toEqual(fourth);
  });

  it("refuses images that two poolings cannot halve", () => {
    expect(() => new CNN({ imageSize: [28, 30] })).toThrow(
      new RangeError(
        "[mnist.CNN] imageSize 28x30, two 2x2 poolings need multiples of 4; pad the images",
      ),
    );
  });
});
