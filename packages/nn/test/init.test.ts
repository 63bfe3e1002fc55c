// Initializers against Python's: the same seed gives the same numbers, and moments and structure hold.

import type { MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { describe, expect, test } from "vitest";
import { liveNow } from "../../core/test/live.js";
import * as nn from "../src/index.js";
import { arrayOf, camelKeys, expectClose, type Golden, goldens } from "./goldens.js";

interface InitCase {
  readonly initializer: string;
  readonly arguments: readonly unknown[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly shape: readonly number[];
  /** What the initializer is called with behind the array. */
  readonly call: readonly unknown[];
  readonly output: Golden;
  readonly next: Golden;
}

type Make = (...args: never[]) => (a: MLXArray, ...call: never[]) => MLXArray;

const makers: Readonly<Record<string, Make>> = {
  constant: nn.init.constant,
  normal: nn.init.normal,
  uniform: nn.init.uniform,
  identity: nn.init.identity,
  glorot_normal: nn.init.glorotNormal,
  glorot_uniform: nn.init.glorotUniform,
  he_normal: nn.init.heNormal,
  he_uniform: nn.init.heUniform,
  sparse: nn.init.sparse,
  orthogonal: nn.init.orthogonal,
};

const cases = Object.entries(goldens<InitCase>(import.meta.url, "initializers")).map(
  ([index, golden]) => [`${golden.initializer} (case ${index})`, golden] as const,
);

test("every initializer has goldens", () => {
  expect(new Set(cases.map(([, golden]) => golden.initializer))).toEqual(
    new Set(Object.keys(makers)),
  );
  expect(Object.keys(nn.init).sort()).toEqual(
    Object.values(makers)
      .map((make) => make.name)
      .sort(),
  );
});

test.each(cases)("%s gives Python's numbers for the same seed", (_name, golden) => {
  const args = golden.arguments.map((arg) => (arg === "-inf" ? Number.NEGATIVE_INFINITY : arg));
  const make = makers[golden.initializer] as Make;
  const initialize = make(...([...args, camelKeys(golden.options)] as never[]));
  mx.random.seed(7);
  const out = initialize(mx.zeros(golden.shape), ...(golden.call as never[]));
  if (golden.initializer === "orthogonal") expectClose(out, golden.output);
  else {
    expect([out.shape, out.dtype]).toEqual([golden.output.shape, golden.output.dtype]);
    expect(out.tolist()).toEqual(arrayOf(golden.output).tolist());
  }
  expect(mx.random.uniform(0, 1, [2]).tolist()).toEqual(arrayOf(golden.next).tolist());
});

describe("what is drawn", () => {
  const large = mx.zeros([200, 300]);
  const moments = (a: MLXArray): [mean: number, std: number] => [a.mean().item(), a.std().item()];

  test.each<[string, nn.init.Initializer, number]>([
    ["normal", nn.init.normal(0, 0.5), 0.5],
    ["glorotNormal", nn.init.glorotNormal(), Math.sqrt(2 / 500)],
    ["heNormal", nn.init.heNormal(), Math.sqrt(1 / 300)],
    ["heNormal by outputs", (a) => nn.init.heNormal()(a, "fan_out"), Math.sqrt(1 / 200)],
    ["glorotUniform", nn.init.glorotUniform(), Math.sqrt(2 / 500)],
    ["heUniform", nn.init.heUniform(), Math.sqrt(1 / 300)],
  ])("has the mean and spread of %s", (_name, initialize, wanted) => {
    mx.random.seed(3);
    const [mean, std] = moments(initialize(large));
    expect(Math.abs(mean)).toBeLessThan(wanted * 0.02);
    expect(Math.abs(std / wanted - 1)).toBeLessThan(0.02);
  });

  test("keeps to the bounds of uniform", () => {
    const values = nn.init.uniform(-2, 3)(large);
    expect(values.min().item()).toBeGreaterThanOrEqual(-2);
    expect(values.max().item()).toBeLessThan(3);
    const limit = Math.fround(Math.sqrt(6 / 500));
    expect(nn.init.glorotUniform()(large).abs().max().item()).toBeLessThanOrEqual(limit);
  });

  test("is as sparse as it was asked to be, in every row", () => {
    const zeros = mx.equal(nn.init.sparse(0.3)(large), 0).sum(1);
    expect([zeros.min().item(), zeros.max().item()]).toEqual([90, 90]);
  });

  test.each([
    [5, 5],
    [3, 7],
    [7, 3],
  ])("is orthogonal: %d by %d", (rows, columns) => {
    const a = nn.init.orthogonal(2)(mx.zeros([rows, columns]));
    const product = rows <= columns ? a.matmul(a.T) : a.T.matmul(a);
    const wanted = mx.eye(Math.min(rows, columns)).multiply(4);
    expect(mx.allclose(product, wanted, { atol: 1e-5 }).item()).toBe(true);
  });

  test("fills the weights of a module", () => {
    const layer = new nn.Linear(3, 3).apply(nn.init.constant(2));
    expect([layer.weight.sum().item(), layer.bias?.sum().item()]).toEqual([18, 6]);
  });

  test("leaves no intermediate array behind", () => {
    const matrix = mx.zeros([4, 4]);
    const before = liveNow();
    const kept = [nn.init.sparse(0.5)(matrix), nn.init.orthogonal()(matrix)];
    expect(mx.liveArrays() - before).toBe(kept.length);
  });
});

describe("initializers refuse", () => {
  const vector = mx.zeros([3]);
  test.each<[string, () => unknown]>([
    ["[init.constant] value must be a number, got null", () => nn.init.constant(null as never)],
    ["[init.constant] an array was expected, got 3", () => nn.init.constant(1)(3 as never)],
    [
      '[init.normal] there is no option "scale"; the options are mean, std, dtype',
      () => nn.init.normal({ scale: 1 } as never),
    ],
    ["[init.uniform] high is NaN, it must be finite", () => nn.init.uniform(0, Number.NaN)],
    [
      "[init.identity] the array has shape [3], it must be a matrix",
      () => nn.init.identity()(vector),
    ],
    [
      "[init.identity] the array has shape [2,3], it must be square",
      () => nn.init.identity()(mx.zeros([2, 3])),
    ],
    [
      "[init.glorotNormal] the array has shape [3], it must have at least 2 axes",
      () => nn.init.glorotNormal()(vector),
    ],
    [
      '[init.heUniform] mode must be "fan_in" or "fan_out", got "fan"',
      () => nn.init.heUniform()(mx.zeros([2, 2]), "fan" as never),
    ],
    [
      "[init.normal] dtype must be a dtype (bool, ",
      () => nn.init.normal({ dtype: "half" as never }),
    ],
    ["[init.glorotUniform] dtype must be a dtype", () => nn.init.glorotUniform("half" as never)],
    ["[init.sparse] sparsity is 1.5, it must be between 0 and 1", () => nn.init.sparse(1.5)],
    ["[init.sparse] the array has shape [3], it must be a matrix", () => nn.init.sparse(0)(vector)],
    ['[init.orthogonal] gain must be a number, got "2"', () => nn.init.orthogonal("2" as never)],
  ])("%s", (message, call) => {
    expect(call).toThrow(message);
  });
});
