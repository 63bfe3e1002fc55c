// Module: its tree, freezing, modes, updates, and what they refuse.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { describe, expect, test } from "vitest";
import { has } from "../../core/test/needs.js";
import * as nn from "../src/index.js";

class Attention extends nn.Module {
  qProj = new nn.Linear(4, 4, { bias: false });
  outProj = new nn.Linear(4, 4);

  forward(x: MLXArray): MLXArray {
    return this.outProj.forward(nn.relu(this.qProj.forward(x)));
  }
}

class Block extends nn.Module {
  selfAttn = new Attention();
  layers = [new nn.Linear(4, 4), nn.relu, new nn.Dropout(0.5)];
  scales = { first: mx.ones([2]), rest: [mx.zeros([1])] };
  name = "block";
  sizes = [1, 2];
  _cache = mx.ones([3]);
  readonly #secret = mx.ones([3]);

  forward(): MLXArray {
    return this.#secret;
  }
}

const names = (tree: unknown): string[] => mx.treeFlatten(tree).map(([name]) => name);

describe("the tree of a module", () => {
  test("is made of arrays, modules and containers of them, without private fields", () => {
    expect(names(new Block().parameters())).toEqual([
      "selfAttn.qProj.weight",
      "selfAttn.outProj.weight",
      "selfAttn.outProj.bias",
      "layers.0.weight",
      "layers.0.bias",
      "scales.first",
      "scales.rest.0",
    ]);
  });

  test("holds empty objects in lists where there is no array", () => {
    const { layers } = new Block().parameters();
    expect((layers as readonly object[]).slice(1)).toEqual([{}, {}]);
  });

  test("has submodules by name", () => {
    const block = new Block();
    expect(block.children()).toEqual({
      selfAttn: block.selfAttn,
      layers: [block.layers[0], {}, block.layers[2]],
    });
    expect(block.leafModules().selfAttn).toEqual({
      qProj: block.selfAttn.qProj,
      outProj: block.selfAttn.outProj,
    });
    expect(block.namedModules().map(([name]) => name)).toEqual([
      "",
      "layers.2",
      "layers.0",
      "selfAttn",
      "selfAttn.outProj",
      "selfAttn.qProj",
    ]);
    expect(block.modules()[0]).toBe(block);
    expect(nn.Module.isModule(block)).toBe(true);
    expect(nn.Module.isModule({})).toBe(false);
  });

  test("is evaluated and kept whole, private arrays included", () => {
    const block = new Block();
    mx.eval(block);
    expect(mx.arraysIn(block).length).toBe(8);
    expect(block.state).toBe(block);
    const kept = mx.tidy(() => new Block());
    expect(kept._cache.tolist()).toEqual([1, 1, 1]);
    expect(kept.selfAttn.forward(mx.ones([1, 4])).shape).toEqual([1, 4]);
  });

  test("is mapped and filtered", () => {
    const shapes = new Block().filterAndMap(
      (module, key, value) =>
        nn.Module.validParameterFilter(module, key, value) && key !== "layers",
      (value) => (value as MLXArray).shape.join("x"),
    );
    expect(shapes).toEqual({
      selfAttn: { qProj: { weight: "4x4" }, outProj: { weight: "4x4", bias: "4" } },
      scales: { first: "2", rest: ["1"] },
    });
  });

  test("prints as a tree, also by console.log", async () => {
    const { inspect } = await import("node:util");
    const text = `Attention(
  (q_proj): Linear(input_dims=4, output_dims=4, bias=False)
  (out_proj): Linear(input_dims=4, output_dims=4, bias=True)
)`;
    expect(String(new Attention())).toBe(text);
    expect(inspect(new Attention())).toBe(text);
  });
});

