// How calls of the family "linear" are checked and prepared before a kernel sees them.

import type { Handle } from "../../backend.js";
import type { LinearOps } from "../../ops/index.js";
import type { Front } from "../front.js";

export const linearFront = <H extends Handle>(_f: Front<H>): LinearOps<H> => ({}) as LinearOps<H>;
