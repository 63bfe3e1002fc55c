// How calls of the family "sorting" are checked and prepared before a kernel sees them.

import type { Handle } from "../../backend.js";
import type { SortingOps } from "../../ops/index.js";
import type { Front } from "../front.js";

export const sortingFront = <H extends Handle>(_f: Front<H>): SortingOps<H> =>
  ({}) as SortingOps<H>;