describe("updates", () => {
  test("replace the arrays that a tree names, and keep them beyond scopes", () => {
    const layer = new nn.Linear(2, 2);
    const { bias } = layer;
    mx.tidy(() => {
      layer.update({ weight: mx.ones([2, 2]) });
    });
    expect(layer.weight.tolist()).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect(layer.bias).toBe(bias);
  });

  test("change nothing when one name is wrong", () => {
    const block = new Block();
    const { weight } = block.selfAttn.qProj;
    const wrong = { selfAttn: { qProj: { weight: mx.ones([4, 4]), scale: mx.ones([1]) } } };
    expect(() => block.update(wrong)).toThrow(
      '[update] the module has no parameter "selfAttn.qProj.scale"; pass strict = false to ignore it',
    );
    expect(block.selfAttn.qProj.weight).toBe(weight);
    block.update(wrong, { strict: false });
    expect(block.selfAttn.qProj.weight).toBe(wrong.selfAttn.qProj.weight);
  });

  test("take what treeMap makes of the parameters", () => {
    const block = new Block();
    block.update(mx.treeMap((array: MLXArray) => mx.zerosLike(array), block.parameters()));
    expect(block.scales.first.tolist()).toEqual([0, 0]);
  });

  test("refuse what is no array", () => {
    const layer = new nn.Linear(2, 2);
    expect(() => layer.update({}, 1 as never)).toThrow(
      "[update] strict must be true or false, got 1",
    );
    expect(() => layer.apply(() => 3 as never)).toThrow(
      "[apply] mapFn returned 3, it must return an array",
    );
    expect(() => layer.update({ bias: 1 as never })).toThrow(
      '[update] the parameter "bias" was given 1, it must be an array',
    );
    expect(() => layer.update(5 as never)).toThrow(
      "[update] a tree of parameters was expected, got 5",
    );
    expect(() => new Block().update({ layers: mx.ones([1]) })).toThrow(
      '[update] "layers" was given an MLXArray, the module has [a Linear, the function relu, a Dropout] there',
    );
    expect(() => new Block().update({ layers: [{}, {}, {}, { weight: mx.ones([1]) }] })).toThrow(
      '[update] there is no parameter "layers.3", the list has 3 items',
    );
  });

  test("exchange submodules", () => {
    const block = new Block();
    const embedding = new nn.Linear(4, 2);
    block.updateModules({ layers: [embedding], selfAttn: { qProj: new nn.Identity() } });
    expect(block.layers[0]).toBe(embedding);
    expect(block.selfAttn.qProj).toBeInstanceOf(nn.Identity);
    expect(() => block.updateModules({ head: embedding })).toThrow(
      '[updateModules] the module has no submodule "head"; pass strict = false to ignore it',
    );
    block.updateModules({ head: embedding }, false);
  });

  test("map every array, or those of a filter", () => {
    const layer = new nn.Linear(2, 2);
    layer.apply((array) => mx.zerosLike(array));
    expect(layer.weight.sum().item()).toBe(0);
    layer.apply(
      (array) => array.add(1),
      (module, key, value) => key === "bias" && nn.Module.validParameterFilter(module, key, value),
    );
    expect(layer.parameters().bias?.toString()).toBe("array([1, 1], dtype=float32)");
    expect(layer.weight.sum().item()).toBe(0);
  });

  test("take their optional arguments by name, and null as Python's None", () => {
    const layer = new nn.Linear(2, 2);
    const isBias: nn.MemberFilter = (_module, key) => key === "bias";
    layer.apply((array) => mx.zerosLike(array), { filterFn: isBias });
    expect(layer.bias?.tolist()).toEqual([0, 0]);
    layer.apply((array) => mx.onesLike(array), null);
    expect(layer.weight.tolist()).toEqual([
      [1, 1],
      [1, 1],
    ]);
    const sizeOf = (value: unknown) => (value as MLXArray).size;
    expect(layer.filterAndMap(isBias, { mapFn: sizeOf })).toEqual({ bias: 2 });
    expect(layer.filterAndMap(isBias, sizeOf, { isLeafFn: null })).toEqual({ bias: 2 });
    expect(layer.train({ mode: false }).training).toBe(false);
    expect(layer.setDtype("float16", { predicate: null }).weight.dtype).toBe("float16");
    expect(() => layer.filterAndMap(3 as never)).toThrow(
      "[filterAndMap] filterFn must be a function, got 3",
    );
    expect(() => layer.apply("double" as never)).toThrow(
      '[apply] mapFn must be a function, got "double"',
    );
    expect(() => layer.apply((array) => array, 3 as never)).toThrow(
      "[apply] filterFn must be a function, got 3",
    );
    expect(() => layer.applyToModules(3 as never)).toThrow(
      "[applyToModules] applyFn must be a function, got 3",
    );
  });

  test("convert floats to another dtype, and integers only when asked to", () => {
    class Mixed extends nn.Module {
      weight = mx.ones([2]);
      table = mx.array([1, 2], "int32");
      forward(): void {}
    }
    const mixed = new Mixed().setDtype("bfloat16");
    expect([mixed.weight.dtype, mixed.table.dtype]).toEqual(["bfloat16", "int32"]);
    mixed.setDtype("float16", null);
    expect([mixed.weight.dtype, mixed.table.dtype]).toEqual(["float16", "float16"]);
    expect(() => mixed.setDtype("half" as never)).toThrow(
      "[setDtype] dtype must be a dtype (bool, ",
    );
  });
});

