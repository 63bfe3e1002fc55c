// Defaults of the family "linalg": kernels made of other ops, for backends that have none of their own.

import type { Handle } from "../../backend.js";
import type { LinalgOps, RequiredOp } from "../../ops/index.js";
import type { Front } from "../front.js";

export const linalgDefaults = <H extends Handle>(
  _f: Front<H>,
): Partial<Omit<LinalgOps<H>, RequiredOp>> => ({});
