// All mutants.

import { elementMutants } from "./elements.js";
import { engineMutants } from "./engine.js";
import { largerMutants } from "./larger.js";
import type { Mutant } from "./mutant.js";
import { placeMutants } from "./places.js";
import { transformMutants } from "./transforms.js";

export const mutants: readonly Mutant[] = [
  ...elementMutants,
  ...placeMutants,
  ...largerMutants,
  ...engineMutants,
  ...transformMutants,
];