describe("freezing", () => {
  test("takes parameters out of the trainable ones, at any depth", () => {
    const block = new Block().freeze();
    expect(names(block.trainableParameters())).toEqual([]);
    expect(names(block.parameters())).toHaveLength(7);
    block.unfreeze({ keys: "bias" });
    expect(names(block.trainableParameters())).toEqual(["selfAttn.outProj.bias", "layers.0.bias"]);
    block.unfreeze();
    expect(names(block.trainableParameters())).toHaveLength(7);
  });

  test("keeps to the module itself without recurse", () => {
    const block = new Block().freeze({ recurse: false });
    expect(names(block.trainableParameters())).toEqual([
      "selfAttn.qProj.weight",
      "selfAttn.outProj.weight",
      "selfAttn.outProj.bias",
      "layers.0.weight",
      "layers.0.bias",
    ]);
    block.selfAttn.freeze({ recurse: false, keys: ["qProj"] });
    expect(names(block.trainableParameters())).not.toContain("selfAttn.qProj.weight");
  });

  test("looks at the module alone for a name when it does not recurse", () => {
    const block = new Block();
    expect(() => block.freeze({ keys: "bias", recurse: false, strict: true })).toThrow(
      '[freeze] the module has no member "bias"; with recurse its children are searched too',
    );
    // A member that is no part of the tree is none here either, as in Python.
    expect(() => block.freeze({ keys: "sizes", strict: true })).toThrow('a member "sizes"');
    expect(() => block.unfreeze({ keys: [1] as never })).toThrow(
      "[unfreeze] keys must be a name or a list of names, got 1",
    );
    expect(() => block.unfreeze({ recurse: 1 as never })).toThrow(
      "[unfreeze] recurse must be true or false, got 1",
    );
    expect(() => block.freeze("bias" as never)).toThrow(
      "[freeze] recurse, keys and strict are given by name only: { recurse, keys, strict }",
    );
  });

  test("asks each module inside by its own method", () => {
    class Stubborn extends nn.Linear {
      override unfreeze(options?: nn.FreezeOptions): this {
        super.unfreeze(options);
        return this.freeze({ keys: "bias", recurse: false });
      }
    }
    const model = new nn.Sequential(new Stubborn(2, 2), new nn.Linear(2, 1));
    model.freeze().unfreeze();
    expect(names(model.trainableParameters())).toEqual([
      "layers.0.weight",
      "layers.1.weight",
      "layers.1.bias",
    ]);
  });

  test("refuses unknown names only when strict", () => {
    const block = new Block();
    block.freeze({ keys: "scale" });
    expect(() => block.freeze({ keys: "scale", strict: true })).toThrow(
      '[freeze] no module here has a member "scale"; its children are searched too',
    );
    block.unfreeze({ keys: ["bias"], strict: true });
    expect(() => block.unfreeze({ key: "bias" } as never)).toThrow(
      '[unfreeze] there is no option "key"; the options are recurse, keys, strict',
    );
  });
});

