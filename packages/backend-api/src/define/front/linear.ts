// How calls of the family "linear" are checked and prepared before a kernel sees them. Optional kernels get
// what matmul's gets, matrices in one batch; what callers see is put back together here.

import type { Handle } from "../../backend.js";
import type { DType } from "../../dtype.js";
import { rangeError } from "../../errors.js";
import type { LinearOps } from "../../ops/index.js";
import { normalAxis, shapeText, sizeOf } from "../axes.js";
import type { Front } from "../front.js";
import type { Shape } from "../kernels.js";
import { broadcast, broadcasted, broadcastShape, commonDtype, promoted } from "../operands.js";
import { insideFromZero } from "../places.js";
import { batched, type Product, productOf, productShapes, refuseInexact } from "../products.js";
import { parseSubscripts, subscriptsText } from "../subscripts.js";
import { countable, empty, reshaped, sameShape } from "../views.js";

/** Axes to sum over, from the front. */
function summedAxes(axes: readonly number[], ndim: number): readonly number[] {
  const found = axes.map((axis) => {
    if (axis >= -ndim && axis < ndim) return axis < 0 ? axis + ndim : axis;
    throw rangeError(
      `[tensordot] axis ${axis} is out of bounds for an array of ${ndim} dimensions`,
      "SHAPE",
    );
  });
  if (new Set(found).size === found.length) return found;
  throw rangeError(`[tensordot] Received duplicate axes [${axes.join(",")}]`, "SHAPE");
}

