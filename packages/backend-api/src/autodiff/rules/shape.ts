// Gradients of ops that change shape, order or dtype.

import type { Handle } from "../../backend.js";
import { withSize } from "../../define/axes.js";
import type { Rules, RuleTools } from "./rule.js";

/** Rules of the family "shape". */
export const shapeRules = <V extends Handle>({
  ops,
  shape,
  dtype,
}: RuleTools<V>): Pick<
  Rules<V>,
  "reshape" | "transpose" | "flip" | "broadcastTo" | "concatenate" | "astype"
> => ({
  reshape: ([a], ct) => [() => ops.reshape(ct, shape(a))],
  transpose: ([, axes], ct) => [
    () =>
      ops.transpose(
        ct,
        axes.map((_, axis) => axes.indexOf(axis)),
      ),
  ],
  flip: ([, axes], ct) => [() => ops.flip(ct, axes)],
  broadcastTo: ([a, to], ct) => [
    () => {
      const from = shape(a);
      const added = to.length - from.length;
      const repeated = to.map((_, axis) => axis).filter((axis) => from[axis - added] !== to[axis]);
      const folded = repeated.length > 0 ? ops.sum(ct, repeated, false) : ct;
      const part = ops.reshape(folded, from);
      return dtype(part) === dtype(a) ? part : ops.astype(part, dtype(a));
    },
  ],
  concatenate: ([arrays, axis], ct) => {
    let end = 0;
    return arrays.map((a) => {
      const size = shape(a)[axis] ?? 0;
      const start = end;
      end += size;
      return () => {
        const whole = shape(ct);
        return ops.slice(
          ct,
          whole.map((_, i) => (i === axis ? start : 0)),
          withSize(whole, axis, start + size),
          whole.map(() => 1),
        );
      };
    });
  },
  astype: ([a], ct) => [() => ops.astype(ct, dtype(a))],
});
