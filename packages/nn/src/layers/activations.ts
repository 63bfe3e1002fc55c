// Activation functions. The modules that call them are in ./activation-modules.ts.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";

/** $\max(x, 0)$ */
export function relu(x: MLXArray): MLXArray {
  return mx.maximum(x, 0);
}
