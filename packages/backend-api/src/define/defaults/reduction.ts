// Defaults of the family "reduction": kernels made of other ops, for backends that have none of their own.

import { type Handle, Scalar } from "../../backend.js";
import { dtypeKind } from "../../dtype.js";
import type { ReductionOps, RequiredOp } from "../../ops/index.js";
import { axisSize, normalAxes, sizeOf, withoutAxes } from "../axes.js";
import { keptShape } from "../front/reduction.js";
import type { Front } from "../front.js";
import { asArray, floating } from "../operands.js";

type Axes = readonly number[] | null;

export const reductionDefaults = <H extends Handle>(
  f: Front<H>,
): Partial<Omit<ReductionOps<H>, RequiredOp>> => {
  const { ops, kernels } = f;

  /** How many elements become one. */
  const folded = (a: H, axis: Axes): number => {
    const shape = f.shape(a);
    return normalAxes("mean", axis, shape.length).reduce((n, at) => n * (shape[at] ?? 1), 1);
  };

  const mean = (a: H, axis: Axes, keepdims: boolean): H =>
    ops.multiply(floating(f, ops.sum(a, axis, keepdims)), new Scalar(1 / folded(a, axis)));

  const variance = (a: H, axis: Axes, keepdims: boolean, ddof: number): H => {
    const deviations = ops.subtract(a, mean(a, axis, true));
    // The variance of complex numbers is the mean of squared magnitudes.
    const real = dtypeKind(f.dtype(deviations)) !== "complex";
    const squares = ops.square(real ? deviations : ops.abs(deviations));
    const count = Math.max(folded(a, axis) - ddof, 0);
    const total = ops.sum(squares, axis, keepdims);
    return ops.multiply(total, new Scalar(1 / count));
  };

  /** The largest element, or 0 where it is not finite: what may be taken from exponents. */
  const shift = (a: H, axis: Axes): H => {
    const largest = ops.stopGradient(ops.max(a, axis, true));
    return ops.where(ops.isfinite(largest), largest, ops.zerosLike(largest, null));
  };

  return {
    minmax: (a, axis, keepdims) => [ops.min(a, axis, keepdims), ops.max(a, axis, keepdims)],
    countNonzero: (a, axis, keepdims) =>
      ops.sum(asArray(f, ops.notEqual(a, new Scalar(0)), "int32"), axis, keepdims),
    mean,
    median(a, axis, keepdims) {
      const shape = f.shape(a);
      const axes = normalAxes("median", axis, shape.length);
      const rest = shape.map((_, at) => at).filter((at) => !axes.includes(at));
      const left = withoutAxes(shape, axes);
      const n = folded(a, axes);
      const inOrder = kernels.transpose(a, [...rest, ...axes]);
      const sizes = [sizeOf(left), n].map((size) => axisSize("median", size));
      const rows = kernels.reshape(inOrder, sizes);
      const sorted = kernels.sort(rows, 1);
      const at = (place: number): H =>
        floating(f, ops.slice(sorted, [0, place], [sizeOf(left), place + 1], [1, 1]));
      const middle = at(Math.floor(n / 2));
      const found =
        n % 2 === 1 ? middle : ops.multiply(ops.add(middle, at(n / 2 - 1)), new Scalar(0.5));
      // Sorting puts NaN last, out of the middle.
      const spoiled = ops.any(ops.isnan(rows), [1], true);
      const result = ops.where(spoiled, new Scalar(Number.NaN), found);
      return kernels.reshape(result, keepdims ? keptShape(shape, axes) : left);
    },
    variance,
    std: (a, axis, keepdims, ddof) => ops.sqrt(variance(a, axis, keepdims, ddof)),
    logsumexp(a, axis, keepdims) {
      const largest = shift(a, axis);
      const total = ops.log(ops.sum(ops.exp(ops.subtract(a, largest)), axis, keepdims));
      return ops.add(total, kernels.reshape(largest, f.shape(total)));
    },
    softmax(a, axis, precise) {
      const dtype = f.dtype(a);
      const narrow = dtype === "float16" || dtype === "bfloat16";
      const x = precise && narrow ? asArray(f, a, "float32") : a;
      const powers = ops.exp(ops.subtract(x, ops.stopGradient(ops.max(x, axis, true))));
      return asArray(f, ops.divide(powers, ops.sum(powers, axis, true)), dtype);
    },
  };
};
