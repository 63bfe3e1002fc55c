// Defaults of the family "binary": kernels made of other ops, for backends that have none of their own.

import type { Handle } from "../../backend.js";
import type { BinaryOps, RequiredOp } from "../../ops/index.js";
import type { Front } from "../front.js";

export const binaryDefaults = <H extends Handle>(
  _f: Front<H>,
): Partial<Omit<BinaryOps<H, H>, RequiredOp>> => ({});
