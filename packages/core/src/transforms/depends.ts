// The order in which arrays are computed, where no data says it.

import { type Backend, type Handle, shown, Transforms, typeError } from "@mlx-ts/backend-api";
import { MLXArray } from "../array.js";
import { wrapAll } from "../wrap.js";
import { backendOf, handlesOf } from "./trace.js";

function arraysArg(name: string, value: unknown): readonly MLXArray[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const stranger = list.findIndex((item) => !(item instanceof MLXArray));
  if (stranger < 0) return list as readonly MLXArray[];
  throw typeError(
    `[depends] ${name} must be an array or a list of arrays, got ${shown(list[stranger])}`,
  );
}

/** A backend that cannot remember an order keeps it by computing now. */
function ordered(
  backend: Backend,
  inputs: readonly Handle[],
  dependencies: readonly Handle[],
): Handle[] {
  const transforms = backend.extension(Transforms);
  if (transforms !== undefined) return transforms.depends(inputs, dependencies);
  backend.eval(dependencies);
  return inputs.map((input) => backend.retain(input));
}

/**
 * The same arrays, but computed after others, for example after those that write to a file or a peer.
 *
 * @param inputs - an array, or a list of arrays
 * @param dependencies - an array, or a list of arrays, to be computed before
 * @returns arrays equal to `inputs`, one or a list as given
 * @throws TypeError for anything but arrays
 * @example
 * ```ts
 * const before = mx.exp(mx.array(1));
 * mx.depends(mx.array(2), before).item(); // 2
 * ```
 * @see Python: `mlx.core.depends`
 */
export function depends<T extends MLXArray | readonly MLXArray[]>(
  inputs: T,
  dependencies: MLXArray | readonly MLXArray[],
): T extends MLXArray ? MLXArray : MLXArray[] {
  const given = arraysArg("inputs", inputs);
  const before = arraysArg("dependencies", dependencies);
  const backend = backendOf("depends", [...given, ...before]);
  const inputHandles = handlesOf("depends", given);
  const beforeHandles = handlesOf("depends", before);
  const outputs = wrapAll(backend, ordered(backend, inputHandles, beforeHandles));
  return (Array.isArray(inputs) ? outputs : outputs[0]) as never;
}
