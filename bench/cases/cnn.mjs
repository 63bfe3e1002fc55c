// A whole training step of a small CNN, eager and compiled.
import { trainingSteps } from "./training.mjs";

console.log(JSON.stringify(trainingSteps("cnn", "CNN", 10)));
