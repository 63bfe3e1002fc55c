// A whole training step of an LSTM over 20 steps, eager and compiled.
import { trainingSteps } from "./training.mjs";

console.log(JSON.stringify(trainingSteps("lstm", "LSTM", 20)));
