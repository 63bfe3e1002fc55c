import * as mx from "@mlx-ts/core";
import { describe, expect, it } from "vitest";
import { type Batch, batches } from "../../src/mnist/batches.js";
import { makeSet } from "./digits.js";

const set = makeSet(10);

/** Which images a batch holds (see makeSet), each with its label. */
function contents({ images, labels }: Batch): [image: number, label: number][] {
  const pixels = images.toTypedArray();
  const size = images.size / labels.size;
  return [...labels.toTypedArray()].map((label, i) => [
    Number(pixels[(i + 1) * size - 1]),
    Number(label),
  ]);
}

describe("batches", () => {
  it("come in the order of the set without a key, the last one with what is left", () => {
    const all = [...batches(set, { batchSize: 4 })];
    expect(all.map(contents)).toEqual([
      [0, 1, 2, 3].map((i) => [i, i]),
      [4, 5, 6, 7].map((i) => [i, i]),
      [8, 9].map((i) => [i, i]),
    ]);
  });

  it("are bytes with a channel axis, and labels", () => {
    const [{ images, labels } = expect.fail("no batch")] = batches(set, { batchSize: 4 });
    expect([images.shape, images.dtype]).toEqual([[4, 4, 4, 1], "uint8"]);
    expect([labels.shape, labels.dtype]).toEqual([[4], "uint8"]);
  });

  it("hold every image once, with its own label, when shuffled", () => {
    const all = [...batches(set, { batchSize: 3, key: mx.random.key(1) })].flatMap(contents);
    expect(all.map(([image]) => image)).not.toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect([...all].sort(([a], [b]) => a - b)).toEqual(
      Array.from({ length: 10 }, (_, i) => [i, i]),
    );
  });

  it("follow the key: the same one gives the same order, another one another", () => {
    const order = (seed: number) =>
      [...batches(set, { key: mx.random.key(seed) })].flatMap(contents).map(([image]) => image);
    expect(order(5)).toEqual(order(5));
    expect(order(5)).not.toEqual(order(6));
  });

  it.each([0, -1, 2.5, Number.NaN])("refuse a batchSize of %d", (batchSize) => {
    expect(() => batches(set, { batchSize }).next()).toThrow(
      `[mnist.batches] batchSize ${batchSize}, it must be an integer of at least 1`,
    );
  });
});
