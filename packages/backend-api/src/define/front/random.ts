// How calls of the family "random" are checked and prepared before a kernel sees them. What a kernel gets to
// broadcast has the shape of the result already; dtypes are never null.

import type { Handle, Operand } from "../../backend.js";
import { type DType, dtypeKind } from "../../dtype.js";
import { MLXError, rangeError, typeError } from "../../errors.js";
import type { RandomOps } from "../../ops/index.js";
import { boundAxis, shapeText, size, sizeOf } from "../axes.js";
import type { Front } from "../front.js";
import type { Shape } from "../kernels.js";
import { asArray, broadcast, broadcastShape, commonDtype } from "../operands.js";

/** Refuses what no numbers can be drawn for. */
function refuseDraw<H extends Handle>(f: Front<H>, key: H, shape: Shape): void {
  if (shape.some((n) => n < 0)) throw rangeError("[bits] Negative dimensions not allowed.");
  const dtype = f.dtype(key);
  if (dtype !== "uint32") {
    throw rangeError(`[bits] Expected key type uint32 but received ${dtype}.`, "DTYPE");
  }
  const found = f.shape(key);
  if (found.length !== 1 || found[0] !== 2) {
    throw rangeError(`[bits] Expected key shape (2) but received ${shapeText(found)}.`, "SHAPE");
  }
}

function refuseOtherThanFloats(dtype: DType, message: string): void {
  if (dtypeKind(dtype) !== "float") throw rangeError(message, "DTYPE");
}

/** Random bits make floats of up to 32 bits. */
function refuseWideFloats(dtype: DType): void {
  if (dtype === "float64") throw new MLXError("[uniform] Unsupported type.");
}

/** An operand by itself as an array. */
const alone = <H extends Handle>(f: Front<H>, operand: Operand<H>): H =>
  asArray(f, operand, commonDtype(f, [operand]));

/** An operand of the result's shape. */
function fitted<H extends Handle>(f: Front<H>, op: string, operand: H, shape: Shape): H {
  const together = broadcastShape(op, [shape, f.shape(operand)]);
  if (together.length !== shape.length || together.some((n, i) => n !== shape[i])) {
    throw rangeError(
      `[${op}] Cannot generate random values of shape ${shapeText(shape)} from broadcasted shape ${shapeText(together)}.`,
      "SHAPE",
    );
  }
  return broadcast(f, operand, shape);
}

