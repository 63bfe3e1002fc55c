// How calls of the family "unary" are checked and prepared before a kernel sees them: integers become float32
// where an op needs floats, and dtypes that an op does not take are refused.

import type { Handle } from "../../backend.js";
import { dtypeKind } from "../../dtype.js";
import { rangeError, typeError } from "../../errors.js";
import type { UnaryOps } from "../../ops/index.js";
import { shapeText } from "../axes.js";
import { complexOf } from "../complex.js";
import type { Front } from "../front.js";
import type { UnaryKernel } from "../kernels.js";
import { asArray, floating } from "../operands.js";

/** Ops of floats and complex numbers. */
type FloatOp =
  | "sqrt"
  | "rsqrt"
  | "reciprocal"
  | "exp"
  | "log"
  | "log2"
  | "log10"
  | "log1p"
  | "sin"
  | "cos"
  | "tan"
  | "arcsin"
  | "arccos"
  | "arctan"
  | "sinh"
  | "cosh"
  | "tanh"
  | "arcsinh"
  | "arccosh"
  | "arctanh"
  | "degrees"
  | "radians";

/** Ops of real floats. */
type RealOp = "expm1" | "sigmoid" | "erf" | "erfinv";

/** Ops that leave integers as they are. */
type RoundingOp = "floor" | "ceil" | "trunc";

/** Questions that integers answer with no. */
type FloatQuestion = "isnan" | "isinf" | "isposinf" | "isneginf";

/** The largest finite number of the dtypes that `nanToNum` knows. */
const largest: Readonly<Record<string, number>> = {
  float32: 3.4028234663852886e38,
  float16: 65504,
  bfloat16: 3.3895313892515355e38,
};

