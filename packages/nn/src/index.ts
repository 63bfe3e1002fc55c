// The public names of @mlx-ts/nn: modules, layers, activations, losses and initializers. Import the namespace to
// write as in Python: import * as nn from "@mlx-ts/nn".

export type { FreezeOptions } from "./freezing.js";
export * as init from "./init.js";
export * from "./layers/activation-modules.js";
export * from "./layers/activations.js";
export { BatchNorm, type BatchNormOptions } from "./layers/batch-norm.js";
export { type Layer, Sequential } from "./layers/containers.js";
export {
  Conv1d,
  type Conv1dOptions,
  Conv2d,
  type Conv2dOptions,
  Conv3d,
  type Conv3dOptions,
  type Size2d,
  type Size3d,
} from "./layers/convolution.js";
export * from "./layers/convolution-transpose.js";
export { Dropout, Dropout2d, Dropout3d, type DropoutOptions } from "./layers/dropout.js";
export { Embedding } from "./layers/embedding.js";
export {
  Bilinear,
  type BilinearOptions,
  Identity,
  Linear,
  type LinearOptions,
} from "./layers/linear.js";
export {
  GroupNorm,
  type GroupNormOptions,
  InstanceNorm,
  type InstanceNormOptions,
  LayerNorm,
  type LayerNormOptions,
  RMSNorm,
  type RMSNormOptions,
} from "./layers/normalization.js";
export * from "./layers/parametric-activations.js";
export {
  AvgPool1d,
  AvgPool2d,
  AvgPool3d,
  MaxPool1d,
  MaxPool2d,
  MaxPool3d,
  type Pool1dOptions,
  type Pool2dOptions,
  type Pool3dOptions,
} from "./layers/pooling.js";
export * as losses from "./losses.js";
export { Module } from "./module.js";
export type {
  ApplyOptions,
  DtypePredicate,
  FilterAndMapOptions,
  SetDtypeOptions,
  Strict,
  TrainOptions,
} from "./module-options.js";
export type { Branch, MemberFilter, ModuleTree, ParameterTree, Tree } from "./module-tree.js";
export { valueAndGrad } from "./value-and-grad.js";
export type { NamedWeights } from "./weights.js";
