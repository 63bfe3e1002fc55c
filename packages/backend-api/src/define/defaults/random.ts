// Defaults of the family "random": kernels made of other ops, for backends that have none of their own.

import type { Handle } from "../../backend.js";
import type { RandomOps, RequiredOp } from "../../ops/index.js";
import type { Front } from "../front.js";

export const randomDefaults = <H extends Handle>(
  _f: Front<H>,
): Partial<Omit<RandomOps<H, H>, RequiredOp>> => ({});
