// Defaults of the family "shape": kernels made of other ops, for backends that have none of their own.

import type { Handle } from "../../backend.js";
import type { RequiredOp, ShapeOps } from "../../ops/index.js";
import type { Front } from "../front.js";

export const shapeDefaults = <H extends Handle>(
  _f: Front<H>,
): Partial<Omit<ShapeOps<H, H>, RequiredOp>> => ({});
