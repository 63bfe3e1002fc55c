// The gradient of sorting.

import type { Handle } from "../../backend.js";
import type { Rules, RuleTools } from "./rule.js";

/** Rules of the family "sorting". */
export const sortingRules = <V extends Handle>({ ops }: RuleTools<V>): Pick<Rules<V>, "sort"> => ({
  // Where each element went is the order of the places that the sorted ones came from.
  sort: ([x, axis], ct) => [
    () => ops.takeAlongAxis(ct, ops.argsort(ops.argsort(x, axis), axis), axis),
  ],
});
