// The pretrained packages keep what their model cards say.
import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { backendName } from "../../../core/test/backends.js";
import { loadPretrained, mnist } from "../../src/index.js";

const { test } = await mnist.loadMnist();
/** All test images take seconds with MLX, and minutes in plain TypeScript. */
const isFast = !backendName.startsWith("reference");
const count = isFast ? test.count : 200;
const images = test.images.subarray(0, count * 784);
const set = { ...test, images, labels: test.labels.subarray(0, count), count };

/** The accuracy on the test images that a package's README states, in percent. */
async function stated(name: string): Promise<number> {
  const manifest = import.meta.resolve(`${name}/package.json`);
  const card = await readFile(new URL("README.md", manifest), "utf8");
  return Number(/\| test \(10,000\) \| ([\d.]+) % \|/.exec(card)?.[1]);
}

it.each([
  ["@mlx-ts/mnist-mlp", 98],
  ["@mlx-ts/mnist-cnn", 99],
] as const)(
  "%s reaches %d % of the test images, and what its model card says",
  async (name, promised) => {
    const { accuracy } = await mnist.evaluate(await loadPretrained(name), set);
    const percent = accuracy * 100;
    expect(percent).toBeGreaterThanOrEqual(promised);
    expect(await stated(name)).toBeGreaterThanOrEqual(promised);
    // Another engine may round an image or two to the other side.
    if (isFast) expect(Math.abs(percent - (await stated(name)))).toBeLessThan(0.025);
  },
  60_000,
);
