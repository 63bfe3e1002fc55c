// Peak bytes in arrays: training loops without scopes in user code, and a loop that never yields.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as mx from "@mlx-ts/core";
import { training } from "./training.mjs";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc");
/** What an earlier loop left behind is not this one's. */
const clean = async () => {
  for (let i = 0; i < 3; i++) {
    collectGarbage();
    await new Promise(setImmediate);
  }
};

const out = {};
for (const [kind, title, steps] of [
  ["mlp", "MLP", 1000],
  ["lstm", "LSTM", 200],
  ["transformer", "transformer", 100],
]) {
  for (const isCompiled of [false, true]) {
    await clean();
    const step = training(kind, isCompiled);
    step();
    await clean();
    mx.resetPeakMemory();
    for (let i = 0; i < steps; i++) step();
    const name = `${title} ${isCompiled ? "compiled " : ""}training loop, peak array MB`;
    out[name] = mx.getPeakMemory() / 1e6;
  }
}
await clean();
const x = mx.zeros([65536]);
mx.eval(x);
mx.resetPeakMemory();
for (let i = 0; i < 4000; i++) mx.eval(mx.add(x, 1));
out["4000 synchronous evals, peak array MB"] = mx.getPeakMemory() / 1e6;
out["process peak, MB"] = process.resourceUsage().maxRSS / 1e3;
console.log(JSON.stringify(out));
