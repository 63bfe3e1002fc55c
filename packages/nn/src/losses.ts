// The loss functions, which users call as nn.losses.crossEntropy(...). Each compares predictions with
// targets, and then reduces (./losses/reduction.ts).

export * from "./losses/classification.js";
export type { AxisLossOptions, LossOptions, Reduction } from "./losses/reduction.js";
export * from "./losses/regression.js";
export * from "./losses/similarity.js";
