// vjp and jvp: what they give, and what they refuse. Their values for every op are in derivatives.test.ts.

import { describe, expect, test } from "vitest";
import * as mx from "../../src/index.js";
import { expectError } from "../errors.js";
import { must } from "../golden.js";

type A = mx.MLXArray;

describe("vjp and jvp", () => {
  const f = (x: A, y: A) => [x.multiply(y), x.add(y)];
  const primals = () => [mx.array([1, 2]), mx.array([3, 4])];

  test("give values and one product for each primal, or each value", () => {
    const ones = () => [mx.ones([2]), mx.ones([2])];
    const [values, vjps] = mx.vjp(f, primals(), ones());
    expect(values.map((v) => v.tolist())).toEqual([
      [3, 8],
      [4, 6],
    ]);
    expect(vjps.map((v) => v.tolist())).toEqual([
      [4, 5],
      [2, 3],
    ]);
    const [, jvps] = mx.jvp(f, primals(), ones());
    expect(jvps.map((v) => v.tolist())).toEqual([
      [4, 6],
      [2, 2],
    ]);
  });

  test("a function may return one array alone", () => {
    const [values, products] = mx.vjp((x) => mx.square(x), [mx.array(3)], [mx.array(1)]);
    expect([must(values[0]).item(), must(products[0]).item()]).toEqual([9, 6]);
  });

  test("cotangents and tangents of wrong number or shape are refused", () => {
    expectError(() => mx.vjp(f, primals(), [mx.ones([2])]), "RangeError", null, /^\[v/);
    expectError(
      () => mx.vjp(f, primals(), [mx.ones([3]), mx.ones([2])]),
      "RangeError",
      null,
      /^\[v/,
    );
    expectError(() => mx.jvp(f, primals(), [mx.ones([2])]), "RangeError", null, /^\[j/);
    expectError(
      () => mx.jvp(f, primals(), [mx.ones([3]), mx.ones([2])]),
      "RangeError",
      null,
      /^\[j/,
    );
  });

  test("what is no list of arrays is refused", () => {
    expectError(
      () => mx.vjp(f, mx.array(1) as never, []),
      "TypeError",
      "KIND",
      "primals must be a list of arrays",
    );
    expectError(
      () => mx.jvp(f, primals(), [1, 2] as never),
      "TypeError",
      "KIND",
      "tangents must be a list of arrays",
    );
    expectError(() => mx.vjp(3 as never, [], []), "TypeError", "KIND", "a function was expected");
  });
});
