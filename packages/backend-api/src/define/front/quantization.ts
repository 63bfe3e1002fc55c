// How calls of the family "quantization" are checked and prepared before a kernel sees them.

import type { Handle } from "../../backend.js";
import type { QuantizationOps } from "../../ops/index.js";
import type { Front } from "../front.js";

export const quantizationFront = <H extends Handle>(_f: Front<H>): QuantizationOps<H> =>
  ({}) as QuantizationOps<H>;
