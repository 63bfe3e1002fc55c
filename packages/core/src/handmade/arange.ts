// `arange`, whose first argument means two things, as in Python.

import type { DType } from "@mlx-ts/backend-api";
import { dtypeOrNullArg, floatArg } from "../arguments.js";
import type { MLXArray } from "../array.js";
import { defaultBackend } from "../backend.js";
import { isOptions, named, placeOf, type StreamOptions } from "../options.js";
import { wrap } from "../wrap.js";

/** Options of {@link arange}. */
export interface ArangeOptions extends StreamOptions {
  /** The distance between numbers. Default: `1`. */
  step?: number | undefined;
  /** Element type; `null` takes int32 where all numbers are integral, else float32. Default: `null`. */
  dtype?: DType | null | undefined;
}

/**
 * Numbers from 0 up to `stop`, which is left out.
 *
 * @param stop - the end, left out
 * @param dtype - element type; default int32 for an integral end, else float32
 * @param options - `step`, `dtype`, and `stream`: where to run
 * @returns an array of shape `[ceil(stop / step)]`
 * @throws RangeError for a zero step, NaN, or more than 2^31-1 numbers
 * @example
 * ```ts
 * mx.arange(3).tolist(); // [0, 1, 2]
 * ```
 * @see Python: `mlx.core.arange`
 */
export function arange(stop: number, dtype?: DType | null, options?: ArangeOptions): MLXArray;
/** Numbers from 0 up to `stop`, which is left out. The remaining arguments by name; see the first signature. */
export function arange(stop: number, options?: ArangeOptions): MLXArray;
/**
 * Numbers from `start` up to `stop`, which is left out.
 *
 * @param start - the first number
 * @param stop - the end, left out
 * @param step - the distance; default 1
 * @param dtype - element type; default int32 where all numbers are integral, else float32
 * @param options - `step`, `dtype`, and `stream`: where to run
 * @returns an array of shape `[ceil((stop - start) / step)]`
 * @throws RangeError for a zero step, NaN, or more than 2^31-1 numbers
 * @example
 * ```ts
 * mx.arange(1, 7, 2).tolist(); // [1, 3, 5]
 * ```
 */
export function arange(
  start: number,
  stop: number,
  step?: number,
  dtype?: DType | null,
  options?: ArangeOptions,
): MLXArray;
/** Numbers from `start` up to `stop`, which is left out. The remaining arguments by name; see the first signature. */
export function arange(start: number, stop: number, options?: ArangeOptions): MLXArray;
/** Numbers from `start` up to `stop`, which is left out. The remaining arguments by name; see the first signature. */
export function arange(
  start: number,
  stop: number,
  step: number,
  options?: ArangeOptions,
): MLXArray;
export function arange(...args: readonly unknown[]): MLXArray {
  const end = args.findIndex(isOptions);
  const given = end < 0 ? args : args.slice(0, end);
  // One number is the end; a dtype may follow it.
  const short = typeof given[1] !== "number";
  const [start, stop, step, dtype, last] = short
    ? [0, given[0], undefined, given[1], given[2]]
    : given;
  const names = short ? ["dtype", "step"] : ["step", "dtype"];
  const [first, second] = short ? [dtype, step] : [step, dtype];
  const taken = second !== undefined ? 2 : first !== undefined ? 1 : 0;
  const raw = end < 0 ? last : args[end];
  const options =
    raw === undefined
      ? undefined
      : named<ArangeOptions>("arange", raw, names, taken, ...(end < 0 ? [] : args.slice(end + 1)));
  const from = floatArg("arange", "start", start);
  const to = floatArg("arange", "stop", stop);
  const by = floatArg("arange", "step", step ?? options?.step ?? 1);
  const natural = [from, to, by].every(Number.isInteger) ? "int32" : "float32";
  const wanted = dtypeOrNullArg("arange", "dtype", dtype ?? options?.dtype ?? null) ?? natural;
  const backend = defaultBackend();
  return wrap(
    backend,
    backend.ops.arange(from, to, by, wanted, placeOf("arange", options?.stream)),
  );
}
