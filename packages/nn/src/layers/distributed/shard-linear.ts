// Dividing a linear layer, packed or not, by one name.

import { shown, typeError } from "@mlx-ts/backend-api";
import { Linear } from "../linear.js";
import { QuantizedLinear } from "../quantized-linear.js";
import {
  QuantizedAllToShardedLinear,
  QuantizedShardedToAllLinear,
} from "./quantized-sharded-linear.js";
import { AllToShardedLinear, ShardedToAllLinear } from "./sharded-linear.js";
import {
  type Sharding,
  type ShardingOptions,
  type ShardingPlan,
  shardingArg,
  shardingPlan,
} from "./sharding.js";

/** What {@link shardLinear} makes of a layer. */
export type ShardedLinear<L extends Linear | QuantizedLinear> = L extends Linear
  ? AllToShardedLinear | ShardedToAllLinear
  : QuantizedAllToShardedLinear | QuantizedShardedToAllLinear;

/**
 * Makes a layer that has this process's part of a linear layer, and communicates with the others when it
 * runs or its gradient is taken.
 *
 * Of two layers that follow each other, the first is divided `"all-to-sharded"` and the second
 * `"sharded-to-all"`: between them nothing is exchanged.
 *
 * @param module - a `Linear` or `QuantizedLinear`, the same in all processes; it stays as it is
 * @param sharding - `"all-to-sharded"` by outputs, or `"sharded-to-all"` by inputs
 * @param options - `segments`: the parts of a fused weight, default `1`; `group`: the processes that take
 * part, default all
 * @returns a new layer
 * @throws TypeError for arguments of a wrong kind
 * @throws RangeError for another name, and for sizes that segments or processes do not divide
 * @example
 * ```ts
 * const { shardLinear } = nn.layers.distributed;
 * const mlp = new nn.Sequential(
 *   shardLinear(new nn.Linear(4, 16), "all-to-sharded"),
 *   nn.relu,
 *   shardLinear(new nn.Linear(16, 2), "sharded-to-all"),
 * );
 * mlp.forward(mx.ones([8, 4])).shape; // [8, 2]
 * ```
 * @see Python: `mlx.nn.layers.distributed.shard_linear`
 */
export function shardLinear<L extends Linear | QuantizedLinear>(
  module: L,
  sharding: Sharding,
  options?: ShardingOptions,
): ShardedLinear<L> {
  const op = "shardLinear";
  const byOutputs = shardingArg(op, sharding) === "all-to-sharded";
  return sharded(op, module, byOutputs, shardingPlan(op, options)) as ShardedLinear<L>;
}

function sharded(op: string, module: unknown, byOutputs: boolean, plan: ShardingPlan) {
  if (module instanceof Linear) {
    return (byOutputs ? AllToShardedLinear : ShardedToAllLinear).fromLinear(module, plan);
  }
  if (module instanceof QuantizedLinear) {
    const layer = byOutputs ? QuantizedAllToShardedLinear : QuantizedShardedToAllLinear;
    return layer.fromQuantizedLinear(module, plan);
  }
  throw typeError(`[${op}] a Linear or QuantizedLinear was expected, got ${shown(module)}`);
}
