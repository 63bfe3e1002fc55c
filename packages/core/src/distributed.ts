// Communication between processes that mlx-launch started together: groups, and what their members
// exchange. Nothing is sent before its result is computed, and every member must compute the same
// exchanges in the same order.

import {
  type AllGatherFactory,
  type Backend,
  Distributed,
  type DistributedExtension,
  type DistributedGroup,
  type DType,
  MLXError,
  type Placement,
  rangeError,
  shown,
  typeError,
  UnsupportedError,
} from "@mlx-ts/backend-api";
import { arrayArg, backendOf, boolArg, dtypeArg, intArg, intsArg } from "./arguments.js";
import type { ArrayLike, MLXArray } from "./array.js";
import { defaultBackend } from "./backend.js";
import { keywords } from "./keywords.js";
import { named, placeOf, type StreamOptions } from "./options.js";
import { wrap } from "./wrap.js";

function engineOf(op: string, backend: Backend): DistributedExtension {
  const found = backend.extension(Distributed);
  if (found === undefined) throw new UnsupportedError(op, backend.id);
  return found;
}

/** A way of communicating; which are built in, {@link isAvailable} says. */
export type DistributedBackend = "any" | "ring" | "mpi" | "nccl" | "jaccl";

/**
 * Processes that can communicate, this one among them. {@link init} gives the group of all.
 *
 * @example
 * ```ts
 * const group = mx.distributed.init();
 * [group.rank(), group.size()]; // [0, 1]
 * ```
 * @see Python: `mlx.core.distributed.Group`
 */
export class Group {
  /** @internal */
  readonly backend: Backend;
  /** @internal */
  readonly facts: DistributedGroup;

  /** @internal */
  constructor(backend: Backend, facts: DistributedGroup) {
    this.backend = backend;
    this.facts = facts;
  }

  /**
   * This process's place in the group, from 0.
   *
   * @see Python: `mlx.core.distributed.Group.rank`
   */
  rank(): number {
    return this.facts.rank;
  }

  /**
   * How many processes the group has.
   *
   * @see Python: `mlx.core.distributed.Group.size`
   */
  size(): number {
    return this.facts.size;
  }

  /**
   * The part of the group whose processes give the same color. All processes of the group must call it.
   *
   * @param color - not negative
   * @param key - orders the new ranks; negative (the default): as in this group
   * @throws RangeError for a negative color
   * @throws MLXError where the way of communicating cannot split groups: the ring, and a group of one
   * @see Python: `mlx.core.distributed.Group.split`
   */
  split(color: number, key = -1): Group {
    const op = "split";
    if (intArg(op, "color", color) < 0) {
      throw rangeError(`[${op}] the color is ${color}, it must not be negative`);
    }
    const engine = engineOf(op, this.backend);
    return new Group(this.backend, engine.split(this.facts, color, intArg(op, "key", key)));
  }
}

function backendArg(op: string, backend: unknown): string {
  if (typeof backend === "string") return backend;
  throw typeError(
    `[${op}] backend must be "any", "ring", "mpi", "nccl" or "jaccl", got ${shown(backend)}`,
  );
}

/**
 * Whether a way of communicating is built in. That other processes are there, only {@link init} finds out.
 *
 * @param backend - default `"any"`: whether any is
 * @returns `false` also for a name that nothing has
 * @throws TypeError when `backend` is no text
 * @example
 * ```ts
 * mx.distributed.isAvailable("nothing"); // false
 * ```
 * @see Python: `mlx.core.distributed.is_available`
 */
export function isAvailable(backend: DistributedBackend | (string & {}) = "any"): boolean {
  const op = "distributed.isAvailable";
  return engineOf(op, defaultBackend()).isAvailable(backendArg(op, backend));
}

/** Keyword arguments of {@link init}. */
export interface InitOptions {
  /** Refuse when there is no other process, instead of giving a group of one. Default `false`. */
  strict?: boolean | undefined;
  /** The way of communicating. Default `"any"`: the first that finds other processes. */
  backend?: DistributedBackend | undefined;
  /** How members exchange the bytes that they connect by; only for `"jaccl"`. */
  allGatherFactory?: AllGatherFactory | null | undefined;
}

/**
 * Connects this process with those that were launched with it, and gives the group of all. Later calls
 * give the same group. It waits until all have called it.
 *
 * Only one thread of a process may have a group of several processes.
 *
 * @param strict - refuse when there is no other process, instead of giving a group of one; default `false`
 * @param backend - the way of communicating: `"any"` (default), `"ring"`, `"mpi"`, `"nccl"`, `"jaccl"`
 * @param options - `allGatherFactory`, for `"jaccl"` only, and the others by name
 * @returns the group of all processes; without others, a group of one
 * @throws RangeError for an unknown backend, or a rank that the hosts do not have
 * @throws MLXError when `strict` and there is no other process, when the hosts' file is wrong, or when a
 * process cannot be reached
 * @example
 * ```ts
 * mx.distributed.init().size(); // 1
 * mx.distributed.init({ backend: "ring" }).size(); // 1
 * ```
 * @see Python: `mlx.core.distributed.init`
 */
