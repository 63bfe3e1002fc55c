// A whole training step of a small CNN, eager and compiled.
import { trainingSteps } from "./training.mjs";

const { eager, compiled } = trainingSteps("cnn", 60);
console.log(JSON.stringify({ "CNN step eager, µs": eager, "CNN step compiled, µs": compiled }));
