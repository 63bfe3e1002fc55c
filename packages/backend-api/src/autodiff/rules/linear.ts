// The gradient of products of matrices.

import type { Handle } from "../../backend.js";
import type { Rules, RuleTools } from "./rule.js";

/** Rules of the family "linear". */
export function linearRules<V extends Handle>({
  ops,
  conj,
}: RuleTools<V>): Pick<Rules<V>, "matmul"> {
  const adjoint = (a: V): V => ops.transpose(conj(a), [0, 2, 1]);
  return {
    matmul: ([a, b], ct) => [() => ops.matmul(ct, adjoint(b)), () => ops.matmul(adjoint(a), ct)],
  };
}
