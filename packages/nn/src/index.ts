// The public names of @mlx-ts/nn: modules, layers, activations, losses and initializers. Import the namespace to
// write as in Python: import * as nn from "@mlx-ts/nn".

export { type AverageGradientsOptions, averageGradients } from "./average-gradients.js";
export { type CheckpointOptions, checkpoint } from "./checkpoint.js";
export type { FreezeOptions } from "./freezing.js";
/** Initializers: each makes a function that fills an array of a given shape. */
export * as init from "./init.js";
export * from "./layers/activation-modules.js";
export * from "./layers/activations.js";
export {
  type AttentionMask,
  type AttentionOptions,
  type CausalMaskOptions,
  MultiHeadAttention,
  type MultiHeadAttentionOptions,
} from "./layers/attention.js";
export { BatchNorm, type BatchNormOptions } from "./layers/batch-norm.js";
export { type ArrayFunction, type Layer, Sequential } from "./layers/containers.js";
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
export {
  AllToShardedLinear,
  FullyShardedModule,
  type FullyShardedOptions,
  fullyShard,
  QuantizedAllToShardedLinear,
  type QuantizedShardedLinearOptions,
  QuantizedShardedToAllLinear,
  type ShardedLinearOptions,
  ShardedToAllLinear,
} from "./layers/distributed.js";
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
export {
  ALiBi,
  type ALiBiOptions,
  type AlibiMatrixOptions,
  type AlibiSlopeOptions,
  type OffsetOptions,
  RoPE,
  type RoPEOptions,
  type SinusoidalOptions,
  SinusoidalPositionalEncoding,
} from "./layers/positional-encoding.js";
export type { PackingOptions, ToQuantizedOptions } from "./layers/quantization.js";
export { QuantizedEmbedding } from "./layers/quantized-embedding.js";
export {
  QQLinear,
  QuantizedLinear,
  type QuantizedLinearOptions,
} from "./layers/quantized-linear.js";
export {
  GRU,
  type HiddenAndCell,
  type HiddenState,
  LSTM,
  type RecurrentOptions,
  RNN,
  type RNNOptions,
} from "./layers/recurrent.js";
export {
  type Decoder,
  type Encoder,
  Transformer,
  TransformerDecoder,
  TransformerEncoder,
  type TransformerOptions,
  type TransformerStackOptions,
} from "./layers/transformer.js";
export {
  TransformerDecoderLayer,
  TransformerEncoderLayer,
  type TransformerLayerOptions,
} from "./layers/transformer-layers.js";
export {
  type InterpolationOptions,
  Upsample,
  type UpsampleMode,
  type UpsampleOptions,
  upsampleCubic,
  upsampleLinear,
  upsampleNearest,
} from "./layers/upsample.js";
/** What Python has in `mlx.nn.layers` and not in `mlx.nn`: `nn.layers.distributed`. */
export * as layers from "./layers.js";
/** Losses: each compares predictions with targets, and reduces what it finds. */
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
export type { MemberFilter, ModuleTree, ParameterTree } from "./module-tree.js";
export {
  type ClassPredicate,
  dequantize,
  type Quantizable,
  type QuantizeModelOptions,
  quantize,
} from "./quantize.js";
/** What Python has in `mlx.nn.utils`, for one process and for several. */
export * as utils from "./utils.js";
export { valueAndGrad } from "./value-and-grad.js";
export type { NamedWeights } from "./weights.js";
export { withDtype } from "./with-dtype.js";
