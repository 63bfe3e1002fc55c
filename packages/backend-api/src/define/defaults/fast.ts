// Defaults of the family "fast": kernels made of other ops, for backends that have none of their own.

import type { Handle } from "../../backend.js";
import type { FastOps, RequiredOp } from "../../ops/index.js";
import type { Front } from "../front.js";

export const fastDefaults = <H extends Handle>(
  _f: Front<H>,
): Partial<Omit<FastOps<H>, RequiredOp>> => ({});