export const unaryFront = <H extends Handle>(f: Front<H>): UnaryOps<H> => {
  const { kernels } = f;
  const kindOf = (a: H) => dtypeKind(f.dtype(a));
  const inexact = (a: H): boolean => kindOf(a) === "float" || kindOf(a) === "complex";
  const refuseComplex = (op: string, a: H): void => {
    if (kindOf(a) !== "complex") return;
    throw rangeError(`[${op}] Not supported for complex64.`);
  };

  const float =
    (op: FloatOp): UnaryKernel<H> =>
    (a) =>
      kernels[op](floating(f, a));

  const real =
    (op: RealOp): UnaryKernel<H> =>
    (a) => {
      refuseComplex(op, a);
      return kernels[op](floating(f, a));
    };

  const rounding =
    (op: RoundingOp): UnaryKernel<H> =>
    (a) => {
      refuseComplex(op, a);
      return inexact(a) ? kernels[op](a) : a;
    };

  const question =
    (op: FloatQuestion): UnaryKernel<H> =>
    (a) =>
      inexact(a) ? kernels[op](a) : kernels.full(f.shape(a), false, "bool");

  /** An op that changes complex numbers alone. */
  const ofComplex =
    (op: "conj" | "real"): UnaryKernel<H> =>
    (a) =>
      kindOf(a) === "complex" ? kernels[op](a) : a;

  const nearest = (a: H): H => {
    if (kindOf(a) === "float") return kernels.round(a);
    if (kindOf(a) !== "complex") return a;
    return complexOf(f, kernels.round(f.ops.real(a)), kernels.round(f.ops.imag(a)));
  };

  return {
    abs: (a) => kernels.abs(a),
    negative(a) {
      if (kindOf(a) !== "bool") return kernels.negative(a);
      throw rangeError("[negative] Not supported for bool, use logical_not instead.");
    },
    positive: (a) => kernels.positive(a),
    sign: (a) => kernels.sign(a),
    floor: rounding("floor"),
    ceil: rounding("ceil"),
    trunc: rounding("trunc"),
    conj: ofComplex("conj"),
    real: ofComplex("real"),
    imag: (a) => (kindOf(a) === "complex" ? kernels.imag(a) : f.ops.zerosLike(a, null)),
    round(a, decimals) {
      if (decimals === 0) return nearest(a);
      const dtype = f.dtype(a);
      const wide = floating(f, a);
      // As MLX, which scales by float32 numbers.
      const scale = Math.fround(10 ** decimals);
      const of = (factor: number): H => f.scalar(factor, f.dtype(wide));
      const scaled = f.ops.multiply(wide, of(scale));
      const result = f.ops.multiply(nearest(scaled), of(Math.fround(1 / scale)));
      return asArray(f, result, dtype);
    },
    square: (a) => kernels.square(a),
    sqrt: float("sqrt"),
    rsqrt: float("rsqrt"),
    reciprocal: float("reciprocal"),
    exp: float("exp"),
    expm1: real("expm1"),
    log: float("log"),
    log2: float("log2"),
    log10: float("log10"),
    log1p: float("log1p"),
    sin: float("sin"),
    cos: float("cos"),
    tan: float("tan"),
    arcsin: float("arcsin"),
    arccos: float("arccos"),
    arctan: float("arctan"),
    sinh: float("sinh"),
    cosh: float("cosh"),
    tanh: float("tanh"),
    arcsinh: float("arcsinh"),
    arccosh: float("arccosh"),
    arctanh: float("arctanh"),
    sigmoid: real("sigmoid"),
    erf: real("erf"),
    erfinv: real("erfinv"),
    degrees: float("degrees"),
    radians: float("radians"),
    logicalNot: (a) => kernels.logicalNot(asArray(f, a, "bool")),
    bitwiseInvert(a) {
      if (inexact(a)) {
        throw rangeError(
          `[bitwise_invert] ${f.dtype(a)} was given, only integers and bool have bits to invert`,
          "DTYPE",
        );
      }
      return kernels.bitwiseInvert(a);
    },
    isnan: question("isnan"),
    isinf: question("isinf"),
    isposinf: question("isposinf"),
    isneginf: question("isneginf"),
    isfinite: (a) => (inexact(a) ? kernels.isfinite(a) : kernels.full(f.shape(a), true, "bool")),
    nanToNum(a, nan, posinf, neginf) {
      if (!inexact(a)) return a;
      const limit = largest[f.dtype(a)];
      if (limit === undefined && (posinf === null || neginf === null)) {
        throw rangeError(`[nan_to_num] Does not yet support given type: ${f.dtype(a)}.`, "DTYPE");
      }
      return kernels.nanToNum(a, nan, posinf ?? limit ?? 0, neginf ?? -(limit ?? 0));
    },
    toFp8(x) {
      if (kindOf(x) === "float") return kernels.toFp8(x);
      throw rangeError(
        `[to_fp8] Only real floating types are supported but x.dtype() == ${f.dtype(x)}.`,
        "DTYPE",
      );
    },
    fromFp8(x, dtype) {
      if (f.dtype(x) !== "uint8") {
        throw rangeError(
          `[from_fp8] Input must have type uint8 but x.dtype() == ${f.dtype(x)}.`,
          "DTYPE",
        );
      }
      if (dtypeKind(dtype) !== "float") {
        throw rangeError(
          `[from_fp8] Only real floating types are supported but dtype == ${dtype}.`,
          "DTYPE",
        );
      }
      return kernels.fromFp8(x, dtype);
    },
    hadamardTransform(a, scale) {
      const dtype = f.dtype(a);
      if (dtype === "float64" || dtype === "complex64") {
        throw typeError(
          "[hadamardTransform] the transform takes float32, float16 and bfloat16; convert with astype first",
        );
      }
      const shape = f.shape(a);
      if (shape.includes(0)) {
        throw rangeError(
          `[hadamard_transform] an array of shape ${shapeText(shape)} was given, it has no elements`,
        );
      }
      const n = shape.at(-1) ?? 1;
      refuseOrder(n);
      const factor = Math.fround(scale ?? 1 / Math.sqrt(n));
      // Of one number MLX keeps the dtype where there is nothing to do.
      if (n === 1 && factor === 1) return a;
      return kernels.hadamardTransform(floating(f, a), factor);
    },
    stopGradient: (a) => kernels.stopGradient(a),
  };
};

/** Refuses sizes for which MLX has no Hadamard matrix. */
function refuseOrder(n: number): void {
  let odd = n;
  while (odd % 2 === 0) odd /= 2;
  // 12, 20 and 28 bring two factors of 2 with them.
  const known = odd === 1 || (n % 4 === 0 && [3, 5, 7].includes(odd));
  if (known && n / odd <= 2 ** 26) return;
  throw rangeError(
    `[hadamardTransform] the last axis has ${n} elements, it must have m * 2^k with m of 1, 12, 20, 28`,
    "SHAPE",
  );
}