describe("modes", () => {
  test("reach every module inside", () => {
    const block = new Block();
    expect(block.training).toBe(true);
    expect(block.eval()).toBe(block);
    expect(block.modules().map((module) => module.training)).not.toContain(true);
    block.train();
    expect(block.modules().map((module) => module.training)).not.toContain(false);
    expect(() => block.train("no" as never)).toThrow(
      '[train] mode must be true or false, got "no"',
    );
  });

  test("make a compiled function trace anew", () => {
    const dropout = new nn.Dropout(0.5);
    let traces = 0;
    const compiled = mx.compile(
      (x: MLXArray) => {
        traces++;
        return dropout.forward(x);
      },
      { state: [dropout, mx.random.state] },
    );
    const x = mx.ones([64]);
    const [first, second] = [compiled(x).tolist(), compiled(x).tolist()];
    expect(first).not.toEqual(second);
    dropout.eval();
    expect(compiled(x).tolist()).toEqual(x.tolist());
    if (has("tracing")) expect(traces).toBe(2);
  });
});

describe("layers refuse", () => {
  const linear = (...args: unknown[]) => new nn.Linear(...(args as [number, number]));
  const conv = (...args: unknown[]) => new nn.Conv2d(...(args as [number, number, number]));
  const pool = (...args: unknown[]) => new nn.MaxPool2d(...(args as [number]));
  test.each<[string, () => unknown]>([
    ["[Linear] inputDims is 0, it must be an integer of at least 1", () => linear(0, 3)],
    ["[Linear] outputDims is 2.5, it must be an integer of at least 1", () => linear(1, 2.5)],
    ['[Linear] inputDims must be an integer, got "4"', () => linear("4", 3)],
    ["[Linear] bias must be true or false, got 1", () => linear(4, 3, 1)],
    [
      '[Linear] there is no option "biases"; the options are bias',
      () => linear(4, 3, { biases: false }),
    ],
    [
      '[Conv2d] "stride" was given both by position and in the options',
      () => conv(1, 8, 3, 2, { stride: 1 }),
    ],
    [
      "[Conv2d] an argument follows the options object, which ends the call: 1",
      () => conv(1, 8, 3, { stride: 1 }, 1),
    ],
    [
      "[Conv2d] inChannels is 3, it must be divisible by groups, which is 2",
      () => conv(3, 8, 3, { groups: 2 }),
    ],
    ["[Conv2d] kernelSize must be an integer or a list of 2, got [3]", () => conv(3, 8, [3])],
    ["[Conv2d] padding is -1, it must be an integer of at least 0", () => conv(3, 8, 3, 1, -1)],
    ["[MaxPool2d] stride[1] is 0, it must be an integer of at least 1", () => pool(2, [1, 0])],
    [
      "[MaxPool2d] the input has shape [4,4], it must have 4 axes, channels last",
      () => pool(2).forward(mx.ones([4, 4])),
    ],
    [
      "[MaxPool2d] the window (5, 5) is larger than the padded input [1,4,4,1]",
      () => pool(5).forward(mx.ones([1, 4, 4, 1])),
    ],
    ["[Dropout] p is 1, it must be at least 0 and below 1", () => new nn.Dropout(1)],
    [
      "[Sequential] layer 1 must be a module or a function, got 3",
      () => new nn.Sequential(nn.relu, 3 as never),
    ],
  ])("%s", (message, call) => {
    expect(call).toThrow(message);
  });
});
