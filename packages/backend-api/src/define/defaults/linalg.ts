// Defaults of the family "linalg": factorizations with a fixed number of steps. What iterates until it converges
// (singular values, eigenvalues) would have to read elements on its way and has none.

import type { Handle } from "../../backend.js";
import type { LinalgOps, RequiredOp } from "../../ops/index.js";
import type { Front } from "../front.js";
import { luDefaults } from "./lu.js";
import { cross, norm, pinv } from "./norms.js";
import { triangularDefaults } from "./triangular.js";

export const linalgDefaults = <H extends Handle>(
  f: Front<H>,
): Partial<Omit<LinalgOps<H>, RequiredOp>> => ({
  linalgNorm: norm(f),
  linalgCross: cross(f),
  linalgPinv: pinv(f),
  ...luDefaults(f),
  ...triangularDefaults(f),
});
