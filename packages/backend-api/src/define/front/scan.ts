// How calls of the family "scan" are checked and prepared before a kernel sees them: axes, dtypes, and for
// sums and products the direction, which their kernels do not know.

import type { Handle } from "../../backend.js";
import type { DType } from "../../dtype.js";
import { rangeError } from "../../errors.js";
import type { ScanOps } from "../../ops/index.js";
import type { Front } from "../front.js";
import { asArray, elementOf, floating } from "../operands.js";
import { alongAxis, running, scannedAxis } from "../running.js";

/** Each order of differences takes ops of its own. */
const mostOrders = 4096;

export const scanFront = <H extends Handle>(f: Front<H>): ScanOps<H> => {
  const { kernels } = f;

  /** Sums of truth values are counts; their products go by way of int32. */
  const total =
    (op: "cumsum" | "cumprod", start: number) =>
    (a: H, axis: number | null, reverse: boolean, inclusive: boolean, dtype: DType | null): H => {
      const [x, at] = alongAxis(f, op, a, axis);
      const given = dtype ?? f.dtype(x);
      const inner = given === "bool" ? "int32" : given;
      const folded = running(
        f,
        asArray(f, asArray(f, x, given), inner),
        { axis: at, reverse, inclusive },
        (forward) => kernels[op](forward, at),
        () => f.scalar(elementOf(start, inner), inner),
      );
      return op === "cumprod" ? asArray(f, folded, given) : folded;
    };

  const extreme =
    (op: "cummax" | "cummin") =>
    (a: H, axis: number | null, reverse: boolean, inclusive: boolean): H =>
      kernels[op](...alongAxis(f, op, a, axis), reverse, inclusive);

  return {
    cumsum: total("cumsum", 0),
    cumprod: total("cumprod", 1),
    cummax: extreme("cummax"),
    cummin: extreme("cummin"),
    logcumsumexp(a, axis, reverse, inclusive) {
      const [x, at] = alongAxis(f, "logcumsumexp", a, axis);
      return kernels.logcumsumexp(floating(f, x), at, reverse, inclusive);
    },
    diff(a, n, axis) {
      const shape = f.shape(a);
      const at = scannedAxis("diff", axis, shape.length);
      if (n < 0) throw rangeError(`[diff] the order n is ${n}, it must not be negative`);
      // Once the axis is empty it stays so.
      const orders = Math.min(n, shape[at] ?? 0);
      if (orders > mostOrders) {
        throw rangeError(`[diff] n is ${n}, it must be at most ${mostOrders}`);
      }
      return orders === 0 ? a : kernels.diff(a, orders, at);
    },
  };
};
