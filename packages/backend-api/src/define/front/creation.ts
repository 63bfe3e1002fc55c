// How calls of the family "creation" are checked and prepared before a kernel sees them.

import type { Handle } from "../../backend.js";
import type { CreationOps } from "../../ops/index.js";
import type { Front } from "../front.js";

export const creationFront = <H extends Handle>(_f: Front<H>): CreationOps<H> =>
  ({}) as CreationOps<H>;
