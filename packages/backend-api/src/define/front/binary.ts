// How calls of the family "binary" are checked and prepared before a kernel sees them.

import type { Handle } from "../../backend.js";
import type { BinaryOps } from "../../ops/index.js";
import type { Front } from "../front.js";

export const binaryFront = <H extends Handle>(_f: Front<H>): BinaryOps<H> => ({}) as BinaryOps<H>;
