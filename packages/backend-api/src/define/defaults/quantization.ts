// Defaults of the family "quantization": kernels made of other ops, for backends that have none of their own.

import type { Handle } from "../../backend.js";
import type { QuantizationOps, RequiredOp } from "../../ops/index.js";
import type { Front } from "../front.js";

export const quantizationDefaults = <H extends Handle>(
  _f: Front<H>,
): Partial<Omit<QuantizationOps<H>, RequiredOp>> => ({});
