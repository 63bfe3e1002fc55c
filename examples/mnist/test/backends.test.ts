// The same training on two engines, and which engine a run gets.
import { type Backend, withAutodiff } from "@mlx-ts/backend-api";
import * as mx from "@mlx-ts/core";
import { mnist } from "@mlx-ts/models";
import { nativeBackend } from "@mlx-ts/native";
import { referenceBackend } from "@mlx-ts/reference";
import { afterEach, describe, expect, it } from "vitest";
import { chooseBackend } from "../src/backend.js";
import { firstImages } from "../src/first-images.js";
import { parseOptions } from "../src/options.js";

afterEach(() => mx.setDefaultBackend(nativeBackend as Backend));

/** The losses of a short training on the first images. */
async function losses(backend: Backend, make: () => mnist.Classifier): Promise<readonly number[]> {
  mx.setDefaultBackend(backend);
  mx.random.seed(3);
  const data = firstImages(await mnist.loadMnist({ from: import.meta.url }), 48);
  expect([data.train.count, data.test.count]).toEqual([48, 8]);
  const result = await mnist.train(make(), data, { epochs: 2, batchSize: 16, seed: 3 });
  return result.losses;
}

describe("the reference backend", () => {
  it.each([
    ["MLP", () => new mnist.MLP()],
    ["CNN", () => new mnist.CNN()],
  ] as const)(
    "trains the %s as native does, loss by loss",
    async (_, make) => {
      const native = await losses(nativeBackend as Backend, make);
      const reference = await losses(withAutodiff(referenceBackend) as Backend, make);
      expect(native.length).toBe(6);
      expect(reference.length).toBe(6);
      for (const [i, loss] of native.entries()) expect(reference[i]).toBeCloseTo(loss, 3);
      expect(Math.min(...native)).toBeLessThan(native[0] ?? 0);
    },
    60_000,
  );
});

describe("chooseBackend", () => {
  const broken = () => Promise.reject(new Error("[native] the MLX addon could not be loaded"));

  it("takes native where it is", async () => {
    const warnings: string[] = [];
    const { name, backend } = await chooseBackend(undefined, (text) => warnings.push(text));
    expect([name, backend.id, warnings]).toEqual(["native", "native", []]);
  });

  it("takes reference where native cannot be loaded, and says why", async () => {
    const warnings: string[] = [];
    const warn = (text: string) => void warnings.push(text);
    const { name, backend } = await chooseBackend(undefined, warn, broken);
    expect([name, backend.id]).toEqual(["reference", "withAutodiff(reference)"]);
    expect(warnings.join()).toMatch(/addon could not be loaded.*reference backend trains/s);
  });

  it("refuses when native was asked for", async () => {
    const refused = chooseBackend("native", () => undefined, broken);
    await expect(refused).rejects.toThrow("--backend native: [native] the MLX addon could not");
  });

  it("is asked by --backend and --images", () => {
    const { options } = parseOptions(["--backend", "reference", "--images", "120"]);
    expect(options).toMatchObject({ backend: "reference", images: 120 });
    expect(parseOptions([]).options).not.toHaveProperty("backend");
  });
});
