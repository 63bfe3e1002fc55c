// The pretrained packages keep what their model cards say.
import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { testBackend } from "../../../core/test/backends.js";
import { loadPretrained, mnist } from "../../src/index.js";

const { test } = await mnist.loadMnist();
/** All test images take a second with MLX, and minutes in plain TypeScript. */
const isFast = testBackend.id.includes("native");
const count = isFast ? test.count : 200;
const images = test.images.subarray(0, count * 784);
const set = { ...test, images, labels: test.labels.subarray(0, count), count };

it.each([
  ["@mlx-ts/mnist-mlp", 0.98],
  ["@mlx-ts/mnist-cnn", 0.99],
] as const)(
  "%s reaches %d of the test images, and what its model card says",
  async (name, promised) => {
    const { accuracy } = await mnist.evaluate(await loadPretrained(name), set);
    expect(accuracy).toBeGreaterThanOrEqual(promised);
    const card = await readFile(
      new URL(import.meta.resolve(`${name}/package.json`).replace("package.json", "README.md")),
      "utf8",
    );
    const stated = /\| test \(10,000\) \| ([\d.]+) % \|/.exec(card)?.[1];
    expect(stated).toBeDefined();
    // Another engine may round one image to the other side.
    if (isFast) expect(Math.abs(accuracy * 100 - Number(stated))).toBeLessThan(0.02);
  },
);
