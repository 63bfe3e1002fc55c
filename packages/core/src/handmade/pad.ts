// `pad`, whose widths come in four forms, as in Python.

import { shown, typeError } from "@mlx-ts/backend-api";
import { arrayArg, backendOf, choiceArg, intsArg, operandArg } from "../arguments.js";
import { type ArrayLike, MLXArray } from "../array.js";
import { keywords } from "../keywords.js";
import { placeOf, type StreamOptions } from "../options.js";
import { wrap } from "../wrap.js";

/** What {@link pad} adds: a constant, the last element again, or the array turned round. */
export type PadMode = "constant" | "edge" | "reflect" | "symmetric";

const modes = ["constant", "edge", "reflect", "symmetric"] as const;

/**
 * How much {@link pad} adds: one number for all ends, before and after for all axes, or a pair for each axis.
 */
export type PadWidth =
  | number
  | readonly [number]
  | readonly [before: number, after: number]
  | readonly (readonly [before: number, after: number])[];

/** Options of {@link pad}. */
export interface PadOptions extends StreamOptions {
  /** What is added. Default: `"constant"`. */
  mode?: PadMode | undefined;
  /** The constant: one number, or an array of one element. Default: `0`. */
  constantValues?: ArrayLike | undefined;
}

/**
 * Adds elements at the ends of axes.
 *
 * @param a - `[...]`
 * @param padWidth - one number for all ends, before and after for all axes, or such a pair for each axis
 * @param mode - `"constant"`; `"edge"` repeats the last element; `"reflect"` turns the array round at its last
 * element, `"symmetric"` behind it; default `"constant"`
 * @param constantValues - the constant, one number; default 0
 * @param options - `mode` and `constantValues` by name, and `stream`: where to run
 * @returns an array of `a`'s dtype with longer axes
 * @throws TypeError for arguments of a wrong kind or an unknown option
 * @throws RangeError for negative widths, another mode, for repeating an empty axis, and for repeating an axis
 * more than 4096 times
 * @example
 * ```ts
 * const a = mx.array([1, 2, 3]);
 * mx.pad(a, 1); // [0, 1, 2, 3, 0]
 * mx.pad(a, [0, 2], "reflect"); // [1, 2, 3, 2, 1]
 * mx.pad(mx.ones([1, 1]), [[0, 0], [1, 0]], { constantValues: 7 }); // [[7, 1]]
 * ```
 * @see Python: `mlx.core.pad`
 */
export function pad(
  a: ArrayLike,
  padWidth: PadWidth,
  mode?: PadMode,
  constantValues?: ArrayLike,
  options?: PadOptions,
): MLXArray;
/** Adds elements at the ends of axes. The remaining arguments by name; see the first signature. */
export function pad(a: ArrayLike, padWidth: PadWidth, options?: PadOptions): MLXArray;
/** Adds elements at the ends of axes. The remaining arguments by name; see the first signature. */
export function pad(
  a: ArrayLike,
  padWidth: PadWidth,
  mode: PadMode | undefined,
  options?: PadOptions,
): MLXArray;
export function pad(a: ArrayLike, padWidth: PadWidth, ...rest: readonly unknown[]): MLXArray {
  const {
    mode = "constant",
    constantValues = 0,
    stream,
  } = keywords<PadOptions>("pad", ["mode", "constantValues", "stream"], rest);
  const at = placeOf("pad", stream);
  const backend = a instanceof MLXArray ? a.backend : backendOf(a, constantValues);
  return wrap(
    backend,
    backend.ops.pad(
      arrayArg("pad", "a", a, backend),
      widths(padWidth),
      choiceArg("pad", "mode", mode, modes),
      operandArg("pad", "constantValues", constantValues, backend),
      at,
    ),
  );
}

/** One number, two, or two for each axis: one list tells them apart. */
function widths(given: PadWidth): readonly number[] {
  if (!Array.isArray(given) || !Array.isArray(given[0])) {
    const list = intsArg("pad", "padWidth", given);
    if (list.length <= 2) return list;
    throw typeError(
      `[pad] padWidth must be a number, two, or a pair for each axis, got ${shown(given)}`,
    );
  }
  // Not flatMap, which passes over holes: a list may have billions.
  const pairs = Array.from(given, (ends, axis) => {
    const pair = intsArg("pad", `padWidth[${axis}]`, ends);
    if (Array.isArray(ends) && pair.length === 2) return pair;
    throw typeError(`[pad] padWidth[${axis}] must be a pair of integers, got ${shown(ends)}`);
  });
  return pairs.flat();
}
