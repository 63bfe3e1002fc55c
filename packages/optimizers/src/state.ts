// The optimizer's state as a tree: arrays of its own, and for each parameter an object of arrays at
// the parameter's place. What the arrays mean is each optimizer's business.

import { MLXError, rangeError, shown, typeError } from "@mlx-ts/backend-api";
import { MLXArray } from "@mlx-ts/core";

/** Arrays in nested plain objects and lists: parameters, gradients. */
export interface ParameterTree {
  readonly [key: string]: ParameterBranch;
}

/** What stands in a {@link ParameterTree}. */
export type ParameterBranch = MLXArray | ParameterTree | readonly ParameterBranch[];

/** The arrays that an optimizer keeps for one parameter, by name. */
export type ParameterState = Record<string, MLXArray>;

/** Everything an optimizer keeps: `step`, `learningRate`, and a tree like the parameters'. */
export interface OptimizerState {
  [key: string]: StateBranch;
}

/** What stands in an {@link OptimizerState}. */
export type StateBranch = MLXArray | OptimizerState | StateBranch[];

/** Gives each parameter a state that lacks one. */
export function initTree(
  op: string,
  parameters: unknown,
  state: OptimizerState | StateBranch[],
  init: (parameter: MLXArray, state: ParameterState) => void,
): void {
  for (const [key, parameter] of entries(op, parameters)) {
    const known = (state as OptimizerState)[key];
    if (known instanceof MLXArray) {
      throw rangeError(
        `[${op}] a parameter is named "${key}", which the optimizer's own state holds; rename it`,
      );
    }
    const isList = Array.isArray(parameter);
    const place: OptimizerState | StateBranch[] = known ?? (isList ? [] : {});
    (state as OptimizerState)[key] = place;
    if (!(parameter instanceof MLXArray)) initTree(op, parameter, place, init);
    else if (Object.keys(place).length === 0) init(parameter, place as ParameterState);
  }
}

/** Computes each gradient's new parameter, in a tree like the gradients'. */
export function applyTree(
  op: string,
  gradients: unknown,
  parameters: unknown,
  state: unknown,
  apply: (gradient: MLXArray, parameter: MLXArray, state: ParameterState) => MLXArray,
  path = "",
): ParameterTree | readonly ParameterBranch[] {
  const updated = entries(op, gradients).map(([key, gradient]) => {
    const at = path === "" ? key : `${path}.${key}`;
    const parameter = member(parameters, key);
    const kept = member(state, key);
    if (!(gradient instanceof MLXArray)) {
      return [key, applyTree(op, gradient, parameter, kept, apply, at)] as const;
    }
    if (!(parameter instanceof MLXArray)) {
      throw rangeError(`[${op}] there is a gradient for "${at}", but no parameter of this name`);
    }
    if (typeof kept !== "object" || kept === null || kept instanceof MLXArray) {
      throw rangeError(`[${op}] the state holds nothing for "${at}"; call init(parameters)`);
    }
    return [key, apply(gradient, parameter, kept as ParameterState)] as const;
  });
  if (Array.isArray(gradients)) return updated.map(([, value]) => value);
  return Object.fromEntries(updated);
}

const member = (tree: unknown, key: string): unknown =>
  typeof tree === "object" && tree !== null && Object.hasOwn(tree, key)
    ? (tree as Record<string, unknown>)[key]
    : undefined;

function entries(op: string, tree: unknown): [string, unknown][] {
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
 * @throws MLXError when a restored state lacks it
 */
export function stateArray(optimizer: string, state: ParameterState, name: string): MLXArray {
  const found = state[name];
  if (found !== undefined) return found;
  throw new MLXError(
    `[${optimizer}] the state of a parameter has no "${name}"; it is the state of another optimizer`,
    "VALUE",
  );
}
