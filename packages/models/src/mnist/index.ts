// MNIST: data, models, training and evaluation; `mnist` of @mlx-ts/models.
export { type Batch, type BatchOptions, batches } from "./batches.js";
export {
  type LoadMnistOptions,
  loadMnist,
  MNIST_PACKAGE,
  MNIST_SHA256,
  type MnistData,
  type MnistSet,
} from "./data.js";
export { MnistDataError, type MnistDataErrorCode } from "./errors.js";
export { type EvaluateOptions, evaluate } from "./evaluate.js";
export {
  type IdxImages,
  type IdxLabels,
  parseIdxImages,
  parseIdxLabels,
} from "./idx.js";
export { type Classifier, CNN, type CNNOptions, MLP, type MLPOptions } from "./models.js";
export {
  type ClassScore,
  type Evaluation,
  type Mistake,
  Scorer,
} from "./scores.js";
export {
  type EpochReport,
  type StepReport,
  type TrainOptions,
  type TrainResult,
  train,
} from "./train.js";
