// How calls of the family "fft" are checked and prepared before a kernel sees them.

import type { Handle } from "../../backend.js";
import type { FftOps } from "../../ops/index.js";
import type { Front } from "../front.js";

export const fftFront = <H extends Handle>(_f: Front<H>): FftOps<H> => ({}) as FftOps<H>;
