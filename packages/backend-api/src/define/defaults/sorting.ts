// Defaults of the family "sorting": kernels made of other ops, for backends that have none of their own.

import { type Handle, Scalar } from "../../backend.js";
import type { RequiredOp, SortingOps } from "../../ops/index.js";
import { sizeOf } from "../axes.js";
import type { Front } from "../front.js";
import { asArray, broadcast } from "../operands.js";
import { partOf } from "../running.js";

const number = (value: number): Scalar => new Scalar(value);

export const sortingDefaults = <H extends Handle>(
  f: Front<H>,
): Partial<Omit<SortingOps<H, H>, RequiredOp>> => {
  const { ops, kernels } = f;

  const flat = (a: H): H => kernels.reshape(a, [sizeOf(f.shape(a))]);

  /** Elements of a vector at places, of any shape. */
  const at = (vector: H, places: H): H =>
    kernels.reshape(kernels.gather(vector, [places], [0], [1]), f.shape(places));

  /** A vector with elements put at places; where several come to one, any one stays. */
  const put = (vector: H, places: H, elements: H): H =>
    kernels.scatter(vector, [places], kernels.reshape(elements, [...f.shape(places), 1]), [0]);

  /** The parts of `unique` for a vector of at least one element. */
  const distinct = (x: H, size: number, fillValue: H | null) => {
    const n = sizeOf(f.shape(x));
    const order = asArray(f, kernels.argsort(x, 0), "int32");
    const sorted = at(x, order);
    const changes = ops.notEqual(partOf(f, sorted, 0, 1, n), partOf(f, sorted, 0, 0, n - 1));
    const first = kernels.concatenate([kernels.full([1], true, "bool"), changes], 0);
    const rank = ops.subtract(
      ops.cumsum(asArray(f, first, "int32"), 0, false, true, null),
      number(1),
    );
    // What has no place in the result goes to one more behind it, which is cut off.
    const room = Math.min(size, n);
    const place = ops.minimum(rank, number(room));
    const firstPlace = ops.where(first, place, number(room));
    const placed = (filler: H, elements: H): H => {
      const found = put(broadcast(f, filler, [room + 1]), firstPlace, elements);
      return filled(partOf(f, found, 0, 0, room), filler);
    };
    const filled = (found: H, filler: H): H =>
      size === room ? found : kernels.concatenate([found, broadcast(f, filler, [size - room])], 0);
    const smallest = (vector: H): H => kernels.reshape(partOf(f, vector, 0, 0, 1), []);
    return {
      values: () => placed(fillValue ?? smallest(sorted), sorted),
      index: () => asArray(f, placed(smallest(order), order), "uint32"),
      inverse: () => {
        const kept = ops.minimum(rank, number(Math.max(size - 1, 0)));
        return asArray(f, put(kernels.full([n], 0, "int32"), order, kept), "uint32");
      },
      counts: () => {
        const ones = kernels.full([n, 1], 1, "int32");
        const none = kernels.full([room + 1], 0, "int32");
        const counted = kernels.scatterAdd(none, [place], ones, [0]);
        return filled(partOf(f, counted, 0, 0, room), f.scalar(0, "int32"));
      },
    };
  };

  /** The parts of `unique` for no elements. */
  const nothing = (x: H, size: number, fillValue: H | null) => ({
    values: () => (fillValue === null ? x : broadcast(f, fillValue, [size])),
    index: () => kernels.full([size], 0, "uint32"),
    inverse: () => kernels.full([0], 0, "uint32"),
    counts: () => kernels.full([size], 0, "int32"),
  });

  return {
    partition: (a, _kth, axis) => kernels.sort(a, axis ?? 0),
    argpartition: (a, _kth, axis) => kernels.argsort(a, axis ?? 0),
    topk(a, k, axis) {
      const along = axis ?? 0;
      const n = f.shape(a)[along] ?? 0;
      return partOf(f, kernels.sort(a, along), along, n - k, n);
    },
    searchsorted(sortedSequence, values, side) {
      const n = sizeOf(f.shape(sortedSequence));
      const shape = f.shape(values);
      let count = kernels.full(shape, 0, "int32");
      // Sorting puts NaN last, so everything is before it.
      const before = (a: H, b: H): H =>
        ops.logicalOr(ops.less(a, b), ops.logicalAnd(ops.isnan(b), ops.logicalNot(ops.isnan(a))));
      // Counts the elements before each value, the largest power of two first.
      for (let step = 2 ** Math.floor(Math.log2(n)); step >= 1; step /= 2) {
        const next = ops.add(count, number(step));
        const inside = ops.lessEqual(next, number(n));
        const element = at(
          sortedSequence,
          ops.minimum(ops.subtract(next, number(1)), number(n - 1)),
        );
        const passed =
          side === "left" ? before(element, values) : ops.logicalNot(before(values, element));
        count = ops.where(ops.logicalAnd(inside, passed), next, count);
      }
      return asArray(f, count, "uint32");
    },
    unique(a, size, returnIndex, returnInverse, returnCounts, fillValue) {
      const x = flat(a);
      const parts = (sizeOf(f.shape(x)) > 0 ? distinct : nothing)(x, size, fillValue);
      const result = [parts.values()];
      if (returnIndex) result.push(parts.index());
      if (returnInverse) result.push(kernels.reshape(parts.inverse(), f.shape(a)));
      if (returnCounts) result.push(parts.counts());
      return result;
    },
  };
};
