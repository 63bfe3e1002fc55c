// What the transforms share: calling a function on tracers in a scope, and carrying its results across
// the engine as a list of handles.

import {
  type Backend,
  type ExtensionToken,
  type Handle,
  MLXError,
  shown,
  Transforms,
  typeError,
  UnsupportedError,
} from "@mlx-ts/backend-api";
import type { MLXArray } from "../array.js";
import { defaultBackend } from "../backend.js";
import { inScope, refusePromise } from "../scope.js";
import { arraysIn, mapArrays, nodeIn } from "../tree.js";
import { wrap } from "../wrap.js";

/** Any function; its parameters are checked where it is called. */
export type Fn = (...args: never[]) => unknown;

/** The one backend of some arrays. */
export function backendOf(op: string, arrays: readonly MLXArray[]): Backend {
  const backend = arrays[0]?.backend ?? defaultBackend();
  for (const array of arrays) {
    if (array.backend !== backend) {
      throw new MLXError(
        `[${op}] the arguments are arrays of the backends "${backend.id}" and "${array.backend.id}", which do not mix; copy with toBackend first`,
        "BACKEND_MISMATCH",
      );
    }
  }
  return backend;
}

/** The extension of the arrays' backend, and that backend. */
export function engine<E>(
  op: string,
  arrays: readonly MLXArray[],
  token: ExtensionToken<E>,
): [Backend, E] {
  const backend = backendOf(op, arrays);
  const extension = backend.extension(token);
  if (extension !== undefined) return [backend, extension];
  throw new UnsupportedError(op, backend.id, cures.get(token.id));
}

/** What gives a backend a part that it lacks. */
const cures: ReadonlyMap<string, string> = new Map([
  [Transforms.id, "withAutodiff(backend) of @mlx-ts/backend-api adds gradients to any backend"],
]);

/** The handles of a list of arrays. */
export const handlesOf = (op: string, arrays: readonly MLXArray[]): Handle[] =>
  arrays.map((array) => array.live(op));

/** Refuses modules and the like among arguments that are taken apart and put together again. */
export function refuseNodes(op: string, tree: unknown, cure: string): void {
  const node = nodeIn(tree);
  if (node) throw typeError(`[${op}] an argument holds ${shown(node)}; ${cure}`);
}

/** Puts arrays in the places of a tree's arrays, in order, in copies of its containers. */
export function refill<T>(tree: T, arrays: readonly MLXArray[]): T {
  let next = 0;
  return mapArrays(tree, (old) => arrays[next++] ?? old);
}

/**
 * Runs a traced body in a scope: tracers in, the results' handles out, each owned by the caller.
 *
 * @param label - what messages call the scope
 * @param body - gets the tracers, gives a tree
 * @param kept - further trees whose arrays stay alive
 */
export function traced(
  label: string,
  backend: Backend,
  tracers: readonly Handle[],
  body: (arrays: MLXArray[]) => unknown,
  kept?: () => unknown,
): Handle[] {
  let outputs: Handle[] = [];
  inScope(
    `the end of ${label}`,
    () => {
      const result = body(tracers.map((handle) => wrap(backend, handle)));
      refusePromise(label, result);
      outputs = arraysIn(result).map((array) => backend.retain(array.live(label)));
    },
    kept,
  );
  return outputs;
}
