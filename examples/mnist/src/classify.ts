// One run of classify: loads a pretrained model, and prints what it takes each picture for.
import { readFile } from "node:fs/promises";
import * as mx from "@mlx-ts/core";
import { loadPretrained, mnist } from "@mlx-ts/models";
import { chooseBackend } from "./backend.js";
import type { ClassifyOptions } from "./classify-options.js";
import { RunError } from "./failures.js";
import { formatClassification } from "./terminal.js";

/**
 * Prints the digit in each picture, with the probabilities of all ten.
 *
 * @param options - checked options of the command line
 * @throws {PretrainedError} when the model cannot be loaded
 * @throws {MnistDataError} for the first picture that cannot be read or shows nothing
 */
export async function classifyAll(options: ClassifyOptions): Promise<void> {
  const { backend } = await chooseBackend(options.backend, console.error);
  mx.setDefaultBackend(backend);
  const model = await loadPretrained(options.model, { from: import.meta.url });
  if (model instanceof mnist.Autoencoder) {
    throw new RunError(
      `--model ${options.model}: an autoencoder, which names no digits; choose a classifier`,
    );
  }
  const color = process.stdout.hasColors?.() === true;
  for (const image of options.images) {
    const shown = image.endsWith(".json") ? await readPixels(image) : image;
    const found = await mnist.classify(model, shown);
    console.log(formatClassification(image, found, color));
  }
}

/** Pixels from a JSON file, flat or in rows. */
async function readPixels(file: string): Promise<mnist.DigitPixels> {
  const refused = (reason: string, cause?: unknown) =>
    new RunError(`${file}: ${reason}, pixels are a list of 28x28 numbers; change the file`, {
      cause,
    });
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, "utf8"));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw refused(`no JSON (${cause.message})`, cause);
  }
  const numbers: unknown[] = Array.isArray(value) ? value.flat() : [];
  if (!numbers.every((item) => typeof item === "number") || numbers.length === 0) {
    throw refused("no list of numbers");
  }
  const isBytes = numbers.some((item) => item > 1);
  if (!isBytes) return numbers;
  if (numbers.every((item) => Number.isInteger(item) && item >= 0 && item <= 255)) {
    return Uint8Array.from(numbers);
  }
  throw refused("numbers over 1 that are not all integers from 0 to 255");
}
