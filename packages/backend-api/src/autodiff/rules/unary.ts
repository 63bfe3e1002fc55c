// Gradients of ops on each element by itself. As in MLX, derivatives of analytic functions are conjugated.

import { type Handle, Scalar } from "../../backend.js";
import type { Rules, RuleTools } from "./rule.js";

const one = new Scalar(1);

/** Rules of the family "unary". */
export const unaryRules = <V extends Handle>({
  ops,
  conj,
}: RuleTools<V>): Pick<
  Rules<V>,
  | "abs"
  | "negative"
  | "sqrt"
  | "exp"
  | "expm1"
  | "log"
  | "log1p"
  | "sin"
  | "cos"
  | "arcsin"
  | "arctan"
  | "tanh"
  | "erf"
> => ({
  // The sign of 0 is 0, and so is the slope there.
  abs: ([x], ct) => [() => ops.multiply(ct, ops.sign(x))],
  negative: (_, ct) => [() => ops.negative(ct)],
  sqrt: (_, ct, out) => [() => ops.divide(ops.multiply(ct, new Scalar(0.5)), conj(out))],
  exp: (_, ct, out) => [() => ops.multiply(ct, conj(out))],
  expm1: (_, ct, out) => [() => ops.multiply(ct, conj(ops.add(out, one)))],
  log: ([x], ct) => [() => ops.divide(ct, conj(x))],
  log1p: ([x], ct) => [() => ops.divide(ct, conj(ops.add(x, one)))],
  sin: ([x], ct) => [() => ops.multiply(ct, conj(ops.cos(x)))],
  cos: ([x], ct) => [() => ops.multiply(ct, ops.negative(conj(ops.sin(x))))],
  arcsin: ([x], ct) => [
    () => ops.divide(ct, conj(ops.sqrt(ops.subtract(one, ops.multiply(x, x))))),
  ],
  arctan: ([x], ct) => [() => ops.divide(ct, conj(ops.add(ops.multiply(x, x), one)))],
  tanh: (_, ct, out) => [() => ops.multiply(ct, conj(ops.subtract(one, ops.multiply(out, out))))],
  erf([x], ct) {
    const slope = new Scalar(2 / Math.sqrt(Math.PI));
    return [() => ops.multiply(ct, ops.multiply(ops.exp(ops.negative(ops.multiply(x, x))), slope))];
  },
});
