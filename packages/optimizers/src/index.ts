// The public names of @mlx-ts/optimizers. Import the namespace to write as in Python:
// import * as optim from "@mlx-ts/optimizers".

export { Adam, type AdamOptions, AdamW, type AdamWOptions } from "./adam.js";
export { Optimizer, type Schedule, type Updatable } from "./optimizer.js";
export { SGD, type SGDOptions } from "./sgd.js";
export {
  type OptimizerState,
  type ParameterState,
  type StateBranch,
  stateArray,
} from "./state.js";
