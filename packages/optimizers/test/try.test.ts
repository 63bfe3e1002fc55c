import { nativeBackend } from "@mlx-ts/native";
import * as mx from "@mlx-ts/core";
import { test } from "vitest";
import * as nn from "@mlx-ts/nn";
import { Adam } from "../src/index.js";

mx.setDefaultBackend(nativeBackend);
class MLP extends nn.Module {
  layers = [new nn.Linear(784, 32), new nn.Linear(32, 32), new nn.Linear(32, 10)];
  forward(x: mx.MLXArray): mx.MLXArray {
    return this.layers.reduce((y, l, i) => l.forward(i === 0 ? y : nn.relu(y)), x);
  }
}

function run(compiled: boolean) {
  mx.random.seed(0);
  const model = new MLP();
  console.log(String(model));
  const opt = new Adam(1e-3);
  opt.init(model.trainableParameters());
  const x = mx.random.uniform(0, 1, [64, 784]);
  const y = mx.random.randint(0, 10, [64]);
  mx.eval(model, opt, x, y);
  const lg = nn.valueAndGrad(model, (x: mx.MLXArray, y: mx.MLXArray) =>
    nn.losses.crossEntropy(model.forward(x), y, { reduction: "mean" }),
  );
  const step = (x: mx.MLXArray, y: mx.MLXArray) => {
    const [loss, grads] = lg(x, y);
    opt.update(model, grads);
    return loss;
  };
  const f = compiled ? mx.compile(step, { state: [model, opt, mx.random.state] }) : step;
  const t = performance.now();
  for (let i = 0; i < 2000; i++) {
    const loss = f(x, y);
    mx.eval(model, opt);
    const v = loss.item();
    if (i % 200 === 0) console.log(i, v, mx.liveArrays(), mx.getActiveMemory());
  }
  console.log((performance.now() - t) / 2000, "ms/step");
}
test("eager", () => run(false), 60000);
test("compiled", () => run(true), 60000);
