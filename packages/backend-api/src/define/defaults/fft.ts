// Defaults of the family "fft": kernels made of other ops, for backends that have none of their own.

import type { Handle } from "../../backend.js";
import type { FftOps, RequiredOp } from "../../ops/index.js";
import type { Front } from "../front.js";

export const fftDefaults = <H extends Handle>(
  _f: Front<H>,
): Partial<Omit<FftOps<H>, RequiredOp>> => ({});