export function init(
  strict?: boolean,
  backend?: DistributedBackend,
  options?: Pick<InitOptions, "allGatherFactory">,
): Group;
/** Connects this process with those that were launched with it; arguments by name. */
export function init(options: InitOptions): Group;
/** Connects this process with those that were launched with it; arguments by name after the first. */
export function init(strict: boolean | undefined, options: Omit<InitOptions, "strict">): Group;
export function init(...given: readonly unknown[]): Group {
  const op = "init";
  const read = keywords<{ strict: unknown; backend: unknown; allGatherFactory: unknown }>(
    op,
    ["strict", "backend", "allGatherFactory"],
    given,
  );
  const { strict = false, backend = "any", allGatherFactory: factory = null } = read;
  if (given[2] === factory && factory !== null) {
    throw typeError(
      `[${op}] allGatherFactory is given by name only: { allGatherFactory }`,
      "OPTION",
    );
  }
  const name = backendArg(op, backend);
  if (factory !== null) {
    if (typeof factory !== "function") {
      throw typeError(`[${op}] allGatherFactory must be a function, got ${shown(factory)}`);
    }
    if (name !== "jaccl") {
      throw rangeError(
        `[${op}] allGatherFactory is for the backend "jaccl", not for ${shown(name)}`,
      );
    }
  }
  const on = defaultBackend();
  const facts = engineOf(op, on).init(
    boolArg(op, "strict", strict),
    name,
    factory === null ? undefined : (factory as AllGatherFactory),
  );
  return new Group(on, facts);
}

/** Keyword arguments of what members exchange. */
export interface GroupOptions extends StreamOptions {
  /** Who takes part; default: the group of all processes. */
  group?: Group | null | undefined;
}

/** Engine, group and place of an exchange. */
function parts(
  op: string,
  backend: Backend,
  options: GroupOptions | undefined,
): [DistributedExtension, DistributedGroup, Placement | undefined] {
  const engine = engineOf(op, backend);
  const { group, stream } =
    options === undefined ? {} : named<GroupOptions>(op, options, ["group"], 0);
  const at = placeOf(op, stream);
  if (group == null) return [engine, engine.init(false, "any"), at];
  if (!(group instanceof Group)) {
    throw typeError(`[${op}] group must come from mx.distributed.init(), got ${shown(group)}`);
  }
  if (group.backend !== backend) {
    throw new MLXError(
      `[${op}] the group is of the backend "${group.backend.id}", the array of "${backend.id}"`,
      "BACKEND_MISMATCH",
    );
  }
  return [engine, group.facts, at];
}

function reduced(
  op: string,
  kind: "sum" | "max" | "min",
  x: ArrayLike,
  options: GroupOptions | undefined,
): MLXArray {
  const backend = backendOf(x);
  const [engine, group, at] = parts(op, backend, options);
  return wrap(backend, engine.allReduce(kind, arrayArg(op, "x", x, backend), group, at));
}

/**
 * The sum of the arrays of all processes. Its gradient with respect to `x` is the result's own.
 *
 * @param x - of any shape and dtype, the same in all processes
 * @param options - `group` (default all processes), `stream`
 * @returns an array of the same shape and dtype; with one process, `x`
 * @throws MLXError when the connection to another process was lost
 * @example
 * ```ts
 * mx.distributed.allSum(mx.array([1, 2])).tolist(); // [1, 2]
 * ```
 * @see Python: `mlx.core.distributed.all_sum`
 */
export function allSum(x: ArrayLike, options?: GroupOptions): MLXArray {
  return reduced("allSum", "sum", x, options);
}

/**
 * The elementwise maximum of the arrays of all processes.
 *
 * @param x - of any shape and dtype, the same in all processes
 * @param options - `group` (default all processes), `stream`
 * @returns an array of the same shape and dtype; with one process, `x`
 * @throws MLXError when the connection to another process was lost
 * @example
 * ```ts
 * mx.distributed.allMax(mx.array([1, 2])).tolist(); // [1, 2]
 * ```
 * @see Python: `mlx.core.distributed.all_max`
 */
export function allMax(x: ArrayLike, options?: GroupOptions): MLXArray {
  return reduced("allMax", "max", x, options);
}

/**
 * The elementwise minimum of the arrays of all processes.
 *
 * @param x - of any shape and dtype, the same in all processes
 * @param options - `group` (default all processes), `stream`
 * @returns an array of the same shape and dtype; with one process, `x`
 * @throws MLXError when the connection to another process was lost
 * @example
 * ```ts
 * mx.distributed.allMin(mx.array([1, 2])).tolist(); // [1, 2]
 * ```
 * @see Python: `mlx.core.distributed.all_min`
 */
export function allMin(x: ArrayLike, options?: GroupOptions): MLXArray {
  return reduced("allMin", "min", x, options);
}

