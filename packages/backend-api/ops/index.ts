// The op table: one file for each family. See ./schema.ts for what a row says.

import { binary } from "./binary.js";
import { conv } from "./conv.js";
import { creation } from "./creation.js";
import { fast } from "./fast.js";
import { fft } from "./fft.js";
import { indexing } from "./indexing.js";
import { linalg } from "./linalg.js";
import { linear } from "./linear.js";
import { quantization } from "./quantization.js";
import { random } from "./random.js";
import { reduction } from "./reduction.js";
import { scan } from "./scan.js";
import type { Family } from "./schema.js";
import { shaping } from "./shape.js";
import { sorting } from "./sorting.js";
import { unary } from "./unary.js";

/** Every family, in the order of the docs. */
export const families: readonly Family[] = [
  creation,
  unary,
  binary,
  reduction,
  scan,
  sorting,
  shaping,
  indexing,
  linear,
  conv,
  random,
  linalg,
  fft,
  fast,
  quantization,
];
