// How calls of the family "reduction" are checked and prepared before a kernel sees them.

import type { Handle } from "../../backend.js";
import type { ReductionOps } from "../../ops/index.js";
import type { Front } from "../front.js";

export const reductionFront = <H extends Handle>(_f: Front<H>): ReductionOps<H> =>
  ({}) as ReductionOps<H>;
