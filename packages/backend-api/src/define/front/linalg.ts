// How calls of the family "linalg" are checked and prepared before a kernel sees them: matrices of one float dtype,
// axes from the front.

import type { Handle } from "../../backend.js";
import { type DType, dtypeKind, promoteTypes } from "../../dtype.js";
import { rangeError } from "../../errors.js";
import type { LinalgOps } from "../../ops/index.js";
import { boundAxis, shapeText, sizeOf, withSize } from "../axes.js";
import type { Front } from "../front.js";
import { asArray, broadcast, broadcastShape } from "../operands.js";

/** Integers and bool as float32. */
const atLeastFloat = (dtype: DType): DType =>
  dtypeKind(dtype) === "float" || dtypeKind(dtype) === "complex"
    ? dtype
    : promoteTypes(dtype, "float32");

/** Refuses matrices, or factors of theirs, of more elements than 32 bits count. */
function countable(op: string, elements: number): void {
  if (elements <= 2 ** 31 - 1) return;
  throw rangeError(
    `[${op}] the matrices or their factors have ${elements} elements, at most 2^31 - 1 can be computed with`,
    "SHAPE",
  );
}

export const linalgFront = <H extends Handle>(f: Front<H>): LinalgOps<H> => {
  const { kernels } = f;

  const isFloat = (tag: string, a: H): void => {
    const dtype = f.dtype(a);
    if (dtype === "float32" || dtype === "float64") return;
    throw rangeError(
      `[linalg::${tag}] Arrays must have type float32 or float64. Received array with type ${dtype}.`,
      "DTYPE",
    );
  };
  const isFloatOrComplex = (tag: string, a: H): void => {
    const dtype = f.dtype(a);
    if (dtype === "float32" || dtype === "float64" || dtype === "complex64") return;
    throw rangeError(
      `[linalg::${tag}] Arrays must have type float32, float64 or complex64. Received array with type ${dtype}.`,
      "DTYPE",
    );
  };
  const isMatrix = (tag: string, a: H): void => {
    const { length } = f.shape(a);
    if (length >= 2) return;
    throw rangeError(
      `[linalg::${tag}] Arrays must have >= 2 dimensions. Received array with ${length} dimensions.`,
      "SHAPE",
    );
  };
  const isSquare = (tag: string, a: H, text: string): void => {
    isMatrix(tag, a);
    const shape = f.shape(a);
    if (shape.at(-1) !== shape.at(-2)) throw rangeError(`[linalg::${tag}] ${text}`, "SHAPE");
  };
  const isInvertible = (a: H): void => {
    isFloat("inv", a);
    isSquare("inv", a, "Inverses are only defined for square matrices.");
  };
  const isSpectral = (tag: string, a: H): void => {
    isFloatOrComplex(tag, a);
    isSquare(tag, a, "Only defined for square matrices.");
  };
  /** Factors are as large as the longer side squared. */
  const hasCountableSides = (op: string, a: H): void => {
    const shape = f.shape(a);
    const [rows = 0, columns = 0] = shape.slice(-2);
    countable(op, sizeOf(shape.slice(0, -2)) * Math.max(rows, columns) ** 2);
  };
  const hasDeterminant = (tag: string, a: H): H => {
    if (f.dtype(a) === "complex64") {
      throw rangeError(`[linalg::${tag}] Complex inputs are not supported.`, "DTYPE");
    }
    isSquare(tag, a, "Only defined for square matrices.");
    const typed = asArray(f, a, atLeastFloat(f.dtype(a)));
    if ((f.shape(a).at(-1) ?? 0) > 3) isFloat("lu_factor", typed);
    return typed;
  };
  /** Both sides of equations, of one dtype. */
  const equations = (tag: string, a: H, b: H): [H, H] => {
    const [of, right] = [f.shape(a), f.shape(b)];
    if (of.length < 2) {
      throw rangeError(
        `[linalg::${tag}] First input must have >= 2 dimensions. Received array with ${of.length} dimensions.`,
        "SHAPE",
      );
    }
    if (right.length < 1) {
      throw rangeError(
        `[linalg::${tag}] Second input must have >= 1 dimensions. Received array with 0 dimensions.`,
        "SHAPE",
      );
    }
    if (of.at(-1) !== of.at(-2)) {
      throw rangeError(
        `[linalg::${tag}] First input must be a square matrix. Received array with shape ${shapeText(of)}.`,
        "SHAPE",
      );
    }
    if (of.at(-1) !== right.at(right.length > 1 ? -2 : -1)) {
      throw rangeError(
        `[linalg::${tag}] Last dimension of first input with shape ${shapeText(of)} must match second to last dimension of second input with shape ${shapeText(right)}.`,
        "SHAPE",
      );
    }
    const dtype = promoteTypes(f.dtype(a), f.dtype(b));
    if (dtype !== "float32" && dtype !== "float64") {
      throw rangeError(
        `[linalg::${tag}] Input arrays must promote to float32 or float64. Received arrays with type ${f.dtype(a)} and ${f.dtype(b)}.`,
        "DTYPE",
      );
    }
    isInvertible(a);
    if (right.length > 1) broadcastShape(`linalg::${tag}`, [of.slice(0, -2), right.slice(0, -2)]);
    return [asArray(f, a, dtype), asArray(f, b, dtype)];
  };

  return {
    linalgNorm(a, ord, axis, keepdims, named) {
      const { length } = f.shape(a);
      const axes = (axis ?? f.shape(a).map((_, i) => i)).map((at) =>
        boundAxis("linalg.norm", at, length),
      );
      if (named !== null && axes.length !== 2) {
        throw rangeError(
          `[linalg::norm] Norm '${named}' only supported for matrices, but received ${axes.length} axis/axes.`,
        );
      }
      const several = axis !== null || ord !== null;
      if (several && (axes.length > 2 || (ord !== null && axes.length === 0))) {
        throw rangeError("[linalg::norm] Received too many axes for norm.");
      }
      const known = [1, -1, 2, -2, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      if (named === null && axes.length === 2 && ord !== null && !known.includes(ord)) {
        throw rangeError(`[linalg::norm] Invalid ord ${ord} for matrix norm.`);
      }
      if (new Set(axes).size !== axes.length) {
        throw rangeError(`[linalg::norm] Received duplicate axes ${shapeText(axes)}`);
      }
      return kernels.linalgNorm(a, ord, axes, keepdims, named);
    },
    linalgQr(a) {
      isFloat("qr", a);
      isMatrix("qr", a);
      return kernels.linalgQr(a);
    },
    linalgSvd(a, computeUv) {
      isFloatOrComplex("svd", a);
      isMatrix("svd", a);
      if (computeUv) hasCountableSides("linalg.svd", a);
      return kernels.linalgSvd(a, computeUv);
    },
    linalgInv(a) {
      isInvertible(a);
      return kernels.linalgInv(a);
    },
    linalgTriInv(a, upper) {
      isInvertible(a);
      return kernels.linalgTriInv(a, upper);
    },
    linalgCholesky(a, upper) {
      isFloat("cholesky", a);
      isSquare("cholesky", a, "Cholesky decomposition is only defined for square matrices.");
      return kernels.linalgCholesky(a, upper);
    },
    linalgCholeskyInv(a, upper) {
      isFloat("cholesky_inv", a);
      isSquare("cholesky_inv", a, "Cholesky inverse is only defined for square matrices.");
      return kernels.linalgCholeskyInv(a, upper);
    },
    linalgPinv(a) {
      isFloat("pinv", a);
      isMatrix("pinv", a);
      hasCountableSides("linalg.pinv", a);
      const shape = f.shape(a);
      if (sizeOf(shape) > 0) return kernels.linalgPinv(a);
      const [rows = 0, columns = 0] = shape.slice(-2);
      return kernels.full([...shape.slice(0, -2), columns, rows], 0, f.dtype(a));
    },
    linalgCross(a, b, axis) {
      const sized = [a, b].map((part) => {
        const shape = f.shape(part);
        const at = boundAxis("linalg.cross", axis, shape.length);
        const n = shape[at] ?? 0;
        if (n !== 2 && n !== 3) {
          throw rangeError("[linalg::cross] The specified axis must have size 2 or 3.", "SHAPE");
        }
        return { part, n, as3: withSize(shape, at, 3) };
      });
      const dtype = promoteTypes(f.dtype(a), f.dtype(b));
      const shape = broadcastShape(
        "linalg::cross",
        sized.map(({ as3 }) => as3),
      );
      const along = axis < 0 ? axis + shape.length : axis;
      const [x, y] = sized.map(({ part, n }) =>
        broadcast(f, asArray(f, part, dtype), withSize(shape, along, n)),
      ) as [H, H];
      return kernels.linalgCross(x, y, along);
    },
    linalgEigvals(a) {
      isSpectral("eigvals", a);
      return kernels.linalgEigvals(a);
    },
    linalgEig(a) {
      isSpectral("eig", a);
      return kernels.linalgEig(a);
    },
    linalgEigvalsh(a, uplo) {
      isSpectral("eigvalsh", a);
      return kernels.linalgEigvalsh(a, uplo);
    },
    linalgEigh(a, uplo) {
      isSpectral("eigh", a);
      return kernels.linalgEigh(a, uplo);
    },
    linalgLu(a) {
      isFloat("lu", a);
      isMatrix("lu", a);
      return kernels.linalgLu(a);
    },
    linalgLuFactor(a) {
      isFloat("lu_factor", a);
      isMatrix("lu_factor", a);
      return kernels.linalgLuFactor(a);
    },
    linalgSolve(a, b) {
      const [left, right] = equations("solve", a, b);
      const [of, to] = [f.shape(a), f.shape(b)];
      if (of.length !== Math.max(to.length, 2)) {
        throw rangeError(
          `[linalg::solve] Inputs of shapes ${shapeText(of)} and ${shapeText(to)} have different leading dimensions.`,
          "SHAPE",
        );
      }
      return kernels.linalgSolve(left, right);
    },
    linalgSolveTriangular: (a, b, upper) =>
      kernels.linalgSolveTriangular(...equations("solve_triangular", a, b), upper),
    linalgDet: (a) => kernels.linalgDet(hasDeterminant("det", a)),
    linalgSlogdet: (a) => kernels.linalgSlogdet(hasDeterminant("slogdet", a)),
  };
};
