// Freezing, adapters of low rank over frozen weights, and groups of weight decay: what is trained, what stays
// bit by bit, and what is saved.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import * as nn from "@mlx-ts/nn";
import { afterAll, describe, expect, test } from "vitest";
import * as optim from "../src/index.js";

const folder = mkdtempSync(join(tmpdir(), "mlx-ts-tuning-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A frozen layer, and a product of two small matrices that learns what to add. */
class LoRA extends nn.Module {
  a: MLXArray;
  b: MLXArray;

  linear: nn.Layer;

  constructor(linear: nn.Layer, inputs: number, outputs: number, rank = 2) {
    super();
    this.linear = linear.freeze();
    this.a = mx.multiply(mx.random.normal([inputs, rank]), 1 / Math.sqrt(inputs));
    this.b = mx.zeros([rank, outputs]);
  }

  forward(x: MLXArray): MLXArray {
    return mx.add(this.linear.forward(x), mx.matmul(mx.matmul(x, this.a), this.b));
  }
}

const names = (tree: unknown): string[] => mx.treeFlatten(tree).map(([name]) => name);
const values = (tree: unknown): unknown[] => mx.arraysIn(tree).map((array) => array.tolist());

/** A model whose layers of 64 inputs got adapters. */
function adapted(quantized: boolean) {
  mx.random.seed(0);
  const model = new nn.Sequential(new nn.Linear(64, 64), nn.relu, new nn.Linear(64, 1)).freeze();
  if (quantized) nn.quantize(model, { groupSize: 32, bits: 4 });
  model.updateModules({
    layers: model.layers.map((layer, i) => {
      if (!(layer instanceof nn.Linear || layer instanceof nn.QuantizedLinear)) return {};
      return new LoRA(layer, 64, i === 0 ? 64 : 1);
    }),
  });
  return model;
}

function trained(model: nn.Sequential, optimizer: optim.Optimizer, steps: number): number[] {
  const lossAndGrad = nn.valueAndGrad(model, (x: MLXArray, y: MLXArray) =>
    nn.losses.mseLoss(model.forward(x), y),
  );
  const x = mx.random.normal([32, 64], { key: mx.random.key(2) });
  const y = mx.sum(x, 1, true);
  return Array.from({ length: steps }, () => {
    const [loss, grads] = lossAndGrad(x, y);
    optimizer.update(model, grads);
    mx.eval(model, optimizer);
    return loss.item<number>();
  });
}

describe.each([
  ["float32", false],
  ["quantized", true],
])("adapters over frozen %s layers", (_name, quantized) => {
  const adapters = ["layers.0.a", "layers.0.b", "layers.2.a", "layers.2.b"];

  test("learn, and nothing else changes", () => {
    const model = adapted(quantized);
    expect(names(model.trainableParameters()).sort()).toEqual(adapters);
    const frozen = model.layers.map((layer) => (layer instanceof LoRA ? layer.linear : null));
    const before = values(frozen.map((linear) => linear?.parameters() ?? {}));
    const optimizer = new optim.AdamW(0.01, { weightDecay: 0.1 });
    const losses = trained(model, optimizer, 40);
    expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) / 4);
    expect(values(frozen.map((linear) => linear?.parameters() ?? {}))).toEqual(before);
    // State is kept for what is trained, and for nothing else.
    expect(names(optimizer.state).sort()).toEqual(
      ["learningRate", ...adapters.flatMap((name) => [`${name}.m`, `${name}.v`]), "step"].sort(),
    );
  });

  test("are saved and loaded alone", () => {
    const file = join(folder, `adapters-${quantized}.safetensors`);
    const model = adapted(quantized);
    trained(model, new optim.Adam(0.01), 5);
    mx.saveSafetensors(file, mx.treeFlatten(model.trainableParameters(), { destination: {} }));
    expect(Object.keys(mx.load(file)).sort()).toEqual(adapters);
    const other = adapted(quantized).loadWeights(file, { strict: false });
    const x = mx.random.normal([3, 64]);
    expect(other.forward(x).tolist()).toEqual(model.forward(x).tolist());
  });
});

describe("frozen layers", () => {
  test("that are unfrozen later are trained from then on", () => {
    mx.random.seed(0);
    const model = new nn.Sequential(new nn.Linear(64, 8), nn.relu, new nn.Linear(8, 1));
    const [body, , head] = model.layers as [nn.Linear, unknown, nn.Linear];
    body.freeze();
    const optimizer = new optim.Adam(0.01);
    const [first, last] = [values(body.parameters()), values(head.parameters())];
    trained(model, optimizer, 3);
    expect(values(body.parameters())).toEqual(first);
    expect(values(head.parameters())).not.toEqual(last);
    body.unfreeze();
    optimizer.init(model.trainableParameters());
    trained(model, optimizer, 3);
    expect(values(body.parameters())).not.toEqual(first);
  });
});

describe("groups of weight decay", () => {
  test("leave biases and the weights of norms as they are, and shrink the others", () => {
    const model = new nn.Sequential(new nn.Linear(2, 3), new nn.LayerNorm(3), new nn.Linear(3, 1));
    model.apply((array) => mx.ones(array.shape));
    const optimizer = new optim.MultiOptimizer(
      [new optim.AdamW(0.1, { weightDecay: 0 }), new optim.AdamW(0.1, { weightDecay: 0.5 })],
      // Biases and norms have one axis.
      [(_path, parameter) => parameter.ndim < 2],
    );
    optimizer.update(model, mx.mapArrays(model.trainableParameters(), mx.zerosLike));
    const decayed = mx
      .treeFlatten(model.parameters())
      .filter(([, array]) => array.flatten().index(0).item<number>() < 1)
      .map(([name]) => name);
    expect(decayed).toEqual(["layers.0.weight", "layers.2.weight"]);
    for (const [name, array] of mx.treeFlatten(model.parameters())) {
      const wanted = decayed.includes(name) ? 0.95 : 1;
      for (const value of array.flatten().tolist<number[]>()) expect(value).toBeCloseTo(wanted, 6);
    }
  });
});