/**
 * The arrays of all processes, joined along axis 0 in the order of ranks.
 *
 * @param x - `[n, ...]` or a scalar, of the same shape and dtype in all processes
 * @param options - `group` (default all processes), `stream`
 * @returns `[n * size, ...]`, of a scalar `[size]`; with one process, `x`
 * @throws MLXError when the connection to another process was lost
 * @example
 * ```ts
 * mx.distributed.allGather(mx.array([1, 2])).tolist(); // [1, 2]
 * ```
 * @see Python: `mlx.core.distributed.all_gather`
 */
export function allGather(x: ArrayLike, options?: GroupOptions): MLXArray {
  const op = "allGather";
  const backend = backendOf(x);
  const [engine, group, at] = parts(op, backend, options);
  return wrap(backend, engine.allGather(arrayArg(op, "x", x, backend), group, at));
}

/**
 * This process's part of the sum over all processes: rows `rank * n` to `(rank + 1) * n`.
 *
 * @param x - `[n * size, ...]`, of the same shape and dtype in all processes
 * @param options - `group` (default all processes), `stream`
 * @returns `[n, ...]`; with one process, `x`
 * @throws RangeError when axis 0 cannot be divided by the number of processes
 * @throws MLXError (`UNSUPPORTED`) with the ring, which cannot do it
 * @example
 * ```ts
 * mx.distributed.sumScatter(mx.array([1, 2])).tolist(); // [1, 2]
 * ```
 * @see Python: `mlx.core.distributed.sum_scatter`
 */
export function sumScatter(x: ArrayLike, options?: GroupOptions): MLXArray {
  const op = "sumScatter";
  const backend = backendOf(x);
  const [engine, group, at] = parts(op, backend, options);
  return wrap(backend, engine.sumScatter(arrayArg(op, "x", x, backend), group, at));
}

/**
 * Sends an array to another process, when the result is computed.
 *
 * @param x - what is sent
 * @param dst - the rank of the process that receives it; with the ring, a neighbour's
 * @param options - `group` (default all processes), `stream`
 * @returns `x`: compute it (`mx.eval`) to send
 * @throws RangeError for a rank that the group does not have or that is this process's own, and in a group of one
 * @example
 * ```ts
 * const group = mx.distributed.init();
 * if (group.size() > 1) mx.eval(mx.distributed.send(mx.ones([2]), 1, { group }));
 * ```
 * @see Python: `mlx.core.distributed.send`
 */
export function send(x: ArrayLike, dst: number, options?: GroupOptions): MLXArray {
  const op = "send";
  const backend = backendOf(x);
  const to = intArg(op, "dst", dst);
  const [engine, group, at] = parts(op, backend, options);
  return wrap(backend, engine.send(arrayArg(op, "x", x, backend), to, group, at));
}

/**
 * Receives an array that another process sends. The engine sends no shapes: both must name the same.
 *
 * @param shape - its shape
 * @param dtype - its dtype
 * @param src - the rank of the process that sends it; with the ring, a neighbour's
 * @param options - `group` (default all processes), `stream`
 * @returns the array; compute it (`mx.eval`) to receive
 * @throws RangeError for a rank that the group does not have or that is this process's own, and in a group of one
 * @example
 * ```ts
 * const group = mx.distributed.init();
 * if (group.size() > 1) mx.eval(mx.distributed.recv([2], mx.float32, 0, { group }));
 * ```
 * @see Python: `mlx.core.distributed.recv`
 */
export function recv(
  shape: number | readonly number[],
  dtype: DType,
  src: number,
  options?: GroupOptions,
): MLXArray {
  const op = "recv";
  const sizes = intsArg(op, "shape", shape);
  const type = dtypeArg(op, "dtype", dtype);
  const from = intArg(op, "src", src);
  const backend = options?.group instanceof Group ? options.group.backend : defaultBackend();
  const [engine, group, at] = parts(op, backend, options);
  return wrap(backend, engine.recv(sizes, type, from, group, at));
}

/**
 * Receives an array of another one's shape and dtype.
 *
 * @param x - tells shape and dtype
 * @param src - the rank of the process that sends it; with the ring, a neighbour's
 * @param options - `group` (default all processes), `stream`
 * @returns the array; compute it (`mx.eval`) to receive
 * @throws RangeError for a rank that the group does not have or that is this process's own, and in a group of one
 * @example
 * ```ts
 * const group = mx.distributed.init();
 * if (group.size() > 1) mx.eval(mx.distributed.recvLike(mx.ones([2]), 0, { group }));
 * ```
 * @see Python: `mlx.core.distributed.recv_like`
 */
export function recvLike(x: ArrayLike, src: number, options?: GroupOptions): MLXArray {
  const op = "recvLike";
  const backend = backendOf(x);
  const from = intArg(op, "src", src);
  const [engine, group, at] = parts(op, backend, options);
  const { shape, dtype } = backend.aval(arrayArg(op, "x", x, backend));
  return wrap(backend, engine.recv(shape, dtype, from, group, at));
}
