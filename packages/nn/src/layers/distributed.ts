// The namespace nn.layers.distributed: what Python's mlx.nn.layers.distributed has.

export {
  FullyShardedModule,
  type FullyShardedOptions,
  fullyShard,
} from "./distributed/fully-sharded.js";
export {
  QuantizedAllToShardedLinear,
  type QuantizedShardedLinearOptions,
  QuantizedShardedToAllLinear,
} from "./distributed/quantized-sharded-linear.js";
export { type ShardedLinear, shardLinear } from "./distributed/shard-linear.js";
export {
  AllToShardedLinear,
  type ShardedLinearOptions,
  ShardedToAllLinear,
} from "./distributed/sharded-linear.js";
export {
  type Segments,
  type Sharding,
  type ShardingOptions,
  type ShardingPredicate,
  shardInplace,
} from "./distributed/sharding.js";
export { sumGradients } from "./distributed/sum-gradients.js";
