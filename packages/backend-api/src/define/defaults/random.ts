// Defaults of the family "random": distributions made of random bits, in MLX's steps, so that equal keys give
// equal numbers.

import { type Handle, Scalar } from "../../backend.js";
import { type DType, promoteTypes } from "../../dtype.js";
import type { RandomOps, RequiredOp } from "../../ops/index.js";
import { affordable } from "../affordable.js";
import { sizeOf } from "../axes.js";
import type { Front } from "../front.js";
import type { Shape } from "../kernels.js";
import { randomBits } from "./threefry.js";

/** The largest numbers below 1: halves to even would round some draws up to it. */
const belowOne: Partial<Record<DType, number>> = {
  float32: 1 - 2 ** -24,
  float16: 1 - 2 ** -11,
  bfloat16: 1 - 2 ** -8,
};

/** float32 numbers from above -1 to below 1, for inverse distribution functions that are infinite there. */
const symmetric = <H extends Handle>({ ops }: Front<H>, shape: Shape, key: H): H =>
  ops.randomUniform(new Scalar(2 ** -24 - 1), new Scalar(1), shape, "float32", key);

/** Draws of one row of logits, by the inverse of its distribution function: one number for each draw. */
function byDistribution<H extends Handle>(f: Front<H>, logits: H, shape: Shape, key: H): H {
  const { ops } = f;
  const dtype = promoteTypes(f.dtype(logits), "float32");
  const x = ops.astype(logits, dtype);
  const largest = ops.max(x, null, false);
  // Beside an infinite logit the others have no weight.
  const weights = ops.where(
    ops.isinf(largest),
    ops.astype(ops.equal(x, largest), dtype),
    ops.exp(ops.subtract(x, largest)),
  );
  const before = ops.cumsum(weights, 0, false, false, null);
  const drawn = ops.multiply(
    ops.randomUniform(new Scalar(0), new Scalar(1), shape, "float32", key),
    ops.sum(weights, null, false),
  );
  return ops.subtract(ops.searchsorted(before, drawn, "right"), new Scalar(1));
}

export const randomDefaults = <H extends Handle>(
  f: Front<H>,
): Partial<Omit<RandomOps<H, H>, RequiredOp>> => {
  const { ops } = f;
  return {
    randomSplit: (key, num) => randomBits(f, key, [num, 2]),

    randomUniform(low, high, shape, dtype, key) {
      const type = dtype ?? "float32";
      const bits = ops.astype(randomBits(f, key, shape), "float32");
      const unit = ops.minimum(
        ops.divide(bits, new Scalar(2 ** 32)),
        new Scalar(belowOne[type] ?? 1),
      );
      return ops.add(ops.multiply(ops.subtract(high, low), ops.astype(unit, type)), low);
    },

    randomNormal(shape, dtype, loc, scale, key) {
      const type = dtype ?? "float32";
      let samples: H;
      if (type === "complex64") {
        // Real and imaginary parts have half the variance each, which spares the root of 2.
        const parts = ops.erfinv(symmetric(f, [...shape, 2], key));
        const part = (i: number) =>
          ops.astype(ops.take(parts, f.scalar(i, "int32"), shape.length), "complex64");
        const imaginaryUnit = f.constant({
          shape: [],
          dtype: "complex64",
          data: Float32Array.of(0, 1),
        });
        samples = ops.add(part(0), ops.multiply(part(1), imaginaryUnit));
        if (scale !== null) samples = ops.multiply(scale, samples);
      } else {
        const root = f.scalar(Math.SQRT2, type);
        const factor = scale === null ? root : ops.multiply(root, scale);
        samples = ops.multiply(factor, ops.astype(ops.erfinv(symmetric(f, shape, key)), type));
      }
      return loc === null ? samples : ops.add(loc, samples);
    },

    randomMultivariateNormal(mean, cov, shape, _dtype, key) {
      const [u, s, vt] = ops.linalgSvd(cov, true) as [H, H, H];
      const root = ops.matmul(ops.multiply(u, ops.expandDims(ops.sqrt(s), [-2])), vt);
      const n = f.shape(cov).at(-1) ?? 0;
      const samples = ops.randomNormal([...shape, n], "float32", null, null, key);
      const spread = ops.matmul(ops.expandDims(samples, [-2]), root);
      return ops.add(mean, ops.squeeze(spread, [-2]));
    },

    randomRandint(low, high, shape, dtype, key) {
      const type = dtype ?? "int32";
      const drawn = ops.floor(ops.randomUniform(low, high, shape, "float32", key));
      // float32 does not hold all ends, so that a number beyond them may be drawn.
      const last = ops.astype(ops.subtract(high, new Scalar(1)), type);
      return ops.maximum(ops.minimum(ops.astype(drawn, type), last), ops.astype(low, type));
    },

    randomBernoulli(p, shape, key) {
      const of = shape ?? f.shape(p);
      // More than any bits, so that a probability of 1 is certain.
      const upper = f.scalar(2 ** 32 + 512, "float32");
      return ops.less(randomBits(f, key, of), ops.multiply(p, upper));
    },

    randomPermutation(x, axis, key) {
      const order = ops.argsort(randomBits(f, key, [f.shape(x)[axis] ?? 0]), -1);
      return ops.take(x, order, axis);
    },

    randomTruncatedNormal(lower, upper, shape, dtype, key) {
      const type = dtype ?? "float32";
      const root = f.scalar(Math.SQRT2, type);
      const share = (end: H) => ops.erf(ops.divide(end, root));
      const of = shape ?? f.shape(lower);
      const drawn = ops.randomUniform(share(lower), share(upper), of, type, key);
      const samples = ops.multiply(root, ops.erfinv(drawn));
      return ops.maximum(ops.minimum(upper, samples), lower);
    },

    randomGumbel(shape, dtype, key) {
      const drawn = ops.randomUniform(new Scalar(0), new Scalar(1), shape, dtype, key);
      return ops.negative(ops.log(ops.negative(ops.log(drawn))));
    },

    randomLaplace(shape, dtype, loc, scale, key) {
      const type = dtype ?? "float32";
      const drawn = symmetric(f, shape, key);
      const size = ops.log1p(ops.multiply(f.scalar(-1, type), ops.abs(drawn)));
      let samples = ops.astype(ops.multiply(ops.sign(drawn), size), type);
      if (scale !== 1) samples = ops.multiply(f.scalar(Math.fround(scale), type), samples);
      return loc === 0 ? samples : ops.add(f.scalar(Math.fround(loc), type), samples);
    },

    randomCategorical(logits, axis, shape, _numSamples, key) {
      const sizes = f.shape(logits);
      const n = sizes[axis] ?? 0;
      const of = shape ?? sizes.filter((_, i) => i !== axis);
      if (n > 0 && sizeOf(sizes) === n && of.length > 0) {
        return byDistribution(f, ops.reshape(logits, [n]), of, key);
      }
      // The largest of logits with Gumbel noise; the noise is drawn for each category.
      affordable("random.categorical", 16 * n * sizeOf(of), "the numbers to draw from need");
      const place = axis + of.length - sizes.length + 1;
      const noise = ops.randomGumbel(
        [...of.slice(0, place), n, ...of.slice(place)],
        "float32",
        key,
      );
      return ops.argmax(ops.add(noise, logits), place, false);
    },
  };
};
