// Several optimizers as one, each for the parameters that its filter picks: other methods for other
// layers, and groups of parameters with another weight decay or learning rate.

import { MLXError, rangeError, shown, typeError } from "@mlx-ts/backend-api";
import * as mx from "@mlx-ts/core";
import { type ArrayTree, MLXArray } from "@mlx-ts/core";
import { Optimizer } from "./optimizer.js";
import { entries, member, type OptimizerState } from "./state.js";

/** Says whether a parameter belongs to an optimizer; `path` is its name in code, `layers.0.weight`. */
export type ParameterFilter = (path: string, parameter: MLXArray) => boolean;

/** Options of {@link MultiOptimizer}. */
export interface MultiOptimizerOptions {
  /** One for each optimizer but the last, which takes what no filter picks. Default: `[]`. */
  filters?: readonly ParameterFilter[] | undefined;
}

/**
 * Several optimizers as one: the first whose filter picks a parameter updates it, the last takes the rest.
 *
 * Filters see each parameter's name and its gradient; `mx.fileName(path)` is the name in Python's style.
 *
 * @example
 * ```ts
 * // Weights decay, biases do not.
 * const optimizer = new optim.MultiOptimizer(
 *   [new optim.AdamW(1e-3, { weightDecay: 0 }), new optim.AdamW(1e-3, { weightDecay: 0.1 })],
 *   [(path) => path.endsWith("bias")],
 * );
 * optimizer.init(model.trainableParameters());
 * optimizer.state.states.length; // 2
 * ```
 * @see Python: `mlx.optimizers.MultiOptimizer`
 */
export class MultiOptimizer extends Optimizer {
  /** The optimizers. */
  readonly optimizers: readonly Optimizer[];
  /** The filters of all optimizers but the last. */
  readonly filters: readonly ParameterFilter[];

  /**
   * @param optimizers - at least one; the last takes what no filter picks
   * @param filters - one for each optimizer but the last; default `[]`
   * @throws TypeError for optimizers that are none, and filters that are no functions
   * @throws RangeError for another number of filters, and for one optimizer in two places
   */
  constructor(
    optimizers: readonly Optimizer[],
    filters?: readonly ParameterFilter[] | MultiOptimizerOptions,
  ) {
    super();
    // Each optimizer counts its own steps.
    super.step.dispose();
    super.state = {};
    const options = mx.keywords<MultiOptimizerOptions>("MultiOptimizer", ["filters"], [filters]);
    this.optimizers = optimizersArg(optimizers);
    this.filters = filtersArg(options.filters ?? [], optimizers.length - 1);
  }

  /** The states of all optimizers, in `states`. Assign a saved one to resume. */
  override get state(): MultiOptimizerState {
    return { states: this.optimizers.map((optimizer) => optimizer.state) };
  }

  override set state(state: OptimizerState | ArrayTree) {
    const states: unknown = member(state, "states");
    if (!Array.isArray(states) || states.length !== this.optimizers.length) {
      throw rangeError(
        `[MultiOptimizer] the state must have a list "states" of ${this.optimizers.length}, got ${shown(states)}`,
      );
    }
    this.optimizers.forEach((optimizer, i) => {
      optimizer.state = states[i];
    });
  }

  /** The number of updates that the first optimizer did, a uint64 scalar. */
  override get step(): MLXArray {
    return this.#first.step;
  }

  /** The learning rate of the first optimizer. Assign a number or an array to set that of all. */
  override get learningRate(): MLXArray {
    return this.#first.learningRate;
  }

  override set learningRate(value: number | MLXArray) {
    for (const optimizer of this.optimizers) optimizer.learningRate = value;
  }

