// The two MNIST classifiers: a multilayer perceptron, and a small convolutional network after LeNet-5.
// Both map images to ten logits; losses and training are train.ts's part.
import type { MLXArray } from "@mlx-ts/core";
import * as nn from "@mlx-ts/nn";
import { toFloat } from "./pixels.js";

/** A network that maps images to class logits. */
export interface Classifier extends nn.Module {
  /**
   * @param images - `[n, rows, cols, 1]` or `[n, rows * cols]`; uint8 pixels (0 to 255) are scaled
   *   to 0 to 1, floats are taken as they are
   * @returns logits, `[n, classes]`, float32
   */
  forward(images: MLXArray): MLXArray;
}

/** Options of {@link MLP}. */
export interface MLPOptions {
  /** Widths of the hidden layers; default `[128, 64]`. */
  hidden?: readonly number[];
  /** Pixels of one image; default 784. */
  inputSize?: number;
  /** Default 10. */
  classes?: number;
}

/**
 * A multilayer perceptron: linear layers with ReLU between them.
 *
 * @example
 * ```ts
 * const model = new MLP({ hidden: [32, 32] });
 * const logits = model.forward(mx.zeros([64, 784])); // [64, 10]
 * ```
 */
export class MLP extends nn.Module implements Classifier {
  layers: nn.Linear[];
  readonly #options: Required<MLPOptions>;

  /** @param options - `hidden`: widths, default `[128, 64]`; `inputSize`: default 784; `classes`: default 10 */
  constructor(options: MLPOptions = {}) {
    super();
    const { hidden = [128, 64], inputSize = 784, classes = 10 } = options;
    this.#options = { hidden: [...hidden], inputSize, classes };
    const outputs = [...hidden, classes];
    this.layers = outputs.map((width, i) => new nn.Linear(outputs[i - 1] ?? inputSize, width));
  }

  /** The options it was made with, defaults included. */
  get options(): Required<MLPOptions> {
    return this.#options;
  }

  forward(images: MLXArray): MLXArray {
    const pixels = toFloat(images);
    const flat = pixels.reshape([images.shape[0] ?? 1, -1]);
    return this.layers.reduce((x, layer, i) => layer.forward(i === 0 ? x : nn.relu(x)), flat);
  }
}

/** Options of {@link CNN}. */
export interface CNNOptions {
  /** Channels of the two convolutions; default `[8, 16]`. */
  channels?: readonly [number, number];
  /** Width of the hidden linear layer; default 128. */
  hidden?: number;
  /** Probability of dropping a hidden activation in training; default 0.25. */
  dropout?: number;
  /** Rows and columns of an image, each a multiple of 4; default `[28, 28]`. */
  imageSize?: readonly [number, number];
  /** Default 10. */
  classes?: number;
}

/**
 * A convolutional network after LeNet-5: two 5x5 convolutions with ReLU and 2x2 max-pooling, a
 * hidden linear layer with dropout, and the output layer.
 *
 * @example
 * ```ts
 * const model = new CNN();
 * const logits = model.forward(mx.zeros([64, 28, 28, 1])); // [64, 10]
 * ```
 * @see LeCun et al., Gradient-Based Learning Applied to Document Recognition, 1998
 */
export class CNN extends nn.Module implements Classifier {
  conv1: nn.Conv2d;
  conv2: nn.Conv2d;
  pool: nn.MaxPool2d;
  hidden: nn.Linear;
  dropout: nn.Dropout;
  output: nn.Linear;
  readonly #options: Required<CNNOptions>;

  /**
   * @param options - `channels`: default `[8, 16]`; `hidden`: default 128; `dropout`: default
   *   0.25; `imageSize`: default `[28, 28]`; `classes`: default 10
   * @throws {RangeError} when `imageSize` is not a multiple of 4
   */
  constructor(options: CNNOptions = {}) {
    super();
    const { channels = [8, 16], hidden = 128, dropout = 0.25, classes = 10 } = options;
    const { imageSize = [28, 28] } = options;
    const [rows, cols] = imageSize;
    if (rows % 4 !== 0 || cols % 4 !== 0) {
      throw new RangeError(
        `[mnist.CNN] imageSize ${rows}x${cols}, two 2x2 poolings need multiples of 4; pad the images`,
      );
    }
    this.#options = { channels, hidden, dropout, imageSize, classes };
    this.conv1 = new nn.Conv2d(1, channels[0], 5, { padding: 2 });
    this.conv2 = new nn.Conv2d(channels[0], channels[1], 5, { padding: 2 });
    this.pool = new nn.MaxPool2d(2, { stride: 2 });
    this.hidden = new nn.Linear((rows / 4) * (cols / 4) * channels[1], hidden);
    this.dropout = new nn.Dropout(dropout);
    this.output = new nn.Linear(hidden, classes);
  }

  /** The options it was made with, defaults included. */
  get options(): Required<CNNOptions> {
    return this.#options;
  }

  forward(images: MLXArray): MLXArray {
    const count = images.shape[0] ?? 1;
    let x = toFloat(images).reshape([count, ...this.#options.imageSize, 1]);
    x = this.pool.forward(nn.relu(this.conv1.forward(x)));
    x = this.pool.forward(nn.relu(this.conv2.forward(x)));
    x = nn.relu(this.hidden.forward(x.reshape([count, -1])));
    return this.output.forward(this.dropout.forward(x));
  }
}
