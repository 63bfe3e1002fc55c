// How calls of the family "linalg" are checked and prepared before a kernel sees them.

import type { Handle } from "../../backend.js";
import type { LinalgOps } from "../../ops/index.js";
import type { Front } from "../front.js";

export const linalgFront = <H extends Handle>(_f: Front<H>): LinalgOps<H> => ({}) as LinalgOps<H>;
