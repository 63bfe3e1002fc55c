// A whole training step of a small transformer, eager and compiled.
import { trainingSteps } from "./training.mjs";

console.log(JSON.stringify(trainingSteps("transformer", "transformer", 10)));
