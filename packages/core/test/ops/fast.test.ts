// Fused layers: what Python gives, agreement with the same layers written out, and what is refused.

import { describe, expect, test } from "vitest";
import * as mx from "../../src/index.js";
import { expectError } from "../errors.js";
import { testGoldens } from "../golden.js";

testGoldens("fast");

const normal = (...shape: number[]) =>
  mx.random.normal(shape, { key: mx.random.key(shape.length) });
const close = (a: mx.MLXArray, b: mx.MLXArray) => mx.allclose(a, b, 1e-4, 1e-5).item();

describe("rotary positions", () => {
  const how = { traditional: false, base: 10000, scale: 1, offset: 0 } as const;

  test("an offset continues where the first positions ended", () => {
    const a = normal(1, 2, 6, 8);
    const whole = mx.fast.rope(a, 8, how);
    const later = mx.fast.rope(a.index(":, :, 4:"), 8, { ...how, offset: 4 });
    expect(close(whole.index(":, :, 4:"), later)).toBe(true);
  });

  test("an array of offsets has one for each example", () => {
    const a = normal(2, 1, 3, 4);
    const both = mx.fast.rope(a, 4, { ...how, offset: mx.array([0, 9], "int32") });
    const second = mx.fast.rope(a, 4, { ...how, offset: 9 });
    expect(close(both.index(1), second.index(1))).toBe(true);
    expect(close(both.index(0), mx.fast.rope(a, 4, how).index(0))).toBe(true);
  });

  test("base has no default, as in Python, and null only beside freqs", () => {
    const a = normal(1, 2, 4);
    const without = { traditional: false, scale: 1, offset: 0 } as typeof how;
    expectError(() => mx.fast.rope(a, 4, without), "TypeError", "KIND", "base");
    expectError(() => mx.fast.rope(a, 4, { ...how, base: null }), "RangeError", null, "base");
    expectError(() => mx.fast.rope(a, 4, { ...how, offset: 1.5 }), "RangeError", null, "offset");
  });
});

describe("attention", () => {
  const written = (q: mx.MLXArray, k: mx.MLXArray, v: mx.MLXArray, scale: number) =>
    mx.matmul(mx.softmax(mx.multiply(mx.matmul(q, mx.swapaxes(k, -1, -2)), scale), -1), v);

  test("is the softmax of scaled products", () => {
    const [q, k, v] = [normal(1, 2, 3, 8), normal(1, 2, 5, 8), normal(1, 2, 5, 8)];
    const fused = mx.fast.scaledDotProductAttention(q, k, v, { scale: 0.3 });
    expect(close(fused, written(q, k, v, 0.3))).toBe(true);
  });

  test("the causal mask aligns the last query with the last key", () => {
    const [q, k, v] = [normal(1, 1, 2, 4), normal(1, 1, 4, 4), normal(1, 1, 4, 4)];
    const mask = mx.array([
      [true, true, true, false],
      [true, true, true, true],
    ]);
    const causal = mx.fast.scaledDotProductAttention(q, k, v, { scale: 1, mask: "causal" });
    const array = mx.fast.scaledDotProductAttention(q, k, v, { scale: 1, mask });
    expect(close(causal, array)).toBe(true);
  });

  test("heads that share keys act as if the keys were repeated", () => {
    const [q, k, v] = [normal(1, 4, 3, 8), normal(1, 2, 5, 8), normal(1, 2, 5, 8)];
    const shared = mx.fast.scaledDotProductAttention(q, k, v, { scale: 0.3 });
    const repeated = written(q, mx.repeat(k, 2, 1), mx.repeat(v, 2, 1), 0.3);
    expect(close(shared, repeated)).toBe(true);
  });

  test("keys without heads are refused: MLX would divide by their count", () => {
    const none = mx.zeros([1, 0, 5, 4]);
    expectError(
      () => mx.fast.scaledDotProductAttention(none, none, none, { scale: 1 }),
      "RangeError",
      "SHAPE",
      "no heads",
    );
  });

  test("scale must be given, and another word than causal is refused", () => {
    const q = normal(1, 1, 2, 4);
    const call = (options: object) => () =>
      mx.fast.scaledDotProductAttention(q, q, q, options as { scale: number });
    expectError(call({}), "TypeError", "KIND", "scale");
    expectError(call({ scale: 1, mask: "full" }), "RangeError", "VALUE", "causal");
    expectError(call({ scale: 1, maks: null }), "TypeError", "OPTION", "maks");
    expectError(call(undefined as never), "TypeError", "OPTION", "plain object");
  });
});

test("classes out of range count as the nearest", () => {
  const x = normal(3, 5);
  const at = (targets: mx.ArrayLike) => mx.fast.crossEntropy(x, targets).tolist();
  expect(at([0, 500_000_000, 7])).toEqual(at([0, 4, 4]));
  expect(at([-1, -500_000_000, 2])).toEqual(at([0, 0, 2]));
});

describe("gated delta networks", () => {
  const sizes = { b: 1, t: 4, h: 1, g: 2, d: 3, e: 2 };
  const inputs = ({ b, t, h, g, d, e }: typeof sizes) =>
    [
      ...[normal(b, t, h, d), normal(b, t, h, d), normal(b, t, g, e)],
      ...[mx.sigmoid(normal(b, t, g)), mx.sigmoid(normal(b, t, g))],
    ] as [mx.MLXArray, mx.MLXArray, mx.MLXArray, mx.MLXArray, mx.MLXArray];

  test("two halves with the state handed over are the whole", () => {
    const given = inputs(sizes);
    const part = (cut: string) =>
      given.map((array) => array.index(cut)) as unknown as ReturnType<typeof inputs>;
    const [output, state] = mx.fast.gatedDeltaUpdate(...given);
    const [first, between] = mx.fast.gatedDeltaUpdate(...part(":, :2"));
    const [second, last] = mx.fast.gatedDeltaUpdate(...part(":, 2:"), between);
    expect(close(mx.concatenate([first, second], 1), output)).toBe(true);
    expect(close(last, state)).toBe(true);
  });

  test("sizes that do not fit are refused before the engine divides by them", () => {
    const refuse = (change: Partial<typeof sizes>, words: string) =>
      expectError(
        () => mx.fast.gatedDeltaUpdate(...inputs({ ...sizes, ...change })),
        "RangeError",
        "SHAPE",
        words,
      );
    refuse({ h: 0 }, "heads");
    refuse({ h: 2, g: 3 }, "multiple");
    refuse({ t: 0 }, "no steps");
    const given = inputs(sizes);
    expectError(
      () => mx.fast.gatedDeltaUpdate(...given, null, mx.ones([1, 9])),
      "RangeError",
      "SHAPE",
      "mask",
    );
    expectError(
      () => mx.fast.gatedDeltaUpdate(...given, mx.ones([1, 2, 3, 2])),
      "RangeError",
      "SHAPE",
      "initialState",
    );
    const steps = 2 ** 17;
    const long = (...tail: number[]) => mx.broadcastTo(mx.ones([1]), [1, steps, ...tail]);
    const wide = [long(1, 1), long(1, 1), long(1, 1), long(1), long(1)] as const;
    expectError(
      () => mx.fast.gatedDeltaUpdate(...wide, { stream: mx.cpu }),
      "RangeError",
      "VALUE",
      "steps",
    );
  });
});
