// Mutants whose arithmetic is wrong: ops on elements, folds, running folds and sorting.

import { dtypeKind, type Handle, Scalar } from "@mlx-ts/backend-api";
import { type Bench, type Mutant, wrongBinary, wrongOp } from "./mutant.js";

const minusInfinity = new Scalar(Number.NEGATIVE_INFINITY);

/** C's quotient of int32 arrays. */
function towardZero({ ops, dtype }: Bench, a: Handle, b: Handle): Handle | undefined {
  if (dtype(a) !== "int32" || dtype(b) !== "int32") return undefined;
  const quotient = ops.divide(ops.astype(a, "float64"), ops.astype(b, "float64"));
  return ops.astype(ops.nanToNum(ops.trunc(quotient), 0, 0, 0), "int32");
}

const binary: readonly Mutant[] = [
  wrongBinary("add", "int32 saturates instead of wrapping", ({ ops, dtype }, a, b) => {
    if (dtype(a) !== "int32" || dtype(b) !== "int32") return undefined;
    const sum = ops.add(ops.astype(a, "float64"), ops.astype(b, "float64"));
    const limits = [new Scalar(-(2 ** 31)), new Scalar(2 ** 31 - 1)] as const;
    return ops.astype(ops.clip(sum, ...limits), "int32");
  }),
  wrongBinary("add", "int32 and float16 give float32", ({ ops, dtype }, a, b) => {
    const pair = [dtype(a), dtype(b)];
    if (!pair.includes("int32") || !pair.includes("float16")) return undefined;
    return ops.astype(ops.add(a, b), "float32");
  }),
  wrongBinary("add", "a vector goes along the first axis of a matrix", ({ ops, shape }, a, b) => {
    const [rows, columns] = shape(a);
    if (shape(a).length !== 2 || shape(b).length !== 1 || rows !== columns) return undefined;
    return ops.add(a, ops.expandDims(b, [1]));
  }),
  wrongBinary("multiply", "uint32 and int32 give int32", ({ ops, dtype }, a, b) => {
    const pair = [dtype(a), dtype(b)];
    if (!pair.includes("int32") || !pair.includes("uint32")) return undefined;
    return ops.astype(ops.multiply(a, b), "int32");
  }),
  wrongBinary("divide", "integers give integers", ({ ops, dtype }, a, b) =>
    dtype(a) === "int32" && dtype(b) === "int32" ? ops.floorDivide(a, b) : undefined,
  ),
  wrongBinary("floorDivide", "integers round toward zero, as in C", (bench, a, b) =>
    towardZero(bench, a, b),
  ),
  wrongBinary("remainder", "the sign is that of the dividend, as in C", (bench, a, b) => {
    const quotient = towardZero(bench, a, b);
    const { ops } = bench;
    return quotient && ops.subtract(a, ops.multiply(b, quotient));
  }),
  wrongBinary("lessEqual", "is the opposite of greater, so NaN <= 1", ({ ops }, a, b) =>
    ops.logicalNot(ops.greater(a, b)),
  ),
  wrongBinary("maximum", "a NaN on the left loses", ({ ops }, a, b) =>
    ops.where(ops.greater(a, b), a, b),
  ),
  wrongBinary("power", "0 ** 0 is NaN", ({ ops, dtype }, a, b) => {
    if (dtypeKind(dtype(a)) !== "float" || dtypeKind(dtype(b)) !== "float") return undefined;
    const zeros = ops.logicalAnd(ops.equal(a, new Scalar(0)), ops.equal(b, new Scalar(0)));
    return ops.where(zeros, new Scalar(Number.NaN), ops.power(a, b));
  }),
  wrongBinary("rightShift", "int32 loses its sign", ({ ops, dtype }, a, b) => {
    if (dtype(a) !== "int32" || dtype(b) !== "int32") return undefined;
    return ops.view(ops.rightShift(ops.view(a, "uint32"), ops.view(b, "uint32")), "int32");
  }),
];

const unary: readonly Mutant[] = [
  wrongOp("round", "halves go away from zero", ({ ops }, a, decimals) => {
    if (decimals !== 0) return ops.round(a, decimals);
    return ops.multiply(ops.sign(a), ops.floor(ops.add(ops.abs(a), new Scalar(0.5))));
  }),
  wrongOp("sign", "of NaN is NaN, as in JavaScript", ({ ops }, a) =>
    ops.where(ops.isnan(a), a, ops.sign(a)),
  ),
  wrongOp("exp", "of int32 stays int32", ({ ops, dtype }, a) =>
    dtype(a) === "int32" ? ops.astype(ops.exp(a), "int32") : ops.exp(a),
  ),
  wrongOp("expm1", "is exp minus 1, which loses small arguments", ({ ops }, a) =>
    ops.subtract(ops.exp(a), new Scalar(1)),
  ),
  wrongOp("erf", "is the tanh of GELU's approximation", ({ ops }, a) => {
    const cube = ops.multiply(a, ops.square(a));
    const inner = ops.add(a, ops.multiply(cube, new Scalar(0.08943)));
    return ops.tanh(ops.multiply(inner, new Scalar(2 / Math.sqrt(Math.PI))));
  }),
  wrongOp("bitwiseInvert", "of bool is always true", ({ ops, dtype }, a) =>
    dtype(a) === "bool" ? ops.onesLike(a, null) : ops.bitwiseInvert(a),
  ),
  wrongOp("abs", "of a complex number is that of its real part", ({ ops, dtype }, a) =>
    ops.abs(dtype(a) === "complex64" ? ops.real(a) : a),
  ),
];

