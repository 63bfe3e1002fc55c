// What one of several processes computes with layers that they share, printed as JSON by each: run by
// mlx-launch. Cases have the names of the goldens, whose script makes the same.

import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { DType, MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import * as nn from "../../src/index.js";
import type { Golden, Goldens } from "../goldens.js";

const { shardInplace, shardLinear, sumGradients } = nn.layers.distributed;
const { clipGradNormSharded } = nn.utils;

/** What a process tells: arrays in goldens' form, and what else a case gives. */
export interface Told {
  readonly rank: number;
  readonly cases: Readonly<Record<string, unknown>>;
  /** Arrays that are alive when all is done, beyond those at the start. */
  readonly leaked: number;
}

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

/** An array as the goldens' script writes it. */
function plain(array: MLXArray): Golden {
  const wide = array.dtype === "bfloat16" ? array.astype("float32") : array;
  return {
    shape: array.shape,
    dtype: array.dtype,
    data: [wide.flatten().tolist()].flat(2) as number[],
  };
}

const named = (tree: unknown): Goldens =>
  Object.fromEntries(
    mx.treeFlatten(tree).map(([name, array]) => [mx.fileName(name), plain(array)]),
  );

const inputs = mx.load(
  fileURLToPath(new URL("../goldens/distributed.safetensors", import.meta.url)),
) as Readonly<Record<string, MLXArray>>;

function input(name: string): MLXArray {
  const found = inputs[name];
  if (found === undefined) throw new Error(`there is no input ${name}`);
  return found;
}

const group = mx.distributed.init();
const [rank, size] = [group.rank(), group.size()];

/** This process's part along an axis. */
const own = (array: MLXArray, axis: number): MLXArray =>
  mx.split(array, size, axis)[rank] as MLXArray;

function linear(dtype: DType = "float32", bias = true, name: "" | "next_" | "packed_" = "") {
  const weight = input(`${name}weight`);
  const [outputs = 0, inner = 0] = weight.shape;
  const layer = new nn.Linear(inner, outputs, bias);
  layer.update(bias ? { weight, bias: input(`${name}bias`) } : { weight });
  return layer.setDtype(dtype);
}

/** What is seen of a layer: its parts, result and gradients. */
function layerCase(layer: nn.Layer, x: MLXArray, slopes: MLXArray) {
  const loss = (a: MLXArray) => mx.sum(mx.multiply(layer.forward(a), slopes));
  const isTrained = mx.arraysIn(layer.trainableParameters()).length > 0;
  return {
    text: String(layer),
    parameters: named(layer.parameters()),
    output: plain(layer.forward(x)),
    gradients: isTrained ? named(nn.valueAndGrad(layer, () => loss(x))()[1]) : {},
    inputGradient: plain(mx.grad(loss)(x)),
  };
}

class MLP<A extends nn.Layer, B extends nn.Layer> extends nn.Module {
  constructor(
    readonly inProj: A,
    readonly outProj: B,
  ) {
    super();
  }

  forward(x: MLXArray): MLXArray {
    return this.outProj.forward(nn.relu(this.inProj.forward(x)));
  }
}

/** Three steps of gradient descent. */
function train(
  model: nn.Layer,
  x: MLXArray,
  y: MLXArray,
  compiled: boolean,
  average: (gradients: nn.ParameterTree) => nn.ParameterTree = (gradients) => gradients,
) {
  const lossAndGrad = nn.valueAndGrad(model, (a: MLXArray, b: MLXArray) =>
    nn.losses.mseLoss(model.forward(a), b),
  );
  const eager = (a: MLXArray, b: MLXArray): MLXArray => {
    const [loss, gradients] = lossAndGrad(a, b);
    const steps = mx.arraysIn(average(gradients)).map((gradient) => mx.multiply(gradient, 0.1));
    const next = mx
      .arraysIn(model.trainableParameters())
      .map((parameter, i) => mx.subtract(parameter, steps[i] as MLXArray));
    let at = 0;
    model.update(mx.mapArrays(model.trainableParameters(), () => next[at++] as MLXArray));
    return loss;
  };
  const step = compiled ? mx.compile(eager, { state: model }) : eager;
  const losses = [0, 1, 2].map(() => plain(step(x, y)));
  return { losses: { ...losses }, parameters: named(model.parameters()) };
}

/** What a call throws. */
function thrown(call: () => unknown): unknown {
  try {
    call();
    return "nothing";
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return [error.name, "code" in error ? error.code : undefined, error.message];
  }
}

const [x, y] = [input("x"), input("y")];
const cases: Record<string, () => unknown> = {};

for (const dtype of ["float32", "bfloat16"] as const) {
  const [a, slopes] = [x.astype(dtype), input("slopes").astype(dtype)];
  for (const bias of [true, false]) {
    const title = `${dtype}${bias ? "" : " without bias"}`;
    cases[`all to sharded, ${title}`] = () =>
      layerCase(nn.AllToShardedLinear.fromLinear(linear(dtype, bias)), a, own(slopes, -1));
    cases[`sharded to all, ${title}`] = () =>
      layerCase(nn.ShardedToAllLinear.fromLinear(linear(dtype, bias)), own(a, -1), slopes);
  }
}

for (const segments of [3, [4, 8], [0, 2, 8], [0.5], [0.34, 0.67]]) {
  const shown = JSON.stringify(segments).replaceAll(",", ", ");
  cases[`segments ${shown}`] = () => ({
    allToSharded: named(shardLinear(linear(), "all-to-sharded", { segments }).parameters()),
  });
}
for (const segments of [2, [4], [0.25, 0.5]]) {
  const shown = JSON.stringify(segments).replaceAll(",", ", ");
  cases[`inner segments ${shown}`] = () => ({
    shardedToAll: named(shardLinear(linear(), "sharded-to-all", { segments }).parameters()),
  });
}

const packings = [
  { mode: "affine", groupSize: 64, bits: 4 },
  { mode: "affine", groupSize: 32, bits: 3 },
  { mode: "affine", groupSize: 32, bits: 8 },
  { mode: "mxfp4", groupSize: 32, bits: 4 },
  { mode: "nvfp4", groupSize: 16, bits: 4 },
] as const;
const packed = (packing: nn.PackingOptions, bias = true) =>
  nn.QuantizedLinear.fromLinear(linear("float32", bias, "packed_"), packing);
for (const packing of packings) {
  for (const bias of [true, false]) {
    const [a, slopes] = [input("packed_x"), input("packed_slopes")];
    const title = `${packing.mode}, ${packing.bits} bits${bias ? "" : " without bias"}`;
    const make = (sharding: nn.layers.distributed.Sharding) =>
      shardLinear(packed(packing, bias), sharding).unfreeze();
    cases[`packed all to sharded, ${title}`] = () =>
      layerCase(make("all-to-sharded"), a, own(slopes, -1));
    cases[`packed sharded to all, ${title}`] = () =>
      layerCase(make("sharded-to-all"), own(a, -1), slopes);
  }
}
for (const sharding of ["all-to-sharded", "sharded-to-all"] as const) {
  cases[`packed ${sharding}, compiled`] = () => {
    const layer = shardLinear(packed(packings[2]), sharding);
    const x = sharding === "all-to-sharded" ? input("packed_x") : own(input("packed_x"), -1);
    const compiled = mx.compile((a: MLXArray) => layer.forward(a), { inputs: layer });
    return [plain(layer.forward(x)), plain(compiled(x)), plain(compiled(x))];
  };
}
cases["packed segments"] = () => {
  const whole = packed({ groupSize: 32 });
  return {
    three: named(shardLinear(whole, "all-to-sharded", { segments: 3 }).parameters()),
    halves: named(shardLinear(whole, "sharded-to-all", { segments: [0.5] }).parameters()),
  };
};

cases.drawn = () => {
  mx.random.seed(7);
  const fresh = [
    new nn.AllToShardedLinear(8, 12),
    new nn.ShardedToAllLinear(8, 12, { bias: false }),
    new nn.QuantizedAllToShardedLinear(64, 4),
    new nn.QuantizedShardedToAllLinear(128, 4, { groupSize: 32, bits: 8 }),
    nn.AllToShardedLinear.fromLinear(new nn.Linear(8, 12)),
  ];
  return {
    texts: fresh.map(String),
    parameters: { ...fresh.map((layer) => named(layer.parameters())) },
    next: plain(mx.random.uniform({ shape: [2] })),
  };
};

cases["in place"] = () => ({
  predicate: named(
    shardInplace(linear(), (path) => (path === "weight" ? [1, 2] : null)).parameters(),
  ),
  named: named(shardInplace(linear(), "all-to-sharded", { segments: 3 }).parameters()),
});

cases["summed gradients"] = () => {
  const summed = sumGradients(group);
  return {
    gradient: plain(
      mx.grad((a: MLXArray) => mx.sum(mx.multiply(summed(a), rank + 1)))(input("bias")),
    ),
  };
};

const whole = () => new MLP(linear(), linear("float32", true, "next_"));
const tensorParallel = () => {
  const { inProj, outProj } = whole();
  return new MLP(shardLinear(inProj, "all-to-sharded"), shardLinear(outProj, "sharded-to-all"));
};
const fully = (computeDtype: DType | null = null) => {
  const { inProj, outProj } = whole();
  return nn.fullyShard(new MLP(nn.fullyShard(inProj, { computeDtype }), outProj), { computeDtype });
};
const [ownX, ownY] = [own(x, 0), own(y, 0)];
for (const compiled of [false, true]) {
  const suffix = compiled ? ", compiled" : "";
  cases[`tensor parallel training${suffix}`] = () => {
    const model = tensorParallel();
    return { text: String(model), ...train(model, x, y, compiled) };
  };
  cases[`data parallel training${suffix}`] = () =>
    train(whole(), ownX, ownY, compiled, nn.averageGradients);
  cases[`fully sharded training${suffix}`] = () => train(fully(), ownX, ownY, compiled);
}

const gradients = () => ({
  a: mx.multiply(x, rank + 1),
  list: [mx.subtract(input("bias"), rank), { b: mx.multiply(y, 1 - rank) }],
  c: input("next_bias"),
});
const mixed = () => ({ ...gradients(), c: input("next_bias").astype("bfloat16") });
cases["averaged together"] = () => ({ tree: named(nn.averageGradients(gradients())) });
cases["averaged in packs"] = () => ({
  tree: named(nn.averageGradients(gradients(), { allReduceSize: 150, group })),
});
cases["averaged each by itself"] = () => ({
  tree: named(nn.averageGradients(gradients(), group, 0, mx.cpu)),
});
cases["averaged of two dtypes"] = () => ({ tree: named(nn.averageGradients(mixed(), null, 1024)) });
cases["averaged shapes"] = () => {
  const tree = new Map<string, MLXArray | string>([
    ["scalar", mx.array(rank)],
    ["empty", mx.zeros([0, 2])],
    ["name", "kept"],
  ]);
  const next = nn.averageGradients(tree);
  return [...next].map(([key, item]) => [key, item instanceof mx.MLXArray ? plain(item) : item]);
};

for (const bound of [1, 1000]) {
  cases[`clipped to ${bound}`] = () => {
    const [clipped, norm] = clipGradNormSharded(gradients(), bound, { group });
    return { tree: named(clipped), norm: plain(norm) };
  };
}

for (const dtype of [null, "bfloat16"] as const) {
  cases[`fully sharded${dtype === null ? "" : " in bfloat16"}`] = () => {
    const model = fully(dtype);
    return {
      text: String(model),
      parameters: named(model.parameters()),
      output: plain(model.forward(ownX)),
      parametersAfter: named(model.parameters()),
    };
  };
}
cases["fully sharded embedding"] = () => {
  const table = new nn.Embedding(12, 8);
  table.update({ weight: input("weight") });
  const wrapped = nn.fullyShard(table);
  if (!(wrapped instanceof nn.FullyShardedModule)) throw new Error("it was not wrapped");
  return { asLinear: plain(wrapped.asLinear(x)) };
};
cases["fully sharded dtypes"] = () => {
  const layer = linear();
  layer.update({ bias: input("bias").astype("float16") });
  const packedLayer = packed({ groupSize: 32 });
  const sharded = nn.fullyShard(new MLP(packedLayer, new nn.Linear(12, 2).setDtype("bfloat16")));
  const found = nn.valueAndGrad(sharded, () => mx.sum(sharded.forward(input("packed_x"))))();
  const model = nn.fullyShard(layer);
  const grads = nn.valueAndGrad(model, () => mx.sum(model.forward(x)))()[1];
  return {
    gradients: named(grads),
    trained: mx.treeFlatten(found[1]).map(([name, array]) => `${name} ${array.dtype}`),
    packed: plain(packed({ groupSize: 32 }).forward(input("packed_x"))),
    gathered: plain(nn.fullyShard(packed({ groupSize: 32 })).forward(input("packed_x"))),
  };
};
cases["running statistics"] = () => {
  const norm = new nn.BatchNorm(8);
  const model = nn.fullyShard(norm);
  const loss = nn.valueAndGrad(model, (a: MLXArray) => mx.sum(model.forward(a)));
  loss(x);
  const plainNorm = new nn.BatchNorm(8);
  plainNorm.forward(x);
  return {
    sharded: named(norm.parameters()),
    whole: named(mx.mapArrays(plainNorm.parameters(), (array) => own(array, 0))),
  };
};
cases["failing inside"] = () => {
  class Failing extends nn.Module {
    weight = mx.ones([4]);
    forward(): MLXArray {
      throw new Error(`saw ${this.weight.shape}`);
    }
  }
  const module = new Failing();
  const model = nn.fullyShard(module);
  return [thrown(() => model.forward()), module.weight.shape];
};
cases["wrapped once"] = () => {
  const model = nn.fullyShard(linear());
  const empty = new nn.ReLU();
  return [nn.fullyShard(model) === model, nn.fullyShard(empty) === empty];
};

cases.refused = () => {
  const odd = new nn.Linear(7, 9);
  const before = odd.parameters();
  const refusals = [
    () => new nn.AllToShardedLinear(8, 9),
    () => new nn.ShardedToAllLinear(7, 8),
    () => new nn.QuantizedAllToShardedLinear(64, 9),
    () => new nn.QuantizedShardedToAllLinear(64, 8),
    () => shardLinear(odd, "all-to-sharded"),
    () => shardLinear(linear(), "all-to-sharded", { segments: 4 }),
    () => shardLinear(linear(), "all-to-sharded", { segments: 5 }),
    () => shardLinear(linear(), "all-to-sharded", { segments: [3] }),
    () => shardLinear(linear(), "all-to-sharded", { segments: [8, 4] }),
    () => shardLinear(linear(), "all-to-sharded", { segments: [0.5, 1.5] }),
    () => shardLinear(packed({ groupSize: 32 }), "sharded-to-all", { segments: [64] }),
    () => shardInplace(odd, () => 0),
    () => new nn.FullyShardedModule(odd),
    () => new nn.FullyShardedModule(new nn.PReLU(1)),
  ].map(thrown);
  return [
    ...refusals,
    mx.arraysIn(before).every((array, i) => array === mx.arraysIn(odd.parameters())[i]),
  ];
};

/** How many arrays are alive, once the collector has come. */
async function aliveNow(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    collectGarbage();
    await new Promise(setImmediate);
  }
  return mx.liveArrays();
}

mx.random.seed(0);
const before = await aliveNow();
const told = mx.tidy(() =>
  Object.fromEntries(Object.entries(cases).map(([name, run]) => [name, run()])),
);
const leaked = (await aliveNow()) - before;
console.log(JSON.stringify({ rank, cases: told, leaked } satisfies Told));
