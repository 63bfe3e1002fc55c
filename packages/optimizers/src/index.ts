// The public names of @mlx-ts/optimizers. Import the namespace to write as in Python:
// import * as optim from "@mlx-ts/optimizers".

export { type AccumulateOptions, accumulateGradients } from "./accumulate.js";
export { Adafactor, type AdafactorOptions } from "./adafactor.js";
export {
  Adam,
  Adamax,
  type AdamaxOptions,
  type AdamOptions,
  AdamW,
  type AdamWOptions,
} from "./adam.js";
export {
  AdaDelta,
  type AdaDeltaOptions,
  Adagrad,
  type AdagradOptions,
  RMSprop,
  type RMSpropOptions,
} from "./adaptive.js";
export {
  type CheckpointParts,
  loadCheckpoint,
  type Restorable,
  saveCheckpoint,
} from "./checkpoint.js";
export { clipGradNorm } from "./clip.js";
export { Lion, type LionOptions } from "./lion.js";
export {
  MultiOptimizer,
  type MultiOptimizerOptions,
  type MultiOptimizerState,
  type ParameterFilter,
} from "./multi-optimizer.js";
export { Muon, type MuonOptions } from "./muon.js";
export { Optimizer, type OptimizerOptions, type Schedule, type Updatable } from "./optimizer.js";
export {
  type CosineDecayOptions,
  cosineDecay,
  exponentialDecay,
  joinSchedules,
  linearSchedule,
  type StepSchedule,
  stepDecay,
} from "./schedules.js";
export { SGD, type SGDOptions } from "./sgd.js";
export {
  type OptimizerState,
  type ParameterState,
  type StateBranch,
  stateArray,
} from "./state.js";
