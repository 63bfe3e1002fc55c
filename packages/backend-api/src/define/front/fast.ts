// How calls of the family "fast" are checked and prepared before a kernel sees them.

import type { Handle } from "../../backend.js";
import type { FastOps } from "../../ops/index.js";
import type { Front } from "../front.js";

export const fastFront = <H extends Handle>(_f: Front<H>): FastOps<H> => ({}) as FastOps<H>;
