// A module whose parameters lie in parts in the processes of a group, and are gathered while it runs.

import { rangeError, shown, typeError } from "@mlx-ts/backend-api";
import type { DType, MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { groupArg, optionsArg } from "../../arguments.js";
import { Module } from "../../module.js";
import { isFloat } from "../../module-options.js";
import {
  arrayKind,
  isModule,
  type MemberFilter,
  type ParameterTree,
  type Place,
  placesOf,
} from "../../module-tree.js";
import { ownParts } from "./sharding.js";

/** Options of {@link FullyShardedModule} and {@link fullyShard}. */
export interface FullyShardedOptions {
  /** The processes that take part. Default: all. */
  group?: mx.distributed.Group | null | undefined;
  /** What gathered floats are cast to. Default: `null`, as they are. */
  computeDtype?: DType | null | undefined;
}

const names = ["group", "computeDtype"] as const;

/** Parameters, but for those that a module inside shards itself. */
const sharded: MemberFilter = (module, key, value) =>
  !(value instanceof FullyShardedModule) && Module.validParameterFilter(module, key, value);

const shardedParameters = (module: Module): ParameterTree => module.filterAndMap<MLXArray>(sharded);

/**
 * A module of whose parameters each process holds a part only. `forward` gathers them first, and gradients
 * of the whole are averaged over the processes and divided again: an optimizer updates this process's
 * parts, with states of their size.
 *
 * All parameters are divided along axis 0: process $r$ of $N$ has rows $r n / N$ to $(r + 1) n / N$. What
 * `forward` assigns to them, such as running statistics, is divided too; Python forgets it. Arrays of
 * different dtypes are gathered apart and keep theirs; Python promotes all to one.
 *
 * {@link fullyShard} wraps a module where there are several processes.
 *
 * @example
 * ```ts
 * const layer = new nn.FullyShardedModule(new nn.Linear(4, 8));
 * layer.forward(mx.ones([2, 4])).shape; // [2, 8]
 * mx.treeFlatten(layer.parameters()).map(([name]) => name); // ["module.weight", "module.bias"]
 * ```
 * @see Python: `mlx.nn.FullyShardedModule`
 * @see Rajbhandari et al., "ZeRO", https://arxiv.org/abs/1910.02054
 */
export class FullyShardedModule<M extends Module = Module> extends Module {
  /** What is called with the whole parameters; else it holds this process's parts. */
  readonly module: M;
  /** The processes that take part. */
  readonly group: mx.distributed.Group;
  /** What gathered floats are cast to; `null`: nothing. */
  readonly computeDtype: DType | null;

  /**
   * @param module - whose parameters to divide, in place; the same in all processes
   * @param group - the processes that take part; default all
   * @param computeDtype - what gathered floats are cast to; default `null`, as they are
   * @throws TypeError for arguments of a wrong kind
   * @throws RangeError for scalars, and for parameters whose axis 0 the processes do not divide; the module
   * stays whole
   */
  constructor(
    module: M,
    group?: mx.distributed.Group | null | FullyShardedOptions,
    computeDtype?: DType | null | FullyShardedOptions,
  ) {
    super();
    const op = "FullyShardedModule";
    if (!isModule(module)) throw typeError(`[${op}] a module was expected, got ${shown(module)}`);
    const options = mx.keywords<FullyShardedOptions>(op, names, [group, computeDtype]);
    this.group = groupArg(op, options.group);
    this.computeDtype = computeDtypeArg(op, options.computeDtype);
    mx.tidy(() => {
      module.update(ownParts(op, shardedParameters(module), () => 0, this.group));
    });
    this.module = module;
  }

  override extraRepr(): string {
    return `num_sharded_params=${this.#places().length}`;
  }

  /**
   * Calls the module with the whole parameters.
   *
   * @param args - what the module's own `forward` takes
   * @returns what that gives
   */
  forward(...args: Parameters<M["forward"]>): ReturnType<M["forward"]> {
    // The types of a generic module's method are not resolved here.
    const call = () => this.module.forward(...(args as never[]));
    return this.#gathered(call) as ReturnType<M["forward"]>;
  }

  /**
   * Calls the module's `asLinear`, as `Embedding` has it, with the whole parameters.
   *
   * @param x - what the module's own `asLinear` takes
   * @returns what that gives
   * @throws TypeError where the module has no `asLinear`
   * @see Python: `mlx.nn.FullyShardedModule.as_linear`
   */
  asLinear(x: MLXArray): MLXArray {
    const module: Module & { asLinear?: (x: MLXArray) => MLXArray } = this.module;
    if (typeof module.asLinear !== "function") {
      throw typeError(`[asLinear] a ${module.constructor.name} has no asLinear`);
    }
    return this.#gathered(() => module.asLinear?.(x)) as MLXArray;
  }

  /** Where parts are, looked for at each call: they may have been replaced. */
  #places(): Place<MLXArray>[] {
    const parameters = shardedParameters(this.module);
    return placesOf("FullyShardedModule", this.module, parameters, arrayKind, true);
  }

  /** Runs with whole parameters in the module, and puts the parts back. */
  #gathered<T>(run: () => T): T {
    const places = this.#places();
    const parts = places.map(({ value }) => value);
    const wholes = gather(parts, this.group, this.computeDtype);
    places.forEach(({ holder, key }, i) => {
      holder[key] = wholes[i];
    });
    let assigned: (MLXArray | undefined)[] = [];
    try {
      const result = run();
      assigned = places.map(({ holder, key }, i) =>
        holder[key] === wholes[i] ? undefined : this.#ownPart(holder[key], parts[i]),
      );
      return result;
    } finally {
      places.forEach(({ holder, key, value }, i) => {
        holder[key] = assigned[i] ?? value;
      });
    }
  }

  /** This process's part of an array that the module has put in a parameter's place. */
  #ownPart(whole: unknown, part: MLXArray | undefined): MLXArray | undefined {
    if (!(whole instanceof mx.MLXArray) || part === undefined) return undefined;
    const rows = part.shape[0] ?? 0;
    const start = rows * this.group.rank();
    const own = mx.own(
      mx.contiguous(whole.index(mx.slice(start, start + rows)).astype(part.dtype)),
    );
    mx.replace(whole, "FullyShardedModule, which keeps a part of it");
    return own;
  }
}

