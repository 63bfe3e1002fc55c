// All rules under one roof.

import type { Handle } from "../../backend.js";
import { binaryRules } from "./binary.js";
import { indexingRules } from "./indexing.js";
import { linearRules } from "./linear.js";
import { reductionRules } from "./reduction.js";
import type { Rules, RuleTools } from "./rule.js";
import { scanRules } from "./scan.js";
import { shapeRules } from "./shape.js";
import { sortingRules } from "./sorting.js";
import { unaryRules } from "./unary.js";

/** A rule for each op that passes gradients on, made of a backend's ops. */
export const rulesOver = <V extends Handle>(tools: RuleTools<V>): Rules<V> => ({
  ...unaryRules(tools),
  ...binaryRules(tools),
  ...reductionRules(tools),
  ...scanRules(tools),
  ...sortingRules(tools),
  ...shapeRules(tools),
  ...indexingRules(tools),
  ...linearRules(tools),
});