export const linearFront = <H extends Handle>(f: Front<H>): LinearOps<H> => {
  /** A product as callers see it. */
  const seen = (result: H, { batch, matrix }: Product<H>): H =>
    reshaped(f, result, [...batch, ...matrix]);

  /** Which of the matrices of a batch are taken: as told, or all in order. */
  const picked = (indices: H | null, batch: Shape): H => {
    const count = sizeOf(batch);
    if (indices !== null) return insideFromZero(f, "gatherMm", indices, count);
    return f.ops.reshape(f.kernels.arange(0, 1, count, "int32"), batch);
  };

  /** A mask with an element for each block, along the batch too; a vector's axis is added to it. */
  const blockMask = (
    mask: H | null,
    dtype: DType,
    added: readonly number[],
    shape: Shape,
  ): H | null => {
    if (mask === null) return null;
    const kept = f.dtype(mask) === "bool" ? mask : f.ops.astype(mask, dtype);
    return f.ops.broadcastTo(f.ops.expandDims(kept, added), shape);
  };

  return {
    matmul(a, b) {
      const product = productOf(f, "matmul", a, b);
      const pair = batched(f, product);
      return seen(f.kernels.matmul(pair.a, pair.b), product);
    },
    addmm(c, a, b, alpha, beta) {
      const product = productOf(f, "addmm", a, b, { beside: [c] });
      const pair = batched(f, product);
      const shape = [...product.batch, ...product.matrix];
      if (!sameShape(broadcastShape("addmm", [f.shape(c), shape]), shape)) {
        throw rangeError("[addmm] input c must broadcast to the output shape", "SHAPE");
      }
      const term = broadcast(f, f.ops.astype(c, f.dtype(pair.a)), shape);
      const [count, rows] = f.shape(pair.a) as [number, number];
      const term3 = reshaped(f, term, [count, rows, product.columns]);
      return seen(f.kernels.addmm(term3, pair.a, pair.b, alpha, beta), product);
    },
    inner(a, b) {
      const [from, to] = [f.shape(a), f.shape(b)];
      if (from.length === 0 || to.length === 0) return f.ops.multiply(a, b);
      if (from.at(-1) !== to.at(-1)) {
        throw rangeError("[inner] a and b must have the same last dimension.", "SHAPE");
      }
      const [x, y] = promoted(f, [a, b]) as [H, H];
      refuseInexact("inner", [f.dtype(a), f.dtype(b)], f.dtype(x), false);
      return f.kernels.inner(x, y);
    },
    outer(a, b) {
      const [x, y] = promoted(f, [a, b]).map((one) => reshaped(f, one, [sizeOf(f.shape(one))]));
      return f.kernels.outer(x as H, y as H);
    },
    vecdot(a, b, axis) {
      const [from, to] = [f.shape(a).length, f.shape(b).length];
      if (from === 0 || to === 0) throw rangeError("[vecdot] inputs must be at least 1D.", "SHAPE");
      const at = normalAxis("vecdot", axis, from);
      if (normalAxis("vecdot", axis, to) !== at) {
        throw rangeError(
          `[vecdot] axis ${axis} is another of ${from} dimensions than of ${to}; give it from the front`,
          "SHAPE",
        );
      }
      if (f.shape(a)[at] !== f.shape(b)[at]) {
        throw rangeError("[vecdot] a and b must have the same size along axis.", "SHAPE");
      }
      const [x, y] = broadcasted(f, "vecdot", promoted(f, [a, b])) as [H, H];
      return f.kernels.vecdot(x, y, at);
    },
    kron(a, b) {
      const [from, to] = [f.shape(a), f.shape(b)];
      if (sizeOf(from) === 0 || sizeOf(to) === 0) {
        throw rangeError("[kron] Input arrays cannot be empty.", "SHAPE");
      }
      const ndim = Math.max(from.length, to.length);
      const whole = (shape: Shape) => [...Array<number>(ndim - shape.length).fill(1), ...shape];
      const [x, y] = promoted(f, [a, b]) as [H, H];
      for (const [i, size] of whole(from).entries()) {
        countable("kron", size * (whole(to)[i] as number));
      }
      return f.kernels.kron(reshaped(f, x, whole(from)), reshaped(f, y, whole(to)));
    },
    tensordot(a, b, axesA, axesB) {
      if (axesA.length !== axesB.length) {
        throw rangeError(
          `[tensordot] ${axesA.length} and ${axesB.length} axes were given, it needs as many of each`,
          "SHAPE",
        );
      }
      const [from, to] = [f.shape(a), f.shape(b)];
      const [left, right] = [summedAxes(axesA, from.length), summedAxes(axesB, to.length)];
      if (left.some((axis, i) => from[axis] !== to[right[i] as number])) {
        throw rangeError(
          "[tensordot] a and b must have the same shape on the contracted axes.",
          "SHAPE",
        );
      }
      const [x, y] = promoted(f, [a, b]) as [H, H];
      refuseInexact("tensordot", [f.dtype(a), f.dtype(b)], f.dtype(x), false);
      return f.kernels.tensordot(x, y, left, right);
    },
    einsum(subscripts, operands) {
      const parsed = parseSubscripts(
        subscripts,
        operands.map((a) => f.shape(a)),
      );
      return f.kernels.einsum(subscriptsText(parsed), promoted(f, operands));
    },
    gatherMm(a, b, lhsIndices, rhsIndices, sortedIndices) {
      if (lhsIndices === null && rhsIndices === null) return f.ops.matmul(a, b);
      const { left, right, rows, inner, columns, matrix } = productShapes(
        "gatherMm",
        f.shape(a),
        f.shape(b),
      );
      const dtype = commonDtype(f, [a, b]);
      refuseInexact("gatherMm", [f.dtype(a), f.dtype(b)], dtype, true);
      // The batch is what the indices say; those of the operands need not go together.
      const [from, to] = [left.slice(0, -2), right.slice(0, -2)];
      const [lhs, rhs] = broadcasted(f, "gatherMm", [
        picked(lhsIndices, from),
        picked(rhsIndices, to),
      ]) as [H, H];
      const shape = [...f.shape(lhs), ...matrix];
      if (sizeOf(shape) === 0) return f.ops.zeros(shape, dtype);
      const result = f.kernels.gatherMm(
        f.ops.reshape(f.ops.astype(a, dtype), [sizeOf(from), rows, inner]),
        f.ops.reshape(f.ops.astype(b, dtype), [sizeOf(to), inner, columns]),
        lhs,
        rhs,
        sortedIndices,
      );
      return reshaped(f, result, shape);
    },
    blockMaskedMm(a, b, blockSize, maskOut, maskLhs, maskRhs) {
      if (maskOut === null && maskLhs === null && maskRhs === null) return f.ops.matmul(a, b);
      if (blockSize !== 32 && blockSize !== 64) {
        throw rangeError(
          `[blockMaskedMm] Only block sizes 32 and 64 are supported. Got block size ${blockSize}.`,
        );
      }
      const product = productOf(f, "blockMaskedMm", a, b, { real: true });
      const { batch, rows, inner, columns } = product;
      const row = f.shape(a).length === 1 ? [-2] : [];
      const column = f.shape(b).length === 1 ? [-1] : [];
      const x = broadcast(f, product.a, [...batch, rows, inner]);
      const y = broadcast(f, product.b, [...batch, inner, columns]);
      const dtype = f.dtype(x);
      const blocks = (m: number, n: number): Shape => [
        ...batch,
        Math.ceil(m / blockSize),
        Math.ceil(n / blockSize),
      ];
      const result = f.kernels.blockMaskedMm(
        x,
        y,
        blockSize,
        blockMask(maskOut, dtype, [...row, ...column], blocks(rows, columns)),
        blockMask(maskLhs, dtype, row, blocks(rows, inner)),
        blockMask(maskRhs, dtype, column, blocks(inner, columns)),
      );
      return seen(result, product);
    },
    segmentedMm(a, b, segments) {
      const [from, to, at] = [f.shape(a), f.shape(b), f.shape(segments)];
      if (from.length !== 2 || to.length !== 2) {
        throw rangeError("[segmentedMm] Batched matmul not supported", "SHAPE");
      }
      if (from[1] !== to[0]) {
        throw rangeError(
          `[segmentedMm] the inner sizes of [${from.join(", ")}] and [${to.join(", ")}] differ, they must not`,
          "SHAPE",
        );
      }
      if (at.at(-1) !== 2) {
        throw rangeError(
          `[segmentedMm] The segments should have shape (..., 2) but ${shapeText(at)} was provided.`,
          "SHAPE",
        );
      }
      const product = productOf(f, "segmentedMm", a, b, { real: true });
      const ends = insideFromZero(f, "segmentedMm", segments, product.inner + 1);
      const shape = [...at.slice(0, -1), product.rows, product.columns];
      if (sizeOf(shape) === 0 || product.inner === 0) return empty(f, shape, product.a);
      return f.kernels.segmentedMm(product.a, product.b, ends);
    },
  };
};
