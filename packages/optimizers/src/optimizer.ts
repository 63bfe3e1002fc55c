// The base class of optimizers: it walks the trees of gradients, parameters and state, and owns the
// arrays that it makes. How one parameter is updated is each subclass' business.

import { rangeError, shown, typeError } from "@mlx-ts/backend-api";
import * as mx from "@mlx-ts/core";
import { type ArrayTree, MLXArray, type TreeNode } from "@mlx-ts/core";
import {
  applyTree,
  type Change,
  initTree,
  type OptimizerState,
  type ParameterState,
} from "./state.js";

/** What an optimizer updates: an `nn.Module`, or anything with these two methods. */
export interface Updatable {
  /** All arrays. */
  parameters(): ArrayTree;
  /** Puts new arrays in the places that a tree names. */
  update(parameters: ArrayTree): unknown;
}

/** A number that changes with the steps: gets the number of steps done, a uint64 scalar. */
export type Schedule = (step: MLXArray) => MLXArray;

/** Options of {@link Optimizer}. */
export interface OptimizerOptions {
  /** Functions of the step by the names of scalars in the state, such as `learningRate`. Default: none. */
  schedulers?: Readonly<Record<string, Schedule>> | undefined;
}

const isUpdatable = (value: unknown): value is Updatable =>
  typeof value === "object" &&
  value !== null &&
  "parameters" in value &&
  typeof value.parameters === "function" &&
  "update" in value &&
  typeof value.update === "function";

const isArray = (value: unknown): value is MLXArray => value instanceof MLXArray;

/**
 * The base class of optimizers.
 *
 * A subclass gives each parameter its state by `initSingle` and computes its update by
 * `applySingle`. The state is a tree of arrays, learning rate and step included, so that `mx.compile`
 * can capture it and a new learning rate does not trace anew.
 *
 * @example
 * ```ts
 * import * as mx from "@mlx-ts/core";
 * import { Optimizer } from "@mlx-ts/optimizers";
 *
 * class SignDescent extends Optimizer {
 *   constructor(learningRate: number) {
 *     super();
 *     this.maybeSchedule("learningRate", learningRate);
 *   }
 *   initSingle(): void {}
 *   applySingle(gradient: mx.MLXArray, parameter: mx.MLXArray): mx.MLXArray {
 *     return mx.subtract(parameter, mx.multiply(this.learningRate, mx.sign(gradient)));
 *   }
 * }
 *
 * const updated = new SignDescent(1).applyGradients({ w: mx.array([3, -3]) }, { w: mx.zeros(2) });
 * updated.w; // array([-1, 1])
 * ```
 * @see Python: `mlx.optimizers.Optimizer`
 */
export abstract class Optimizer implements TreeNode {
  #state: OptimizerState;
  readonly #schedules = new Map<string, Schedule>();
  #initialized = false;

  /**
   * @param options - `schedulers`: functions of the step for scalars that a subclass keeps in its state
   * @throws TypeError for a schedule that returns no array
   */
  constructor(options: OptimizerOptions = {}) {
    this.#state = { step: mx.own(mx.array(0, "uint64")) };
    const { schedulers = {} } = mx.keywords<OptimizerOptions>(
      this.constructor.name,
      ["schedulers"],
      [options],
    );
    for (const [name, schedule] of Object.entries(schedulers)) this.maybeSchedule(name, schedule);
  }

  /**
   * Gives a parameter its first state.
   *
   * @param parameter - the parameter
   * @param state - empty; to be filled
   */
  abstract initSingle(parameter: MLXArray, state: ParameterState): void;

  /**
   * Computes a parameter's update.
   *
   * @param gradient - of the parameter's shape
   * @param parameter - as it is
   * @param state - what is kept for it; its arrays are to be replaced
   * @returns the new parameter
   */
  abstract applySingle(gradient: MLXArray, parameter: MLXArray, state: ParameterState): MLXArray;

  /** @hidden */
  [mx.treeKeys](): readonly string[] {
    return ["state"];
  }

  /**
   * Everything the optimizer keeps: `step`, `learningRate`, and for each parameter an object of
   * arrays at its place. Assign a saved one to resume.
   */
  get state(): OptimizerState {
    return this.#state;
  }

  set state(state: OptimizerState | ArrayTree) {
    this.#state = mx.mapArrays(mx.keep(state), (array) => array) as OptimizerState;
    this.#initialized = false;
  }

  /** The number of updates done, a uint64 scalar. */
  get step(): MLXArray {
    return this.#own("step");
  }

