// Checkpoints: files that Python wrote are loaded, ours have the same names, and what does not fit is
// named.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { afterAll, describe, expect, test } from "vitest";
import { liveNow } from "../../core/test/live.js";
import * as nn from "../src/index.js";
import { everyLayer } from "./every-layer.js";
import {
  arrayOf,
  expectClose,
  expectTree,
  type Golden,
  type Goldens,
  goldenPath,
  goldens,
  tensorsIn,
} from "./goldens.js";

class Attention extends nn.Module {
  qProj = new nn.Linear(4, 4, { bias: false });
  outProj = new nn.Linear(4, 4);

  forward(x: MLXArray): MLXArray {
    return this.outProj.forward(nn.relu(this.qProj.forward(x)));
  }
}

class Block extends nn.Module {
  selfAttn = new Attention();
  layers = [new nn.Linear(4, 4), new nn.Linear(4, 2)];
  finalScale = mx.ones([2]);
  A_log = mx.zeros([2]);

  forward(x: MLXArray): MLXArray {
    const y = this.layers.reduce((y, layer) => layer.forward(y), this.selfAttn.forward(x));
    return y.multiply(this.finalScale).add(this.A_log);
  }
}

const golden = goldens<unknown>(import.meta.url, "checkpoint");
const folder = mkdtempSync(join(tmpdir(), "mlx-ts-weights-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("a checkpoint of Python's", () => {
  const path = goldenPath(import.meta.url, "block.safetensors");

  test("loads under our names and computes the same", () => {
    const block = new Block().loadWeights(path);
    expectTree(block.parameters(), golden.parameters as Goldens);
    expectClose(block.forward(arrayOf(golden.input as Golden)), golden.output as Golden);
    expect(String(block)).toBe(golden.text);
    expect(block.namedModules().map(([name]) => mx.fileName(name))).toEqual(golden.names);
  });

  test("is written back with the same names, shapes and bytes", () => {
    const ours = join(folder, "block.safetensors");
    new Block().loadWeights(path).saveWeights(ours);
    expect(tensorsIn(ours)).toEqual(tensorsIn(path));
    const again = new Block().loadWeights(ours);
    expectTree(again.parameters(), golden.parameters as Goldens);
  });

  test("leaves no array behind", () => {
    const block = new Block();
    block.loadWeights(path);
    const before = liveNow();
    mx.tidy(() => block.loadWeights(path));
    // The new arrays, and no other from the file: those that they replaced wait for the collector.
    expect(mx.liveArrays() - before).toBeLessThanOrEqual(mx.arraysIn(block).length);
  });
});

describe.each(["float32", "bfloat16"] as const)("one layer of each class in %s", (dtype) => {
  const suffix = dtype === "float32" ? "" : `_${dtype}`;
  const path = goldenPath(import.meta.url, `every_layer${suffix}.safetensors`);
  const load = () => everyLayer().setDtype(dtype).loadWeights(path);

  test("takes Python's weights, all of them and no others", () => {
    const wanted = mx.load(path);
    const loaded = mx.treeFlatten(load().parameters());
    expect(loaded.length).toBe(Object.keys(wanted).length);
    for (const [name, array] of loaded) {
      const original = wanted[mx.fileName(name)] as MLXArray;
      expect([array.dtype, array.tolist()], name).toEqual([original.dtype, original.tolist()]);
    }
  });

  // Python reads what interchange/write.ts writes, by interchange/check.py.
  test("is written back with the same names, shapes and bytes", () => {
    const ours = join(folder, `every_layer${suffix}.safetensors`);
    load().saveWeights(ours);
    expect(tensorsIn(ours)).toEqual(tensorsIn(path));
  });
});

test("every class with weights of its own is among those", () => {
  const isLayer = ([, value]: readonly [string, unknown]) =>
    typeof value === "function" && value.prototype instanceof nn.Module;
  const tested = new Set(
    everyLayer()
      .modules()
      .map((module) => module.constructor.name),
  );
  const rest = Object.entries(nn)
    .filter(isLayer)
    .map(([name]) => name)
    // Weights of several processes have tests of their own.
    .filter((name) => !tested.has(name) && !name.includes("Sharded"));
  // Whatever these hold are layers, or nothing.
  const without = rest.filter(
    (name) => !/^(.*Pool\dd|Dropout(\dd)?|Identity|Sequential)$/.test(name),
  );
  const isActivation = (name: string) => Reflect.get(nn, name).prototype instanceof nn.Activation;
  expect(without.filter((name) => !isActivation(name)).sort()).toEqual([
    "ALiBi",
    "Activation",
    "RoPE",
    "SinusoidalPositionalEncoding",
    "Upsample",
  ]);
});

