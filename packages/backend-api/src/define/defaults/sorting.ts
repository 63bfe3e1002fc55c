// Defaults of the family "sorting": kernels made of other ops, for backends that have none of their own.

import type { Handle } from "../../backend.js";
import type { RequiredOp, SortingOps } from "../../ops/index.js";
import type { Front } from "../front.js";

export const sortingDefaults = <H extends Handle>(
  _f: Front<H>,
): Partial<Omit<SortingOps<H, H>, RequiredOp>> => ({});
