// Norms of vectors and matrices. Those that are made of singular values need a backend that has them.

import { type Handle, Scalar } from "../../backend.js";
import { dtypeKind, promoteTypes } from "../../dtype.js";
import type { LinalgOps } from "../../ops/index.js";
import { sizeOf } from "../axes.js";
import type { Front } from "../front.js";

export const norm = <H extends Handle>(f: Front<H>): LinalgOps<H>["linalgNorm"] => {
  const { ops } = f;

  /** The root of the sum of squares. */
  const euclidean = (a: H, axes: readonly number[], keepdims: boolean): H => {
    const size = f.dtype(a) === "complex64" ? ops.abs(a) : a;
    return ops.sqrt(ops.sum(ops.square(size), axes, keepdims));
  };

  const vectorNorm = (a: H, ord: number, axis: number, keepdims: boolean): H => {
    const size = ops.abs(a);
    switch (ord) {
      case 0:
        return ops.sum(ops.notEqual(a, new Scalar(0)), [axis], keepdims);
      case 1:
        return ops.sum(size, [axis], keepdims);
      case 2:
        return euclidean(a, [axis], keepdims);
      case Number.POSITIVE_INFINITY:
        return ops.max(size, [axis], keepdims);
      case Number.NEGATIVE_INFINITY:
        return ops.min(size, [axis], keepdims);
    }
    const dtype = promoteTypes(f.dtype(size), floatOf(a));
    const powers = ops.power(ops.astype(size, dtype), f.scalar(ord, dtype));
    return ops.power(ops.sum(powers, [axis], keepdims), f.scalar(1 / ord, dtype));
  };

  /** Singular values of matrices that lie along two axes. */
  const singularValues = (a: H, row: number, column: number): H => {
    const { length } = f.shape(a);
    const others = f.shape(a).flatMap((_, i) => (i === row || i === column ? [] : [i]));
    const last = length === 2 && row === 0 ? a : ops.transpose(a, [...others, row, column]);
    return ops.linalgSvd(last, false)[0] as H;
  };

  const matrixNorm = (
    a: H,
    ord: number | "nuc",
    [row, column]: readonly [number, number],
    keepdims: boolean,
  ): H => {
    if (ord === "nuc" || Math.abs(ord) === 2) {
      const values = singularValues(a, row, column);
      const found =
        ord === "nuc"
          ? ops.sum(values, [-1], false)
          : ops[ord === 2 ? "max" : "min"](values, [-1], false);
      return keepdims
        ? ops.expandDims(
            found,
            [row, column].sort((x, y) => x - y),
          )
        : found;
    }
    const [inner, outer] = Math.abs(ord) === 1 ? [row, column] : [column, row];
    const sums = ops.sum(ops.abs(a), [inner], true);
    const found = ops[ord > 0 ? "max" : "min"](sums, [outer], true);
    return keepdims ? found : ops.squeeze(found, [row, column]);
  };

  /** The dtype of a norm of integers is float32. */
  const floatOf = (a: H) =>
    dtypeKind(f.dtype(a)) === "float" || dtypeKind(f.dtype(a)) === "complex"
      ? f.dtype(a)
      : ("float32" as const);

  return (a, ord, axis, keepdims, named) => {
    const axes = axis ?? [];
    const [first = 0, second = 0] = axes;
    if (named === "nuc") return matrixNorm(a, "nuc", [first, second], keepdims);
    if (ord === null || named !== null) {
      // A number alone, or no axes, is a vector of one.
      if (axes.length === 0) return euclidean(ops.expandDims(a, [-1]), [-1], false);
      return euclidean(a, axes, keepdims);
    }
    if (axes.length === 1 && ord === 2) return vectorNorm(a, ord, first, keepdims);
    const found =
      axes.length === 1
        ? vectorNorm(a, ord, first, keepdims)
        : matrixNorm(a, ord, [first, second], keepdims);
    return ops.astype(found, floatOf(a));
  };
};

/** The cross product of vectors of three elements, or two. */
export const cross =
  <H extends Handle>(f: Front<H>): LinalgOps<H>["linalgCross"] =>
  (a, b, axis) => {
    const { ops } = f;
    const [a0, a1, a2] = ops.unstack(a, axis) as [H, H, H?];
    const [b0, b1, b2] = ops.unstack(b, axis) as [H, H, H?];
    const product = (x: H | undefined, y: H | undefined): H | undefined =>
      x !== undefined && y !== undefined ? ops.multiply(x, y) : undefined;
    /** A difference, of which a missing third element makes a part 0. */
    const difference = (x: H | undefined, y: H | undefined): H => {
      if (x !== undefined) return y === undefined ? x : ops.subtract(x, y);
      return y === undefined ? ops.zerosLike(a0, null) : ops.negative(y);
    };
    return ops.stack(
      [
        difference(product(a1, b2), product(a2, b1)),
        difference(product(a2, b0), product(a0, b2)),
        difference(product(a0, b1), product(a1, b0)),
      ],
      axis,
    );
  };

/** The pseudo-inverse of matrices, from their singular values. */
export const pinv =
  <H extends Handle>(f: Front<H>): LinalgOps<H>["linalgPinv"] =>
  (a) => {
    const { ops } = f;
    const [m = 0, n = 0] = f.shape(a).slice(-2);
    const k = Math.min(m, n);
    const [u, s, vt] = ops.linalgSvd(a, true) as [H, H, H];
    const leading = f.shape(a).slice(0, -2);
    const part = (of: H, rows: number, columns: number): H =>
      ops.swapaxes(
        ops.slice(
          of,
          f.shape(of).map(() => 0),
          [...leading, rows, columns],
          f.shape(of).map(() => 1),
        ),
        -1,
        -2,
      );
    const values = ops.expandDims(s, [-2]);
    // Values that are 0 but for rounding have no inverse.
    const epsilon = f.dtype(a) === "float64" ? 2 ** -52 : 2 ** -23;
    const least = ops.multiply(
      ops.max(values, [-1], true),
      new Scalar(10 * Math.max(m, n) * epsilon),
    );
    const inverse = ops.where(ops.greater(values, least), ops.reciprocal(values), new Scalar(0));
    return sizeOf(f.shape(a)) === 0
      ? part(a, m, n)
      : ops.matmul(ops.multiply(part(vt, k, n), inverse), part(u, m, k));
  };
