// Defaults of the family "linear": kernels made of other ops, for backends that have none of their own.

import type { Handle } from "../../backend.js";
import type { LinearOps, RequiredOp } from "../../ops/index.js";
import type { Front } from "../front.js";

export const linearDefaults = <H extends Handle>(
  _f: Front<H>,
): Partial<Omit<LinearOps<H>, RequiredOp>> => ({});
