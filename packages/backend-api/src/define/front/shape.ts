// How calls of the family "shape" are checked and prepared before a kernel sees them.

import type { Handle } from "../../backend.js";
import type { ShapeOps } from "../../ops/index.js";
import type { Front } from "../front.js";

export const shapeFront = <H extends Handle>(_f: Front<H>): ShapeOps<H> => ({}) as ShapeOps<H>;
