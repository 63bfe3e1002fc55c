// `convGeneral`, whose padding has three forms, as in Python.

import { rangeError, shown } from "@mlx-ts/backend-api";
import { arrayArg, backendOf, boolArg, intArg, intsArg } from "../arguments.js";
import { type ArrayLike, MLXArray } from "../array.js";
import { keywords } from "../keywords.js";
import { placeOf, type StreamOptions } from "../options.js";
import { wrap } from "../wrap.js";

/** One number for all axes, or one for each. */
export type PerAxis = number | readonly number[];

/** Options of {@link convGeneral}. */
export interface ConvGeneralOptions extends StreamOptions {
  /** Step of the kernel. Default: `1`. */
  stride?: PerAxis | undefined;
  /** Zeros added around; two lists tell beginnings from ends; negative ones cut off. Default: `0`. */
  padding?: PerAxis | readonly [low: readonly number[], high: readonly number[]] | undefined;
  /** Distance of the kernel's elements. Default: `1`. */
  kernelDilation?: PerAxis | undefined;
  /** Distance of the input's elements. Default: `1`. */
  inputDilation?: PerAxis | undefined;
  /** How many separate groups of channels. Default: `1`. */
  groups?: number | undefined;
  /** Whether the kernel is turned round, as mathematics does. Default: `false`. */
  flip?: boolean | undefined;
}

const names = [
  "stride",
  "padding",
  "kernelDilation",
  "inputDilation",
  "groups",
  "flip",
  "stream",
] as const;

type Optional<K extends (typeof names)[number]> = Exclude<ConvGeneralOptions[K], undefined>;

/**
 * Convolution over one to three axes, with all that can be set.
 *
 * @param input - `[N, ..., C]`
 * @param weight - `[O, ..., C / groups]`
 * @param stride - step of the kernel, one for all axes or one for each; default 1
 * @param padding - zeros added around, for all axes or for each; two lists tell beginnings from ends; negative
 * ones cut off; default 0
 * @param kernelDilation - distance of the kernel's elements; default 1
 * @param inputDilation - distance of the input's elements, as transposed convolutions have; default 1
 * @param groups - how many separate groups of channels; default 1
 * @param flip - whether the kernel is turned round, as mathematics does; default false
 * @param options - all of these by name, and `stream`: where to run
 * @returns `[N, ..., O]`
 * @throws TypeError for arguments of a wrong kind or an unknown option
 * @throws RangeError for shapes that do not fit, empty kernels, zero strides, or channels that `groups` does
 * not divide
 * @example
 * ```ts
 * const [x, w] = [mx.array([[[1], [2], [3]]]), mx.ones([1, 2, 1])];
 * mx.convGeneral(x, w).tolist(); // [[[3], [5]]]
 * mx.convGeneral(x, w, { padding: [[1], [0]] }).tolist(); // [[[1], [3], [5]]]
 * ```
 * @see Python: `mlx.core.conv_general`
 */
export function convGeneral(
  input: ArrayLike,
  weight: ArrayLike,
  stride?: Optional<"stride">,
  padding?: Optional<"padding">,
  kernelDilation?: Optional<"kernelDilation">,
  inputDilation?: Optional<"inputDilation">,
  groups?: number,
  flip?: boolean,
  options?: ConvGeneralOptions,
): MLXArray;
/** Convolution over one to three axes. The remaining arguments by name; see the first signature. */
export function convGeneral(
  input: ArrayLike,
  weight: ArrayLike,
  options?: ConvGeneralOptions,
): MLXArray;
/** Convolution over one to three axes. The remaining arguments by name; see the first signature. */
export function convGeneral(
  input: ArrayLike,
  weight: ArrayLike,
  stride: Optional<"stride"> | undefined,
  options?: ConvGeneralOptions,
): MLXArray;
/** Convolution over one to three axes. The remaining arguments by name; see the first signature. */
export function convGeneral(
  input: ArrayLike,
  weight: ArrayLike,
  stride: Optional<"stride"> | undefined,
  padding: Optional<"padding"> | undefined,
  options?: ConvGeneralOptions,
): MLXArray;
/** Convolution over one to three axes. The remaining arguments by name; see the first signature. */
export function convGeneral(
  input: ArrayLike,
  weight: ArrayLike,
  stride: Optional<"stride"> | undefined,
  padding: Optional<"padding"> | undefined,
  kernelDilation: Optional<"kernelDilation"> | undefined,
  options?: ConvGeneralOptions,
): MLXArray;
/** Convolution over one to three axes. The remaining arguments by name; see the first signature. */
export function convGeneral(
  input: ArrayLike,
  weight: ArrayLike,
  stride: Optional<"stride"> | undefined,
  padding: Optional<"padding"> | undefined,
  kernelDilation: Optional<"kernelDilation"> | undefined,
  inputDilation: Optional<"inputDilation"> | undefined,
  options?: ConvGeneralOptions,
): MLXArray;
/** Convolution over one to three axes. The remaining arguments by name; see the first signature. */
export function convGeneral(
  input: ArrayLike,
  weight: ArrayLike,
  stride: Optional<"stride"> | undefined,
  padding: Optional<"padding"> | undefined,
  kernelDilation: Optional<"kernelDilation"> | undefined,
  inputDilation: Optional<"inputDilation"> | undefined,
  groups: number | undefined,
  options?: ConvGeneralOptions,
): MLXArray;
export function convGeneral(
  input: ArrayLike,
  weight: ArrayLike,
  ...rest: readonly unknown[]
): MLXArray {
  const op = "convGeneral";
  const given = keywords<ConvGeneralOptions>(op, names, rest);
  const { stride = 1, padding = 0, kernelDilation = 1, inputDilation = 1, groups = 1 } = given;
  const at = placeOf(op, given.stream);
  const [low, high] = ends(padding);
  const backend = input instanceof MLXArray ? input.backend : backendOf(input, weight);
  return wrap(
    backend,
    backend.ops.convGeneral(
      arrayArg(op, "input", input, backend),
      arrayArg(op, "weight", weight, backend),
      intsArg(op, "stride", stride),
      low,
      high,
      intsArg(op, "kernelDilation", kernelDilation),
      intsArg(op, "inputDilation", inputDilation),
      intArg(op, "groups", groups),
      boolArg(op, "flip", given.flip ?? false),
      at,
    ),
  );
}

/** The padding at the beginnings and at the ends of axes. */
function ends(padding: unknown): readonly [readonly number[], readonly number[]] {
  const nested = Array.isArray(padding) && padding.slice(0, 2).some(Array.isArray);
  if (!nested) {
    const both = intsArg("convGeneral", "padding", padding);
    return [both, both];
  }
  if (padding.length !== 2) {
    throw rangeError(
      `[convGeneral] padding must be a number, a list, or two lists (before and after), got ${shown(padding)}`,
    );
  }
  const [low, high] = padding.map((list: unknown, i) =>
    intsArg("convGeneral", `padding[${i}]`, list),
  );
  return [low ?? [], high ?? []];
}
