// Defaults of the family "conv": kernels made of other ops, for backends that have none of their own.

import type { Handle } from "../../backend.js";
import type { ConvOps, RequiredOp } from "../../ops/index.js";
import type { Front } from "../front.js";

export const convDefaults = <H extends Handle>(
  _f: Front<H>,
): Partial<Omit<ConvOps<H>, RequiredOp>> => ({});
