// `quantize`, which gives two or three arrays, by the mode. The other ops of the family are generated:
// ./ops/quantization.ts.

import { arrayArg, arrayOrNullArg, backendOf, choiceArg, intOrNullArg } from "../arguments.js";
import type { ArrayLike, MLXArray } from "../array.js";
import { isOptions, named, placeOf, type StreamOptions } from "../options.js";
import { wrapAll } from "../wrap.js";

/** How elements are packed: by scale and bias (affine), or as floats with a shared scale. */
export type QuantizationMode = "affine" | "mxfp4" | "mxfp8" | "nvfp4";

const modes: readonly QuantizationMode[] = ["affine", "mxfp4", "mxfp8", "nvfp4"];

/** What {@link quantize} gives: affine packing has biases, the others do not. */
export type Quantized<M extends QuantizationMode> = M extends "affine"
  ? [w: MLXArray, scales: MLXArray, biases: MLXArray]
  : [w: MLXArray, scales: MLXArray];

/** Options of {@link quantize}. */
export interface QuantizeOptions<M extends QuantizationMode = QuantizationMode>
  extends StreamOptions {
  /** How many neighbours in a row share a scale; `null` takes the mode's. Default: `null`. */
  groupSize?: number | null | undefined;
  /** Bits of one element; `null` takes the mode's. Default: `null`. */
  bits?: number | null | undefined;
  /** How elements are packed. Default: `"affine"`. */
  mode?: M | undefined;
  /** A float32 scale of the whole matrix; nvfp4 only. Default: `null`. */
  globalScale?: ArrayLike | null | undefined;
}

const names = ["groupSize", "bits", "mode", "globalScale"] as const;

/**
 * Packs the rows of a matrix into few bits, group by group. The sizes of the modes, defaults first:
 *
 * | mode | group size | bits | scales | biases |
 * | --- | --- | --- | --- | --- |
 * | affine | 64, 32, 128 | 4, 1, 2, 3, 5, 6, 8 | `w`'s dtype | `w`'s dtype |
 * | mxfp4 | 32 | 4 | uint8 (E8M0) | none |
 * | mxfp8 | 32 | 8 | uint8 (E8M0) | none |
 * | nvfp4 | 16 | 4 | uint8 (E4M3) | none |
 *
 * @param w - `[..., n, k]`, float32, float16 or bfloat16; the group size divides `k`
 * @param groupSize - how many neighbours in a row share a scale; default `null`, the mode's
 * @param bits - bits of one element; default `null`, the mode's
 * @param mode - how elements are packed; default `"affine"`
 * @param options - the optional arguments by name, `globalScale` (a float32 scale of the whole matrix;
 * nvfp4 only), and `stream`: where to run
 * @returns the packed matrix, uint32 `[..., n, k * bits / 32]`, its scales `[..., n, k / groupSize]`
 * and, for affine, its biases of the same shape
 * @throws TypeError for arguments of a wrong kind or an unknown option
 * @throws RangeError for sizes that the mode does not have, shapes that do not divide, or another dtype
 * @example
 * ```ts
 * const [w, scales, biases] = mx.quantize(mx.ones([2, 64]));
 * w.shape; // [2, 8]
 * mx.quantize(mx.ones([2, 64]), { mode: "mxfp8" }).length; // 2
 * ```
 * @see Python: `mlx.core.quantize`
 */
export function quantize<M extends QuantizationMode = "affine">(
  w: ArrayLike,
  groupSize?: number | null,
  bits?: number | null,
  mode?: M,
  options?: QuantizeOptions<M>,
): Quantized<M>;
/** Packs the rows of a matrix. The remaining arguments by name; see the first signature. */
export function quantize<M extends QuantizationMode = "affine">(
  w: ArrayLike,
  options?: QuantizeOptions<M>,
): Quantized<M>;
/** Packs the rows of a matrix. The remaining arguments by name; see the first signature. */
export function quantize<M extends QuantizationMode = "affine">(
  w: ArrayLike,
  groupSize: number | null | undefined,
  options?: QuantizeOptions<M>,
): Quantized<M>;
/** Packs the rows of a matrix. The remaining arguments by name; see the first signature. */
export function quantize<M extends QuantizationMode = "affine">(
  w: ArrayLike,
  groupSize: number | null | undefined,
  bits: number | null | undefined,
  options?: QuantizeOptions<M>,
): Quantized<M>;
export function quantize(
  w: ArrayLike,
  groupSize?: number | null | QuantizeOptions,
  bits?: number | null | QuantizeOptions,
  mode?: QuantizationMode | QuantizeOptions,
  options?: QuantizeOptions,
): MLXArray[] {
  if (isOptions(groupSize)) {
    options = named<QuantizeOptions>("quantize", groupSize, names, 0, bits, mode, options);
    ({ groupSize, bits, mode } = options);
  } else if (isOptions(bits)) {
    options = named<QuantizeOptions>("quantize", bits, names, 1, mode, options);
    ({ bits, mode } = options);
  } else if (isOptions(mode)) {
    options = named<QuantizeOptions>("quantize", mode, names, 2, options);
    mode = options.mode;
  } else if (options !== undefined) named<QuantizeOptions>("quantize", options, names, 3);
  const at = placeOf("quantize", options?.stream);
  const backend = backendOf(w, options?.globalScale);
  const parts = backend.ops.quantize(
    arrayArg("quantize", "w", w, backend),
    intOrNullArg("quantize", "groupSize", groupSize ?? null),
    intOrNullArg("quantize", "bits", bits ?? null),
    choiceArg("quantize", "mode", mode === undefined ? "affine" : mode, modes),
    arrayOrNullArg("quantize", "globalScale", options?.globalScale ?? null, backend),
    at,
  );
  return wrapAll(backend, parts);
}
