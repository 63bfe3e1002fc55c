// How calls of the family "binary" are checked and prepared before a kernel sees them: operands get one dtype
// and one shape, and dtypes that an op does not take are refused.

import { type Handle, type Operand, Scalar } from "../../backend.js";
import { type DType, dtypeKind } from "../../dtype.js";
import { rangeError, typeError } from "../../errors.js";
import type { BinaryOps } from "../../ops/index.js";
import type { Front } from "../front.js";
import { asArray, broadcasted, commonDtype, floating, promoted } from "../operands.js";

/** Ops of any dtype, and of any but bool. */
type ArithmeticOp = "add" | "multiply" | "maximum" | "minimum";

type ComparisonOp = "equal" | "notEqual" | "less" | "lessEqual" | "greater" | "greaterEqual";

type BitOp = "bitwiseAnd" | "bitwiseOr" | "bitwiseXor";

export const binaryFront = <H extends Handle>(f: Front<H>): BinaryOps<H> => {
  const { kernels } = f;
  type O = Operand<H>;
  type Pair = [a: H, b: H];

  /** Arrays of one shape; there are as many as before. */
  const alike = (op: string, a: H, b: H): Pair => broadcasted(f, op, [a, b]) as Pair;

  /** Both operands as arrays of one dtype and shape. */
  const both = (op: string, a: O, b: O, dtype: DType = commonDtype(f, [a, b])): Pair =>
    alike(op, asArray(f, a, dtype), asArray(f, b, dtype));

  /** As `both`, and floats or complex numbers. */
  const floats = (op: string, a: O, b: O): Pair => {
    const [x, y] = promoted(f, [a, b]) as Pair;
    return alike(op, floating(f, x), floating(f, y));
  };

  const arithmetic =
    (op: ArithmeticOp | ComparisonOp) =>
    (a: O, b: O): H =>
      kernels[op](...both(op, a, b));

  /** An op that bool gets by way of int32. */
  const ofNumbers =
    (op: "floorDivide" | "remainder" | "power") =>
    (a: O, b: O): H => {
      const [x, y] = both(op, a, b);
      if (f.dtype(x) !== "bool") return kernels[op](x, y);
      return asArray(f, kernels[op](asArray(f, x, "int32"), asArray(f, y, "int32")), "bool");
    };
  const [wholeQuotient, anyRemainder] = [ofNumbers("floorDivide"), ofNumbers("remainder")];

  /** An operand as truth values; a number alone is one too. */
  const truth = (a: O): H =>
    a instanceof Scalar ? f.scalar(a.value, "bool") : asArray(f, a, "bool");
  const truths = (op: string, a: O, b: O): Pair => alike(op, truth(a), truth(b));

  const refuseInexact = (op: string, a: O, b: O): void => {
    const kind = dtypeKind(commonDtype(f, [a, b]));
    if (kind !== "float" && kind !== "complex") return;
    const given = [a, b].map((operand) => commonDtype(f, [operand]));
    throw rangeError(
      `[${op}] Only allowed on integer or boolean types but got types ${given.join(" and ")}.`,
      "DTYPE",
    );
  };
  const bits =
    (op: BitOp, name: string) =>
    (a: O, b: O): H => {
      refuseInexact(name, a, b);
      return kernels[op](...both(op, a, b));
    };
  const shift =
    (op: "leftShift" | "rightShift", name: string) =>
    (a: O, b: O): H => {
      refuseInexact(name, a, b);
      const dtype = commonDtype(f, [a, b]);
      return kernels[op](...both(op, a, b, dtype === "bool" ? "uint8" : dtype));
    };

  const isComplex = (...operands: O[]): boolean => commonDtype(f, operands) === "complex64";

  const floorDivide = (a: O, b: O): H => {
    const kind = dtypeKind(commonDtype(f, [a, b]));
    if (kind === "complex") throw rangeError("[floor_divide] Complex type not supported.", "DTYPE");
    return kind === "float"
      ? kernels.floor(kernels.divide(...floats("floorDivide", a, b)))
      : wholeQuotient(a, b);
  };

  return {
    add: arithmetic("add"),
    subtract(a, b) {
      const pair = both("subtract", a, b);
      // Of truth values the difference is not 0 where they differ.
      return f.dtype(pair[0]) === "bool" ? kernels.notEqual(...pair) : kernels.subtract(...pair);
    },
    multiply: arithmetic("multiply"),
    divide: (a, b) => kernels.divide(...floats("divide", a, b)),
    floorDivide,
    remainder(a, b) {
      if (!isComplex(a, b)) return anyRemainder(a, b);
      throw rangeError("[remainder] Complex type not supported.", "DTYPE");
    },
    divmod(a, b) {
      if (isComplex(a, b)) throw typeError("[divmod] complex numbers have no remainder");
      return kernels.divmod(...both("divmod", a, b));
    },
    power: ofNumbers("power"),
    maximum: arithmetic("maximum"),
    minimum: arithmetic("minimum"),
    arctan2(a, b) {
      if (!isComplex(a, b)) return kernels.arctan2(...floats("arctan2", a, b));
      throw rangeError("[arctan2] Not supported for complex64.");
    },
    logaddexp: (a, b) => kernels.logaddexp(...floats("logaddexp", a, b)),
    equal: arithmetic("equal"),
    notEqual: arithmetic("notEqual"),
    less: arithmetic("less"),
    lessEqual: arithmetic("lessEqual"),
    greater: arithmetic("greater"),
    greaterEqual: arithmetic("greaterEqual"),
    logicalAnd: (a, b) => kernels.logicalAnd(...truths("logicalAnd", a, b)),
    logicalOr: (a, b) => kernels.logicalOr(...truths("logicalOr", a, b)),
    logicalXor: (a, b) => kernels.logicalXor(...truths("logicalXor", a, b)),
    bitwiseAnd: bits("bitwiseAnd", "bitwise_and"),
    bitwiseOr: bits("bitwiseOr", "bitwise_or"),
    bitwiseXor: bits("bitwiseXor", "bitwise_xor"),
    leftShift: shift("leftShift", "left_shift"),
    rightShift: shift("rightShift", "right_shift"),
    where(condition, x, y) {
      // A number takes after the values beside it; where both are numbers, after nothing.
      const parts = broadcasted(f, "where", [truth(condition), ...promoted(f, [x, y])]);
      return kernels.where(...(parts as [H, H, H]));
    },
    clip(a, aMin, aMax) {
      const limits = [aMin, aMax].filter((limit) => limit !== null);
      if (limits.length === 0) {
        throw rangeError("[clip] At most one of a_min and a_max may be None");
      }
      const [x, ...rest] = broadcasted(f, "clip", promoted(f, [a, ...limits])) as [H, ...H[]];
      const low = aMin === null ? null : (rest.shift() ?? null);
      return kernels.clip(x, low, rest.shift() ?? null);
    },
    isclose: (a, b, rtol, atol, equalNan) =>
      kernels.isclose(...both("isclose", a, b), rtol, atol, equalNan),
    allclose: (a, b, rtol, atol, equalNan) =>
      kernels.allclose(...both("allclose", a, b), rtol, atol, equalNan),
    arrayEqual(a, b, equalNan) {
      const [x, y] = promoted(f, [a, b]) as Pair;
      const [of, wanted] = [f.shape(x), f.shape(y)];
      const same = of.length === wanted.length && of.every((size, i) => size === wanted[i]);
      return same ? kernels.arrayEqual(x, y, equalNan) : f.scalar(false, "bool");
    },
  };
};
