// How calls of the family "quantization" are checked and prepared before a kernel sees them: sizes are never null,
// floats that are computed together have one dtype, indices are inside.

import type { Handle } from "../../backend.js";
import { type DType, dtypeKind, promoteTypes } from "../../dtype.js";
import { rangeError } from "../../errors.js";
import type { QuantizationOps } from "../../ops/index.js";
import { shapeText, sizeOf } from "../axes.js";
import type { Front } from "../front.js";
import { asArray } from "../operands.js";
import { type Mode, type Packing, packingOf } from "../packing.js";
import { insideFromZero } from "../places.js";
import { packedChecks } from "./packed.js";

export const quantizationFront = <H extends Handle>(f: Front<H>): QuantizationOps<H> => {
  const { kernels } = f;
  const checks = packedChecks(f);

  /** A product's operands, checked and of one dtype, which is the result's. */
  const product = (
    op: string,
    name: string,
    x: H,
    w: H,
    scales: H,
    biases: H | null,
    mode: Mode,
  ): { x: H; scales: H; biases: H | null } => {
    checks.scaled(name, w, scales, mode);
    if (biases !== null) checks.narrowFloat(name, biases, "the biases");
    if (f.dtype(x) === "float64") checks.narrowFloat(name, x, "x");
    const found = checks.dtypeOf(op, scales, biases, null, mode);
    const dtype = mode === "affine" ? promoteTypes(f.dtype(x), found) : f.dtype(x);
    if (dtypeKind(dtype) !== "float") {
      throw rangeError(
        `[${op}] Only real floating types are supported but x.dtype() == ${f.dtype(x)}.`,
        "DTYPE",
      );
    }
    if (f.shape(x).length === 0) {
      throw rangeError(`[${name}] x is a scalar, it needs at least 1 axis`, "SHAPE");
    }
    return {
      x: asArray(f, x, dtype),
      scales: mode === "affine" ? asArray(f, scales, dtype) : scales,
      biases: biases && asArray(f, biases, dtype),
    };
  };

  const picked = (op: string, tag: string, indices: H | null, from: H): H => {
    const shape = f.shape(from);
    if (shape.length < 2) {
      throw rangeError(
        `[${tag}] Input must have at least two dimensions but got input with shape ${shapeText(shape)}.`,
        "SHAPE",
      );
    }
    const batch = shape.slice(0, -2);
    if (indices !== null) return insideFromZero(f, op, indices, sizeOf(batch));
    return kernels.reshape(kernels.arange(0, 1, sizeOf(batch), "int32"), batch);
  };

  /** What both products of two packed sides take. */
  const bothPacked = (
    op: string,
    x: H,
    w: H,
    scales: H | null,
    packing: Packing,
    mode: Mode,
  ): void => {
    checks.narrowFloat(op, x, "x");
    const rows = f.shape(x);
    if (rows.length === 0)
      throw rangeError(`[${op}] x is a scalar, it needs at least 1 axis`, "SHAPE");
    checks.matrices(op, w, "w");
    const k = rows.at(-1) ?? 0;
    if (k % packing.groupSize !== 0) {
      throw rangeError(
        `[${op}] the rows of x have ${k} elements, which do not divide into groups of ${packing.groupSize}`,
        "SHAPE",
      );
    }
    if (f.dtype(w) !== "uint32") {
      checks.narrowFloat(op, w, "w");
      if (f.shape(w).at(-1) !== k) {
        throw rangeError(
          `[${op}] Last dimension of first input with shape ${shapeText(rows)} must match last dimension of second input with shape ${shapeText(f.shape(w))}.`,
          "SHAPE",
        );
      }
      return;
    }
    if (scales === null) {
      throw rangeError(
        `[${op}] w is packed but scales is null; give the scales that quantize returned`,
      );
    }
    checks.scaled(op, w, scales, mode);
    checks.inner(op, x, w, scales, null, true, packing);
  };

  const globalScales = (op: string, mode: Mode, x: H | null, w: H | null): void => {
    for (const scale of [x, w]) checks.globalScale(op, mode, scale);
    if ((x === null) !== (w === null)) {
      throw rangeError(
        `[${op}] For nvfp4 mode, either both global_scale_x and global_scale_w must be provided, or neither.`,
      );
    }
  };

  return {
    quantize(w, groupSize, bits, mode, globalScale) {
      const packing = packingOf("quantize", groupSize, bits, mode);
      checks.narrowFloat("quantize", w, "w");
      checks.matrices("quantize", w, "w");
      const n = f.shape(w).at(-1) ?? 0;
      if (n > (2 ** 31 - 1) / packing.bits) {
        throw rangeError("[quantize] the rows of w take more than 2^31 bits", "SHAPE");
      }
      if (n % packing.groupSize !== 0) {
        throw rangeError(
          `[quantize] The last dimension of the matrix needs to be divisible by the quantization group size ${packing.groupSize}. However the provided matrix has shape ${shapeText(f.shape(w))}`,
          "SHAPE",
        );
      }
      checks.globalScale("quantize", mode, globalScale);
      return kernels.quantize(w, packing.groupSize, packing.bits, mode, globalScale);
    },

    dequantize(w, scales, biases, groupSize, bits, mode, globalScale, dtype) {
      const op = "dequantize";
      const packing = packingOf(op, groupSize, bits, mode);
      checks.scaled(op, w, scales, mode);
      const found = checks.dtypeOf(op, scales, biases, dtype, mode);
      if (f.dtype(w) !== "uint32") {
        throw rangeError("[dequantize] The matrix should be given as a uint32", "DTYPE");
      }
      checks.globalScale(op, mode, globalScale);
      checks.fits(op, w, scales, biases, packing);
      const together: DType | undefined =
        biases === null ? undefined : promoteTypes(f.dtype(scales), f.dtype(biases));
      return kernels.dequantize(
        w,
        together === undefined ? scales : asArray(f, scales, together),
        biases && together !== undefined ? asArray(f, biases, together) : null,
        packing.groupSize,
        packing.bits,
        mode,
        globalScale,
        found,
      );
    },

    quantizedMatmul(x, w, scales, biases, transpose, groupSize, bits, mode) {
      const name = "quantizedMatmul";
      const { groupSize: group, bits: width } = packingOf(name, groupSize, bits, mode);
      const op = "quantized_matmul";
      const typed = product(op, name, x, w, scales, biases, mode);
      checks.inner(op, x, w, scales, biases, transpose, { groupSize: group, bits: width });
      return kernels.quantizedMatmul(
        typed.x,
        w,
        typed.scales,
        typed.biases,
        transpose,
        group,
        width,
        mode,
      );
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
      const name = "gatherQmm";
      const packing = packingOf(name, groupSize, bits, mode);
      const op = "gather_qmm";
      const typed = product(op, name, x, w, scales, biases, mode);
      checks.inner(op, x, w, scales, biases, transpose, packing);
      if (lhsIndices === null && rhsIndices === null) {
        if (globalScale !== null) {
          throw rangeError(`[${op}] Global scale is not supported without indices.`);
        }
        return f.ops.quantizedMatmul(
          x,
          w,
          scales,
          biases,
          transpose,
          packing.groupSize,
          packing.bits,
          mode,
        );
      }
      if (globalScale !== null) {
        checks.globalScales(op, mode, globalScale, sizeOf(f.shape(w).slice(0, -2)));
      }
      return kernels.gatherQmm(
        typed.x,
        w,
        typed.scales,
        typed.biases,
        picked(name, op, lhsIndices, x),
        picked(name, op, rhsIndices, w),
        transpose,
        packing.groupSize,
        packing.bits,
        mode,
        globalScale,
        sortedIndices,
      );
    },

    qqmm(x, w, scales, groupSize, bits, mode, globalScaleX, globalScaleW) {
      const op = "qqmm";
      const packing = packingOf(op, groupSize, bits, mode);
      bothPacked(op, x, w, scales, packing, mode);
      globalScales(op, mode, globalScaleX, globalScaleW);
      if (f.shape(w).length > 2) {
        throw rangeError(
          `[qqmm] Only 2D inputs are supported but w.ndim() == ${f.shape(w).length}.`,
          "SHAPE",
        );
      }
      return kernels.qqmm(
        x,
        w,
        scales,
        packing.groupSize,
        packing.bits,
        mode,
        globalScaleX,
        globalScaleW,
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
      const op = "gatherQqmm";
      const packing = packingOf(op, groupSize, bits, mode);
      bothPacked(op, x, w, scales, packing, mode);
      globalScales(op, mode, globalScaleX, globalScaleW);
      return kernels.gatherQqmm(
        x,
        w,
        scales,
        picked(op, "gather_qqmm", lhsIndices, x),
        picked(op, "gather_qqmm", rhsIndices, w),
        packing.groupSize,
        packing.bits,
        mode,
        globalScaleX,
        globalScaleW,
        sortedIndices,
      );
    },
  };
};
