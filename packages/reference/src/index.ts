// A backend in plain TypeScript, for Node and browsers: the example to copy. It is written to be read, and to be
// right; @mlx-ts/native is there to be fast.

import { type Backend, defineBackend, type RequiredKernels } from "@mlx-ts/backend-api";
import { copied, type Dense } from "./array.js";
import { binary } from "./binary.js";
import { convert, view } from "./convert.js";
import { indexing } from "./indexing.js";
import { linalg } from "./linalg.js";
import { matmul } from "./matmul.js";
import { reduce } from "./reduce.js";
import { shape } from "./shape.js";
import { sort } from "./sort.js";
import { erfinv, unary } from "./unary.js";

export type { Dense } from "./array.js";

/** A kernel for each required op. */
const required: RequiredKernels<Dense> = {
  ...convert,
  ...unary,
  ...binary,
  ...reduce,
  ...sort,
  ...shape,
  ...indexing,
  matmul,
};

/**
 * The reference backend: every op of MLX on the CPU, in TypeScript without dependencies.
 *
 * @example
 * ```ts
 * import * as mx from "@mlx-ts/core";
 * import { referenceBackend } from "@mlx-ts/reference";
 *
 * mx.setDefaultBackend(referenceBackend);
 * mx.matmul(mx.ones([2, 3]), mx.ones([3, 2])); // [[3,3],[3,3]]
 * ```
 */
export const referenceBackend: Backend<Dense> = defineBackend<Dense>({
  id: "reference",
  arrays: {
    aval: (a) => a,
    fromHost: copied,
    toHostSync: copied,
  },
  required,
  overrides: { view, erfinv, ...linalg },
});
