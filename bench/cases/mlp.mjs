// A whole training step of a small MLP, eager and compiled.
import { trainingSteps } from "./training.mjs";

console.log(JSON.stringify(trainingSteps("mlp", "MLP", 100)));
