// The checks that ops on packed matrices share: dtypes that have kernels, scales that belong to the words.

import type { Handle } from "../../backend.js";
import { type DType, dtypeKind, promoteTypes } from "../../dtype.js";
import { rangeError } from "../../errors.js";
import { shapeText, sizeOf } from "../axes.js";
import type { Front } from "../front.js";
import type { Mode, Packing } from "../packing.js";

export const packedChecks = <H extends Handle>(f: Front<H>) => {
  const narrowFloat = (op: string, a: H, what: string): void => {
    const dtype = f.dtype(a);
    if (dtypeKind(dtype) === "float" && dtype !== "float64") return;
    throw rangeError(
      `[${op}] ${what} has a dtype without kernels; float32, float16 and bfloat16 have them`,
      "DTYPE",
    );
  };

  const matrices = (op: string, a: H, what: string): void => {
    if (f.shape(a).length >= 2) return;
    throw rangeError(
      `[${op}] ${what} has the shape ${shapeText(f.shape(a))}, it needs at least 2 axes`,
      "SHAPE",
    );
  };

  return {
    narrowFloat,
    matrices,

    /** A group of each row has one scale. */
    scaled(op: string, w: H, scales: H, mode: Mode): void {
      matrices(op, w, "w");
      const [words, found] = [f.shape(w), f.shape(scales)];
      if ((words.at(-1) ?? 0) > (2 ** 31 - 1) / 32) {
        throw rangeError(`[${op}] the rows of w are longer than 2^31 bits`, "SHAPE");
      }
      if (found.length !== words.length || found.at(-2) !== words.at(-2)) {
        throw rangeError(
          `[${op}] scales have the shape ${shapeText(found)} beside w of ${shapeText(words)}, they need the same rows`,
          "SHAPE",
        );
      }
      if (mode === "affine") narrowFloat(op, scales, "the scales");
      else if (f.dtype(scales) !== "uint8") {
        throw rangeError(
          `[${op}] the scales of ${mode} must be uint8, as quantize gives them`,
          "DTYPE",
        );
      }
    },

    /** The dtype of unpacked elements. */
    dtypeOf(op: string, scales: H, biases: H | null, dtype: DType | null, mode: Mode): DType {
      if (dtype !== null && dtypeKind(dtype) !== "float") {
        throw rangeError(
          `[${op}] Only real floating types are supported but output dtype == ${dtype}.`,
          "DTYPE",
        );
      }
      if (mode !== "affine") {
        if (biases === null) return dtype ?? "bfloat16";
        throw rangeError(`[${op}] Biases must be null for quantization mode '${mode}'.`);
      }
      if (biases === null) {
        throw rangeError(`[${op}] Biases must be provided for affine quantization.`);
      }
      const found = promoteTypes(f.dtype(scales), f.dtype(biases));
      if (dtypeKind(found) !== "float") {
        throw rangeError(
          `[${op}] Only real floating types are supported but scales.dtype() == ${f.dtype(scales)} and biases.dtype() == ${f.dtype(biases)}.`,
          "DTYPE",
        );
      }
      return dtype ?? found;
    },

    /** Words, scales and biases of one matrix. */
    fits(op: string, w: H, scales: H, biases: H | null, { groupSize, bits }: Packing): void {
      const [words, found] = [f.shape(w), f.shape(scales)];
      const leading = shapeText(words.slice(0, -1));
      const same =
        leading === shapeText(found.slice(0, -1)) &&
        (biases === null || shapeText(found) === shapeText(f.shape(biases))) &&
        ((words.at(-1) ?? 0) * 32) / bits === (found.at(-1) ?? 0) * groupSize;
      if (same) return;
      throw rangeError(
        `[${op}] Shape of scales and biases does not match the matrix given the quantization parameters. Provided matrix of shape ${shapeText(words)} and scales of shape ${shapeText(found)} with group_size=${groupSize} and bits=${bits}.`,
        "SHAPE",
      );
    },

    /** A product's operands: words that fit their scales, and rows of x that fit the words. */
    inner(
      op: string,
      x: H,
      w: H,
      scales: H,
      biases: H | null,
      transpose: boolean,
      packing: Packing,
    ): void {
      if (f.dtype(w) !== "uint32") {
        throw rangeError(
          `[${op}] The weight matrix should be uint32 but received ${f.dtype(w)}`,
          "DTYPE",
        );
      }
      this.fits(op, w, scales, biases, packing);
      const words = f.shape(w);
      const wide = ((words.at(-1) ?? 0) * 32) / packing.bits;
      const wanted = transpose ? wide : words.at(-2);
      const found = f.shape(x).at(-1);
      if (found === wanted) return;
      throw rangeError(
        `[${op}] Last dimension of first input with shape (..., ${found}) does not match the expanded quantized matrix computed from shape ${shapeText(words)} with group_size=${packing.groupSize}, bits=${packing.bits} and transpose=${transpose}`,
        "SHAPE",
      );
    },

    /** One scale of a whole matrix. */
    globalScale(op: string, mode: Mode, scale: H | null): void {
      if (scale === null) return;
      if (mode !== "nvfp4") {
        throw rangeError(`[${op}] Global scale is only supported for 'nvfp4' quantization mode.`);
      }
      if (sizeOf(f.shape(scale)) !== 1) {
        throw rangeError(
          `[${op}] Global scale must be a scalar but got shape ${shapeText(f.shape(scale))}.`,
          "SHAPE",
        );
      }
      if (f.dtype(scale) !== "float32") {
        throw rangeError(
          `[${op}] Global scale must have dtype float32 but got ${f.dtype(scale)}.`,
          "DTYPE",
        );
      }
    },

    /** One scale for each matrix. */
    globalScales(op: string, mode: Mode, scales: H, count: number): void {
      if (mode !== "nvfp4") {
        throw rangeError(`[${op}] Global scale is only supported for 'nvfp4' quantization mode.`);
      }
      const shape = f.shape(scales);
      if (shape.length === 1 && shape[0] === count) return;
      throw rangeError(
        `[${op}] Global scale must have one entry per expert with shape (${count}) but got ${shapeText(shape)}.`,
        "SHAPE",
      );
    },
  };
};
