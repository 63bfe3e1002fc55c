// How calls of the family "conv" are checked and prepared before a kernel sees them.

import type { Handle } from "../../backend.js";
import type { ConvOps } from "../../ops/index.js";
import type { Front } from "../front.js";

export const convFront = <H extends Handle>(_f: Front<H>): ConvOps<H> => ({}) as ConvOps<H>;
