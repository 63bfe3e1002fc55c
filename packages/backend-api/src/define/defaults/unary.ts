// Defaults of the family "unary": kernels made of other ops, for backends that have none of their own. The
// formulas keep their precision near zero and for large numbers, and have gradients there.

import { type Handle, Scalar } from "../../backend.js";
import { dtypeKind } from "../../dtype.js";
import type { RequiredOp, UnaryOps } from "../../ops/index.js";
import { complexOf, imaginaryPart, realPart, timesI } from "../complex.js";
import { erfinvPolynomials } from "../erfinv.js";
import type { Front } from "../front.js";
import type { UnaryKernel } from "../kernels.js";
import { fromFp8, toFp8 } from "./fp8.js";
import { hadamardTransform } from "./hadamard.js";

const one = new Scalar(1);
const two = new Scalar(2);
const half = new Scalar(0.5);
const zero = new Scalar(0);

export const unaryDefaults = <H extends Handle>(
  f: Front<H>,
): Partial<Omit<UnaryOps<H>, RequiredOp>> => {
  const { ops } = f;
  const isComplex = (a: H): boolean => dtypeKind(f.dtype(a)) === "complex";

  /** A formula of several steps; each would round half floats, so they go by way of float32. */
  const steps =
    (formula: UnaryKernel<H>): UnaryKernel<H> =>
    (a) => {
      const dtype = f.dtype(a);
      if (dtype !== "float16" && dtype !== "bfloat16") return formula(a);
      return f.kernels.astype(formula(f.kernels.astype(a, "float32")), dtype);
    };

  /** An odd function that is known for numbers that are not negative; unlike abs and sign it has a slope at 0. */
  const odd = (a: H, of: (magnitude: H) => H): H => {
    const below = ops.less(a, zero);
    const result = of(ops.where(below, ops.negative(a), a));
    return ops.where(below, ops.negative(result), result);
  };

  /** 1 + t^2 under the root, without overflow; t is not negative. */
  const hypotenuse = (t: H): H => {
    const longer = ops.maximum(t, one);
    const ratio = ops.divide(ops.minimum(t, one), longer);
    return ops.multiply(longer, ops.sqrt(ops.add(ops.square(ratio), one)));
  };

  const polynomial = ([first, ...rest]: readonly [number, ...number[]], t: H): H => {
    let sum = f.kernels.full(f.shape(t), first, f.dtype(t));
    for (const c of rest) sum = ops.add(ops.multiply(sum, t), new Scalar(c));
    return sum;
  };

  return {
    positive: (a) => a,
    stopGradient: (a) => a,
    trunc: (a) => ops.where(ops.less(a, zero), ops.ceil(a), ops.floor(a)),
    conj: (a) => complexOf(f, ops.real(a), ops.negative(ops.imag(a))),
    real: (a) => realPart(f, a),
    imag: (a) => imaginaryPart(f, a),
    square: (a) => ops.multiply(a, a),
    rsqrt: (a) => ops.divide(one, ops.sqrt(a)),
    reciprocal: (a) => ops.divide(one, a),
    log2: steps((a) => ops.divide(ops.log(a), new Scalar(Math.LN2))),
    log10: steps((a) => ops.divide(ops.log(a), new Scalar(Math.LN10))),
    tan: steps((a) => {
      // Sine and cosine of large imaginary parts overflow, the tangent does not.
      if (isComplex(a)) return timesI(f, ops.tanh(timesI(f, a)), -1);
      return ops.divide(ops.sin(a), ops.cos(a));
    }),
    arccos: steps((a) => {
      if (isComplex(a)) return ops.subtract(new Scalar(Math.PI / 2), ops.arcsin(a));
      // The difference from pi / 2 would lose the digits of small angles.
      const [sine, cosine] = [ops.sqrt(ops.subtract(one, a)), ops.sqrt(ops.add(one, a))];
      return ops.multiply(two, ops.arctan2(sine, cosine));
    }),
    sinh: steps((a) => {
      if (isComplex(a)) return timesI(f, ops.sin(timesI(f, a)), -1);
      // e^x - 1 is u (u + 2) with u of half the exponent, so that nothing overflows before the result does.
      const part = (x: H): H => {
        const u = ops.expm1(ops.multiply(half, x));
        return ops.multiply(ops.multiply(half, u), ops.add(u, two));
      };
      return ops.subtract(part(a), part(ops.negative(a)));
    }),
    cosh: steps((a) => {
      const part = (x: H): H => {
        const root = ops.exp(ops.multiply(half, x));
        return ops.multiply(ops.multiply(half, root), root);
      };
      return ops.add(part(a), part(ops.negative(a)));
    }),
    arcsinh: steps((a) => {
      if (isComplex(a)) return timesI(f, ops.arcsin(timesI(f, a)), -1);
      // log(t + sqrt(1 + t^2)), of which log1p takes what is beyond 1.
      return odd(a, (t) => {
        const beyond = ops.multiply(t, ops.divide(t, ops.add(one, hypotenuse(t))));
        return ops.where(ops.isinf(t), t, ops.log1p(ops.add(t, beyond)));
      });
    }),
    arccosh: steps((a) => {
      const t = ops.subtract(a, one);
      const root = ops.multiply(ops.sqrt(t), ops.sqrt(ops.add(a, one)));
      return ops.log1p(ops.add(t, root));
    }),
    arctanh: steps((a) => {
      const twice = ops.subtract(ops.log1p(a), ops.log1p(ops.negative(a)));
      return ops.multiply(half, twice);
    }),
    sigmoid: steps((a) => {
      // Exponentials of numbers below zero alone, which do not overflow.
      const below = ops.less(a, zero);
      const power = ops.exp(ops.where(below, a, ops.negative(a)));
      return ops.divide(ops.where(below, power, one), ops.add(one, power));
    }),
    erfinv: steps((a) => {
      const t = ops.log(ops.multiply(ops.subtract(one, a), ops.add(one, a)));
      const { middle, ends, border } = erfinvPolynomials;
      const far = ops.greater(ops.abs(t), new Scalar(border));
      return ops.multiply(a, ops.where(far, polynomial(ends, t), polynomial(middle, t)));
    }),
    degrees: (a) => ops.multiply(a, new Scalar(180 / Math.PI)),
    radians: (a) => ops.multiply(a, new Scalar(Math.PI / 180)),
    isnan: (a) => ops.notEqual(a, a),
    isinf(a) {
      if (isComplex(a)) return ops.logicalOr(ops.isinf(ops.real(a)), ops.isinf(ops.imag(a)));
      return ops.equal(ops.abs(a), new Scalar(Infinity));
    },
    isposinf: (a) => ops.equal(a, new Scalar(Infinity)),
    isneginf: (a) => ops.equal(a, new Scalar(-Infinity)),
    isfinite: (a) => ops.logicalNot(ops.logicalOr(ops.isinf(a), ops.isnan(a))),
    nanToNum(a, nan, posinf, neginf) {
      let result = ops.where(ops.isnan(a), new Scalar(nan), a);
      if (posinf !== null) result = ops.where(ops.isposinf(a), new Scalar(posinf), result);
      if (neginf !== null) result = ops.where(ops.isneginf(a), new Scalar(neginf), result);
      return result;
    },
    toFp8: (x) => toFp8(f, x),
    fromFp8: (x, dtype) => fromFp8(f, x, dtype),
    hadamardTransform: (a, scale) => hadamardTransform(f, a, scale ?? 1),
  };
};
