// How parameters are divided among the processes of a group: along which axis, in which segments, and
// which part is this process's own. The layers that compute with parts are in the files beside this one.

import { rangeError, shown, typeError } from "@mlx-ts/backend-api";
import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { groupArg, optionsArg } from "../../arguments.js";
import type { Module } from "../../module.js";
import { isModule, type ParameterTree } from "../../module-tree.js";

/**
 * The parts that a fused weight consists of, each of which is divided by itself: their number, the
 * positions where the second and later ones begin, or those positions as fractions of the whole.
 */
export type Segments = number | readonly number[];

/**
 * How a linear layer is divided: `"all-to-sharded"` by its outputs, each process has the whole input and
 * gets a part of the result; `"sharded-to-all"` by its inputs, each has a part and gets the whole result.
 */
export type Sharding = "all-to-sharded" | "sharded-to-all";

/**
 * Says how a parameter is divided: gets its name in dot notation and the array, gives the axis, or the
 * axis and segments, or `null` for what every process has as a whole.
 */
export type ShardingPredicate = (
  path: string,
  weight: MLXArray,
) => number | readonly [axis: number, segments: Segments] | null | undefined;

/** Options of what divides layers. */
export interface ShardingOptions {
  /** The parts of a fused weight, such as 3 for queries, keys and values in one. Default: `1`. */
  segments?: Segments | undefined;
  /** The processes that take part. Default: all. */
  group?: mx.distributed.Group | null | undefined;
}

/** {@link ShardingOptions}, defaults in their places. */
export interface ShardingPlan {
  readonly segments: Segments;
  readonly group: mx.distributed.Group;
}

/** Reads the options; Python has them as keywords only. */
export function shardingPlan(op: string, options: ShardingOptions | undefined): ShardingPlan {
  const given = optionsArg<ShardingOptions>(op, ["segments", "group"], options);
  return { segments: given.segments ?? 1, group: groupArg(op, given.group) };
}

/** Reads the name of a way to divide. */
export function shardingArg(op: string, sharding: unknown): Sharding {
  if (sharding === "all-to-sharded" || sharding === "sharded-to-all") return sharding;
  const message = `[${op}] sharding is ${shown(sharding)}, it must be "all-to-sharded" or "sharded-to-all"`;
  throw typeof sharding === "string" ? rangeError(message) : typeError(message);
}

/** In checkpoints: `kBias` is a bias too. */
const isBias = (path: string): boolean => mx.fileName(path).endsWith("bias");

/** Divides linear layers by outputs: rows of weights, and with them biases. */
export const allToSharded =
  (segments: Segments): ShardingPredicate =>
  (path, weight) =>
    isBias(path) ? [-1, segments] : [Math.max(weight.ndim - 2, 0), segments];

/** Divides linear layers by inputs: columns of weights; a bias is added once, to the whole result. */
export const shardedToAll =
  (segments: Segments): ShardingPredicate =>
  (path) =>
    isBias(path) ? null : [-1, segments];

/**
 * This process's parts of parameters. Nothing is changed.
 *
 * @throws TypeError for what a predicate must not give
 * @throws RangeError (`SHAPE`) for sizes that the processes do not divide
 */
export function ownParts(
  op: string,
  parameters: ParameterTree,
  predicate: ShardingPredicate,
  group: mx.distributed.Group,
): ParameterTree {
  const own = (path: string, weight: MLXArray): MLXArray => {
    const answer: unknown = predicate(path, weight);
    if (answer === null || answer === undefined) return weight;
    const [axis, segments] = Array.isArray(answer) && answer.length === 2 ? answer : [answer, 1];
    if (typeof axis !== "number") {
      throw typeError(
        `[${op}] the predicate must return an axis, [axis, segments] or null, got ${shown(answer)} for "${path}"`,
      );
    }
    return ownPart(
      { op, path, weight, axis: mx.intArg(op, "axis", axis, -weight.ndim), group },
      segments,
    );
  };
  return mx.treeMapWithPath<MLXArray>(own, parameters as unknown) as unknown as ParameterTree;
}

/** What is divided, and among whom. */
interface Whole {
  readonly op: string;
  readonly path: string;
  readonly weight: MLXArray;
  readonly axis: number;
  readonly group: mx.distributed.Group;
}

