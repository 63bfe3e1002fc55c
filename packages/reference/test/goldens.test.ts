// What Python's MLX gives, op by op: core's own goldens, on this backend.

import { describe } from "vitest";
import { testGoldens } from "../../core/test/golden.js";

const families = [
  "creation",
  "unary",
  "binary",
  "reduction",
  "scan",
  "sorting",
  "shape",
  "indexing",
  "linear",
  "conv",
  "random",
  "linalg",
  "fft",
  "fast",
  "quantization",
];

for (const family of families) describe(family, () => testGoldens(family));
