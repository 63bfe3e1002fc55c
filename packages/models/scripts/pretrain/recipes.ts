// How each pretrained model of packages/pretrained is made: all that a run needs beside the images.
import { mnist } from "../../src/index.js";

/** A training run, from first weights to last. */
export interface Recipe {
  /** A fresh model, its weights by `mx.random.seed`. */
  make(): mnist.MLP | mnist.CNN;
  /** What it is, for the model card. */
  readonly about: string;
  /** Passes over the training images. */
  readonly epochs: number;
  readonly batchSize: number;
  /** At the first step; it falls along half a cosine to 0 at the last one. */
  readonly learningRate: number;
  /** Of AdamW. */
  readonly weightDecay: number;
  readonly distort: Required<mnist.DistortOptions>;
  /** The accuracy that is promised: a run that stays below it on the test images writes nothing. */
  readonly promised: number;
}

/** Turns, scales and slants that people's hands differ by; 6 stays apart from 9. */
const distort = { rotation: 12, scale: 0.12, shear: 0.15, shift: 1.5, elastic: 0.6 };

/** By the name of the package, without its scope. */
export const recipes: Readonly<Record<string, Recipe>> = {
  "mnist-mlp": {
    make: () => new mnist.MLP({ hidden: [256, 128] }),
    about: "a multilayer perceptron: 784 pixels, two hidden layers of 256 and 128, ReLU, 10 logits",
    epochs: 20,
    batchSize: 100,
    learningRate: 2e-3,
    weightDecay: 0.01,
    distort,
    promised: 0.98,
  },
  "mnist-cnn": {
    make: () => new mnist.CNN({ channels: [8, 16], hidden: 128, dropout: 0.25 }),
    about:
      "a convolutional network after LeNet-5: 5x5 convolutions of 8 and 16 channels, each with ReLU and 2x2 max-pooling, a hidden layer of 128 with dropout, 10 logits",
    epochs: 15,
    batchSize: 100,
    learningRate: 2e-3,
    weightDecay: 0.01,
    distort,
    promised: 0.99,
  },
};
