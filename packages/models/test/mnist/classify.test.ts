import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as mx from "@mlx-ts/core";
import { encode } from "fast-png";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadPretrained, mnist } from "../../src/index.js";
import { drawStrokes } from "./strokes.js";

const folder = await mkdtemp(join(tmpdir(), "mlx-ts-classify-"));
afterAll(() => rm(folder, { recursive: true }));

const { test } = await mnist.loadMnist();
let model: mnist.MLP;
beforeAll(async () => {
  model = await loadPretrained("@mlx-ts/mnist-mlp");
});
afterAll(() => {
  for (const array of mx.arraysIn(model.parameters())) array.dispose();
});

const digit = (i: number) => test.images.slice(i * 784, (i + 1) * 784);
const labelOf = (i: number) => test.labels[i];

/** A test image as a PNG: enlarged by a whole number, black on white, on a larger sheet, in colour. */
function drawn(i: number, times: number): Uint8Array {
  const [width, height] = [40 * times, 34 * times];
  const data = new Uint8Array(width * height * 3).fill(255);
  for (const [at, ink] of digit(i).entries()) {
    const [top, left] = [(Math.floor(at / 28) + 2) * times, ((at % 28) + 7) * times];
    for (let row = top; row < top + times; row++) {
      for (let col = left; col < left + times; col++) {
        data.fill(255 - ink, (row * width + col) * 3, (row * width + col) * 3 + 3);
      }
    }
  }
  return encode({ width, height, data, channels: 3, depth: 8 });
}

describe("classify", () => {
  it("gives the digit, its probability, and those of all digits, whose sum is 1", async () => {
    const found = await mnist.classify(model, digit(0));
    expect(found.digit).toBe(7);
    expect(found.probabilities).toHaveLength(10);
    expect(found.probabilities.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 10);
    expect(found.probability).toBe(Math.max(...found.probabilities));
    expect(found.probabilities.indexOf(found.probability)).toBe(7);
    expect(found.probability).toBeGreaterThan(0.99);
    expect([...found.pixels]).toEqual([...digit(0)].map((value) => Math.fround(value / 255)));
  });

  it("gives the softmax of the model's logits", async () => {
    const { probabilities } = await mnist.classify(model, digit(3));
    const logits = model.forward(mx.array(digit(3)).reshape([1, 784]));
    const wanted = mx.softmax(logits, -1).flatten().tolist() as number[];
    for (const [i, value] of wanted.entries()) expect(probabilities[i]).toBeCloseTo(value, 6);
  });

  it("takes pixels in every form, with the same result", async () => {
    const bytes = digit(4);
    const numbers = Array.from(bytes, (value) => value / 255);
    const rows = Array.from({ length: 28 }, (_, row) => numbers.slice(row * 28, row * 28 + 28));
    const { probabilities } = await mnist.classify(model, bytes);
    const forms: mnist.DigitPixels[] = [
      new Uint8ClampedArray(bytes),
      numbers,
      rows,
      Float32Array.from(numbers),
      Float64Array.from(numbers),
      mx.array(bytes),
      mx.array(bytes).reshape([1, 28, 28, 1]),
      mx.array(numbers).reshape([28, 28]),
    ];
    for (const form of forms) {
      const found = await mnist.classify(model, form);
      for (const [i, value] of probabilities.entries()) {
        expect(found.probabilities[i]).toBeCloseTo(value, 5);
      }
    }
  });

  it("takes PNG files by path and URL, and their bytes; of MNIST's size they are as the pixels", async () => {
    const file = join(folder, "two.png");
    const png = encode({ width: 28, height: 28, data: digit(1), channels: 1, depth: 8 });
    await writeFile(file, png);
    const wanted = await mnist.classify(model, digit(1));
    for (const image of [file, pathToFileURL(file), pathToFileURL(file).href, png]) {
      const found = await mnist.classify(model, image);
      expect(found.digit).toBe(2);
      expect(found.probability).toBeCloseTo(wanted.probability, 6);
    }
  });

  it("knows digits that are drawn large, dark on light, off the middle: as many as small ones", async () => {
    let right = 0;
    for (let i = 0; i < 100; i++) {
      const found = await mnist.classify(model, drawn(i, 4));
      if (found.digit === labelOf(i)) right++;
    }
    expect(right).toBeGreaterThanOrEqual(98);
  });

  it.each([
    [280, 22],
    [200, 4],
    [48, 3],
  ])("knows digits drawn by a pen on %d pixels, %d wide", async (size, pen) => {
    for (let i = 0; i < 10; i++) {
      const found = await mnist.classify(model, drawStrokes(i, size, pen));
      expect([found.digit, found.probability > 0.8]).toEqual([i, true]);
    }
  });

  it("puts the model's mode back, and leaves no arrays", async () => {
    const other = new mnist.CNN({ channels: [2, 2], hidden: 8 });
    for (const mode of [true, false]) {
      other.train(mode);
      const first = await mnist.classify(other, digit(0));
      const arrays = mx.liveArrays();
      const second = await mnist.classify(other, digit(0));
      expect(mx.liveArrays()).toBe(arrays);
      expect(second.probabilities).toEqual(first.probabilities); // no dropout
      expect(other.training).toBe(mode);
    }
  });

  it.each<[string, mnist.DigitPixels, string]>([
    ["few bytes", new Uint8Array(100), "100 bytes, a digit has 28x28 pixels"],
    ["many numbers", new Array<number>(785).fill(0), "785 numbers, a digit has 28x28 pixels"],
    ["two digits", mx.zeros([2, 784]), "1568 numbers, a digit has 28x28 pixels"],
    ["numbers over 1", digitNumbers(37, 254), "pixel 37 is 254, numbers must be 0 (paper) to 1"],
    ["numbers below 0", digitNumbers(5, -1), "pixel 5 is -1, numbers must be 0 (paper) to 1"],
    ["what is no number", digitNumbers(5, Number.NaN), "pixel 5 is NaN, numbers must be 0"],
  ])("refuses %s", async (_, image, text) => {
    await expect(mnist.classify(model, image)).rejects.toThrow(RangeError);
    await expect(mnist.classify(model, image)).rejects.toThrow(`[mnist.classify] ${text}`);
  });

  it("refuses files that are missing, no files, or no PNG", async () => {
    const text = join(folder, "digit.txt");
    await writeFile(text, "seven");
    for (const [image, code] of [
      [join(folder, "none.png"), "MISSING"],
      [folder, "UNREADABLE"],
      [text, "BAD_PNG"],
    ] as const) {
      await expect(mnist.classify(model, image)).rejects.toMatchObject({
        name: "MnistDataError",
        code,
        file: image,
      });
    }
  });
});

/** A blank digit but for one pixel. */
function digitNumbers(at: number, value: number): number[] {
  const numbers = new Array<number>(784).fill(0);
  numbers[at] = value;
  return numbers;
}
