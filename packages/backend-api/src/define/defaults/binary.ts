// Defaults of the family "binary": kernels made of other ops, for backends that have none of their own.

import { type Handle, Scalar } from "../../backend.js";
import { dtypeKind } from "../../dtype.js";
import type { BinaryOps, RequiredOp } from "../../ops/index.js";
import type { Front } from "../front.js";
import { asArray } from "../operands.js";

export const binaryDefaults = <H extends Handle>(
  f: Front<H>,
): Partial<Omit<BinaryOps<H, H>, RequiredOp>> => {
  const { ops } = f;
  const infinity = new Scalar(Infinity);

  /** Infinite alike: the difference of two such is NaN. */
  const sameInfinity = (a: H, b: H): H => ops.logicalAnd(ops.isinf(a), ops.equal(a, b));

  const isclose = (a: H, b: H, rtol: number, atol: number, equalNan: boolean): H => {
    // The tolerances are float32 beside everything that is narrower.
    const size = asArray(f, ops.abs(b), f.dtype(b) === "float64" ? "float64" : "float32");
    const allowed = ops.add(ops.multiply(size, new Scalar(rtol)), new Scalar(atol));
    const near = ops.lessEqual(ops.abs(ops.subtract(a, b)), allowed);
    const infinite = ops.logicalOr(ops.isinf(a), ops.isinf(b));
    const finite = ops.logicalAnd(near, ops.logicalNot(infinite));
    const close = ops.logicalOr(finite, sameInfinity(a, b));
    if (!equalNan) return close;
    return ops.logicalOr(close, ops.logicalAnd(ops.isnan(a), ops.isnan(b)));
  };

  return {
    divmod: (a, b) => [ops.floorDivide(a, b), ops.remainder(a, b)],
    logaddexp(a, b) {
      const [high, low] = [ops.maximum(a, b), ops.minimum(a, b)];
      // An infinity on its side is the sum already, and the difference of two would be NaN.
      const settled = ops.logicalOr(
        ops.equal(ops.real(low), new Scalar(-Infinity)),
        ops.equal(ops.real(high), infinity),
      );
      const distance = ops.where(settled, new Scalar(0), ops.subtract(low, high));
      return ops.where(settled, high, ops.add(high, ops.log1p(ops.exp(distance))));
    },
    logicalXor: (a, b) => ops.notEqual(a, b),
    clip(a, aMin, aMax) {
      const above = aMin === null ? a : ops.maximum(a, aMin);
      return aMax === null ? above : ops.minimum(above, aMax);
    },
    isclose,
    allclose: (a, b, rtol, atol, equalNan) =>
      ops.all(isclose(a, b, rtol, atol, equalNan), null, false),
    arrayEqual(a, b, equalNan) {
      const kind = dtypeKind(f.dtype(a));
      const equal = ops.equal(a, b);
      if (!equalNan || (kind !== "float" && kind !== "complex")) return ops.all(equal, null, false);
      const bothNan = ops.logicalAnd(ops.isnan(a), ops.isnan(b));
      return ops.all(ops.logicalOr(equal, bothNan), null, false);
    },
  };
};
