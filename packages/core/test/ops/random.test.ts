// Random numbers: the same bits as Python from the same keys, and the same stream after the same seed.

import { expect, test } from "vitest";
import * as mx from "../../src/index.js";
import { backendName, testBackend } from "../backends.js";
import { expectError } from "../errors.js";
import { checkAll, type GoldenCase, goldens, testGoldens } from "../golden.js";
import { needs } from "../needs.js";

/** Samples of several dimensions are made of singular values, which some backends do not have. */
const decomposes = testBackend.provenance("randomMultivariateNormal") !== "unsupported";
const needsSingularValues = ({ op }: GoldenCase) => op === "random.multivariateNormal";

testGoldens("random", {
  except: (golden) => !decomposes && needsSingularValues(golden),
  // A double is a float32 draw made longer: what a composed inverse error function rounds in float32 shows.
  ...(backendName === "native" ? {} : { within: { float64: [1e-6, 1e-7] } }),
});

interface Stream {
  readonly seed: number;
  readonly calls: readonly GoldenCase[];
  readonly state: readonly number[];
}

const file = goldens("random");

for (const { seed, calls, state } of file.streams as Stream[]) {
  test(`after seed ${seed} the ops without a key draw Python's numbers, one after another`, () => {
    mx.random.seed(seed);
    for (const call of calls) {
      if (decomposes || !needsSingularValues(call)) checkAll([call], file, { asMethods: false });
      else mx.random.uniform(); // draws a key, as the call would
    }
    expect(mx.random.state.key?.tolist()).toEqual(state);
  });
}

test("keys of seeds are Python's, up to 64 bits", () => {
  for (const [seed, key] of file.keys as [string, number[]][]) {
    expect(mx.random.key(BigInt(seed)).tolist()).toEqual(key);
    if (BigInt(seed) < 2n ** 53n) expect(mx.random.key(Number(seed)).tolist()).toEqual(key);
  }
});

test("the same seed gives the same numbers again, another seed others", () => {
  const draw = (seed: number) => {
    mx.random.seed(seed);
    return [mx.random.uniform({ shape: [4] }).tolist(), mx.random.normal([2]).tolist()];
  };
  const first = draw(7);
  expect(draw(7)).toEqual(first);
  expect(draw(8)).not.toEqual(first);
});

test("seeds that are no integers in range are refused", () => {
  for (const seed of [-1, 0.5, Number.NaN, 2 ** 53, -1n, 2n ** 64n]) {
    expectError(() => mx.random.seed(seed), "RangeError", "VALUE", "[random.seed]");
    expectError(() => mx.random.key(seed), "RangeError", "VALUE", "[random.key]");
  }
  expectError(() => mx.random.seed("1" as never), "TypeError", "KIND", '"1"');
});

test("keys of another shape or dtype are refused", () => {
  expectError(
    () => mx.random.uniform({ key: mx.array([1, 2, 3], "uint32") }),
    "RangeError",
    "SHAPE",
    "key",
  );
  expectError(() => mx.random.normal([2], { key: mx.array([1, 2]) }), "RangeError", null, "key");
  expectError(() => mx.random.split(mx.array(1)), "RangeError", null, "key");
});

test("distributions have about the moments they should", () => {
  mx.random.seed(3);
  const n = 20_000;
  const mean = (a: mx.MLXArray) => mx.mean(a).item();
  expect(mean(mx.random.uniform(2, 4, [n]))).toBeCloseTo(3, 1);
  expect(mean(mx.random.normal([n], { loc: -1, scale: 2 }))).toBeCloseTo(-1, 1);
  expect(mx.std(mx.random.normal([n], { scale: 2 })).item()).toBeCloseTo(2, 1);
  expect(mean(mx.random.bernoulli(0.25, [n]).astype("float32"))).toBeCloseTo(0.25, 1);
  expect(mean(mx.random.randint(0, 10, [n]))).toBeCloseTo(4.5, 0);
});

test("a permutation holds every element once", () => {
  expect(mx.sort(mx.random.permutation(50)).tolist()).toEqual(mx.arange(50).tolist());
  const rows = mx.arange(12).reshape(4, 3);
  expect(mx.sort(mx.random.permutation(rows), 0).tolist()).toEqual(rows.tolist());
  expectError(() => mx.random.permutation(-1), "RangeError", "VALUE", "negative");
});

test("samples of several dimensions have the mean and the covariance asked for", () => {
  needs("decompositions");
  const covariance = mx.array([
    [2, 0.5],
    [0.5, 1],
  ]);
  const key = mx.random.key(5);
  const samples = mx.random.multivariateNormal(mx.array([1, -2]), covariance, [20_000], { key });
  const centred = mx.subtract(samples, mx.mean(samples, 0));
  const found = mx.divide(mx.matmul(centred.T, centred), 20_000);
  expect(mx.allclose(mx.mean(samples, 0), mx.array([1, -2]), 0, 0.05).item()).toBe(true);
  expect(mx.allclose(found, covariance, 0, 0.1).item()).toBe(true);
});

test("covariances that are no matrices of numbers are refused", () => {
  needs("decompositions");
  const mean = mx.zeros([2]);
  const draw = (cov: mx.MLXArray) => mx.random.multivariateNormal(mean, cov);
  expectError(() => draw(mx.eye(3)), "RangeError", "SHAPE", "compatible shapes");
  expectError(() => draw(mx.ones([2])), "RangeError", null, "cov");
  expectError(() => mx.eval(draw(mx.full([2, 2], Number.NaN))), "MLXError", "ENGINE", "NaN");
});

test("draws whose numbers exceed this machine's memory are refused before they start", () => {
  expectError(
    () => mx.random.categorical(mx.zeros([2, 50_000]), { numSamples: 1_000_000 }),
    "MLXError",
    "OOM",
    "the numbers to draw from need",
  );
  expectError(() => mx.random.uniform({ shape: [2 ** 30, 2 ** 10] }), "MLXError", "OOM", "GB");
});

test("keys are arrays, as in Python: a number is none", () => {
  expectError(() => mx.random.normal([2], { key: 3 }), "RangeError", null, "key type uint32");
});

test("axes that an array does not have are named", () => {
  expectError(
    () => mx.random.permutation(mx.ones([2, 3]), 2),
    "RangeError",
    "SHAPE",
    "axis 2 is out of bounds",
  );
  expectError(() => mx.random.categorical(mx.ones([3]), 1), "RangeError", "SHAPE", "axis 1");
});
