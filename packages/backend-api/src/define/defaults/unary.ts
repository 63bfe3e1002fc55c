// Defaults of the family "unary": kernels made of other ops, for backends that have none of their own.

import type { Handle } from "../../backend.js";
import type { RequiredOp, UnaryOps } from "../../ops/index.js";
import type { Front } from "../front.js";

export const unaryDefaults = <H extends Handle>(
  _f: Front<H>,
): Partial<Omit<UnaryOps<H>, RequiredOp>> => ({});
