// MNIST: data, models, training and evaluation; `mnist` of @mlx-ts/models.
export {
  Autoencoder,
  type AutoencoderOptions,
  evaluateAutoencoder,
  type Reconstruction,
  trainAutoencoder,
} from "./autoencoder.js";
export { type Batch, type BatchOptions, batches } from "./batches.js";
export { type Classification, classify, type DigitPixels } from "./classify.js";
export {
  type LoadMnistOptions,
  loadMnist,
  MNIST_PACKAGE,
  MNIST_SHA256,
  type MnistData,
  type MnistSet,
} from "./data.js";
export { type DistortOptions, distort } from "./distort.js";
export { MnistDataError, type MnistDataErrorCode } from "./errors.js";
export { type EvaluateOptions, evaluate } from "./evaluate.js";
export {
  type IdxImages,
  type IdxLabels,
  parseIdxImages,
  parseIdxLabels,
} from "./idx.js";
export type { EpochReport, StepReport, TrainOptions, TrainResult } from "./loop.js";
export { type Classifier, CNN, type CNNOptions, MLP, type MLPOptions } from "./models.js";
export {
  type ClassScore,
  type Evaluation,
  type Mistake,
  Scorer,
} from "./scores.js";
export { train } from "./train.js";
