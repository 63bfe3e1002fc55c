// Layers for several processes in a process that nobody launched: they compute what whole layers compute,
// and refuse what is of a wrong kind.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { beforeEach, describe, expect, expectTypeOf, test } from "vitest";
import { needs } from "../../../core/test/needs.js";
import * as nn from "../../src/index.js";

beforeEach(() => needs("processes"));

const { distributed } = nn.layers;

describe("in a group of one", () => {
  const input = () => mx.random.normal([4, 128], { key: mx.random.key(1) });
  const gradient = (layer: nn.Layer) => mx.grad((a: MLXArray) => mx.sum(layer.forward(a)))(input());

  test.each(["all-to-sharded", "sharded-to-all"] as const)(
    "a layer divided %s is the whole layer",
    (sharding) => {
      const x = input();
      const linear = new nn.Linear(128, 8);
      const packed = nn.QuantizedLinear.fromLinear(linear);
      for (const layer of [linear, packed]) {
        const sharded = distributed.shardLinear(layer, sharding, { segments: 2 });
        expect(sharded.forward(x).tolist()).toEqual(layer.forward(x).tolist());
        expect(gradient(sharded).tolist()).toEqual(gradient(layer).tolist());
        expect(sharded.parameters()).toHaveProperty("weight");
      }
    },
  );

  test("a module is not wrapped, and wrapped by hand computes the same", () => {
    const x = input();
    const linear = new nn.Linear(128, 8);
    const before = linear.forward(x).tolist();
    expect(nn.fullyShard(linear)).toBe(linear);
    const wrapped = new nn.FullyShardedModule(linear);
    expect(wrapped.forward(x).tolist()).toEqual(before);
    const loss = nn.valueAndGrad(wrapped, () => mx.sum(wrapped.forward(x)));
    expect(mx.treeFlatten(loss()[1]).map(([name]) => name)).toEqual([
      "module.weight",
      "module.bias",
    ]);
  });

  test("gradients are their own average", () => {
    const gradients = { a: mx.ones([2]) };
    expect(nn.averageGradients(gradients)).toBe(gradients);
  });

  test("clipping is that of whole gradients; Infinity measures", () => {
    const gradients = { a: mx.array([3]), b: [mx.array([4]).astype("float16")] };
    const [clipped, norm] = nn.utils.clipGradNormSharded(gradients, 1);
    expect(norm.item()).toBe(5);
    expect(clipped.a.item()).toBeCloseTo(0.6, 6);
    expect(clipped.b[0]?.dtype).toBe("float16");
    const [same] = nn.utils.clipGradNormSharded(gradients, Number.POSITIVE_INFINITY);
    expect(same.a.item()).toBe(3);
    expect(nn.utils.clipGradNormSharded({}, 1)[1].item()).toBe(0);
  });
});

test("names are where Python has them", () => {
  expect(Object.keys(nn.utils).sort()).toEqual([
    "averageGradients",
    "checkpoint",
    "clipGradNormSharded",
    "valueAndGrad",
  ]);
  expect(Object.keys(distributed).sort()).toEqual([
    "AllToShardedLinear",
    "FullyShardedModule",
    "QuantizedAllToShardedLinear",
    "QuantizedShardedToAllLinear",
    "ShardedToAllLinear",
    "fullyShard",
    "shardInplace",
    "shardLinear",
    "sumGradients",
  ]);
  expect(nn.averageGradients).toBe(nn.utils.averageGradients);
  expect(nn.AllToShardedLinear).toBe(distributed.AllToShardedLinear);
});

test("a bias of any name is one in sharding by name", () => {
  class Attention extends nn.Module {
    kWeight = mx.zeros([4, 2]);
    kBias = mx.zeros([4]);
    forward(): MLXArray {
      return this.kWeight;
    }
  }
  const paths: string[] = [];
  const module = new Attention();
  distributed.shardInplace(module, (path, weight) => {
    paths.push(path);
    return weight.ndim === 1 ? null : [-1, [0.5]];
  });
  expect(paths).toEqual(["kWeight", "kBias"]);
  // As a weight, its only axis would be divided in three.
  distributed.shardInplace(module, "sharded-to-all", { segments: 2 });
  expect(module.kBias.shape).toEqual([4]);
});

