// Computing arrays now or in the background.

import type { Backend, Handle } from "@mlx-ts/backend-api";
import type { MLXArray } from "../array.js";
import { arraysIn } from "../tree.js";
import { type AbortOptions, signalOf, untilAborted } from "./abort.js";

/** Groups handles by backend: nearly always one group. */
export function byBackend(op: string, arrays: readonly MLXArray[]): Map<Backend, Handle[]> {
  const groups = new Map<Backend, Handle[]>();
  for (const array of arrays) {
    const group = groups.get(array.backend);
    if (group) group.push(array.live(op));
    else groups.set(array.backend, [array.live(op)]);
  }
  return groups;
}

/**
 * Computes every array in some trees. On the namespace it is `mx.eval`.
 *
 * @param trees - arrays, or lists, objects, maps, modules and optimizers of arrays
 * @throws MLXError when the engine fails; the arrays involved then refuse to be read
 * @example
 * ```ts
 * const a = mx.ones([2]).add(1);
 * mx.eval(a);
 * ```
 * @see Python: `mlx.core.eval`
 */
export function evaluate(...trees: readonly unknown[]): void {
  for (const [backend, handles] of byBackend("eval", arraysIn(trees))) backend.eval(handles);
}

/**
 * Starts computing every array in some trees, and does not wait.
 *
 * @param trees - arrays, or lists, objects, maps, modules and optimizers of arrays
 * @returns settles when they are computed; it may be ignored, a failure then shows at the next read
 * @throws RangeError inside a transform
 * @example
 * ```ts
 * const a = mx.ones([2]).add(1);
 * await mx.asyncEval(a);
 * a.tolist(); // [2, 2]
 * ```
 * @see Python: `mlx.core.async_eval`
 */
export function asyncEval(...trees: readonly unknown[]): Promise<void> {
  // Whoever ignores a promise must not be ended by an unhandled rejection, also when another backend
  // refuses to start.
  const ignorable = <T>(work: Promise<T>): Promise<T> => {
    work.catch(() => undefined);
    return work;
  };
  const groups = [...byBackend("asyncEval", arraysIn(trees))];
  const all = groups.map(([backend, handles]) => ignorable(backend.evalAsync(handles)));
  return ignorable(Promise.all(all).then(() => undefined));
}

/**
 * Computes every array in a tree without blocking the event loop.
 *
 * An abort ends the wait and not the work: what was started is computed to its end in the background, and
 * the arrays keep their values. To stop early, compute a long calculation in parts and look at the signal
 * between them.
 *
 * @param tree - an array, or lists, objects, maps, modules and optimizers of arrays
 * @param options - `signal`: ends the wait, and prevents the start when it is aborted already
 * @returns the same tree, computed
 * @throws the signal's reason (by default a DOMException named AbortError) after an abort
 * @throws MLXError when the engine fails; the arrays involved then refuse to be read
 * @example
 * ```ts
 * const { sum } = await mx.evalAsync({ sum: mx.sum(mx.ones([3])) }, { signal: AbortSignal.timeout(60_000) });
 * sum.item(); // 3
 * ```
 */
export async function evalAsync<T>(tree: T, options?: AbortOptions): Promise<T> {
  await untilAborted(signalOf("evalAsync", options), () => asyncEval(tree));
  return tree;
}
