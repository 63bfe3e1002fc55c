// Defaults of the family "scan": kernels made of other ops, for backends that have none of their own.

import type { Handle } from "../../backend.js";
import type { RequiredOp, ScanOps } from "../../ops/index.js";
import type { Front } from "../front.js";

export const scanDefaults = <H extends Handle>(
  _f: Front<H>,
): Partial<Omit<ScanOps<H>, RequiredOp>> => ({});
