// One run of reconstruct: trains an autoencoder, saves it, and draws digits beside what it makes of them.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as mx from "@mlx-ts/core";
import { mnist, savePretrained } from "@mlx-ts/models";
import { Adam } from "@mlx-ts/optimizers";
import { chooseBackend } from "./backend.js";
import { ExitCode } from "./command.js";
import { firstImages } from "./first-images.js";
import { watchInterrupts } from "./interrupt.js";
import { count, decimal } from "./numbers.js";
import { fromHere, makeFolder, replaceFile } from "./output.js";
import { drawPairs } from "./pairs.js";
import { makeProgress } from "./progress.js";
import type { ReconstructOptions } from "./reconstruct-options.js";

/** How many images of each digit are drawn. */
const OF_EACH = 4;
/** How many images the reference backend trains on when nothing is said. */
const WITHIN_A_MINUTE = 1200;

/**
 * Trains as the options say, and writes the model and a picture.
 *
 * @param options - checked options of the command line
 * @returns the exit code: 0, or 130 when training was interrupted (the results are written all the same)
 * @throws {MnistDataError} when the images cannot be loaded; RangeError when the loss is no longer finite
 */
export async function reconstruct(options: ReconstructOptions): Promise<number> {
  const { latent, epochs, batchSize, lr, seed, out } = options;
  await makeFolder(out);
  const { name, backend } = await chooseBackend(options.backend, console.error);
  mx.setDefaultBackend(backend);
  const all = await mnist.loadMnist(
    options.data === undefined ? { from: import.meta.url } : { dir: options.data },
  );
  const few = name === "reference" ? WITHIN_A_MINUTE : all.train.count;
  const data = firstImages(all, options.images ?? few);
  const inputSize = data.train.rows * data.train.cols;

  mx.random.seed(seed);
  const model = new mnist.Autoencoder({ latent, inputSize });
  console.log(
    `${count(data.train.count)} training and ${count(data.test.count)} test images from ${data.source}, ` +
      `${inputSize} pixels each, written as ${latent} numbers`,
  );
  const progress = makeProgress(epochs);
  const watch = watchInterrupts(() =>
    progress.note("stopping after this step; Ctrl-C again exits at once"),
  );
  let result: mnist.TrainResult<mnist.Reconstruction>;
  try {
    result = await mnist.trainAutoencoder(model, data, {
      epochs,
      batchSize,
      seed,
      optimizer: new Adam({ learningRate: lr }),
      signal: watch.signal,
      onStep: (report) => progress.onStep(report),
      onEpoch: (report) => progress.onEpoch(report),
    });
  } finally {
    progress.stop();
    watch.stop();
  }

  const { error, loss } = await mnist.evaluateAutoencoder(model, data.test);
  console.log(`\nMean squared error of a test pixel ${decimal(error)}, loss ${decimal(loss)}`);
  const folder = join(out, "autoencoder");
  await savePretrained(model, folder);
  const picture = join(out, "reconstructions.png");
  await replaceFile(picture, (part) => writeFile(part, drawReconstructions(model, data.test)));
  console.log(`model   ${fromHere(folder)}\npicture ${fromHere(picture)}`);
  return result.aborted ? ExitCode.interrupted : ExitCode.done;
}

/** The first images of each digit, each above what the model makes of it; a column for each digit. */
function drawReconstructions(model: mnist.Autoencoder, test: mnist.MnistSet): Uint8Array {
  const { rows, cols, labels } = test;
  const size = rows * cols;
  const shown = Array.from({ length: OF_EACH }, (_, nth) =>
    Array.from({ length: 10 }, (_, digit) => nthOf(labels, digit, nth)),
  );
  const lines = shown.map((indices) =>
    indices.map((index) => test.images.slice(index * size, (index + 1) * size)),
  );
  const drawn = lines.map((images) =>
    images.map((image) =>
      mx.tidy(() => {
        const pixels = model.forward(mx.array(image).reshape([1, size])).multiply(255);
        return mx.round(pixels).astype("uint8").toTypedArray() as Uint8Array; // of the dtype just asked for
      }),
    ),
  );
  return drawPairs(lines, drawn, { rows, cols });
}

/** Where the `nth` image of a digit is; where there are fewer, the first image of all. */
function nthOf(labels: Uint8Array, digit: number, nth: number): number {
  const places = [...labels.keys()].filter((i) => labels[i] === digit);
  return places[nth] ?? 0;
}
