// How calls of the family "creation" are checked and prepared before a kernel sees them: sizes that are
// possible, default dtypes, and numbers as elements.

import { type Handle, Scalar } from "../../backend.js";
import { type DType, dtypeKind } from "../../dtype.js";
import { MLXError, rangeError } from "../../errors.js";
import type { CreationOps } from "../../ops/index.js";
import { sizeOf } from "../axes.js";
import type { Front } from "../front.js";
import type { Shape } from "../kernels.js";
import { asArray, broadcast, broadcastShape, commonDtype, elementOf } from "../operands.js";

/** More elements than any machine holds: refused here, as engines fail in many ways. */
const most = 2 ** 47;

/** The most axes that MLX's arrays have. */
const mostAxes = 255;

/** A shape that an array can have. */
function possible(op: string, shape: Shape): Shape {
  if (shape.some((size) => size < 0)) {
    throw rangeError(`[${op}] Negative dimensions not allowed.`);
  }
  if (shape.length > mostAxes) {
    throw rangeError(
      `[${op}] the result has ${shape.length} axes, an array has ${mostAxes} at most`,
      "SHAPE",
    );
  }
  const size = sizeOf(shape);
  if (size <= most) return shape;
  throw new MLXError(
    `[${op}] an array of shape [${shape.join(", ")}] needs ${(size / 1e9).toPrecision(3)} GB or more, no machine has them`,
    "OOM",
  );
}

type Window = "bartlett" | "hanning" | "hamming" | "blackman";

export const creationFront = <H extends Handle>(f: Front<H>): CreationOps<H> => {
  const { kernels } = f;

  const filled = (op: "zeros" | "ones") => (shape: Shape, dtype: DType | null) =>
    kernels[op](possible(op, shape), dtype ?? "float32");
  const likes = (op: "zerosLike" | "onesLike") => (a: H, dtype: DType | null) =>
    kernels[op](a, dtype ?? f.dtype(a));

  /** Matrices of rows, columns and the place of a diagonal, which is kept beside the matrix. */
  const matrix =
    (op: "eye" | "tri") =>
    (n: number, m: number | null, k: number, dtype: DType | null): H => {
      const shape = [n, m ?? n] as const;
      const of = dtype ?? "float32";
      if (possible(op, shape).includes(0)) return kernels.full(shape, elementOf(0, of), of);
      const diagonal = Math.min(Math.max(k, -shape[0]), shape[1]);
      return kernels[op](shape[0], shape[1], diagonal, of);
    };
  const eye = matrix("eye");

  const triangle =
    (op: "tril" | "triu") =>
    (x: H, k: number): H => {
      const shape = f.shape(x);
      const [rows, columns] = shape.slice(-2);
      if (rows === undefined || columns === undefined) {
        throw rangeError(`[${op}] array must be at least 2-D`);
      }
      if (shape.includes(0)) return x;
      return kernels[op](x, Math.min(Math.max(k, -rows - 1), columns + 1));
    };

  const window =
    (op: Window) =>
    (M: number): H => {
      if (M < 1) return kernels.full([0], 0, "float32");
      return M === 1 ? kernels.full([1], 1, "float32") : kernels[op](M);
    };

  return {
    full(shape, vals, dtype) {
      possible("full", shape);
      if (vals instanceof Scalar) {
        const of = dtype ?? commonDtype(f, [vals]);
        return kernels.full(shape, elementOf(vals.value, of), of);
      }
      const from = f.shape(vals);
      // Values may be fewer than places, never more.
      const fits = broadcastShape("full", [from, shape]);
      if (fits.length > shape.length || fits.some((size, i) => size !== shape[i])) {
        throw rangeError(
          `[full] Cannot broadcast array of shape (${from.join(",")}) into shape (${shape.join(",")}).`,
          "SHAPE",
        );
      }
      return broadcast(f, asArray(f, vals, dtype ?? f.dtype(vals)), shape);
    },
    arange(start, stop, step, dtype) {
      const kind = dtypeKind(dtype);
      if (kind === "bool") throw rangeError("[arange] bool not supported for arange.");
      if (![start, stop].every(Number.isFinite) || Number.isNaN(step)) {
        throw rangeError("[arange] Cannot compute length.");
      }
      if (step === 0) throw rangeError("[arange] the step is 0, it must not be");
      const endless = !Number.isFinite(step) && step > 0 === start < stop && start !== stop;
      const count = endless ? 1 : Math.max(Math.ceil((stop - start) / step), 0);
      if (count > 2 ** 31 - 1) throw rangeError("[arange] Maximum size exceeded.");
      if (endless || count === 0) return kernels.full([count], elementOf(start, dtype), dtype);
      if (kind === "complex") {
        return kernels.astype(kernels.arange(start, step, count, "float32"), dtype);
      }
      if (kind === "float") return kernels.arange(start, step, count, dtype);
      // Integers go by the whole distance from the first number to the second.
      const first = Math.trunc(start);
      const by = Math.trunc(start + step) - first;
      if (by === 0) return kernels.full([count], elementOf(first, dtype), dtype);
      return kernels.arange(first, by, count, dtype);
    },
    zeros: filled("zeros"),
    ones: filled("ones"),
    fullLike(a, vals, dtype) {
      const of = dtype ?? f.dtype(a);
      const value = vals instanceof Scalar ? f.scalar(vals.value, of) : asArray(f, vals, of);
      return kernels.fullLike(a, value, of);
    },
    zerosLike: likes("zerosLike"),
    onesLike: likes("onesLike"),
    linspace(start, stop, num, endpoint, dtype) {
      if (num < 0) {
        throw rangeError(`[linspace] number of samples, ${num}, must be non-negative.`);
      }
      return kernels.linspace(start, stop, num, endpoint, dtype ?? "float32");
    },
    eye,
    identity: (n, dtype) =>
      kernels.identity(possible("identity", [n, n])[0] ?? n, dtype ?? "float32"),
    tri: matrix("tri"),
    tril: triangle("tril"),
    triu: triangle("triu"),
    bartlett: window("bartlett"),
    hanning: window("hanning"),
    hamming: window("hamming"),
    blackman: window("blackman"),
  };
};
