// The models and the pretrained weights against Python's MLX: the same names, shapes and outputs.
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as mx from "@mlx-ts/core";
import { afterAll, describe, expect, it } from "vitest";
import { loadPretrained, mnist, savePretrained } from "../../src/index.js";

interface SmallCase {
  readonly config: Readonly<Record<string, unknown>>;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly input: readonly number[];
  readonly output: readonly number[];
}

const goldens = fileURLToPath(new URL("../goldens/", import.meta.url));
const { mlx, cases } = JSON.parse(await readFile(join(goldens, "models.json"), "utf8"));
const folder = await mkdtemp(join(tmpdir(), "mlx-ts-zoo-"));
afterAll(() => rm(folder, { recursive: true }));

/** The arrays that a safetensors file says it holds, and their shapes. */
async function shapesIn(file: string): Promise<Record<string, readonly number[]>> {
  const bytes = await readFile(file);
  const { __metadata__, ...entries } = JSON.parse(
    bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE(0))).toString(),
  );
  return Object.fromEntries(
    Object.entries<{ shape: readonly number[] }>(entries).map(([name, { shape }]) => [name, shape]),
  );
}

/** Expects an array of these values, nearly. */
function expectClose(actual: mx.MLXArray, wanted: readonly number[]): void {
  const got = [...(actual.toTypedArray() as Float32Array)];
  expect(got).toHaveLength(wanted.length);
  for (const [i, value] of wanted.entries()) {
    expect(Math.abs((got[i] ?? Number.NaN) - value), `value ${i}`).toBeLessThan(
      1e-5 * (1 + Math.abs(value)),
    );
  }
}

it("the goldens come from the pinned version of MLX", () => expect(mlx).toBe("0.32.4"));

describe.each(["mlp", "cnn", "autoencoder"])("Python's %s", (name) => {
  const { config, shapes, input, output } = cases[name] as SmallCase;
  const x = () => mx.array(Float32Array.from(input)).reshape([2, 8, 8, 1]);

  it("loads with a config, and computes the same", async () => {
    await copyFile(join(goldens, `${name}.safetensors`), join(folder, "model.safetensors"));
    await writeFile(join(folder, "config.json"), JSON.stringify(config));
    const model = await loadPretrained(folder);
    expect(model.training).toBe(false);
    expectClose(model.forward(x()), output);

    const again = join(folder, name);
    await savePretrained(model, again);
    expect(JSON.parse(await readFile(join(again, "config.json"), "utf8"))).toEqual(config);
    expect(await shapesIn(join(again, "model.safetensors"))).toEqual(shapes);
    expectClose((await loadPretrained(again)).forward(x()), output);
  });
});

describe.each(["@mlx-ts/mnist-mlp", "@mlx-ts/mnist-cnn"] as const)("%s", (name) => {
  const { shapes, logits } = cases[name.replace("@mlx-ts/", "")];

  it("has the names and shapes of a module in Python, and gives its logits", async () => {
    const file = fileURLToPath(import.meta.resolve(`${name}/model.safetensors`));
    expect(await shapesIn(file)).toEqual(shapes);
    const model = await loadPretrained(name);
    const { test } = await mnist.loadMnist();
    const images = mx.array(test.images.slice(0, 4 * 784)).reshape([4, 28, 28, 1]);
    expectClose(model.forward(images), logits);
    expect(dirname(file)).toMatch(/pretrained/);
  });
});