describe("a checkpoint of another kind", () => {
  test("is an npz file of Python's", () => {
    const block = new Block().loadWeights(goldenPath(import.meta.url, "block.npz"));
    expectTree(block.parameters(), golden.parameters as Goldens);
  });

  test("is an npz file of ours", () => {
    const file = join(folder, "block.npz");
    const block = new Block();
    block.saveWeights(file);
    expect(Object.keys(mx.load(file)).sort()).toEqual(
      Object.keys(golden.parameters as Goldens).sort(),
    );
    const again = new Block().loadWeights(file);
    expect(again.selfAttn.qProj.weight.tolist()).toEqual(block.selfAttn.qProj.weight.tolist());
  });

  test("is an index of several files", () => {
    const parts = {
      one: { "self_attn.q_proj.weight": mx.ones([4, 4]), A_log: mx.ones([2]) },
      two: { final_scale: mx.zeros([2]) },
    };
    const weightMap: Record<string, string> = {};
    for (const [part, arrays] of Object.entries(parts)) {
      mx.saveSafetensors(join(folder, `${part}.safetensors`), arrays);
      for (const name of Object.keys(arrays)) weightMap[name] = `${part}.safetensors`;
    }
    const index = join(folder, "model.safetensors.index.json");
    writeFileSync(index, JSON.stringify({ metadata: {}, weight_map: weightMap }));
    const block = new Block().loadWeights(index, false);
    expect(block.selfAttn.qProj.weight.sum().item()).toBe(16);
    expect(block.finalScale.tolist()).toEqual([0, 0]);
    expect(() => new Block().loadWeights(index)).toThrow("missing: self_attn.out_proj.weight, ");
  });
});

describe("weights that do not fit", () => {
  test("are all named in one error", () => {
    const weights: [string, MLXArray][] = [
      ["weight", mx.ones([2, 3])],
      ["scale", mx.ones([1])],
    ];
    expect(() => new nn.Linear(2, 2).loadWeights(weights)).toThrow(
      `[loadWeights] the weights do not fit the model; pass strict = false to load what fits:
  missing: bias
  not in the model: scale
  wrong shape: weight is [2,3], the model has [2,2]`,
    );
  });

  test("are named as in the file", () => {
    const file = join(folder, "short.safetensors");
    mx.saveSafetensors(file, { "self_attn.q_proj.weight": mx.ones([4, 4]) });
    expect(() => new Block().loadWeights(file)).toThrow("missing: self_attn.out_proj.weight, ");
    const block = new Block().loadWeights(file, { strict: false });
    expect(block.selfAttn.qProj.weight.sum().item()).toBe(16);
  });

  test("leave the module as it was", () => {
    const layer = new nn.Linear(2, 2);
    const { weight } = layer;
    expect(() => layer.loadWeights([["weight", mx.ones([2, 2])]])).toThrow("missing: bias");
    expect(layer.weight).toBe(weight);
  });

  test("load by names in code as well as in files", () => {
    const block = new Block();
    const zero = mx.zeros([4, 4]);
    block.loadWeights([["selfAttn.qProj.weight", zero]], false);
    expect(block.selfAttn.qProj.weight).toBe(zero);
    block.loadWeights(new Map([["self_attn.out_proj.weight", zero]]), false);
    expect(block.selfAttn.outProj.weight).toBe(zero);
  });

  test("are refused when they are no weights at all", () => {
    const layer = new nn.Linear(2, 2);
    expect(() => layer.loadWeights(join(folder, "none.safetensors"))).toThrow("no such file");
    expect(() => layer.loadWeights({ weight: 1 } as never)).toThrow(
      "[loadWeights] a path or pairs of name and array were expected, got { weight }; use Object.entries() for an object",
    );
    expect(() => layer.loadWeights([["weight", 1]] as never)).toThrow(
      '[loadWeights] a pair of name and array was expected, got ["weight", 1]',
    );
    const single = join(folder, "weight.npy");
    mx.save(single, mx.ones([2, 2]));
    expect(() => layer.loadWeights(single)).toThrow(
      `[loadWeights] ${single} holds one array without a name; load it with mx.load() and pass [["name", array]]`,
    );
    expect(() => layer.saveWeights("weights.bin")).toThrow(
      '[saveWeights] a path that ends in .safetensors or .npz was expected, got "weights.bin"',
    );
  });
});

describe("names", () => {
  test.each([
    ["selfAttn.qProj.weight", "self_attn.q_proj.weight"],
    ["layers.0.weight", "layers.0.weight"],
    ["conv1.weight", "conv1.weight"],
    ["ln_1.bias", "ln_1.bias"],
    ["qKV", "q_k_v"],
    ["ssm.A_log", "ssm.A_log"],
    ["learningRate", "learning_rate"],
  ])("%s in code is %s in files, and back", (code, file) => {
    expect(mx.fileName(code)).toBe(file);
    expect(mx.codeName(file)).toBe(code);
  });
});
