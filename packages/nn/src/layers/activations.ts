// Activation functions, by what they do. The modules that call them are in ./activation-modules.ts.

export * from "./activations/gates.js";
export * from "./activations/normalized.js";
export * from "./activations/rectifiers.js";
export * from "./activations/shrinkage.js";
export * from "./activations/squashing.js";
