// The namespace nn.layers: modules of Python's mlx.nn.layers that have more names than mlx.nn shows.

/** Layers divided among processes, and what divides them. */
export * as distributed from "./layers/distributed.js";
