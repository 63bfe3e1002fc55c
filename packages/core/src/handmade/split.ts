// `split`, whose second argument is a count or a list of places, as in Python.

import { rangeError } from "@mlx-ts/backend-api";
import { arrayArg, backendOf, intArg, intsArg } from "../arguments.js";
import { type ArrayLike, MLXArray } from "../array.js";
import { isOptions, named, placeOf, type StreamOptions } from "../options.js";
import { wrap, wrapAll } from "../wrap.js";

/** Options of {@link split}. */
export interface SplitOptions extends StreamOptions {
  /** The axis. Default: `0`. */
  axis?: number | undefined;
}

/**
 * Cuts an axis into pieces.
 *
 * @param a - `[...]`
 * @param indicesOrSections - a number of equal pieces, or the places to cut at
 * @param axis - the axis; default 0
 * @param options - `axis` by name, and `stream`: where to run
 * @returns the pieces
 * @throws RangeError when the axis does not divide, or is out of bounds
 * @example
 * ```ts
 * mx.split(mx.arange(4), 2).map((piece) => piece.tolist()); // [[0, 1], [2, 3]]
 * ```
 * @see Python: `mlx.core.split`
 */
export function split(
  a: ArrayLike,
  indicesOrSections: number | readonly number[],
  axis?: number,
  options?: SplitOptions,
): MLXArray[];
/** Cuts an axis into pieces. The remaining arguments by name; see the first signature. */
export function split(
  a: ArrayLike,
  indicesOrSections: number | readonly number[],
  options?: SplitOptions,
): MLXArray[];
export function split(
  a: ArrayLike,
  indicesOrSections: number | readonly number[],
  axis?: number | SplitOptions,
  options?: SplitOptions,
): MLXArray[] {
  if (isOptions(axis)) {
    options = named<SplitOptions>("split", axis, ["axis"], 0, options);
    axis = options.axis;
  } else if (options !== undefined) named<SplitOptions>("split", options, ["axis"], 1);
  const at = placeOf("split", options?.stream);
  const backend = backendOf(a);
  const array = a instanceof MLXArray ? a : wrap(backend, arrayArg("split", "a", a, backend));
  const along = intArg("split", "axis", axis ?? 0);
  const cuts =
    typeof indicesOrSections === "number"
      ? equalCuts(array, intArg("split", "indicesOrSections", indicesOrSections), along)
      : intsArg("split", "indicesOrSections", indicesOrSections);
  const handle = arrayArg("split", "a", array, backend);
  return wrapAll(backend, backend.ops.split(handle, cuts, along, at));
}

/** An empty axis divides into any number of pieces; more than this nobody means. */
const mostEmpty = 1024;

function equalCuts(array: MLXArray, sections: number, axis: number): number[] {
  const size = array.shape.at(axis < -array.ndim ? array.ndim : axis);
  if (size === undefined || axis >= array.ndim) {
    throw rangeError(
      `[split] axis ${axis} is out of bounds for an array of ${array.ndim} dimensions`,
      "SHAPE",
    );
  }
  if (sections < 1 || size % sections !== 0 || sections > Math.max(size, mostEmpty)) {
    throw rangeError(
      `[split] an axis of size ${size} does not divide into ${sections} equal pieces`,
      "SHAPE",
    );
  }
  const width = size / sections;
  return Array.from({ length: sections - 1 }, (_, i) => (i + 1) * width);
}
