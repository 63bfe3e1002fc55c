// The optimizer's state as a tree: arrays of its own, and for each parameter an object of arrays at
// the parameter's place. What the arrays mean is each optimizer's business.

import { MLXError, rangeError, shown, typeError } from "@mlx-ts/backend-api";
import { type ArrayBranch, MLXArray } from "@mlx-ts/core";

/** The arrays that an optimizer keeps for one parameter, by name. */
export type ParameterState = Record<string, MLXArray>;

/** Everything an optimizer keeps: `step`, `learningRate`, and a tree like the parameters'. */
export interface OptimizerState {
  [key: string]: StateBranch;
}

/** What stands in an {@link OptimizerState}. */
export type StateBranch = MLXArray | OptimizerState | StateBranch[];

/**
 * Gives each parameter a state that lacks one.
 *
 * @returns a tree with the state's entries and the new ones; the state itself is not changed
 */
export function initTree(
  op: string,
  parameters: unknown,
  state: unknown,
  init: (parameter: MLXArray, state: ParameterState) => void,
): OptimizerState | StateBranch[] {
  const made = entries(op, parameters).map(([key, parameter]): [string, StateBranch] => {
    const known = member(state, key);
    if (known instanceof MLXArray) {
      throw rangeError(
        `[${op}] a parameter is named "${key}", which the optimizer's own state holds; rename it`,
      );
    }
    if (!(parameter instanceof MLXArray)) return [key, initTree(op, parameter, known, init)];
    const kept: ParameterState = { ...(known as ParameterState | undefined) };
    if (Object.keys(kept).length === 0) init(parameter, kept);
    return [key, kept];
  });
  if (Array.isArray(parameters)) return made.map(([, value]) => value);
  return { ...(state as OptimizerState | undefined), ...Object.fromEntries(made) };
}

/** What an optimizer computed for one parameter, and where it is to stand. */
export interface Change {
  readonly place: ParameterState;
  readonly state: ParameterState;
}

/**
 * Computes each gradient's new parameter, in a tree like the gradients'.
 *
 * @param changes - gets the new states; nothing is changed here, so that an error leaves all whole
 */
export function applyTree(
  op: string,
  gradients: unknown,
  parameters: unknown,
  state: unknown,
  apply: (gradient: MLXArray, parameter: MLXArray, state: ParameterState) => MLXArray,
  changes: Change[],
  path = "",
): ArrayBranch {
  const updated = entries(op, gradients).map(([key, gradient]) => {
    const at = path === "" ? key : `${path}.${key}`;
    const parameter = member(parameters, key);
    const place = member(state, key);
    if (!(gradient instanceof MLXArray)) {
      return [key, applyTree(op, gradient, parameter, place, apply, changes, at)] as const;
    }
    if (!(parameter instanceof MLXArray)) {
      throw rangeError(`[${op}] there is a gradient for "${at}", but no parameter of this name`);
    }
    if (typeof place !== "object" || place === null || place instanceof MLXArray) {
      throw rangeError(`[${op}] the state holds nothing for "${at}"; call init(parameters)`);
    }
    const change: Change = { place: place as ParameterState, state: { ...place } };
    changes.push(change);
    try {
      return [key, apply(gradient, parameter, change.state)] as const;
    } catch (error) {
      throw misfit(op, at, gradient, parameter, error);
    }
  });
  if (Array.isArray(gradients)) return updated.map(([, value]) => value);
  return Object.fromEntries(updated);
}

/** Where shapes did not fit: an error that says whose. Looked at when it is too late, since it is rare. */
function misfit(
  op: string,
  path: string,
  gradient: MLXArray,
  parameter: MLXArray,
  error: unknown,
): unknown {
  if (!(error instanceof RangeError) || !("code" in error) || error.code !== "SHAPE") return error;
  const [given, expected] = [`[${gradient.shape}]`, `[${parameter.shape}]`];
  const message =
    given === expected
      ? `the state of "${path}" is of another shape than the parameter, which has ${expected}`
      : `the gradient of "${path}" has shape ${given}, the parameter has ${expected}`;
  return Object.assign(rangeError(`[${op}] ${message}`, "SHAPE"), { cause: error });
}

/** What a tree has at a key, if anything. */
export const member = (tree: unknown, key: string): unknown =>
  typeof tree === "object" && tree !== null && Object.hasOwn(tree, key)
    ? (tree as Record<string, unknown>)[key]
    : undefined;

/** The parts of a list or an object of a tree. */
export function entries(op: string, tree: unknown): [string, unknown][] {
  if (typeof tree === "object" && tree !== null && !(tree instanceof MLXArray)) {
    return Object.entries(tree);
  }
  throw typeError(`[${op}] a tree of arrays was expected, got ${shown(tree)}`);
}

/**
 * One array of a parameter's state, for optimizers.
 *
 * @param optimizer - the optimizer's name, for messages
 * @param state - what the optimizer keeps for the parameter
 * @param name - for example `"m"`
 * @returns the array
 * @throws MLXError when a restored state lacks it
 * @example
 * ```ts
 * optim.stateArray("Adam", { m: mx.zeros([2]) }, "m").shape; // [2]
 * ```
 */
export function stateArray(optimizer: string, state: ParameterState, name: string): MLXArray {
  const found = state[name];
  if (found !== undefined) return found;
  throw new MLXError(
    `[${optimizer}] the state of a parameter has no "${name}"; it is the state of another optimizer`,
    "VALUE",
  );
}
