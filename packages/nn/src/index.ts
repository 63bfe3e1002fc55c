// The public names of @mlx-ts/nn: modules, layers, activations and losses. Import the namespace to
// write as in Python: import * as nn from "@mlx-ts/nn".

export type { FreezeOptions } from "./freezing.js";
export * from "./layers/activation-modules.js";
export * from "./layers/activations.js";
export { type Layer, Sequential } from "./layers/containers.js";
export {
  Conv1d,
  type Conv1dOptions,
  Conv2d,
  type Conv2dOptions,
  type Size2d,
} from "./layers/convolution.js";
export { Dropout, type DropoutOptions } from "./layers/dropout.js";
export { Identity, Linear, type LinearOptions } from "./layers/linear.js";
export * from "./layers/parametric-activations.js";
export {
  AvgPool1d,
  AvgPool2d,
  MaxPool1d,
  MaxPool2d,
  type Pool1dOptions,
  type Pool2dOptions,
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
