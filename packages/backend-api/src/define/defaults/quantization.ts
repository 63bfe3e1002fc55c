// Defaults of the family "quantization": packing, unpacking, and products with unpacked matrices.

import { type Handle, Scalar } from "../../backend.js";
import type { QuantizationOps, RequiredOp } from "../../ops/index.js";
import { sizeOf } from "../axes.js";
import type { Front } from "../front.js";
import { type Mode, packingOf } from "../packing.js";
import { affineDequantize, affineQuantize } from "./affine.js";
import { floatDequantize, floatQuantize, floatRounded } from "./microscaling.js";

/** What nvfp4's scales of whole matrices are multiples of. */
const globalUnit = 448 * 6;

export const quantizationDefaults = <H extends Handle>(
  f: Front<H>,
): Partial<Omit<QuantizationOps<H>, RequiredOp>> => {
  const { ops } = f;

  /** The matrix in float32: products of halves are summed in it. */
  const unpackedWide = (
    w: H,
    scales: H,
    biases: H | null,
    groupSize: number | null,
    bits: number | null,
    mode: Mode,
  ): H => {
    const wide = (a: H) => (mode === "affine" ? ops.astype(a, "float32") : a);
    const parts = [wide(scales), biases && wide(biases)] as const;
    return ops.dequantize(w, ...parts, groupSize, bits, mode, null, "float32");
  };

  /** Rows of a side that is packed on the way, as numbers. */
  const rounded = (
    x: H,
    groupSize: number | null,
    bits: number | null,
    mode: Mode,
    globalScale: H | null,
  ): H => {
    if (globalScale === null)
      return floatRounded(f, x, packingOf("qqmm", groupSize, bits, mode), mode);
    const [words, scales] = ops.quantize(x, groupSize, bits, mode, globalScale) as [H, H];
    return ops.dequantize(words, scales, null, groupSize, bits, mode, globalScale, f.dtype(x));
  };

  /** The other side of such a product: packed before, or packed now. */
  const weights = (
    x: H,
    w: H,
    scales: H | null,
    groupSize: number | null,
    bits: number | null,
    mode: Mode,
    globalScale: H | null,
  ): H => {
    const [words, found] =
      scales === null ? ops.quantize(w, groupSize, bits, mode, globalScale) : [w, scales];
    return ops.dequantize(
      words as H,
      found as H,
      null,
      groupSize,
      bits,
      mode,
      globalScale,
      f.dtype(x),
    );
  };

  return {
    quantize(w, groupSize, bits, mode, globalScale) {
      const packing = packingOf("quantize", groupSize, bits, mode);
      return mode === "affine"
        ? affineQuantize(f, w, packing)
        : floatQuantize(f, w, packing, mode, globalScale);
    },

    dequantize(w, scales, biases, groupSize, bits, mode, globalScale, dtype) {
      const packing = packingOf("dequantize", groupSize, bits, mode);
      return biases === null
        ? floatDequantize(f, w, scales, packing, mode, globalScale, dtype ?? "bfloat16")
        : affineDequantize(f, w, scales, biases, packing, dtype ?? f.dtype(scales));
    },

    quantizedMatmul(x, w, scales, biases, transpose, groupSize, bits, mode) {
      const dense = unpackedWide(w, scales, biases, groupSize, bits, mode);
      const wide = ops.astype(x, "float32");
      const product = ops.matmul(wide, transpose ? ops.swapaxes(dense, -1, -2) : dense);
      return ops.astype(product, f.dtype(x));
    },

    gatherQmm(
      x,
      w,
      scales,
      biases,
      lhsIndices,
      rhsIndices,
      transpose,
      groupSize,
      bits,
      mode,
      globalScale,
      sortedIndices,
    ) {
      const count = sizeOf(f.shape(w).slice(0, -2));
      const picks = rhsIndices === null ? count : sizeOf(f.shape(rhsIndices));
      // Few picks are unpacked alone, many share what all unpack to.
      const few = rhsIndices !== null && picks < count;
      const matrices = (a: H): H => {
        const flat = ops.reshape(a, [count, ...f.shape(a).slice(-2)]);
        return few ? ops.take(flat, ops.reshape(rhsIndices, [picks]), 0) : flat;
      };
      let dense = unpackedWide(
        matrices(w),
        matrices(scales),
        biases && matrices(biases),
        groupSize,
        bits,
        mode,
      );
      if (globalScale !== null) {
        const own = few ? ops.take(globalScale, ops.reshape(rhsIndices, [picks]), 0) : globalScale;
        const factor = ops.divide(ops.expandDims(own, [-1, -2]), new Scalar(globalUnit));
        dense = ops.multiply(dense, factor);
      }
      const places = few
        ? ops.reshape(f.kernels.arange(0, 1, picks, "int32"), f.shape(rhsIndices))
        : rhsIndices;
      const side = transpose ? ops.swapaxes(dense, -1, -2) : dense;
      const wide = ops.astype(x, "float32");
      const product = ops.gatherMm(wide, side, lhsIndices, places, sortedIndices && !few);
      return ops.astype(product, f.dtype(x));
    },

    qqmm(x, w, scales, groupSize, bits, mode, globalScaleX, globalScaleW) {
      const dense = weights(x, w, scales, groupSize, bits, mode, globalScaleW);
      return ops.matmul(
        rounded(x, groupSize, bits, mode, globalScaleX),
        ops.swapaxes(dense, -1, -2),
      );
    },

    gatherQqmm(
      x,
      w,
      scales,
      lhsIndices,
      rhsIndices,
      groupSize,
      bits,
      mode,
      globalScaleX,
      globalScaleW,
      sortedIndices,
    ) {
      const dense = weights(x, w, scales, groupSize, bits, mode, globalScaleW);
      return ops.gatherMm(
        rounded(x, groupSize, bits, mode, globalScaleX),
        ops.swapaxes(dense, -1, -2),
        lhsIndices,
        rhsIndices,
        sortedIndices,
      );
    },
  };
};
