// Gradients of ops on two or three operands. Kernels get operands of one shape and dtype, so there is no
// broadcasting here.

import { type Handle, Scalar } from "../../backend.js";
import type { Rules, RuleTools } from "./rule.js";

const zero = new Scalar(0);
const one = new Scalar(1);

/** Rules of the family "binary". */
export const binaryRules = <V extends Handle>({
  ops,
  dtype,
  conj,
}: RuleTools<V>): Pick<
  Rules<V>,
  | "add"
  | "subtract"
  | "multiply"
  | "divide"
  | "remainder"
  | "power"
  | "maximum"
  | "minimum"
  | "arctan2"
  | "where"
> => ({
  add: (_, ct) => [() => ct, () => ct],
  subtract: (_, ct) => [() => ct, () => ops.negative(ct)],
  multiply: ([a, b], ct) => [() => ops.multiply(ct, conj(b)), () => ops.multiply(ct, conj(a))],
  divide: ([a, b], ct) => [
    () => ops.divide(ct, conj(b)),
    () => ops.negative(ops.divide(ops.multiply(ct, conj(a)), conj(ops.multiply(b, b)))),
  ],
  remainder: ([a, b], ct) => [
    () => ct,
    () => ops.negative(ops.multiply(ct, ops.floorDivide(a, b))),
  ],
  power: ([a, b], ct, out) => [
    () => ops.multiply(ct, conj(ops.multiply(ops.power(a, ops.subtract(b, one)), b))),
    () => {
      const slope = ops.multiply(ops.log(a), out);
      // 0 log 0 counts as 0.
      return ops.multiply(ct, conj(ops.where(ops.notEqual(out, zero), slope, zero)));
    },
  ],
  // Of equals the second operand gets the gradient.
  maximum: ([a, b], ct) => [
    () => ops.multiply(ct, ops.greater(a, b)),
    () => ops.multiply(ct, ops.lessEqual(a, b)),
  ],
  minimum: ([a, b], ct) => [
    () => ops.multiply(ct, ops.less(a, b)),
    () => ops.multiply(ct, ops.greaterEqual(a, b)),
  ],
  arctan2([y, x], ct) {
    const scaled = () => ops.divide(ct, ops.add(ops.multiply(y, y), ops.multiply(x, x)));
    return [() => ops.multiply(x, scaled()), () => ops.multiply(ops.negative(y), scaled())];
  },
  where: ([condition], ct) => [
    undefined,
    () => ops.multiply(ct, ops.astype(condition, dtype(ct))),
    () => ops.multiply(ct, ops.astype(ops.logicalNot(condition), dtype(ct))),
  ],
});
