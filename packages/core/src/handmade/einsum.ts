// `einsum` and `einsumPath`, whose operands follow the subscripts one by one, as in Python.

import { Contractions, type Handle, UnsupportedError } from "@mlx-ts/backend-api";
import { arrayArg, arraysArg, backendOf, textArg } from "../arguments.js";
import { type ArrayLike, MLXArray } from "../array.js";
import { isOptions, place, type StreamOptions } from "../options.js";
import { inScope } from "../scope.js";
import { wrap } from "../wrap.js";

/**
 * Einstein sum: products of arrays, summed over the labels that the output lacks.
 *
 * @param subscripts - one letter for each axis, terms split by commas, then `->` and the output; without an
 * arrow the output has the labels that occur once, in alphabetical order. `...` stands for any further axes
 * @param operands - one array for each term
 * @returns an array with the output's labels as axes
 * @throws TypeError for arguments of a wrong kind or an unknown option
 * @throws RangeError for subscripts that do not fit the operands, sizes that differ, more than 64 operands
 * @example
 * ```ts
 * import * as mx from "@mlx-ts/core";
 *
 * const a = mx.array([[1, 2], [3, 4]]);
 * mx.einsum("ij,jk->ik", a, a); // [[7, 10], [15, 22]]
 * mx.einsum("ii", a); // 5
 * ```
 * @see Python: `mlx.core.einsum`
 */
export function einsum(subscripts: string, ...operands: readonly ArrayLike[]): MLXArray;
/** Einstein sum, with `stream`: where to run, at the end. See the first signature. */
export function einsum(
  subscripts: string,
  ...operands: readonly [...ArrayLike[], StreamOptions]
): MLXArray;
export function einsum(
  subscripts: string,
  ...operands: readonly (ArrayLike | StreamOptions)[]
): MLXArray {
  const last = operands.at(-1);
  const options = isOptions(last) ? last : undefined;
  const count = options === undefined ? operands.length : operands.length - 1;
  const at = place("einsum", options);
  const text = textArg("einsum", "subscripts", subscripts);
  const first = operands[0];
  const backend = first instanceof MLXArray ? first.backend : backendOf(...operands);
  // A loop: sums of small arrays cost little more than what leads to them.
  const handles: Handle[] = [];
  for (let i = 0; i < count; i++)
    handles.push(arrayArg("einsum", "operands", operands[i], backend));
  return wrap(backend, backend.ops.einsum(text, handles, at));
}

/**
 * The order in which {@link einsum} contracts its operands; nothing is computed.
 *
 * @param subscripts - as for {@link einsum}
 * @param operands - one array for each term
 * @returns for each step the places of the operands that it joins, the result going to the end of the list;
 * and a report with the costs
 * @throws RangeError for subscripts that do not fit the operands
 * @throws UnsupportedError where the backend has no einsum of its own
 * @example
 * ```ts
 * const [a, b, c] = [mx.ones([2, 9]), mx.ones([9, 9]), mx.ones([9, 3])];
 * mx.einsumPath("ij,jk,kl", a, b, c)[0]; // [[0, 1], [0, 1]]
 * ```
 * @see Python: `mlx.core.einsum_path`
 */
export function einsumPath(
  subscripts: string,
  ...operands: readonly ArrayLike[]
): [path: number[][], report: string] {
  const text = textArg("einsumPath", "subscripts", subscripts);
  return inScope("the end of mx.einsumPath()", () => {
    const backend = backendOf(...operands);
    const contractions = backend.extension(Contractions);
    if (!contractions) throw new UnsupportedError("einsumPath", backend.id);
    return contractions.einsumPath(text, arraysArg("einsumPath", "operands", operands, backend));
  });
}
