// How calls of the family "random" are checked and prepared before a kernel sees them.

import type { Handle } from "../../backend.js";
import type { RandomOps } from "../../ops/index.js";
import type { Front } from "../front.js";

export const randomFront = <H extends Handle>(_f: Front<H>): RandomOps<H> => ({}) as RandomOps<H>;
