// compile: keywords, modules and free shapes among the arguments, functions that call themselves, and what
// becomes of compiled functions that are dropped.

import { describe, expect, test } from "vitest";
import * as mx from "../../src/index.js";
import { expectError } from "../errors.js";
import { liveNow } from "../live.js";
import { needs } from "../needs.js";
import { counting } from "./counting.js";

type A = mx.MLXArray;

describe("arguments", () => {
  test("objects of keywords are trees, and their other values constants", () => {
    needs("tracing");
    const body = counting((x: A, { by, more }: { by: number; more: A }) =>
      mx.concatenate([x.multiply(by), more]),
    );
    const f = mx.compile(body);
    const call = (by: number) => f(mx.array([1]), { by, more: mx.array([10]) }).tolist();
    expect([call(2), call(2), call(3)]).toEqual([
      [2, 10],
      [2, 10],
      [3, 10],
    ]);
    expect(body.calls).toBe(2);
  });

  test("modules are refused wherever they stand", () => {
    class Module implements mx.TreeNode {
      weight = mx.array(1);
      [mx.treeKeys]() {
        return ["weight"];
      }
    }
    const f = mx.compile((list: { deep: Module[] }) => list.deep[0]?.weight as A);
    expectError(
      () => f({ deep: [new Module()] }),
      "TypeError",
      "KIND",
      "an argument holds a Module",
    );
  });

  test("a function that calls itself on arrays of outside, with other shapes, is traced in one", () => {
    const f: (x: A) => A = mx.compile((x: A) => (x.size > 1 ? f(mx.array([5])).add(x) : x.add(1)));
    expect(f(mx.array([1, 2])).tolist()).toEqual([7, 8]);
    expect(f(mx.array([1])).tolist()).toEqual([2]);
  });

  test("compiled functions that are dropped are collected with what they hold", async () => {
    const dropped = { count: 0 };
    const registry = new FinalizationRegistry(() => {
      dropped.count++;
    });
    const make = () => {
      const state = { a: mx.array(1), self: undefined as unknown };
      registry.register(state, undefined);
      const f = mx.compile((x: A) => x.add(state.a), { inputs: state });
      state.self = f;
      f(mx.array(1)).dispose();
    };
    for (let i = 0; i < 50; i++) make();
    for (let i = 0; i < 10 && dropped.count < 45; i++) {
      liveNow();
      await new Promise(setImmediate);
    }
    expect(dropped.count).toBeGreaterThanOrEqual(45);
  });
});

describe("free shapes", () => {
  test("arguments that do not fit one another are refused, not computed from foreign memory", () => {
    needs("tracing");
    const product = mx.compile((x: A, y: A) => mx.matmul(x, y), { shapeless: true });
    product(mx.ones([2, 3]), mx.ones([3, 4]));
    expect(product(mx.ones([5, 6]), mx.ones([6, 1])).shape).toEqual([5, 1]);
    expectError(
      () => product(mx.ones([2, 3]), mx.ones([900, 4])),
      "RangeError",
      "SHAPE",
      "do not fit the op Matmul",
    );
  });

  test("indices are kept inside the array of each call, not of the first", () => {
    const pick = mx.compile((x: A, i: A) => mx.take(x, i), { shapeless: true });
    const at = (...list: number[]) => mx.array(list, "int32");
    expect(pick(mx.array([1, 2]), at(0, 9)).tolist()).toEqual([1, 2]);
    expect(pick(mx.array([1, 2, 3, 4]), at(3, 1_000_000)).tolist()).toEqual([4, 4]);
  });
});
