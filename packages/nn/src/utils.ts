// The namespace nn.utils: what Python's mlx.nn.utils has. It holds nothing of its own.

export { type AverageGradientsOptions, averageGradients } from "./average-gradients.js";
export { checkpoint } from "./checkpoint.js";
export { type ClipGradNormShardedOptions, clipGradNormSharded } from "./clip-grad-norm-sharded.js";
export { valueAndGrad } from "./value-and-grad.js";
