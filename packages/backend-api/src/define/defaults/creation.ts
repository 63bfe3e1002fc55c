// Defaults of the family "creation": kernels made of other ops, for backends that have none of their own.

import { type Handle, Scalar } from "../../backend.js";
import type { DType } from "../../dtype.js";
import type { CreationOps, RequiredOp } from "../../ops/index.js";
import type { Front } from "../front.js";
import type { Shape } from "../kernels.js";
import { asArray, broadcast, broadcastShape, elementOf } from "../operands.js";

const number = (value: number): Scalar => new Scalar(value);

export const creationDefaults = <H extends Handle>(
  f: Front<H>,
): Partial<Omit<CreationOps<H, H>, RequiredOp>> => {
  const { ops, kernels } = f;

  const filled = (shape: Shape, value: number, dtype: DType): H =>
    kernels.full(shape, elementOf(value, dtype), dtype);

  /** Compares the row of each place with its column, moved by a diagonal. */
  const places = (
    op: "equal" | "greaterEqual",
    n: number,
    m: number,
    k: number,
    dtype: DType | null,
  ): H => {
    const rows = kernels.reshape(kernels.arange(0, 1, n, "int32"), [n, 1]);
    const columns = kernels.reshape(kernels.arange(-k, 1, m, "int32"), [1, m]);
    return asArray(f, ops[op](rows, columns), dtype ?? "float32");
  };
  const eye = (n: number, m: number | null, k: number, dtype: DType | null): H =>
    places("equal", n, m ?? n, k, dtype);
  const tri = (n: number, m: number | null, k: number, dtype: DType | null): H =>
    places("greaterEqual", n, m ?? n, k, dtype);

  /** Where a matrix is at or below a diagonal. */
  const lower = (x: H, k: number): H => {
    const [rows = 0, columns = 0] = f.shape(x).slice(-2);
    return tri(rows, columns, k, "bool");
  };

  /** 0, 1, ... times a factor. */
  const angles = (count: number, factor: number): H =>
    ops.multiply(kernels.arange(0, 1, count, "float32"), number(factor));
  const cosines = (M: number): H => ops.cos(angles(M, (2 * Math.PI) / (M - 1)));

  return {
    zeros: (shape, dtype) => filled(shape, 0, dtype ?? "float32"),
    ones: (shape, dtype) => filled(shape, 1, dtype ?? "float32"),
    fullLike: (a, vals) =>
      broadcast(f, vals, broadcastShape("full_like", [f.shape(a), f.shape(vals)])),
    zerosLike: (a, dtype) => filled(f.shape(a), 0, dtype ?? f.dtype(a)),
    onesLike: (a, dtype) => filled(f.shape(a), 1, dtype ?? f.dtype(a)),
    linspace(start, stop, num, endpoint, dtype) {
      const of = dtype ?? "float32";
      const exact = of === "float64" ? of : "float32";
      if (num === 1) return asArray(f, filled([1], start, exact), of);
      // Each number from both ends, so that the last is `stop` itself.
      const steps = kernels.arange(0, 1, num, exact);
      const t = ops.divide(steps, number(endpoint ? num - 1 : num));
      const fromStart = ops.multiply(ops.subtract(number(1), t), number(start));
      return asArray(f, ops.add(fromStart, ops.multiply(t, number(stop))), of);
    },
    eye,
    identity: (n, dtype) => eye(n, n, 0, dtype),
    tri,
    tril: (x, k) => ops.where(lower(x, k), x, ops.zerosLike(x, null)),
    triu: (x, k) => ops.where(lower(x, k - 1), ops.zerosLike(x, null), x),
    bartlett(M) {
      const distance = ops.abs(ops.subtract(angles(M, 2 / (M - 1)), number(1)));
      return ops.subtract(number(1), distance);
    },
    hanning: (M) => ops.square(ops.sin(angles(M, Math.PI / (M - 1)))),
    hamming: (M) => ops.subtract(number(0.54), ops.multiply(number(0.46), cosines(M))),
    blackman(M) {
      // cos 2x is 2 cos^2 x - 1.
      const c = cosines(M);
      const line = ops.subtract(number(0.34), ops.multiply(number(0.5), c));
      return ops.add(line, ops.multiply(number(0.16), ops.square(c)));
    },
  };
};
