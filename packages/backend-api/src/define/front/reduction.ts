// How calls of the family "reduction" are checked and prepared before a kernel sees them: axes, dtypes that
// hold sums, and what folding over nothing gives.

import type { Handle } from "../../backend.js";
import { type DType, dtypeKind, itemsize } from "../../dtype.js";
import { rangeError } from "../../errors.js";
import type { ReductionOps } from "../../ops/index.js";
import { normalAxis, withoutAxes } from "../axes.js";
import type { Front } from "../front.js";
import type { Shape } from "../kernels.js";
import { asArray, floating } from "../operands.js";

type Axes = readonly number[] | null;

/** Axes from the front, sorted, each once. */
function foldedAxes(op: string, axes: Axes, shape: Shape): readonly number[] {
  if (axes === null) return shape.map((_, axis) => axis);
  const found = axes.map((axis) => normalAxis(op, axis, shape.length)).sort((a, b) => a - b);
  if (found.every((axis, i) => axis !== found[i - 1])) return found;
  throw rangeError(`[${op}] Duplicate axes detected in reduction.`, "SHAPE");
}

/** The shape of a result that keeps its folded axes. */
export const keptShape = (shape: Shape, axes: readonly number[]): number[] =>
  shape.map((size, axis) => (axes.includes(axis) ? 1 : size));

/** The dtype that holds sums and products. */
function sumDtype(dtype: DType): DType {
  const kind = dtypeKind(dtype);
  if (kind === "bool") return "int32";
  if (itemsize(dtype) > 4) return dtype;
  if (kind === "signed") return "int32";
  return kind === "unsigned" ? "uint32" : dtype;
}

export const reductionFront = <H extends Handle>(f: Front<H>): ReductionOps<H> => {
  const { kernels } = f;

  /** Runs a kernel that drops its axes; where they have one element each it has nothing to do. */
  const fold = (
    op: "sum" | "prod" | "max" | "min" | "all" | "any",
    a: H,
    axes: readonly number[],
    keepdims: boolean,
  ): H => {
    const shape = f.shape(a);
    const single = axes.every((axis) => shape[axis] === 1);
    if (single && (keepdims || axes.length === 0)) return a;
    if (single) return kernels.reshape(a, withoutAxes(shape, axes));
    const folded = kernels[op](a, axes);
    return keepdims ? kernels.reshape(folded, keptShape(shape, axes)) : folded;
  };

  const sum = (op: "sum" | "prod") => (a: H, axis: Axes, keepdims: boolean) => {
    const axes = foldedAxes(op, axis, f.shape(a));
    // MLX gives the array itself, whatever its dtype.
    if (axes.length === 0) return a;
    return fold(op, asArray(f, a, sumDtype(f.dtype(a))), axes, keepdims);
  };

  /** Axes with elements to choose from. */
  const chosenAxes = (op: string, a: H, axis: Axes): readonly number[] => {
    const shape = f.shape(a);
    const axes = foldedAxes(op, axis, shape);
    const empty = axes.find((at) => shape[at] === 0);
    if (empty === undefined) return axes;
    throw rangeError(`[${op}] Cannot ${op} reduce over axis ${empty} with size 0.`, "SHAPE");
  };
  const extreme = (op: "max" | "min") => (a: H, axis: Axes, keepdims: boolean) =>
    fold(op, a, chosenAxes(op, a, axis), keepdims);

  const truth = (op: "all" | "any") => (a: H, axis: Axes, keepdims: boolean) =>
    fold(op, asArray(f, a, "bool"), foldedAxes(op, axis, f.shape(a)), keepdims);

  /** Axes that an array without axes does not have at all, in MLX's words. */
  const exponentialAxes = (op: string, a: H, axis: Axes): readonly number[] => {
    const shape = f.shape(a);
    if (shape.length === 0 && axis !== null && axis.length > 0) {
      throw rangeError(`[${op}] Received non-empty axes for array with 0 dimensions.`, "SHAPE");
    }
    return foldedAxes(op, axis, shape);
  };

  return {
    sum: sum("sum"),
    prod: sum("prod"),
    max: extreme("max"),
    min: extreme("min"),
    minmax: (a, axis, keepdims) => kernels.minmax(a, chosenAxes("min", a, axis), keepdims),
    countNonzero: (a, axis, keepdims) =>
      kernels.countNonzero(a, foldedAxes("count_nonzero", axis, f.shape(a)), keepdims),
    all: truth("all"),
    any: truth("any"),
    mean: (a, axis, keepdims) => kernels.mean(a, foldedAxes("mean", axis, f.shape(a)), keepdims),
    median(a, axis, keepdims) {
      const shape = f.shape(a);
      const axes = foldedAxes("median", axis, shape);
      if (axes.some((at) => shape[at] === 0)) {
        throw rangeError("[median] Cannot take median along empty axis.", "SHAPE");
      }
      return kernels.median(a, axes, keepdims);
    },
    variance: (a, axis, keepdims, ddof, correction) =>
      kernels.variance(a, foldedAxes("var", axis, f.shape(a)), keepdims, correction ?? ddof, null),
    std: (a, axis, keepdims, ddof, correction) =>
      kernels.std(a, foldedAxes("std", axis, f.shape(a)), keepdims, correction ?? ddof, null),
    logsumexp(a, axis, keepdims) {
      const axes = exponentialAxes("logsumexp", a, axis);
      if (f.shape(a).includes(0)) throw rangeError("[logsumexp] Received empty array.");
      return kernels.logsumexp(floating(f, a), axes, keepdims);
    },
    softmax(a, axis, precise) {
      const x = floating(f, a);
      if (f.shape(a).includes(0)) return x;
      return kernels.softmax(x, exponentialAxes("softmax", a, axis), precise);
    },
  };
};
