import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Backend } from "@mlx-ts/backend-api";
import * as mx from "@mlx-ts/core";
import { loadPretrained, mnist } from "@mlx-ts/models";
import { nativeBackend } from "@mlx-ts/native";
import { decode } from "fast-png";
import { afterAll, describe, expect, it } from "vitest";
import { drawPairs } from "../src/pairs.js";
import { parseReconstructOptions } from "../src/reconstruct-options.js";

const example = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = await mkdtemp(join(tmpdir(), "mlx-ts-reconstruct-"));
afterAll(() => rm(folder, { recursive: true }));
mx.setDefaultBackend(nativeBackend as Backend);

describe("the command line of reconstruct", () => {
  it("trains an autoencoder, saves it, and draws digits above what it makes of them", async () => {
    const args = ["reconstruct.ts", "--images", "600", "--epochs", "4", "--batch-size", "20"];
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["--conditions=@mlx-ts/source", "--import", "tsx", ...args, "--latent", "8", "--out", folder],
      { cwd: example, encoding: "utf8" },
    );
    expect(status).toBe(0);
    const errors = [...stderr.matchAll(/test error (0\.\d+)/g)].map(([, text]) => Number(text));
    expect(errors).toHaveLength(4);
    expect(errors.at(-1)).toBeLessThan(0.9 * (errors[0] ?? 0));
    expect(stdout).toContain("600 training and 100 test images");
    expect(stdout).toMatch(/Mean squared error of a test pixel 0\.0\d+, loss 0\.\d+/);

    const model = await loadPretrained(join(folder, "autoencoder"));
    expect(model).toBeInstanceOf(mnist.Autoencoder);
    expect(model.options).toEqual({ hidden: [256, 64], latent: 8, inputSize: 784 });

    const picture = decode(await readFile(join(folder, "reconstructions.png")));
    expect([picture.width, picture.height, picture.channels]).toEqual([692, 516, 1]);
    const { test } = await mnist.loadMnist({ from: import.meta.url });
    const first = test.labels.indexOf(0);
    const row = Array.from(
      { length: 28 },
      (_, col) => 255 - (picture.data[(12 + 28) * 692 + 12 + 2 * col] ?? 0),
    );
    expect(row).toEqual([...test.images.subarray(first * 784 + 14 * 28, first * 784 + 15 * 28)]);
  }, 60_000);
});

describe("drawPairs", () => {
  it("draws each image above its counterpart, dark on white", () => {
    const one = Uint8Array.from([0, 255, 10, 20]);
    const other = Uint8Array.from([255, 0, 30, 40]);
    const { width, height, data } = decode(drawPairs([[one]], [[other]], { rows: 2, cols: 2 }));
    expect([width, height]).toEqual([28, 34]);
    const at = (row: number, col: number) => data[row * width + col];
    expect([at(12, 12), at(12, 14), at(14, 12), at(15, 15)]).toEqual([255, 0, 245, 235]);
    expect([at(18, 12), at(18, 14), at(20, 12), at(21, 15)]).toEqual([0, 255, 225, 215]);
    expect([at(0, 0), at(33, 27), at(16, 12)]).toEqual([255, 255, 255]);
  });
});

describe("parseReconstructOptions", () => {
  it("has a default for everything but the number of images, the backend and the data", () => {
    expect(parseReconstructOptions([]).options).toEqual({
      latent: 16,
      epochs: 5,
      batchSize: 128,
      lr: 0.001,
      seed: 0,
      out: `${example}/out`,
    });
  });
});
