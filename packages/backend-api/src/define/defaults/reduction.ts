// Defaults of the family "reduction": kernels made of other ops, for backends that have none of their own.

import type { Handle } from "../../backend.js";
import type { ReductionOps, RequiredOp } from "../../ops/index.js";
import type { Front } from "../front.js";

export const reductionDefaults = <H extends Handle>(
  _f: Front<H>,
): Partial<Omit<ReductionOps<H>, RequiredOp>> => ({});
