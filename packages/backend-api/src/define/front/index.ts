// The fronts of all families: every op of the table as callers see it.

import type { Handle } from "../../backend.js";
import type { Ops } from "../../ops/index.js";
import type { Front } from "../front.js";
import { binaryFront } from "./binary.js";
import { convFront } from "./conv.js";
import { creationFront } from "./creation.js";
import { fastFront } from "./fast.js";
import { fftFront } from "./fft.js";
import { indexingFront } from "./indexing.js";
import { linalgFront } from "./linalg.js";
import { linearFront } from "./linear.js";
import { quantizationFront } from "./quantization.js";
import { randomFront } from "./random.js";
import { reductionFront } from "./reduction.js";
import { scanFront } from "./scan.js";
import { shapeFront } from "./shape.js";
import { sortingFront } from "./sorting.js";
import { unaryFront } from "./unary.js";

export const frontOps = <H extends Handle>(f: Front<H>): Ops<H> => ({
  ...creationFront(f),
  ...unaryFront(f),
  ...binaryFront(f),
  ...reductionFront(f),
  ...scanFront(f),
  ...sortingFront(f),
  ...shapeFront(f),
  ...indexingFront(f),
  ...linearFront(f),
  ...convFront(f),
  ...randomFront(f),
  ...linalgFront(f),
  ...fftFront(f),
  ...fastFront(f),
  ...quantizationFront(f),
});
