// Gradients of folds over axes.

import type { Handle } from "../../backend.js";
import type { Shape } from "../../define/kernels.js";
import type { Rules, RuleTools } from "./rule.js";

/** Rules of the family "reduction". */
export function reductionRules<V extends Handle>({
  ops,
  shape,
  dtype,
  conj,
}: RuleTools<V>): Pick<Rules<V>, "sum" | "prod" | "max" | "min"> {
  /** A folded array with its axes again, of size 1. */
  const unfolded = (folded: V, like: V, axes: readonly number[]): V =>
    ops.reshape(
      folded,
      shape(like).map((size, axis) => (axes.includes(axis) ? 1 : size)),
    );

  /** Equal extremes share the gradient. */
  const extreme = ([x, axes]: [V, readonly number[]], ct: V, out: V) => [
    () => {
      const mask = ops.equal(x, unfolded(out, x, axes));
      const count = ops.sum(mask, axes, true);
      return ops.multiply(ops.divide(unfolded(ct, x, axes), count), mask);
    },
  ];

  /** The product, along the last axis, of all other elements: exact where some are 0. */
  const productOfOthers = (x: V): V =>
    ops.multiply(ops.cumprod(x, -1, false, false, null), ops.cumprod(x, -1, true, false, null));

  return {
    sum: ([x, axes], ct) => [
      () => {
        const spread = ops.broadcastTo(unfolded(ct, x, axes), shape(x));
        // Sums of small integers are wider than these.
        return dtype(spread) === dtype(x) ? spread : ops.astype(spread, dtype(x));
      },
    ],
    prod: ([x, axes], ct) => [
      () => {
        const sizes = shape(x);
        const kept = sizes.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
        const order = [...kept, ...axes];
        const sizeOf = (list: readonly number[]): number =>
          list.reduce((n, axis) => n * (sizes[axis] ?? 1), 1);
        const rows: Shape = [sizeOf(kept), sizeOf(axes)];
        const last = ops.reshape(ops.transpose(x, order), rows);
        const slopes = conj(productOfOthers(last));
        const scaled = ops.multiply(slopes, ops.reshape(ct, [sizeOf(kept), 1]));
        const back = order.map((_, axis) => order.indexOf(axis));
        return ops.transpose(
          ops.reshape(
            scaled,
            order.map((axis) => sizes[axis] ?? 1),
          ),
          back,
        );
      },
    ],
    max: extreme,
    min: extreme,
  };
}
