// Defaults of the family "linear": kernels made of matmul and other ops. Einstein sums are in einsum.ts.

import { type Handle, Scalar } from "../../backend.js";
import { dtypeKind } from "../../dtype.js";
import type { LinearOps, RequiredOp } from "../../ops/index.js";
import { sizeOf } from "../axes.js";
import type { Front } from "../front.js";
import { einsumDefault } from "./einsum.js";

type Optional<H extends Handle> = Omit<LinearOps<H>, RequiredOp>;

export const linearDefaults = <H extends Handle>(f: Front<H>): Optional<H> => {
  const scaled = (a: H, by: number): H => (by === 1 ? a : f.ops.multiply(a, new Scalar(by)));

  const tensordot = (a: H, b: H, axesA: readonly number[], axesB: readonly number[]): H => {
    const kept = (x: H, axes: readonly number[]): number[] =>
      f.shape(x).flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
    const sizes = (x: H, axes: readonly number[]): number[] =>
      axes.map((axis) => f.shape(x)[axis] as number);
    const [keptA, keptB] = [kept(a, axesA), kept(b, axesB)];
    const joined = sizeOf(sizes(a, axesA));
    const [rows, columns] = [sizes(a, keptA), sizes(b, keptB)];
    const left = f.ops.reshape(f.ops.transpose(a, [...keptA, ...axesA]), [sizeOf(rows), joined]);
    const right = f.ops.transpose(b, [...axesB, ...keptB]);
    const product = f.ops.matmul(left, f.ops.reshape(right, [joined, sizeOf(columns)]));
    return f.ops.reshape(product, [...rows, ...columns]);
  };

  /** Zero, or scaled, where a mask with an element for each block of `[..., m, n]` says so. */
  const masked = (a: H, mask: H | null, blockSize: number): H => {
    if (mask === null) return a;
    const shape = f.shape(a);
    const start = shape.map(() => 0);
    const rows = f.ops.repeat(mask, blockSize, -2);
    const whole = f.ops.slice(f.ops.repeat(rows, blockSize, -1), start, shape, []);
    return f.dtype(mask) === "bool"
      ? f.ops.where(whole, a, new Scalar(0))
      : f.ops.multiply(a, whole);
  };

  return {
    addmm: (c, a, b, alpha, beta) =>
      f.ops.add(scaled(f.kernels.matmul(a, b), alpha), scaled(c, beta)),
    inner: (a, b) => tensordot(a, b, [f.shape(a).length - 1], [f.shape(b).length - 1]),
    outer: (a, b) => f.ops.multiply(f.ops.expandDims(a, [1]), b),
    vecdot(a, b, axis) {
      const left = dtypeKind(f.dtype(a)) === "complex" ? f.ops.conj(a) : a;
      return f.ops.sum(f.ops.multiply(left, b), [axis], false);
    },
    kron(a, b) {
      const [from, to] = [f.shape(a), f.shape(b)];
      const left = f.ops.reshape(
        a,
        from.flatMap((size) => [size, 1]),
      );
      const right = f.ops.reshape(
        b,
        to.flatMap((size) => [1, size]),
      );
      return f.ops.reshape(
        f.ops.multiply(left, right),
        from.map((size, i) => size * (to[i] as number)),
      );
    },
    tensordot,
    einsum: einsumDefault(f),
    gatherMm: (a, b, lhsIndices, rhsIndices) => {
      const taken = (from: H, indices: H | null): H =>
        indices === null ? from : f.kernels.take(from, indices, 0);
      return f.ops.matmul(taken(a, lhsIndices), taken(b, rhsIndices));
    },
    blockMaskedMm(a, b, blockSize, maskOut, maskLhs, maskRhs) {
      const product = f.ops.matmul(masked(a, maskLhs, blockSize), masked(b, maskRhs, blockSize));
      return masked(product, maskOut, blockSize);
    },
    /** Both operands are 0 outside the segment, so that nothing there counts, not even infinity. */
    segmentedMm(a, b, segments) {
      const inner = f.shape(a)[1] as number;
      const places = f.kernels.arange(0, 1, inner, "int32");
      const end = (which: number): H =>
        f.ops.take(
          segments,
          f.constant({ shape: [1], dtype: "int32", data: Int32Array.of(which) }),
          -1,
        );
      const within = f.ops.logicalAnd(
        f.ops.greaterEqual(places, end(0)),
        f.ops.less(places, end(1)),
      );
      const left = f.ops.where(f.ops.expandDims(within, [-2]), a, new Scalar(0));
      const right = f.ops.where(f.ops.expandDims(within, [-1]), b, new Scalar(0));
      return f.ops.matmul(left, right);
    },
  };
};
