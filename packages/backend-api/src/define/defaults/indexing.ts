// Defaults of the family "indexing": kernels made of other ops, for backends that have none of their own.

import type { Handle } from "../../backend.js";
import type { IndexingOps, RequiredOp } from "../../ops/index.js";
import type { Front } from "../front.js";

export const indexingDefaults = <H extends Handle>(
  _f: Front<H>,
): Partial<Omit<IndexingOps<H, H>, RequiredOp>> => ({});
