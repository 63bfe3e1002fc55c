// A whole training step of a small MLP, eager and compiled.
import { trainingSteps } from "./training.mjs";

const { eager, compiled } = trainingSteps("mlp");
console.log(JSON.stringify({ "MLP step eager, µs": eager, "MLP step compiled, µs": compiled }));
