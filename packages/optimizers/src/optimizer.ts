// The base class of optimizers: it walks the trees of gradients, parameters and state, and owns the
// arrays that it makes. How one parameter is updated is each subclass' business.

import { shown, typeError } from "@mlx-ts/backend-api";
import * as mx from "@mlx-ts/core";
import { MLXArray, type TreeNode } from "@mlx-ts/core";
import {
  applyTree,
  initTree,
  type OptimizerState,
  type ParameterState,
  type ParameterTree,
} from "./state.js";

/** What an optimizer updates: an `nn.Module`, or anything with these two methods. */
export interface Updatable {
  /** All arrays. */
  parameters(): ParameterTree;
  /** Puts new arrays in the places that a tree names. */
  update(parameters: ParameterTree): unknown;
}

/** A number that changes with the steps: gets the number of steps done, a uint64 scalar. */
export type Schedule = (step: MLXArray) => MLXArray;

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

  constructor() {
    this.#state = { step: mx.own(mx.array(0, "uint64")) };
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

  /** @internal */
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

  set state(state: OptimizerState) {
    this.#state = mx.keep(state);
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
    throw typeError(`[${this.constructor.name}] the state has no array "${name}", which it needs`);
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
    if (isArray(value)) return value;
    throw typeError(
      `[${this.constructor.name}] the schedule of ${name} returned ${shown(value)}, it must return an array`,
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
  init(parameters: ParameterTree): this {
    this.#replacing(
      "init",
      () => this.#state,
      () => this.#init(parameters),
    );
    return this;
  }

  #init(parameters: ParameterTree): void {
    initTree(`${this.constructor.name}.init`, parameters, this.#state, (parameter, state) =>
      this.initSingle(parameter, state),
    );
    this.#initialized = true;
  }

  /**
   * Updates a model in place from gradients, which are used up: they, the parameters and the state
   * that were replaced are released. Pass those you need longer to `mx.keep` before.
   *
   * @param model - an `nn.Module`
   * @param gradients - a tree like its trainable parameters, from `nn.valueAndGrad`
   * @throws RangeError when there is a gradient for a parameter that the model lacks
   * @example
   * ```ts
   * const [loss, grads] = lossAndGrad(x, y);
   * optimizer.update(model, grads);
   * mx.eval(model, optimizer);
   * ```
   * @see Python: `mlx.optimizers.Optimizer.update`
   */
  update(model: Updatable, gradients: ParameterTree): void {
    const parameters = model.parameters();
    this.#replacing(
      "update",
      () => [model.parameters(), this.#state],
      () => {
        model.update(this.#apply(gradients, parameters));
      },
    );
    mx.replace(gradients, `${this.constructor.name}.update(), which used the gradients`);
  }

  /**
   * Computes new parameters from gradients and advances the state.
   *
   * @param gradients - a tree of arrays
   * @param parameters - a tree that has at least the gradients' places
   * @returns new parameters in a tree like the gradients'
   * @throws RangeError when there is a gradient for a parameter that is not there
   * @example
   * ```ts
   * const updated = optimizer.applyGradients({ w: mx.ones([2]) }, { w: mx.zeros([2]) });
   * ```
   * @see Python: `mlx.optimizers.Optimizer.apply_gradients`
   */
  applyGradients(gradients: ParameterTree, parameters: ParameterTree): ParameterTree {
    return this.#replacing(
      "applyGradients",
      () => this.#state,
      () => this.#apply(gradients, parameters),
    );
  }

  /** Runs a change in a scope, owns the arrays it brought into a tree, and releases those it drove out. */
  #replacing<T>(method: string, tree: () => unknown, change: () => T): T {
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

  #apply(gradients: ParameterTree, parameters: ParameterTree): ParameterTree {
    if (!this.#initialized) this.#init(gradients);
    for (const [name, schedule] of this.#schedules) {
      this.#state[name] = this.#scheduled(name, schedule);
    }
    this.#state.step = mx.add(this.step, 1);
    const op = `${this.constructor.name}.update`;
    return applyTree(op, gradients, parameters, this.#state, (gradient, parameter, state) =>
      this.applySingle(gradient, parameter, state),
    ) as ParameterTree;
  }
}

/** A scalar that outlives scopes. */
function scalarArg(op: string, name: string, value: unknown): MLXArray {
  if (isArray(value)) return mx.keep(value);
  if (typeof value === "number") return mx.own(mx.array(value));
  throw typeError(`[${op}] ${name} must be a number, an array or a schedule, got ${shown(value)}`);
}
