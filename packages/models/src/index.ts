// The model zoo of mlx-ts: one namespace for each family of models.
// Layers are in @mlx-ts/nn; each namespace holds models, data, training and evaluation.
export * as mnist from "./mnist/index.js";