test("types follow the module", () => {
  const wrapped = nn.fullyShard(new nn.Linear(2, 3));
  expectTypeOf(wrapped).toEqualTypeOf<nn.Linear | nn.FullyShardedModule<nn.Linear>>();
  expectTypeOf(wrapped.forward).parameters.toEqualTypeOf<[x: MLXArray]>();
  expectTypeOf(wrapped.forward(mx.ones([1, 2]))).toEqualTypeOf<MLXArray>();
  const layers: nn.Layer[] = [wrapped];
  expect(layers[0]?.forward(mx.ones([1, 2])).shape).toEqual([1, 3]);
  const sharded = distributed.shardLinear(new nn.Linear(2, 4), "all-to-sharded");
  expectTypeOf(sharded).toEqualTypeOf<nn.AllToShardedLinear | nn.ShardedToAllLinear>();
});

describe("refused are", () => {
  const linear = () => new nn.Linear(4, 4);
  const { shardLinear, shardInplace } = distributed;
  test.each<[string, () => unknown, string]>([
    [
      "another way to divide",
      () => shardLinear(linear(), "rows" as never),
      '[shardLinear] sharding is "rows", it must be "all-to-sharded" or "sharded-to-all"',
    ],
    [
      "another way to divide in place",
      () => shardInplace(linear(), 1 as never),
      "[shardInplace] sharding is",
    ],
    [
      "another layer",
      () => shardLinear(new nn.ReLU() as never, "all-to-sharded"),
      "[shardLinear] a Linear or QuantizedLinear was expected",
    ],
    [
      "what is no module",
      () => shardInplace({} as never, "all-to-sharded"),
      "[shardInplace] a module was expected",
    ],
    [
      "what is no module, to be fully sharded",
      () => nn.fullyShard(null as never),
      "[fullyShard] a module was expected",
    ],
    [
      "what is no group",
      () => new nn.AllToShardedLinear(4, 4, { group: 2 as never }),
      "[AllToShardedLinear] group must come from mx.distributed.init()",
    ],
    [
      "what is no group, of gradients",
      () => distributed.sumGradients({} as never),
      "[sumGradients] group must come from mx.distributed.init()",
    ],
    [
      "keywords by position",
      () => shardLinear(linear(), "all-to-sharded", 3 as never),
      "[shardLinear] segments and group are given by name only: { segments, group }",
    ],
    [
      "keywords by position, of wrapping",
      () => nn.fullyShard(linear(), mx.distributed.init() as never),
      "group and computeDtype are given by name only",
    ],
    [
      "unknown options",
      () => nn.ShardedToAllLinear.fromLinear(linear(), { segment: 3 } as never),
      '"segment"',
    ],
    [
      "segments of another kind",
      () => shardLinear(linear(), "all-to-sharded", { segments: "3" as never }),
      "segments must be a number of equal parts or a list of positions",
    ],
    [
      "no segments",
      () => shardLinear(linear(), "all-to-sharded", { segments: 0 }),
      "segments is 0",
    ],
    [
      "answers of a predicate that are no axis",
      () => shardInplace(linear(), (() => "rows") as never),
      'the predicate must return an axis, [axis, segments] or null, got "rows" for "weight"',
    ],
    [
      "axes that a parameter lacks",
      () => shardInplace(linear(), () => 1),
      '[shardInplace] "bias" has shape [4], there is no axis 1 to divide',
    ],
    [
      "axes before the first",
      () => shardInplace(linear(), () => -2),
      "[shardInplace] axis is -2, it must be an integer of at least -1",
    ],
    [
      "scalars in a sharded module",
      () => {
        const module = linear();
        module.bias = mx.array(1);
        return new nn.FullyShardedModule(module);
      },
      '[FullyShardedModule] "bias" has shape [], there is no axis 0',
    ],
    [
      "a compute dtype that is no float",
      () => new nn.FullyShardedModule(linear(), null, "int32"),
      '[FullyShardedModule] computeDtype is "int32", it must be one of float16',
    ],
    [
      "asLinear of what has none",
      () => new nn.FullyShardedModule(linear()).asLinear(mx.ones([4])),
      "[asLinear] a Linear has no asLinear",
    ],
    [
      "gradients that are no tree",
      () => nn.averageGradients(1),
      "[averageGradients] a tree of arrays was expected",
    ],
    [
      "a size that is no number",
      () => nn.averageGradients({}, { allReduceSize: "1" as never }),
      "[averageGradients] allReduceSize",
    ],
    [
      "a bound below 0",
      () => nn.utils.clipGradNormSharded({}, -1),
      "[clipGradNormSharded] maxNorm is -1, it must be at least 0",
    ],
  ])("%s", (_what, call, message) => {
    expect(call).toThrow(message);
  });
});
