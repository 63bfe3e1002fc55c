// Names the digit in one picture or one array of pixels, with probabilities. Many labelled images at once are
// evaluate.ts's part.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import * as mx from "@mlx-ts/core";
import { MLXArray } from "@mlx-ts/core";
import { isSystemError } from "../installed.js";
import { MnistDataError } from "./errors.js";
import type { Classifier } from "./models.js";
import { normalized, SIDE } from "./normalize.js";
import { isPng, readPng } from "./png.js";

/**
 * 28x28 pixels as MNIST's: 0 is paper. Bytes (`Uint8Array`, `Uint8ClampedArray`, uint8 arrays) are 255 where ink is
 * darkest, numbers and floats are 1. Flat, in rows, or with axes of length 1.
 */
export type DigitPixels =
  | Uint8Array
  | Uint8ClampedArray
  | Float32Array
  | Float64Array
  | readonly number[]
  | readonly (readonly number[])[]
  | MLXArray;

/** What {@link classify} found. */
export interface Classification {
  /** The most probable digit. */
  readonly digit: number;
  /** Its probability, 0 to 1. */
  readonly probability: number;
  /** Of each digit, 0 to 9; their sum is 1. */
  readonly probabilities: readonly number[];
  /** What the model was shown: `[784]`, from 0 (paper) to 1 (ink). */
  readonly pixels: Float32Array;
}

/**
 * Names the digit in a picture.
 *
 * Of a PNG, grey or in colour, with or without transparency, of 1 to 16 bits, the rim is taken for paper and what
 * differs most from it for ink: dark on light or light on dark. The ink is scaled and centred as MNIST's digits are;
 * pictures of 28x28 pixels keep their size and place. Arrays of pixels are taken as they are.
 *
 * @param model - of ten classes, used in evaluation mode; its mode is put back afterwards
 * @param image - path or `file:` URL of a PNG, the bytes of one, or {@link DigitPixels}
 * @returns the digit, its probability, the probabilities of all, and the pixels that the model was shown
 * @throws {MnistDataError} when the PNG is missing, damaged or blank
 * @throws {RangeError} for arrays of another size than 28x28, and floats outside 0 to 1
 * @example
 * ```ts
 * const model = await loadPretrained("@mlx-ts/mnist-cnn");
 * const { digit, probability } = await mnist.classify(model, "seven.png");
 * console.log(digit, probability);
 * ```
 */
export async function classify(
  model: Classifier,
  image: string | URL | DigitPixels,
): Promise<Classification> {
  const pixels = await pixelsOf(image);
  const wasTraining = model.training;
  model.eval();
  try {
    const logits = mx.tidy(() => model.forward(mx.array(pixels).reshape([1, SIDE, SIDE, 1])));
    const probabilities = softmax(Array.from((await logits.data()) as Float32Array)); // of any float dtype
    logits.dispose();
    const probability = Math.max(...probabilities);
    return { digit: probabilities.indexOf(probability), probability, probabilities, pixels };
  } finally {
    model.train(wasTraining);
  }
}

function softmax(logits: readonly number[]): number[] {
  const most = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

async function pixelsOf(image: string | URL | DigitPixels): Promise<Float32Array> {
  if (typeof image === "string" || image instanceof URL) {
    const file = String(image).startsWith("file:") ? fileURLToPath(image) : String(image);
    return normalized(readPng(await readWhole(file), file), file);
  }
  if (image instanceof Uint8Array && isPng(image)) {
    return normalized(readPng(image, "the picture"), "the picture");
  }
  if (image instanceof MLXArray) {
    const values = image.astype("float32").toTypedArray() as Float32Array; // of the dtype just asked for
    return checked(values, image.dtype === "uint8");
  }
  const isBytes = image instanceof Uint8Array || image instanceof Uint8ClampedArray;
  const values = Array.isArray(image) ? image.flat() : image;
  return checked(Float32Array.from(values as ArrayLike<number>), isBytes); // flat by now
}

/** Pixels from 0 to 1, when they are those of one digit. */
function checked(values: Float32Array, isBytes: boolean): Float32Array {
  if (values.length !== SIDE * SIDE) {
    throw new RangeError(
      `[mnist.classify] ${values.length} ${isBytes ? "bytes" : "numbers"}, a digit has ${SIDE}x${SIDE} pixels; give so many, or a PNG of any size`,
    );
  }
  if (isBytes) return values.map((value) => value / 255);
  const wrong = values.findIndex((value) => !(value >= 0 && value <= 1));
  if (wrong < 0) return values;
  throw new RangeError(
    `[mnist.classify] pixel ${wrong} is ${values[wrong]}, numbers must be 0 (paper) to 1 (ink); divide by the greatest, or give bytes as a Uint8Array`,
  );
}

async function readWhole(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    const reason = isSystemError(cause) ? cause.code : String(cause);
    const missing = reason === "ENOENT";
    throw new MnistDataError(
      missing ? "MISSING" : "UNREADABLE",
      file,
      missing
        ? "no such file, classify() reads a PNG; check the path"
        : `cannot be read (${reason}), pictures must be readable files; check its kind and permissions`,
      { cause },
    );
  }
}
