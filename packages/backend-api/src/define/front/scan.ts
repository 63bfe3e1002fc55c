// How calls of the family "scan" are checked and prepared before a kernel sees them.

import type { Handle } from "../../backend.js";
import type { ScanOps } from "../../ops/index.js";
import type { Front } from "../front.js";

export const scanFront = <H extends Handle>(_f: Front<H>): ScanOps<H> => ({}) as ScanOps<H>;
