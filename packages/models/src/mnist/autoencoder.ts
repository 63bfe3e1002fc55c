// An autoencoder of the digits: it writes an image as a few numbers, and draws an image from such numbers.
// Model, training and measure; the loop is loop.ts's part.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import * as nn from "@mlx-ts/nn";
import { batches } from "./batches.js";
import type { MnistData, MnistSet } from "./data.js";
import { type TrainOptions, type TrainResult, trainFor } from "./loop.js";
import { toFloat } from "./pixels.js";
import { nextTurn } from "./turns.js";

/** Options of {@link Autoencoder}. */
export interface AutoencoderOptions {
  /** Widths of the encoder's hidden layers, from the image inwards; the decoder has them the other way round. Default `[256, 64]`. */
  hidden?: readonly number[];
  /** How many numbers stand for an image; default 16. */
  latent?: number;
  /** Pixels of one image; default 784. */
  inputSize?: number;
}

/**
 * An autoencoder: linear layers with ReLU between them, down to a few numbers and back up to pixels.
 *
 * $z = \mathrm{encode}(x)$, $\hat{x} = \sigma(\mathrm{logits}(z))$.
 *
 * @example
 * ```ts
 * const model = new Autoencoder({ latent: 8 });
 * const codes = model.encode(mx.zeros([64, 28, 28, 1])); // [64, 8]
 * const images = model.decode(codes); // [64, 784], from 0 to 1
 * ```
 * @see Hinton and Salakhutdinov, Reducing the Dimensionality of Data with Neural Networks, 2006
 */
export class Autoencoder extends nn.Module {
  encoder: nn.Linear[];
  decoder: nn.Linear[];
  readonly #options: Required<AutoencoderOptions>;

  /** @param options - `hidden`: widths, default `[256, 64]`; `latent`: default 16; `inputSize`: default 784 */
  constructor(options: AutoencoderOptions = {}) {
    super();
    const { hidden = [256, 64], latent = 16, inputSize = 784 } = options;
    this.#options = { hidden: [...hidden], latent, inputSize };
    const widths = [inputSize, ...hidden, latent];
    this.encoder = layersBetween(widths);
    this.decoder = layersBetween([...widths].reverse());
  }

  /** The options it was made with, defaults included. */
  get options(): Required<AutoencoderOptions> {
    return this.#options;
  }

  /**
   * Writes images as a few numbers each.
   *
   * @param images - `[n, rows, cols, 1]` or `[n, inputSize]`; uint8 pixels (0 to 255) are scaled to 0 to 1, floats are
   *   taken as they are
   * @returns `[n, latent]`, float32
   */
  encode(images: MLXArray): MLXArray {
    return through(this.encoder, toFloat(images).reshape([images.shape[0] ?? 1, -1]));
  }

  /**
   * The logits of the pixels that codes stand for; their sigmoid is the image.
   *
   * @param codes - `[n, latent]`
   * @returns `[n, inputSize]`, float32
   */
  logits(codes: MLXArray): MLXArray {
    return through(this.decoder, codes);
  }

  /**
   * Draws the images that codes stand for.
   *
   * @param codes - `[n, latent]`
   * @returns `[n, inputSize]`, float32 from 0 (paper) to 1 (ink)
   */
  decode(codes: MLXArray): MLXArray {
    return mx.sigmoid(this.logits(codes));
  }

  /**
   * Draws images anew from what their codes keep of them.
   *
   * @param images - as for {@link encode}
   * @returns images of the same shape, float32 from 0 to 1
   */
  forward(images: MLXArray): MLXArray {
    return this.decode(this.encode(images)).reshape(images.shape);
  }
}

function layersBetween(widths: readonly number[]): nn.Linear[] {
  return widths.slice(1).map((width, i) => new nn.Linear(widths[i] ?? width, width));
}

function through(layers: readonly nn.Linear[], input: MLXArray): MLXArray {
  return layers.reduce((x, layer, i) => layer.forward(i === 0 ? x : nn.relu(x)), input);
}

/** How near an autoencoder's images are to those it was given. */
export interface Reconstruction {
  readonly count: number;
  /** Mean binary cross-entropy of a pixel, in nats; grey pixels keep it above 0. */
  readonly loss: number;
  /** Mean squared difference of a pixel, 0 to 1. */
  readonly error: number;
}

/**
 * Measures how near an autoencoder's images are to those it is given.
 *
 * @param model - in evaluation mode meanwhile; its mode is put back afterwards
 * @param set - the images, on the host
 * @param options - `batchSize`: images per forward pass, default 500
 * @returns mean loss and squared error of a pixel
 * @throws {RangeError} when `batchSize` is not a positive integer
 * @example
 * ```ts
 * const { error } = await evaluateAutoencoder(model, data.test);
 * ```
 */
export async function evaluateAutoencoder(
  model: Autoencoder,
  set: MnistSet,
  options: { batchSize?: number } = {},
): Promise<Reconstruction> {
  const { batchSize = 500 } = options;
  const wasTraining = model.training;
  model.eval();
  let [loss, error] = [0, 0];
  try {
    for (const { images, labels } of batches(set, { batchSize })) {
      const sums = mx.tidy(() => {
        const pixels = toFloat(images).reshape([labels.size, -1]);
        const logits = model.logits(model.encode(pixels));
        const difference = mx.square(mx.sigmoid(logits).subtract(pixels));
        return mx.stack([pixelLoss(logits, pixels).multiply(pixels.size), difference.sum()]);
      });
      const [lossSum = 0, errorSum = 0] = (await sums.data()) as Float32Array; // of float32
      loss += lossSum;
      error += errorSum;
      for (const array of [images, labels, sums]) array.dispose();
      await nextTurn();
    }
  } finally {
    model.train(wasTraining);
  }
  const pixels = set.count * set.rows * set.cols;
  return { count: set.count, loss: loss / pixels, error: error / pixels };
}

/** Mean binary cross-entropy: grey pixels are taken for the probability of ink. */
function pixelLoss(logits: MLXArray, pixels: MLXArray): MLXArray {
  return nn.losses.binaryCrossEntropy(logits, pixels, { reduction: "mean" });
}

/**
 * Trains an autoencoder in place, to draw the training images anew, and measures it on the test images after each
 * epoch. The labels are not used.
 *
 * @param model - trained in place; in training mode afterwards
 * @param data - the training and test images
 * @param options - those of {@link train}
 * @returns losses, epoch reports, and whether the run was cut short
 * @throws {RangeError} when `epochs` or `batchSize` is not a positive integer, or the loss is no longer finite
 * @example
 * ```ts
 * const model = new Autoencoder();
 * const data = await loadMnist({ from: import.meta.url });
 * const { epochs } = await trainAutoencoder(model, data, { epochs: 3, batchSize: 128 });
 * console.log(epochs.map(({ test }) => test.error));
 * ```
 */
export async function trainAutoencoder(
  model: Autoencoder,
  data: MnistData,
  options: TrainOptions<Reconstruction> = {},
): Promise<TrainResult<Reconstruction>> {
  const goal = {
    loss: (images: MLXArray) => {
      const pixels = toFloat(images).reshape([images.shape[0] ?? 1, -1]);
      return pixelLoss(model.logits(model.encode(pixels)), pixels);
    },
    test: (set: MnistSet) => evaluateAutoencoder(model, set),
  };
  return trainFor(model, data, goal, options);
}