  /** The learning rate, a float32 scalar. Assign a number or an array. */
  get learningRate(): MLXArray {
    return this.#own("learningRate");
  }

  set learningRate(value: number | MLXArray) {
    this.#set("learningRate", scalarArg(this.constructor.name, "learningRate", value));
  }

  /** A scalar of the optimizer's own. */
  #own(name: string): MLXArray {
    const found = this.#state[name];
    if (isArray(found)) return found;
    throw typeError(
      `[${this.constructor.name}] the state has no array "${name}", which it needs; set it or give it to the constructor`,
    );
  }

  #set(name: string, value: MLXArray): void {
    const old = this.#state[name];
    this.#state[name] = value;
    if (old !== value) mx.replace(old, `a new ${name}`);
  }

  /**
   * Sets a scalar of the state, on a schedule where it is a function. For subclasses' constructors.
   *
   * @param name - for example `"learningRate"`
   * @param value - a number, an array, or a function of the step
   */
  protected maybeSchedule(name: string, value: number | MLXArray | Schedule | undefined): void {
    if (typeof value !== "function") {
      this.#set(name, scalarArg(this.constructor.name, name, value));
      return;
    }
    this.#schedules.set(name, value);
    this.#set(name, mx.own(mx.tidy(() => this.#scheduled(name, value))));
  }

  #scheduled(name: string, schedule: Schedule): MLXArray {
    const value: unknown = schedule(this.step);
    // A copy, because the optimizer releases it; the schedule may give the same array again.
    if (isArray(value)) return mx.array(value);
    throw typeError(
      `[${this.constructor.name}] the schedule of ${name} returned ${shown(value)}, it must return an array; compute it from the step by functions of mx`,
    );
  }

  /**
   * Makes the state of parameters that have none. Optional, since the first update does it too; do
   * it before the first call of a compiled step, which else is traced twice.
   *
   * @param parameters - a tree of arrays such as `model.trainableParameters()`
   * @returns the optimizer
   * @throws RangeError when a parameter has a name of the optimizer's own, such as `step`
   * @example
   * ```ts
   * optimizer.init(model.trainableParameters());
   * ```
   * @see Python: `mlx.optimizers.Optimizer.init`
   */
  init(parameters: ArrayTree): this {
    const op = `${this.constructor.name}.init`;
    if (isUpdatable(parameters)) {
      throw typeError(
        `[${op}] a tree of arrays was expected, got ${shown(parameters)}; pass its trainableParameters()`,
      );
    }
    const init = (parameter: MLXArray, state: ParameterState) => this.initSingle(parameter, state);
    const made = mx.tidy(() => initTree(op, parameters, this.#state, init));
    const before = new Set(mx.arraysIn(this.#state));
    mx.own(mx.arraysIn(made).filter((array) => !before.has(array)));
    Object.assign(this.#state, made);
    this.#initialized = true;
    return this;
  }

  /**
   * Updates a model in place from gradients, which are used up: they, the parameters and the state
   * that were replaced are released. Pass those you need longer to `mx.keep` before.
   *
   * @param model - an `nn.Module`
   * @param gradients - a tree like its trainable parameters, from `nn.valueAndGrad`
   * @throws RangeError when there is a gradient for a parameter that the model lacks, or of another shape
   * @throws TypeError for anything but a model and a tree of arrays
   * @example
   * ```ts
   * const [loss, grads] = lossAndGrad(x, y);
   * optimizer.update(model, grads);
   * mx.eval(model, optimizer);
   * ```
   * @see Python: `mlx.optimizers.Optimizer.update`
   */
  update(model: Updatable, gradients: ArrayTree): void {
    if (!isUpdatable(model)) {
      throw typeError(
        `[${this.constructor.name}.update] a model was expected, got ${shown(model)}; the call is update(model, gradients)`,
      );
    }
    const parameters = model.parameters();
    this.#replacing(
      "update",
      () => [model.parameters(), this.state],
      () => this.compute(gradients, parameters, (updated) => model.update(updated)),
      gradients,
    );
    mx.replace(gradients, `${this.constructor.name}.update(), which used the gradients`);
  }

  /**
   * Computes new parameters from gradients and advances the state.
   *
   * @param gradients - a tree of arrays
   * @param parameters - a tree that has at least the gradients' places
   * @returns new parameters in a tree like the gradients'
   * @throws RangeError when there is a gradient for a parameter that is not there, or of another shape
   * @example
   * ```ts
   * const updated = optimizer.applyGradients({ w: mx.ones([2]) }, { w: mx.zeros([2]) });
   * ```
   * @see Python: `mlx.optimizers.Optimizer.apply_gradients`
   */
  applyGradients(gradients: ArrayTree, parameters: ArrayTree): ArrayTree {
    return this.#replacing(
      "applyGradients",
      () => this.state,
      () => this.compute(gradients, parameters, () => {}),
      gradients,
    );
  }

  /** Runs a change in a scope, owns the arrays it brought into a tree, and releases those it drove out. */
  #replacing<T>(method: string, tree: () => unknown, change: () => T, gradients: ArrayTree): T {
    this.prepare(gradients);
    const before = new Set(mx.arraysIn(tree()));
    const result = mx.tidy(() => {
      const value = change();
      mx.own(mx.arraysIn(tree()).filter((array) => !before.has(array)));
      return value;
    });
    for (const array of mx.arraysIn(tree())) before.delete(array);
    mx.replace([...before], `${this.constructor.name}.${method}(), which replaced it`);
    return result;
  }

  /**
   * Writes the state to a file, with names in Python's style: `learning_rate`, `layers.0.weight.m`.
   *
   * @param file - a path; `.safetensors` is appended where it is missing
   * @throws MLXError (`FILE`) when it cannot be written
   * @see Python: `mx.save_safetensors(file, tree_flatten(optimizer.state, destination={}))`
   */
  saveState(file: string): void {
    const named = mx.treeFlatten(this.state).map(([name, array]) => [mx.fileName(name), array]);
    mx.saveSafetensors(file, Object.fromEntries(named));
  }

  /**
   * Loads a state from a file, ours or Python's; training goes on where it was saved.
   *
   * @param file - a path
   * @returns the optimizer
   * @throws MLXError (`FILE`) when the file is missing or damaged
   * @see Python: `optimizer.state = tree_unflatten(list(mx.load(file).items()))`
   */
  loadState(file: string): this {
    mx.tidy(() => {
      this.restore(Object.entries(mx.load(file)));
    });
    return this;
  }

  /**
   * Takes a state by names as files have them.
   *
   * @internal
   */
  restore(named: Iterable<readonly [name: string, array: MLXArray]>): void {
    const found = new Map([...named].map(([name, array]) => [mx.codeName(name), array]));
    const places = mx.treeFlatten(this.state);
    // Where the state has these places already, its structure stays, down to the order of its keys: a compiled
    // step was traced for it.
    const fits = places.length === found.size && places.every(([name]) => found.has(name));
    this.state = (
      fits
        ? mx.treeMapWithPath((path) => found.get(path), this.state as unknown)
        : mx.treeUnflatten(found)
    ) as ArrayTree;
  }

  /**
   * Makes the state of gradients that have none.
   *
   * @internal
   */
  prepare(gradients: ArrayTree): void {
    if (!this.#initialized) this.init(gradients);
  }

  /**
   * Computes an update; changes the state when all of it is there and was used.
   *
   * @internal
   */
  compute(
    gradients: ArrayTree,
    parameters: ArrayTree,
    use: (updated: ArrayTree) => unknown,
  ): ArrayTree {
    const scalars: OptimizerState = { step: this.step };
    for (const name of this.#schedules.keys()) scalars[name] = this.#own(name);
    try {
      for (const [name, schedule] of this.#schedules) {
        this.#state[name] = this.#scheduled(name, schedule);
      }
      this.#state.step = mx.add(this.step, 1);
      const op = `${this.constructor.name}.update`;
      const apply = (gradient: MLXArray, parameter: MLXArray, state: ParameterState) =>
        this.applySingle(gradient, parameter, state);
      const changes: Change[] = [];
      const updated = applyTree(op, gradients, parameters, this.#state, apply, changes);
      use(updated as ArrayTree);
      for (const { place, state } of changes) Object.assign(place, state);
      return updated as ArrayTree;
    } catch (error) {
      Object.assign(this.#state, scalars);
      throw error;
    }
  }
}

/** A scalar that outlives scopes. */
function scalarArg(op: string, name: string, value: unknown): MLXArray {
  if (typeof value === "number") return mx.own(mx.array(mx.numberArg(op, name, value)));
  if (isArray(value)) {
    if (value.ndim === 0) return mx.own(mx.array(value));
    throw rangeError(`[${op}] ${name} has shape [${value.shape}], it must be a scalar`, "SHAPE");
  }
  throw typeError(`[${op}] ${name} must be a number, an array or a schedule, got ${shown(value)}`);
}
