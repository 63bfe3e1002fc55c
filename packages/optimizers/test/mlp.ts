// The model, batches and steps that the training tests share with ./goldens/make_goldens.py.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import * as nn from "@mlx-ts/nn";
import { Adam, type Optimizer } from "../src/index.js";

/** 784-32-32-10 with ReLU. */
export class MLP extends nn.Module {
  layers = [new nn.Linear(784, 32), new nn.Linear(32, 32), new nn.Linear(32, 10)];

  forward(x: MLXArray): MLXArray {
    return this.layers.reduce((y, layer, i) => layer.forward(i === 0 ? y : nn.relu(y)), x);
  }
}

/** A batch of 64 random images and labels. */
export function batch(step: number): [x: MLXArray, y: MLXArray] {
  const [images, labels] = mx.random.split(mx.random.key(100 + step));
  const x = mx.random.uniform(0, 1, [64, 784], { key: images ?? null });
  return [x, mx.random.randint(0, 10, [64], { key: labels ?? null })];
}

/** A model, its optimizer, and one training step; written as users write it, without scopes. */
export function trainer(compiled: boolean): {
  model: MLP;
  optimizer: Optimizer;
  step: (x: MLXArray, y: MLXArray) => MLXArray;
} {
  mx.random.seed(0);
  const model = new MLP();
  const optimizer = new Adam(1e-3);
  const lossAndGrad = nn.valueAndGrad(model, (x: MLXArray, y: MLXArray) =>
    nn.losses.crossEntropy(model.forward(x), y, { reduction: "mean" }),
  );
  const step = (x: MLXArray, y: MLXArray): MLXArray => {
    const [loss, grads] = lossAndGrad(x, y);
    optimizer.update(model, grads);
    return loss;
  };
  if (!compiled) return { model, optimizer, step };
  optimizer.init(model.trainableParameters());
  return { model, optimizer, step: mx.compile(step, { state: [model, optimizer] }) };
}