function computeDtypeArg(op: string, dtype: unknown): DType | null {
  if (dtype === undefined || dtype === null) return null;
  const known: readonly string[] = ["float16", "bfloat16", "float32", "float64"];
  if (typeof dtype === "string" && known.includes(dtype)) return dtype as DType;
  const message = `[${op}] computeDtype is ${shown(dtype)}, it must be one of ${known.join(", ")} or null`;
  throw typeof dtype === "string" ? rangeError(message) : typeError(message);
}

/** The whole arrays of parts, with one exchange for each dtype. */
function gather(
  parts: readonly MLXArray[],
  group: mx.distributed.Group,
  computeDtype: DType | null,
): MLXArray[] {
  const wholes: MLXArray[] = [];
  for (const dtype of new Set(parts.map((part) => part.dtype))) {
    const at = parts.flatMap((part, i) => (part.dtype === dtype ? [i] : []));
    const same = parts.filter((part) => part.dtype === dtype);
    const target = computeDtype !== null && isFloat(dtype) ? computeDtype : dtype;
    const found = gatherer(group, target)(same);
    at.forEach((i, j) => {
      wholes[i] = found[j] as MLXArray;
    });
  }
  return wholes;
}

/** Joins parts of one dtype; gradients go back averaged, to each process for its parts. */
function gatherer(group: mx.distributed.Group, dtype: DType) {
  const size = group.size();
  return mx
    .customFunction((parts: MLXArray[]): MLXArray[] => {
      const row = mx.concatenate(
        parts.map((part) => part.astype(dtype).reshape([1, part.size])),
        1,
      );
      const rows = columns(mx.distributed.allGather(row, { group }), parts);
      return parts.map(({ shape: [first = 0, ...rest] }, i) =>
        (rows[i] as MLXArray).reshape([first * size, ...rest]),
      );
    })
    .vjp((parts, gradients) => {
      const row = mx.concatenate(
        gradients.map((gradient) => gradient.reshape([size, gradient.size / size])),
        1,
      );
      const averages = columns(mx.divide(ownRowOfSum(row, group), size), parts);
      return parts.map((part, i) =>
        (averages[i] as MLXArray).reshape(part.shape).astype(part.dtype),
      );
    });
}

/** Splits rows into as many columns as each part has elements. */
function columns(rows: MLXArray, parts: readonly MLXArray[]): MLXArray[] {
  let end = 0;
  const ends = parts.map((part) => {
    end += part.size;
    return end;
  });
  return mx.split(rows, ends.slice(0, -1), 1);
}

/** This process's row of a sum over the processes. */
function ownRowOfSum(rows: MLXArray, group: mx.distributed.Group): MLXArray {
  try {
    return mx.distributed.sumScatter(rows, { group });
  } catch (error) {
    // By its code: the backend may have come with another copy of the class.
    const cannot = error instanceof Error && "code" in error && error.code === "UNSUPPORTED";
    if (!cannot) throw error;
  }
  // A ring sums for all only.
  const rank = group.rank();
  return mx.distributed.allSum(rows, { group }).index(mx.slice(rank, rank + 1));
}

/**
 * Wraps a module in a {@link FullyShardedModule}, where there is something to divide.
 *
 * Wrap the parts of a model first and then the model itself: each then gathers its own parameters only
 * while it runs.
 *
 * @param module - whose parameters to divide, in place; the same in all processes
 * @param options - `group`: the processes that take part, default all; `computeDtype`: what gathered
 * floats are cast to, default `null`, as they are
 * @returns the wrapped module; with one process, or without parameters of its own, the module itself
 * @throws TypeError for arguments of a wrong kind
 * @throws RangeError for scalars, and for parameters whose axis 0 the processes do not divide
 * @example
 * ```ts
 * const model = new nn.Sequential(
 *   nn.fullyShard(new nn.Linear(4, 16)),
 *   nn.relu,
 *   nn.fullyShard(new nn.Linear(16, 2)),
 * );
 * model.forward(mx.ones([8, 4])).shape; // [8, 2]
 * ```
 * @see Python: `mlx.nn.fully_shard`
 */
export function fullyShard<M extends Module>(
  module: M,
  options?: FullyShardedOptions,
): M | FullyShardedModule<M> {
  const op = "fullyShard";
  if (!isModule(module)) throw typeError(`[${op}] a module was expected, got ${shown(module)}`);
  const given = optionsArg<FullyShardedOptions>(op, names, options);
  const group = groupArg(op, given.group);
  const computeDtype = computeDtypeArg(op, given.computeDtype);
  const hasParameters = mx.arraysIn(shardedParameters(module)).length > 0;
  if (group.size() === 1 || module instanceof FullyShardedModule || !hasParameters) return module;
  return new FullyShardedModule(module, { group, computeDtype });
}
