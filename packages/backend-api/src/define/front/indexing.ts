// How calls of the family "indexing" are checked and prepared before a kernel sees them.

import type { Handle } from "../../backend.js";
import type { IndexingOps } from "../../ops/index.js";
import type { Front } from "../front.js";

export const indexingFront = <H extends Handle>(_f: Front<H>): IndexingOps<H> =>
  ({}) as IndexingOps<H>;
