// Functions that keep no intermediate values for their gradients: these are computed again.

import { Transforms } from "@mlx-ts/backend-api";
import type { MLXArray } from "../array.js";
import { fnArg } from "../scope.js";
import { arraysIn, filled, type Skeleton, skeletonOf } from "../tree.js";
import { wrapAll } from "../wrap.js";
import { backendOf, type Fn, handlesOf, refuseNodes, traced } from "./trace.js";

/** The structure of a function's result, once it has run. */
interface Output {
  structure: Skeleton | undefined;
}

// A function of its own: the graph holds the closure, which must not lead to the arguments' arrays.
const forward =
  (fn: Fn, backend: MLXArray["backend"], inputs: Skeleton, output: Output) =>
  (handles: readonly MLXArray["handle"][]) =>
    traced("checkpoint", backend, handles, (arrays) => {
      const result = fn(...filled<never[]>(inputs, arrays));
      output.structure ??= skeletonOf(result);
      return result;
    });

/**
 * Makes a function whose intermediate values are not kept for its gradient, but computed again: less
 * memory, more time. Gradients flow to its arguments only.
 *
 * @param fn - synchronous; takes and returns trees of arrays, and gives the same each time
 * @returns a function of the same arguments
 * @throws TypeError when `fn` returns no array, or an argument is a module (pass its parameters)
 * @example
 * ```ts
 * const layer = mx.checkpoint((x: mx.MLXArray) => mx.exp(mx.square(x)));
 * mx.grad((x: mx.MLXArray) => layer(x))(mx.array(0)).item(); // 0
 * ```
 * @see Python: `mlx.core.checkpoint`
 */
export function checkpoint<F extends Fn>(fn: F): (...args: Parameters<F>) => ReturnType<F> {
  fnArg("checkpoint", fn);
  return (...args) => {
    refuseNodes("checkpoint", args, "pass its parameters, or use nn.checkpoint(module)");
    const inputs = arraysIn(args);
    const backend = backendOf("checkpoint", inputs);
    const transforms = backend.extension(Transforms);
    // Without gradients no intermediate value is kept.
    if (transforms === undefined) return fn(...args) as ReturnType<F>;
    const output: Output = { structure: undefined };
    const outputs = transforms.checkpoint(
      forward(fn, backend, skeletonOf(args), output),
      handlesOf("checkpoint", inputs),
    );
    return filled(output.structure ?? skeletonOf(undefined), wrapAll(backend, outputs));
  };
}
