// The model zoo of mlx-ts: one namespace for each family of models, and loading of pretrained ones.
// Layers are in @mlx-ts/nn; each namespace holds models, data, training and evaluation.

/** MNIST: handwritten digits with models, training, evaluation, and naming the digit in a picture. */
export * as mnist from "./mnist/index.js";
export * from "./pretrained/index.js";