  get #first(): Optimizer {
    return this.optimizers[0] as Optimizer;
  }

  /**
   * Makes the state of parameters that have none, each in the optimizer that it belongs to.
   *
   * @param parameters - a tree of arrays such as `model.trainableParameters()`
   * @returns the optimizer
   * @throws RangeError when a parameter has a name of an optimizer's own, such as `step`
   */
  override init(parameters: ArrayTree): this {
    const parts = this.#parts(parameters);
    this.optimizers.forEach((optimizer, i) => {
      optimizer.init(parts[i] ?? {});
    });
    return this;
  }

  /** @internal */
  override prepare(gradients: ArrayTree): void {
    const parts = this.#parts(gradients);
    this.optimizers.forEach((optimizer, i) => {
      optimizer.prepare(parts[i] ?? {});
    });
  }

  /** @internal */
  override compute(
    gradients: ArrayTree,
    parameters: ArrayTree,
    use: (updated: ArrayTree) => unknown,
  ): ArrayTree {
    const parts = this.#parts(gradients);
    const done = new Map<string, MLXArray>();
    // Each optimizer's update runs inside the one before: when one fails, all states stay as they were.
    const from = (i: number): ArrayTree => {
      const optimizer = this.optimizers[i];
      if (optimizer === undefined) {
        const all = mx.treeMapWithPath((path) => done.get(path), gradients as unknown) as ArrayTree;
        use(all);
        return all;
      }
      let all: ArrayTree = {};
      optimizer.compute(parts[i] ?? {}, parameters, (updated) => {
        for (const [path, array] of mx.treeFlatten(updated)) done.set(path, array);
        all = from(i + 1);
      });
      return all;
    };
    return from(0);
  }

  /** @hidden */
  initSingle(): never {
    throw notSingle("initSingle");
  }

  /** @hidden */
  applySingle(): never {
    throw notSingle("applySingle");
  }

  /** Each optimizer's part of a tree. */
  #parts(tree: ArrayTree): (ArrayTree | undefined)[] {
    const owners = new Map<string, number>();
    for (const [path, array] of mx.treeFlatten(tree)) {
      const owner = this.filters.findIndex((filter) => filter(path, array));
      owners.set(path, owner < 0 ? this.optimizers.length - 1 : owner);
    }
    return this.optimizers.map((_, i) => {
      return partOf(tree, (path) => owners.get(path) === i) as ArrayTree | undefined;
    });
  }
}

/** What a {@link MultiOptimizer} keeps. */
export interface MultiOptimizerState extends OptimizerState {
  /** Each optimizer's state. */
  states: OptimizerState[];
}

/** The arrays of a tree that a test picks; objects lose their other entries, lists keep their length. */
function partOf(tree: unknown, picks: (path: string) => boolean, path = ""): unknown {
  if (tree instanceof MLXArray) return picks(path) ? tree : undefined;
  const parts = entries("MultiOptimizer", tree).map(([key, item]): [string, unknown] => [
    key,
    partOf(item, picks, path === "" ? key : `${path}.${key}`),
  ]);
  if (parts.every(([, part]) => part === undefined)) return undefined;
  if (Array.isArray(tree)) return parts.map(([, part]) => part ?? {});
  return Object.fromEntries(parts.filter(([, part]) => part !== undefined));
}

function optimizersArg(value: unknown): readonly Optimizer[] {
  const list = mx.listArg("MultiOptimizer", "optimizers", value);
  if (list.length === 0) {
    throw typeError("[MultiOptimizer] optimizers must be a list of at least one, got []");
  }
  return list.map((item, i) => {
    if (!(item instanceof Optimizer)) {
      throw typeError(`[MultiOptimizer] optimizers[${i}] must be an optimizer, got ${shown(item)}`);
    }
    const before = list.indexOf(item);
    if (before === i) return item;
    throw rangeError(
      `[MultiOptimizer] optimizers[${i}] is optimizers[${before}], which would step twice; make another`,
    );
  });
}

function filtersArg(value: unknown, count: number): readonly ParameterFilter[] {
  if (!Array.isArray(value)) {
    throw typeError(`[MultiOptimizer] filters must be a list of functions, got ${shown(value)}`);
  }
  if (value.length !== count) {
    throw rangeError(
      `[MultiOptimizer] there are ${value.length} filters, ${count + 1} optimizers need ${count}`,
    );
  }
  value.forEach((item: unknown, i) => {
    if (typeof item === "function") return;
    throw typeError(`[MultiOptimizer] filters[${i}] must be a function, got ${shown(item)}`);
  });
  return value;
}

const notSingle = (method: string): MLXError =>
  new MLXError(`[MultiOptimizer] ${method} is for one of its optimizers; see optimizers`, "VALUE");
