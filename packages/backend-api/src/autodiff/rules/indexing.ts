// Gradients of reading and writing parts: what was read gets what came of it, what was overwritten nothing.
// Indices have no gradient.

import type { Handle } from "../../backend.js";
import { callersStop } from "../../define/over.js";
import type { Rules, RuleTools } from "./rule.js";

/** Rules of the family "indexing". */
export function indexingRules<V extends Handle>({
  ops,
  shape,
  zerosLike,
}: RuleTools<V>): Pick<
  Rules<V>,
  "takeAlongAxis" | "slice" | "sliceUpdate" | "gather" | "scatter" | "scatterAdd"
> {
  /** The blocks of an array at the places that updates were written to. */
  const blocks = (a: V, indices: readonly V[], updates: V, axes: readonly number[]): V => {
    const [first] = indices;
    const sizes = shape(updates).slice(first === undefined ? 0 : shape(first).length);
    return ops.gather(a, indices, axes, sizes);
  };

  return {
    takeAlongAxis: ([a, indices, axis], ct) => [
      () => ops.scatterAddAxis(zerosLike(a), indices, ct, axis),
    ],
    slice: ([a, start, stop, strides], ct) => [
      () => ops.sliceUpdate(zerosLike(a), ct, start, callersStop(stop, strides, shape(a)), strides),
    ],
    sliceUpdate: ([a, update, start, stop, strides], ct) => {
      const end = callersStop(stop, strides, shape(a));
      return [
        () => ops.sliceUpdate(ct, zerosLike(update), start, end, strides),
        () => ops.slice(ct, start, end, strides),
      ];
    },
    gather: ([a, indices, axes], ct) => [() => ops.scatterAdd(zerosLike(a), indices, ct, axes)],
    scatter: ([, indices, updates, axes], ct) => [
      () => ops.scatter(ct, indices, zerosLike(updates), axes),
      ...indices.map(() => undefined),
      () => blocks(ct, indices, updates, axes),
    ],
    scatterAdd: ([, indices, updates, axes], ct) => [
      () => ct,
      ...indices.map(() => undefined),
      () => blocks(ct, indices, updates, axes),
    ],
  };
}