/** This process's part of each segment, joined. */
function ownPart(whole: Whole, segments: unknown): MLXArray {
  const { op, path, weight, axis, group } = whole;
  const size = weight.shape.at(axis);
  if (size === undefined) {
    throw rangeError(
      `[${op}] "${path}" has shape [${weight.shape}], there is no axis ${axis} to divide`,
      "SHAPE",
    );
  }
  const count = group.size();
  const starts = segmentStarts(whole, size, segments);
  starts.forEach((start, i) => {
    const width = (starts[i + 1] ?? size) - start;
    if (width % count === 0) return;
    const what = starts.length === 1 ? `axis ${axis}` : `segment ${i} of axis ${axis}`;
    throw rangeError(
      `[${op}] "${path}" has shape [${weight.shape}]: ${what}, of size ${width}, is not divisible by ${count} processes; leave it whole, or divide it otherwise`,
      "SHAPE",
    );
  });
  const parts = mx
    .split(weight, starts.slice(1), axis)
    .map((segment) => mx.split(segment, count, axis)[group.rank()] as MLXArray);
  return mx.contiguous(mx.concatenate(parts, axis));
}

/** Where segments start along an axis, the first at 0. */
function segmentStarts({ op, path, weight }: Whole, size: number, segments: unknown): number[] {
  const refuse = (rule: string): RangeError =>
    rangeError(
      `[${op}] segments is ${shown(segments)} for "${path}" of shape [${weight.shape}], ${rule}`,
    );
  if (typeof segments === "number") {
    if (!Number.isInteger(segments) || segments < 1) throw refuse("it must be an integer above 0");
    if (size % segments !== 0) throw refuse(`which does not divide its axis of size ${size}`);
    return Array.from({ length: segments }, (_, i) => (i * size) / segments);
  }
  if (!Array.isArray(segments) || !segments.every((item) => typeof item === "number")) {
    throw typeError(
      `[${op}] segments must be a number of equal parts or a list of positions, got ${shown(segments)}`,
    );
  }
  const given: number[] = segments;
  const arePositions = given.every(Number.isInteger);
  const starts = [0, ...given.map((item) => (arePositions ? item : Math.floor(item * size)))];
  const ascends = starts.every((start, i) => start >= (starts[i - 1] ?? 0) && start <= size);
  if (ascends) return starts;
  throw refuse(`positions must ascend from 0 to ${size}, fractions from 0 to 1`);
}

/**
 * Leaves this process its part of a module's parameters, in place. The module computes as before, with
 * smaller arrays: communication is its own affair.
 *
 * @param module - whose parameters to divide; it stays whole when one of them cannot be
 * @param sharding - `"all-to-sharded"`, `"sharded-to-all"`, or a function that gets a parameter's name and
 * array and gives the axis, `[axis, segments]`, or `null` for what stays whole
 * @param options - `segments`: the parts of fused weights, for the two names, default `1`; `group`: the
 * processes that take part, default all
 * @returns the module
 * @throws TypeError for arguments of a wrong kind
 * @throws RangeError for another name, and for sizes that segments or processes do not divide
 * @example
 * ```ts
 * const attention = new nn.Linear(4, 12); // queries, keys and values in one
 * nn.layers.distributed.shardInplace(attention, "all-to-sharded", { segments: 3 });
 * attention.weight.shape; // [12, 4]
 * ```
 * @see Python: `mlx.nn.layers.distributed.shard_inplace`
 */
export function shardInplace<M extends Module>(
  module: M,
  sharding: Sharding | ShardingPredicate,
  options?: ShardingOptions,
): M {
  const op = "shardInplace";
  if (!isModule(module)) throw typeError(`[${op}] a module was expected, got ${shown(module)}`);
  const { segments, group } = shardingPlan(op, options);
  const predicate = typeof sharding === "function" ? sharding : named(op, sharding, segments);
  mx.tidy(() => {
    module.update(ownParts(op, module.parameters(), predicate, group));
  });
  return module;
}

const named = (op: string, sharding: Sharding, segments: Segments): ShardingPredicate =>
  shardingArg(op, sharding) === "all-to-sharded" ? allToSharded(segments) : shardedToAll(segments);
