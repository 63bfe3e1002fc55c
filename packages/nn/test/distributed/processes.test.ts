// Layers and gradients shared by two processes on this machine: what each computes, against Python's MLX in
// two processes, and against whole layers here.

import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Workshop } from "../../../core/test/distributed/launch.js";
import { has, needs } from "../../../core/test/needs.js";
import * as nn from "../../src/index.js";
import {
  arrayOf,
  expectClose,
  type Golden,
  type Goldens,
  goldenPath,
  goldens,
} from "../goldens.js";
import type { Told } from "./member.js";

beforeEach(() => needs("processes"));

const minute = 60_000;
const shop = new Workshop();
afterAll(() => shop.dispose());

let told: readonly Told[] = [];

beforeAll(async () => {
  if (!has("processes")) return;
  const member = fileURLToPath(new URL("./member.ts", import.meta.url));
  // Kernels of compiled functions stay where other tests find them: to build one takes a second.
  told = await shop.resultsOf<Told>(2, member, { TMPDIR: tmpdir() }, 4 * minute);
}, 5 * minute);

const folder = new URL("..", import.meta.url).href;
const python = [0, 1].map((rank) =>
  goldens<Record<string, unknown>>(folder, `distributed_${rank}`),
);

const isGolden = (value: unknown): value is Golden =>
  typeof value === "object" && value !== null && "dtype" in value && "data" in value;

/** Expects what a process told to be what Python's did: floats nearly, all else the same. */
function expectSame(actual: unknown, wanted: unknown, what: string): void {
  if (isGolden(wanted) && wanted.dtype.includes("float")) {
    expectClose(arrayOf(actual as Golden), wanted, what);
  } else if (isGolden(wanted) || typeof wanted !== "object" || wanted === null) {
    expect(actual, what).toEqual(wanted);
  } else {
    expect(Object.keys(actual as object).sort(), what).toEqual(Object.keys(wanted).sort());
    for (const [key, item] of Object.entries(wanted)) {
      expectSame((actual as Record<string, unknown>)[key], item, `${what}.${key}`);
    }
  }
}

/** What Python made of a case; its fields as ours are called. */
function wantedFor(rank: number, name: string): Record<string, unknown> {
  const { packing: _, ...found } = python[rank]?.[name] ?? {};
  return Object.fromEntries(Object.entries(found).map(([key, item]) => [mx.codeName(key), item]));
}

/** A case as both processes told it. */
const casesOf = <T>(name: string): [T, T] => {
  const [first, second] = told.map(({ cases }) => cases[name] as T);
  if (first === undefined || second === undefined) throw new Error(`nobody told of ${name}`);
  return [first, second];
};

/** What layers tell of themselves. */
interface LayerTold {
  readonly output: Golden;
  readonly gradients: Goldens;
  readonly inputGradient: Golden;
}

const names = Object.keys(python[0] ?? {});

test.each(names)("%s is as in Python, in each process", (name) => {
  casesOf(name).forEach((actual, rank) => {
    expectSame(actual, wantedFor(rank, name), `process ${rank}`);
  });
});

test.each(names.filter((name) => name.endsWith("training")))("%s is the same compiled", (name) => {
  casesOf(`${name}, compiled`).forEach((actual, rank) => {
    const { text: _, ...wanted } = wantedFor(rank, name);
    const { text: __, ...found } = actual as Record<string, unknown>;
    expectSame(found, wanted, `process ${rank}`);
  });
});

test.each(["all-to-sharded", "sharded-to-all"])("packed layers compile, %s", (sharding) => {
  for (const [eager, ...compiled] of casesOf<Golden[]>(`packed ${sharding}, compiled`)) {
    expect(compiled).toHaveLength(2);
    for (const found of compiled) expectSame(found, eager, "output");
  }
});

test("nothing is left alive but what was there before", () => {
  expect(told.map(({ leaked }) => leaked)).toEqual([0, 0]);
});

