// How calls of the family "unary" are checked and prepared before a kernel sees them.

import type { Handle } from "../../backend.js";
import type { UnaryOps } from "../../ops/index.js";
import type { Front } from "../front.js";

export const unaryFront = <H extends Handle>(_f: Front<H>): UnaryOps<H> => ({}) as UnaryOps<H>;
