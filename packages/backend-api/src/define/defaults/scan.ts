// Defaults of the family "scan": kernels made of other ops, for backends that have none of their own.

import type { Handle } from "../../backend.js";
import { type DType, dtypeKind, itemsize } from "../../dtype.js";
import type { RequiredOp, ScanOps } from "../../ops/index.js";
import type { Front } from "../front.js";
import { doubling, partOf, running } from "../running.js";

/** The lowest number of a dtype of integers, and the highest. */
function integerLimits(dtype: DType): [lowest: bigint, highest: bigint] {
  const bits = BigInt(8 * itemsize(dtype));
  if (dtypeKind(dtype) === "unsigned") return [0n, 2n ** bits - 1n];
  return [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n];
}

export const scanDefaults = <H extends Handle>(
  f: Front<H>,
): Partial<Omit<ScanOps<H>, RequiredOp>> => {
  const { ops } = f;

  /** What is smaller than all numbers of a dtype, or larger. */
  const beyond = (dtype: DType, end: "low" | "high"): H => {
    const low = end === "low";
    switch (dtypeKind(dtype)) {
      case "bool":
        return f.scalar(!low, dtype);
      case "signed":
      case "unsigned":
        return f.scalar(integerLimits(dtype)[low ? 0 : 1], dtype);
      case "float":
        return f.scalar(low ? -Infinity : Infinity, dtype);
      case "complex": {
        const part = low ? -Infinity : Infinity;
        return f.constant({ shape: [], dtype, data: Float32Array.of(part, part) });
      }
    }
  };

  /** A running fold by an op that two parts of an array can take. */
  const folded =
    (op: "maximum" | "minimum" | "logaddexp", start: (dtype: DType) => H) =>
    (a: H, axis: number | null, reverse: boolean, inclusive: boolean): H => {
      const at = axis ?? 0;
      return running(
        f,
        a,
        { axis: at, reverse, inclusive },
        (forward) => doubling(f, forward, at, ops[op]),
        () => start(f.dtype(a)),
      );
    };

  return {
    cummax: folded("maximum", (dtype) => beyond(dtype, "low")),
    cummin: folded("minimum", (dtype) => beyond(dtype, "high")),
    logcumsumexp: folded("logaddexp", (dtype) => f.scalar(-Infinity, dtype)),
    diff(a, n, axis) {
      let x = a;
      for (let order = 0; order < n; order++) {
        const size = f.shape(x)[axis] ?? 1;
        x = ops.subtract(partOf(f, x, axis, 1, size), partOf(f, x, axis, 0, size - 1));
      }
      return x;
    },
  };
};
