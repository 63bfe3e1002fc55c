// Defaults of the family "creation": kernels made of other ops, for backends that have none of their own.

import type { Handle } from "../../backend.js";
import type { CreationOps, RequiredOp } from "../../ops/index.js";
import type { Front } from "../front.js";

export const creationDefaults = <H extends Handle>(
  _f: Front<H>,
): Partial<Omit<CreationOps<H, H>, RequiredOp>> => ({});