export const randomFront = <H extends Handle>(f: Front<H>): RandomOps<H> => {
  const { kernels } = f;
  return {
    randomSplit(key, num) {
      refuseDraw(f, key, [size("random.split", num), 2]);
      return kernels.randomSplit(key, num);
    },
    randomUniform(low, high, shape, dtype, key) {
      const type = dtype ?? "float32";
      refuseOtherThanFloats(
        type,
        "[uniform] Can only generate uniform numbers with real floating point type.",
      );
      refuseWideFloats(type);
      refuseDraw(f, key, shape);
      const end = (of: Operand<H>) => fitted(f, "uniform", asArray(f, alone(f, of), type), shape);
      return kernels.randomUniform(end(low), end(high), shape, type, key);
    },
    randomNormal(shape, dtype, loc, scale, key) {
      const type = dtype ?? "float32";
      if (type !== "complex64") {
        refuseOtherThanFloats(
          type,
          "[normal] Only floating point and complex64 types are supported.",
        );
      }
      refuseDraw(f, key, shape);
      const of = (a: Operand<H> | null) => (a === null ? null : asArray(f, a, type));
      return kernels.randomNormal(shape, type, of(loc), of(scale), key);
    },
    randomMultivariateNormal(mean, cov, shape, dtype, key) {
      const op = "multivariate_normal";
      const type = dtype ?? "float32";
      if (type !== "float32") throw rangeError(`[${op}] dtype must be float32.`, "DTYPE");
      const [means, covs] = [f.shape(mean), f.shape(cov)];
      if (means.length < 1) {
        throw rangeError(`[${op}] mean must have at least one dimension.`, "SHAPE");
      }
      if (covs.length < 2) {
        throw rangeError(`[${op}] cov must have at least two dimensions.`, "SHAPE");
      }
      if (covs.at(-1) !== covs.at(-2)) {
        throw rangeError(`[${op}] last two dimensions of cov must be equal.`, "SHAPE");
      }
      if (means.at(-1) !== covs.at(-1)) {
        throw rangeError(`[${op}] mean and cov must have compatible shapes.`, "SHAPE");
      }
      const leading = broadcastShape(op, [covs.slice(0, -2), means.slice(0, -1), shape]);
      refuseDraw(f, key, leading);
      const matrices = asArray(f, cov, "float32");
      return kernels.randomMultivariateNormal(mean, matrices, leading, type, key);
    },
    randomRandint(low, high, shape, dtype, key) {
      const type = dtype ?? "int32";
      if (dtypeKind(type) === "float" || dtypeKind(type) === "complex") {
        throw rangeError("[randint] randint only accepts integer dtypes and bool.", "DTYPE");
      }
      refuseDraw(f, key, shape);
      const end = (of: H) => fitted(f, "uniform", of, shape);
      return kernels.randomRandint(end(low), end(high), shape, type, key);
    },
    randomBernoulli(p, shape, key) {
      const chances = alone(f, p);
      if (dtypeKind(f.dtype(chances)) !== "float") {
        throw rangeError("[bernoulli] bernoulli probability `p` must be a float type.", "DTYPE");
      }
      const of = shape ?? f.shape(chances);
      refuseDraw(f, key, of);
      return kernels.randomBernoulli(fitted(f, "bernoulli", chances, of), of, key);
    },
    randomPermutation(x, axis, key) {
      const op = "random.permutation";
      const ndim = f.shape(x).length;
      if (ndim > 0) {
        refuseDraw(f, key, []);
        return kernels.randomPermutation(x, boundAxis(op, axis, ndim), key);
      }
      const kind = dtypeKind(f.dtype(x));
      if (kind !== "signed" && kind !== "unsigned") {
        throw typeError(`[${op}] a count was expected, or an array with at least one axis`);
      }
      const count = size(op, Number(f.read(x).data[0]));
      refuseDraw(f, key, []);
      return kernels.randomPermutation(kernels.arange(0, 1, count, "uint32"), 0, key);
    },
    randomTruncatedNormal(lower, upper, shape, dtype, key) {
      const type = dtype ?? "float32";
      refuseOtherThanFloats(
        type,
        "[trunc_normal] trunc_normal only accepts floating point dtypes.",
      );
      refuseWideFloats(type);
      const ends = [alone(f, lower), alone(f, upper)] as const;
      const of =
        shape ??
        broadcastShape(
          "trunc_normal",
          ends.map((end) => f.shape(end)),
        );
      refuseDraw(f, key, of);
      const end = (a: H) => fitted(f, "uniform", asArray(f, a, type), of);
      return kernels.randomTruncatedNormal(end(ends[0]), end(ends[1]), of, type, key);
    },
    randomGumbel(shape, dtype, key) {
      const type = dtype ?? "float32";
      refuseOtherThanFloats(
        type,
        "[uniform] Can only generate uniform numbers with real floating point type.",
      );
      refuseWideFloats(type);
      refuseDraw(f, key, shape);
      return kernels.randomGumbel(shape, type, key);
    },
    randomLaplace(shape, dtype, loc, scale, key) {
      const type = dtype ?? "float32";
      refuseOtherThanFloats(type, "[laplace] Only real floating point types are supported.");
      refuseDraw(f, key, shape);
      return kernels.randomLaplace(shape, type, loc, scale, key);
    },
    randomCategorical(logits, axis, shape, numSamples, key) {
      const op = "random.categorical";
      if (shape !== null && numSamples !== null) {
        throw rangeError(`[${op}] both shape and numSamples were given, only one may be`);
      }
      const sizes = f.shape(logits);
      const along = boundAxis(op, axis, sizes.length);
      const rows = sizes.filter((_, i) => i !== along);
      if (numSamples !== null) {
        // Samples are one more axis, over which the logits are the same.
        const each = kernels.reshape(logits, [...sizes, 1]);
        const of = [...rows, size(op, numSamples)];
        refuseDraw(f, key, of);
        return kernels.randomCategorical(each, along, of, null, key);
      }
      const of = shape ?? rows;
      refuseDraw(f, key, of);
      const together = broadcastShape("categorical", [of, rows]);
      if (sizeOf(together) !== sizeOf(of) || together.length !== of.length) {
        throw rangeError(
          `[categorical] Requested shape ${shapeText(of)} is not broadcast compatible with reduced logits shape${shapeText(rows)}.`,
          "SHAPE",
        );
      }
      return kernels.randomCategorical(logits, along, of, null, key);
    },
  };
};
