// How calls of the family "sorting" are checked and prepared before a kernel sees them: axes, places that the
// axis has, and one dtype for what is compared.

import type { Handle } from "../../backend.js";
import { promoteTypes } from "../../dtype.js";
import { rangeError } from "../../errors.js";
import type { SortingOps } from "../../ops/index.js";
import { normalAxis, shapeText, sizeOf, withSize } from "../axes.js";
import type { Front } from "../front.js";
import { asArray, writable } from "../operands.js";
import { alongAxis } from "../running.js";

export const sortingFront = <H extends Handle>(f: Front<H>): SortingOps<H> => {
  const { kernels } = f;

  const place =
    (op: "argmax" | "argmin") =>
    (a: H, axis: number | null, keepdims: boolean): H => {
      const shape = f.shape(a);
      if (shape.includes(0)) {
        throw rangeError(`[${op}] Cannot ${op} reduce zero size array.`);
      }
      if (axis === null) {
        const found = kernels[op](...alongAxis(f, op, a, null));
        return keepdims
          ? kernels.reshape(
              found,
              shape.map(() => 1),
            )
          : found;
      }
      const at = normalAxis(op, axis, shape.length);
      const found = kernels[op](a, at);
      return keepdims ? kernels.reshape(found, withSize(shape, at, 1)) : found;
    };

  const ordered =
    (op: "sort" | "argsort") =>
    (a: H, axis: number | null): H =>
      kernels[op](...alongAxis(f, op, a, axis));

  const parted =
    (op: "partition" | "argpartition") =>
    (a: H, kth: number, axis: number | null): H => {
      const [x, at] = alongAxis(f, op, a, axis);
      const shape = f.shape(x);
      const n = shape[at] ?? 0;
      const from = kth < 0 ? kth + n : kth;
      if (from < 0 || from >= n) {
        throw rangeError(
          `[${op}] Received invalid kth ${kth} along axis ${at} for array with shape: ${shapeText(shape)}`,
          "SHAPE",
        );
      }
      return kernels[op](x, from, at);
    };

  return {
    argmax: place("argmax"),
    argmin: place("argmin"),
    sort: ordered("sort"),
    argsort: ordered("argsort"),
    partition: parted("partition"),
    argpartition: parted("argpartition"),
    topk(a, k, axis) {
      const [x, at] = alongAxis(f, "topk", a, axis);
      const shape = f.shape(x);
      const n = shape[at] ?? 0;
      if (k < 0 || k > n) {
        throw rangeError(
          `[topk] Received invalid k=${k} along axis ${at} for array with shape: ${shapeText(shape)}`,
          "SHAPE",
        );
      }
      return k === n ? x : kernels.topk(x, k, at);
    },
    searchsorted(sortedSequence, values, side) {
      const { length } = f.shape(sortedSequence);
      if (length !== 1) {
        throw rangeError(
          `[searchsorted] The sorted sequence must be 1-D but has ${length} dimensions.`,
        );
      }
      const dtype = promoteTypes(f.dtype(sortedSequence), f.dtype(values));
      return kernels.searchsorted(
        asArray(f, sortedSequence, dtype),
        asArray(f, values, dtype),
        side,
      );
    },
    unique(a, size, returnIndex, returnInverse, returnCounts, fillValue) {
      if (size < 0) throw rangeError(`[unique] Received negative size ${size}.`);
      if (fillValue === null) {
        if (size > 0 && f.shape(a).includes(0)) {
          throw rangeError(
            "[unique] A fill value is required for an empty input with a non-zero size.",
          );
        }
        return kernels.unique(a, size, returnIndex, returnInverse, returnCounts, null);
      }
      const fill = writable(f, fillValue, f.dtype(a));
      if (sizeOf(f.shape(fill)) !== 1) {
        throw rangeError(
          `[unique] Fill value must have one element, but got shape ${shapeText(f.shape(fill))}.`,
          "SHAPE",
        );
      }
      const one = kernels.reshape(fill, []);
      return kernels.unique(a, size, returnIndex, returnInverse, returnCounts, one);
    },
  };
};