describe("two parts are one whole:", () => {
  const file = goldenPath(folder, "distributed.safetensors");
  const array = (name: string) => (mx.load(file) as Record<string, MLXArray>)[name] as MLXArray;
  const joined = (parts: readonly Golden[], axis: number) =>
    mx.concatenate(parts.map(arrayOf), axis);
  const linear = (name: string) => {
    const layer = new nn.Linear(array(`${name}weight`).shape[1] ?? 0, 12);
    layer.update({ weight: array(`${name}weight`), bias: array(`${name}bias`) });
    return layer;
  };
  const expectNear = (actual: MLXArray, wanted: MLXArray, what: string) =>
    expect(mx.allclose(actual, wanted, { rtol: 1e-4, atol: 1e-4 }).item(), what).toBe(true);

  /** The whole layer's result and gradients. */
  function wholeOf(layer: nn.Layer, x: MLXArray, slopes: MLXArray) {
    const loss = (a: MLXArray) => mx.sum(mx.multiply(layer.forward(a), slopes));
    const isTrained = mx.arraysIn(layer.trainableParameters()).length > 0;
    return {
      output: layer.forward(x),
      inputGradient: mx.grad(loss)(x),
      gradients: (isTrained ? nn.valueAndGrad(layer, () => loss(x))()[1] : {}) as {
        weight?: MLXArray;
        bias?: MLXArray;
      },
    };
  }

  test.each(["", "packed_"])("a layer divided by outputs %s", (name) => {
    const packed = name === "packed_";
    const layer = packed ? linear(name).toQuantized(32, 8).freeze() : linear(name);
    const whole = wholeOf(layer as nn.Layer, array(`${name}x`), array(`${name}slopes`));
    const title = packed ? "packed all to sharded, affine, 8 bits" : "all to sharded, float32";
    const both = casesOf<LayerTold>(title);
    expectNear(
      joined(
        both.map((one) => one.output),
        -1,
      ),
      whole.output,
      "output",
    );
    for (const { inputGradient } of both) {
      expectNear(arrayOf(inputGradient), whole.inputGradient, "gradient of the input");
    }
    for (const [key, gradient] of Object.entries(whole.gradients)) {
      const parts = both.map(({ gradients }) => gradients[key] as Golden);
      expectNear(joined(parts, 0), gradient, `gradient of ${key}`);
    }
  });

  test.each(["", "packed_"])("a layer divided by inputs %s", (name) => {
    const packed = name === "packed_";
    const layer = packed ? linear(name).toQuantized(32, 8).freeze() : linear(name);
    const whole = wholeOf(layer as nn.Layer, array(`${name}x`), array(`${name}slopes`));
    const title = packed ? "packed sharded to all, affine, 8 bits" : "sharded to all, float32";
    const both = casesOf<LayerTold>(title);
    for (const { output } of both) expectNear(arrayOf(output), whole.output, "output");
    expectNear(
      joined(
        both.map((one) => one.inputGradient),
        -1,
      ),
      whole.inputGradient,
      "gradient of the input",
    );
    const { weight, bias } = whole.gradients;
    if (weight === undefined || bias === undefined) return;
    const parts = both.map(({ gradients }) => gradients.weight as Golden);
    expectNear(joined(parts, -1), weight, "gradient of the weight");
    for (const { gradients } of both) {
      expectNear(arrayOf(gradients.bias as Golden), bias, "gradient of the bias");
    }
  });
});

describe("what Python's processes were not asked", () => {
  test("trees of any kind are averaged, with scalars and empty arrays", () => {
    for (const found of casesOf("averaged shapes")) {
      expect(found).toEqual([
        ["scalar", { shape: [], dtype: "float32", data: [0.5] }],
        ["empty", { shape: [0, 2], dtype: "float32", data: [] }],
        ["name", "kept"],
      ]);
    }
  });

  test("parameters of several dtypes are gathered, each in its own", () => {
    interface Dtypes {
      readonly gradients: Goldens;
      readonly trained: readonly string[];
      readonly packed: Golden;
      readonly gathered: Golden;
    }
    for (const { gradients, trained, packed, gathered } of casesOf<Dtypes>(
      "fully sharded dtypes",
    )) {
      const seen = Object.entries(gradients).map(([name, { shape, dtype }]) => [
        name,
        shape,
        dtype,
      ]);
      expect(seen).toEqual([
        ["module.weight", [6, 8], "float32"],
        ["module.bias", [6], "float16"],
      ]);
      // Both processes have the same rows: the average is each one's own, 4 for a bias.
      expect(gradients["module.bias"]?.data).toEqual(Array(6).fill(4));
      expect(trained).toEqual([
        "module.inProj.bias float32",
        "module.outProj.weight bfloat16",
        "module.outProj.bias bfloat16",
      ]);
      expect(gathered).toEqual(packed);
    }
  });

  test("running statistics move, each process keeps its part", () => {
    for (const { sharded, whole } of casesOf<Record<"sharded" | "whole", Goldens>>(
      "running statistics",
    )) {
      expect(Object.keys(sharded)).toEqual(["weight", "bias", "running_mean", "running_var"]);
      expectSame(sharded, whole, "statistics");
    }
  });

  test("a module that throws has its parts back", () => {
    for (const found of casesOf("failing inside")) {
      expect(found).toEqual([["Error", null, "saw 4"], [2]]);
    }
  });

  test("what is sharded, or has no parameters, is not wrapped again", () => {
    for (const found of casesOf("wrapped once")) expect(found).toEqual([true, true]);
  });

  test("sizes that processes or segments do not divide are refused, and nothing is changed", () => {
    const range = (code: string, text: string) => [
      "RangeError",
      code,
      expect.stringContaining(text),
    ];
    for (const found of casesOf("refused")) {
      expect(found).toEqual([
        range("SHAPE", "[AllToShardedLinear] outputDims is 9, which is not divisible by the 2"),
        range("SHAPE", "[ShardedToAllLinear] inputDims is 7, which is not divisible by the 2"),
        range("SHAPE", "[QuantizedAllToShardedLinear] outputDims is 9"),
        range("SHAPE", "[8,32], groups of 64 do not divide its rows of 32"),
        range("SHAPE", "[AllToShardedLinear] outputDims is 9"),
        range("SHAPE", "has shape [12,8]: segment 0 of axis 0, of size 3, is not divisible by 2"),
        range("VALUE", "segments is 5"),
        range("SHAPE", "segment 0 of axis 0, of size 3"),
        range("VALUE", "segments is [8, 4]"),
        range("VALUE", "fractions from 0 to 1"),
        range("VALUE", "segments are positions [64], which packed rows do not have"),
        range("SHAPE", '[shardInplace] "weight" has shape [9,7]: axis 0, of size 9'),
        range("SHAPE", '[FullyShardedModule] "weight" has shape [9,7]: axis 0, of size 9'),
        range("SHAPE", '[FullyShardedModule] "weight" has shape [1]'),
        true,
      ]);
    }
  });
});
