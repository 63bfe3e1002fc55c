// Gradient checkpointing of a module: mx.checkpoint, whose gradients flow to arguments only, with the
// module's parameters, what it assigns, and the random state among arguments and results.

import { shown, typeError } from "@mlx-ts/backend-api";
import * as mx from "@mlx-ts/core";
import type { Module } from "./module.js";
import { arrayKind, arrayPlaces, isModule, type ParameterTree, placesOf } from "./module-tree.js";

/** Options of {@link checkpoint}. */
export interface CheckpointOptions<A extends unknown[], R> {
  /** Synchronous; takes and returns trees of arrays. Default: the module's `forward`. */
  readonly fn?: ((...args: A) => R) | null | undefined;
}

/** What a checkpointed function gives beside its result. */
interface Traced {
  readonly result: unknown;
  /** Arrays that it assigned to the module's fields. */
  readonly assigned: readonly mx.MLXArray[];
  readonly key: mx.MLXArray | null;
}

/**
 * A function whose intermediate values are not kept for gradients, but computed again: less memory, more
 * time. Gradients flow to the module's trainable parameters and to the arguments. Random numbers are
 * the same when they are drawn again.
 *
 * @param module - whose `forward` is to be called
 * @returns a function of the same arguments
 * @throws TypeError when `module` is no module
 * @example
 * ```ts
 * const layer = nn.checkpoint(model);
 * const lossAndGrad = nn.valueAndGrad(model, (x: mx.MLXArray) => mx.sum(layer(x)));
 * lossAndGrad(mx.ones([4, 2]))[0].shape; // []
 * ```
 * @see Python: `mlx.nn.utils.checkpoint`
 * @see Chen et al., Training deep nets with sublinear memory cost, https://arxiv.org/abs/1604.06174
 */
export function checkpoint<A extends unknown[], R>(
  module: Module & { forward(...args: A): R },
): (...args: A) => R;
/**
 * The same for a function that calls the module; see the first signature.
 *
 * @param module - whose trainable parameters `fn` reads
 * @param fn - synchronous; takes and returns trees of arrays; default: the module's `forward`; also `{ fn }`
 * @returns a function of the same arguments
 * @throws TypeError when `module` is no module, or `fn` no function
 */
export function checkpoint<A extends unknown[], R>(
  module: Module,
  fn: ((...args: A) => R) | CheckpointOptions<A, R> | null | undefined,
): (...args: A) => R;
export function checkpoint<A extends unknown[], R>(
  module: Module,
  fn?: ((...args: A) => R) | CheckpointOptions<A, R> | null,
): (...args: A) => R {
  const op = "nn.checkpoint";
  if (!isModule(module)) throw typeError(`[${op}] a module was expected, got ${shown(module)}`);
  const given = mx.keywords<CheckpointOptions<A, R>>(op, ["fn"], [fn]).fn ?? null;
  if (given !== null && typeof given !== "function") {
    throw typeError(`[${op}] a function was expected, got ${shown(given)}`);
  }
  // The method is looked up at each call, since it may be replaced; that it takes A, the signatures say.
  const call = (args: A): unknown =>
    given === null ? module.forward(...(args as unknown as never[])) : given(...args);
  return (...args) => {
    let places: readonly Assignment[] = [];
    const checkpointed = mx.checkpoint(
      (parameters: ParameterTree, key: mx.MLXArray | null, rest: A): Traced =>
        withRandomKey(key, () => {
          const [result, assigned] = withParameters(op, module, parameters, () => call(rest));
          places = assigned;
          return [result, assigned.map(({ value }) => value)];
        }),
    );
    const parameters = module.trainableParameters();
    const key = keyFor([parameters, args]);
    const { result, assigned, key: next } = checkpointed(parameters, key, args);
    if (next !== null) mx.random.state.key = mx.own(next);
    places.forEach(({ holder, key: name }, i) => {
      holder[name] = assigned[i];
    });
    return result as R;
  };
}

/** An array that a function put into a module. */
type Assignment = ReturnType<typeof arrayPlaces>[number];

/** Runs a function with other parameters in the module; the module is left as it was. */
function withParameters<T>(
  op: string,
  module: Module,
  parameters: ParameterTree,
  run: () => T,
): [T, assigned: Assignment[]] {
  const before = arrayPlaces(module);
  const known = new Set(before.map(({ value }) => value));
  try {
    for (const { holder, key, value } of placesOf(op, module, parameters, arrayKind, true)) {
      holder[key] = value;
      known.add(value);
    }
    const result = run();
    return [result, arrayPlaces(module).filter(({ value }) => !known.has(value))];
  } finally {
    for (const { holder, key, value } of before) holder[key] = value;
  }
}

/** The random key, where it lives on the backend of the arrays; without arrays there is no gradient. */
function keyFor(tree: unknown): mx.MLXArray | null {
  const [first] = mx.arraysIn(tree);
  // A state that was never used has no key yet.
  if (mx.random.state.key === null) mx.tidy(() => mx.random.uniform());
  const { key } = mx.random.state;
  return key !== null && key.backend === first?.backend ? key : null;
}

/** Runs a function from a random key; the state is left as it was, and the key that is next is returned. */
function withRandomKey(
  key: mx.MLXArray | null,
  run: () => readonly [result: unknown, assigned: readonly mx.MLXArray[]],
): Traced {
  const { state } = mx.random;
  const before = state.key;
  if (key === null || before === null) {
    const [result, assigned] = run();
    return { result, assigned, key: null };
  }
  try {
    // Bits have no gradient.
    state.key = mx.stopGradient(key);
    const [result, assigned] = run();
    return { result, assigned, key: state.key };
  } finally {
    state.key = before;
  }
}
