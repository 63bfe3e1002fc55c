// Gradients of running folds.

import { type Handle, Scalar } from "../../backend.js";
import type { Rules, RuleTools } from "./rule.js";

const zero = new Scalar(0);
const one = new Scalar(1);

/** Rules of the family "scan". */
export const scanRules = <V extends Handle>({
  ops,
}: RuleTools<V>): Pick<Rules<V>, "cumsum" | "cumprod"> => ({
  cumsum: ([, axis], ct) => [() => ops.cumsum(ct, axis, true, true, null)],
  // Before the first 0 of a row each element divides the products that it is in. The first 0 itself gets
  // what the products would be without it, and nothing flows behind it.
  cumprod: ([x, axis], ct, out) => [
    () => {
      const folded = (products: V): V =>
        ops.cumsum(ops.multiply(products, ct), axis, true, true, null);
      const isZero = ops.equal(out, zero);
      const before = ops.cumprod(x, axis, false, false, null);
      const isFirst = ops.logicalAnd(isZero, ops.notEqual(before, zero));
      const without = ops.cumprod(ops.where(isFirst, one, x), axis, false, true, null);
      // No division by 0, also where its result is not used: its own derivative would be NaN.
      const divisor = ops.where(ops.equal(x, zero), one, x);
      const usual = ops.where(isZero, zero, ops.divide(folded(out), divisor));
      return ops.where(isFirst, folded(without), usual);
    },
  ],
});
