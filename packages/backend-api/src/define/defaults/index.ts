// The defaults of all families: kernels for the optional ops that can be made of others.

import type { Handle } from "../../backend.js";
import type { Front } from "../front.js";
import type { Overrides } from "../kernels.js";
import { binaryDefaults } from "./binary.js";
import { convDefaults } from "./conv.js";
import { creationDefaults } from "./creation.js";
import { fastDefaults } from "./fast.js";
import { fftDefaults } from "./fft.js";
import { indexingDefaults } from "./indexing.js";
import { linalgDefaults } from "./linalg.js";
import { linearDefaults } from "./linear.js";
import { quantizationDefaults } from "./quantization.js";
import { randomDefaults } from "./random.js";
import { reductionDefaults } from "./reduction.js";
import { scanDefaults } from "./scan.js";
import { shapeDefaults } from "./shape.js";
import { sortingDefaults } from "./sorting.js";
import { unaryDefaults } from "./unary.js";

export const defaultKernels = <H extends Handle>(f: Front<H>): Overrides<H> => ({
  ...creationDefaults(f),
  ...unaryDefaults(f),
  ...binaryDefaults(f),
  ...reductionDefaults(f),
  ...scanDefaults(f),
  ...sortingDefaults(f),
  ...shapeDefaults(f),
  ...indexingDefaults(f),
  ...linearDefaults(f),
  ...convDefaults(f),
  ...randomDefaults(f),
  ...linalgDefaults(f),
  ...fftDefaults(f),
  ...fastDefaults(f),
  ...quantizationDefaults(f),
});