const reductions: readonly Mutant[] = [
  wrongOp("sum", "of bool stays bool", ({ ops, dtype }, a, axis, keepdims) =>
    dtype(a) === "bool" ? ops.any(a, axis, keepdims) : ops.sum(a, axis, keepdims),
  ),
  wrongOp("sum", "of int8 stays int8", ({ ops, dtype }, a, axis, keepdims) => {
    const sum = ops.sum(a, axis, keepdims);
    return dtype(a) === "int8" ? ops.astype(sum, "int8") : sum;
  }),
  wrongOp("sum", "forgets keepdims", ({ ops }, a, axis) => ops.sum(a, axis, false)),
  wrongOp("prod", "of nothing is 0", ({ ops, shape }, a, axis, keepdims) => {
    const prod = ops.prod(a, axis, keepdims);
    return shape(a).includes(0) ? ops.zerosLike(prod, null) : prod;
  }),
  wrongOp("max", "begins at 0", ({ ops }, a, axis, keepdims) =>
    ops.maximum(ops.max(a, axis, keepdims), new Scalar(0)),
  ),
  wrongOp("min", "skips NaN", ({ ops, dtype }, a, axis, keepdims) => {
    const infinity = new Scalar(Number.POSITIVE_INFINITY);
    if (dtypeKind(dtype(a)) !== "float") return ops.min(a, axis, keepdims);
    return ops.min(ops.where(ops.isnan(a), infinity, a), axis, keepdims);
  }),
  wrongOp("all", "of nothing is false", ({ ops, shape }, a, axis, keepdims) => {
    const all = ops.all(a, axis, keepdims);
    return shape(a).includes(0) ? ops.zerosLike(all, null) : all;
  }),
  wrongOp("mean", "of nothing is 0", ({ ops, shape }, a, axis, keepdims) => {
    const mean = ops.mean(a, axis, keepdims);
    return shape(a).includes(0) ? ops.zerosLike(mean, null) : mean;
  }),
  wrongOp("variance", "ignores ddof", ({ ops }, a, axis, keepdims) =>
    ops.variance(a, axis, keepdims, 0, null),
  ),
  wrongOp("softmax", "does not subtract the largest, so 100 overflows", ({ ops }, a, axis) => {
    const powers = ops.exp(a);
    return ops.divide(powers, ops.sum(powers, axis, true));
  }),
  wrongOp("logsumexp", "of nothing but -inf is NaN", ({ ops }, a, axis, keepdims) => {
    const shifted = ops.exp(ops.subtract(a, ops.max(a, axis, true)));
    return ops.add(ops.log(ops.sum(shifted, axis, keepdims)), ops.max(a, axis, keepdims));
  }),
];

const scans: readonly Mutant[] = [
  wrongOp("cumsum", "exclusive sums are off by one", ({ ops }, a, axis, reverse, _, dtype) =>
    ops.cumsum(a, axis, reverse, true, dtype),
  ),
  wrongOp("cumprod", "ignores reverse", ({ ops }, a, axis, _, inclusive, dtype) =>
    ops.cumprod(a, axis, false, inclusive, dtype),
  ),
  wrongOp("logcumsumexp", "overflows at 100", ({ ops }, a, axis, reverse, inclusive) =>
    ops.log(ops.cumsum(ops.exp(a), axis, reverse, inclusive, null)),
  ),
];

const sorting: readonly Mutant[] = [
  wrongOp("argmax", "passes over NaN", ({ ops, dtype }, a, axis, keepdims) => {
    if (dtypeKind(dtype(a)) !== "float") return ops.argmax(a, axis, keepdims);
    return ops.argmax(ops.where(ops.isnan(a), minusInfinity, a), axis, keepdims);
  }),
  wrongOp("argmin", "takes the last of equals", ({ ops, shape }, a, axis, keepdims) => {
    if (axis === null) return ops.argmin(a, axis, keepdims);
    const last = (shape(a).at(axis) ?? 0) - 1;
    const fromBehind = ops.argmin(ops.flip(a, [axis]), axis, keepdims);
    return ops.subtract(ops.full([], new Scalar(last), "uint32"), fromBehind);
  }),
  wrongOp("sort", "puts NaN first", ({ ops, dtype }, a, axis) => {
    if (dtypeKind(dtype(a)) !== "float") return ops.sort(a, axis);
    const descending = ops.negative(ops.sort(ops.negative(a), axis));
    return ops.flip(descending, [axis ?? 0]);
  }),
  wrongOp("argsort", "is not stable", ({ ops, shape }, a, axis) => {
    if (axis === null || shape(a).length === 0) return ops.argsort(a, axis);
    const last = (shape(a).at(axis) ?? 0) - 1;
    const backward = ops.argsort(ops.flip(a, [axis]), axis);
    return ops.subtract(ops.full([], new Scalar(last), "uint32"), backward);
  }),
  wrongOp("searchsorted", "is always left", ({ ops }, sorted, values) =>
    ops.searchsorted(sorted, values, "left"),
  ),
];

export const elementMutants: readonly Mutant[] = [
  ...binary,
  ...unary,
  ...reductions,
  ...scans,
  ...sorting,
];
