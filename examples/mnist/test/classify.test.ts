import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Backend } from "@mlx-ts/backend-api";
import * as mx from "@mlx-ts/core";
import { mnist, savePretrained } from "@mlx-ts/models";
import { nativeBackend } from "@mlx-ts/native";
import { encode } from "fast-png";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { parseClassifyOptions } from "../src/classify-options.js";
import { formatClassification } from "../src/terminal.js";

const example = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = await mkdtemp(join(tmpdir(), "mlx-ts-classify-"));
afterAll(() => rm(folder, { recursive: true }));
mx.setDefaultBackend(nativeBackend as Backend);

/** Runs classify as a person does, with these arguments. */
function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--conditions=@mlx-ts/source", "--import", "tsx", "classify.ts", ...args],
    { cwd: example, encoding: "utf8" },
  );
  return { status, stdout, stderr };
}

beforeAll(async () => {
  const { test } = await mnist.loadMnist({ from: import.meta.url });
  const digit = (i: number) => test.images.slice(i * 784, (i + 1) * 784);
  const png = encode({ width: 28, height: 28, channels: 1, data: digit(0) });
  await writeFile(join(folder, "seven.png"), png);
  await writeFile(join(folder, "two.json"), JSON.stringify([...digit(1)]));
  await writeFile(join(folder, "one.json"), JSON.stringify([...digit(2)].map((v) => v / 255)));
  await writeFile(join(folder, "text.json"), '["7"]');
  await writeFile(join(folder, "odd.json"), JSON.stringify(new Array(784).fill(1.5)));
});

describe("the command line of classify", () => {
  it("prints the digit in each picture, with the probabilities of all", () => {
    const names = ["seven.png", "two.json", "one.json"].map((name) => join(folder, name));
    const { status, stdout, stderr } = run(...names);
    expect([status, stderr]).toEqual([0, ""]);
    const lines = stdout.trimEnd().split("\n");
    expect(lines).toHaveLength(33);
    const found = lines
      .filter((line) => line.startsWith(folder))
      .map((line) => /: (\d) \((?:9\d|100)\.\d\d %\)$/.exec(line)?.[1]);
    expect(found).toEqual(["7", "2", "1"]);
    expect(lines[8]).toMatch(/^ {2}7 █{18,20} +(9\d|100)\.\d\d %$/);
  }, 60_000);

  it.each([
    ["none.png", "[mnist] $: no such file"],
    ["text.json", "$: no list of numbers, pixels are a list of 28x28 numbers"],
    ["odd.json", "$: numbers over 1 that are not all integers from 0 to 255"],
  ])(
    "answers %s with one line and exit code 1",
    (name, text) => {
      const { status, stdout, stderr } = run(join(folder, name), "--model", "@mlx-ts/mnist-mlp");
      expect([status, stdout]).toEqual([1, ""]);
      expect(stderr).toMatch(/^mnist: [^\n]+\n$/);
      expect(stderr).toContain(text.replace("$", join(folder, name)));
    },
    60_000,
  );

  it("answers a package that is not installed, and an autoencoder, with one line", async () => {
    const image = join(folder, "seven.png");
    const absent = run(image, "--model", "@mlx-ts/mnist-rnn");
    expect(absent.status).toBe(1);
    expect(absent.stderr).toMatch(/^mnist: \[pretrained\][^\n]+npm install @mlx-ts\/mnist-rnn/);
    await savePretrained(new mnist.Autoencoder(), folder);
    const other = run(image, "--model", folder);
    expect(other.stderr).toMatch(/^mnist: --model [^\n]+: an autoencoder, which names no digits/);
  }, 60_000);
});

describe("parseClassifyOptions", () => {
  it("takes images, a model and a backend", () => {
    expect(parseClassifyOptions(["a.png"]).options).toEqual({
      images: ["a.png"],
      model: "@mlx-ts/mnist-cnn",
    });
    const args = ["a.png", "b.json", "--model", "./mine", "--backend", "reference"];
    expect(parseClassifyOptions(args).options).toEqual({
      images: ["a.png", "b.json"],
      model: "./mine",
      backend: "reference",
    });
  });

  it("answers no image with one line and exit code 2", () => {
    const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    const result = parseClassifyOptions([]);
    const text = write.mock.calls.map(([chunk]) => String(chunk)).join("");
    write.mockRestore();
    expect(result).toEqual({ exitCode: 2 });
    expect(text).toBe("mnist: missing required argument 'images' See --help.\n");
  });
});

describe("formatClassification", () => {
  it("shows a bar for each digit, as long as it is probable", () => {
    const probabilities = [0, 0.05, 0, 0, 0, 0, 0, 0.75, 0.2, 0];
    const found = { digit: 7, probability: 0.75, probabilities, pixels: new Float32Array(784) };
    expect(formatClassification("x.png", found).split("\n")).toEqual([
      "x.png: 7 (75.00 %)",
      "  0                        0.00 %",
      "  1 █                      5.00 %",
      "  2                        0.00 %",
      "  3                        0.00 %",
      "  4                        0.00 %",
      "  5                        0.00 %",
      "  6                        0.00 %",
      "  7 ███████████████       75.00 %",
      "  8 ████                  20.00 %",
      "  9                        0.00 %",
    ]);
    expect(formatClassification("x.png", found, true)).toContain("\u001b[1mx.png");
  });
});
