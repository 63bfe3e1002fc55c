// Functions with rules of their own: what the rules get and give, errors, nesting, and that nothing that a
// graph holds outlives it.

import { describe, expect, test } from "vitest";
import * as mx from "../../src/index.js";
import { runScript } from "../child.js";
import { expectError } from "../errors.js";
import { must } from "../golden.js";
import { added, liveNow } from "../live.js";
import { needs } from "../needs.js";

type A = mx.MLXArray;

const cube = (x: A) => mx.power(x, 3);

describe("rules", () => {
  test("without any, the function is called as it is", () => {
    const f = mx.customFunction(cube);
    expect(f(mx.array(2)).item()).toBe(8);
    expect(
      mx
        .grad((x: A) => f(x))(mx.array(2))
        .item(),
    ).toBeCloseTo(12, 4);
  });

  test("each replaces MLX's own, and what has none is derived from the function", () => {
    const f = mx.customFunction(cube).vjp((_, cotangent) => cotangent.multiply(100));
    const x = mx.array(2);
    expect(f(x).item()).toBe(8);
    expect(
      mx
        .grad((y: A) => f(y))(x)
        .item(),
    ).toBe(100);
    expect(must(mx.jvp((y) => f(y), [x], [mx.array(1)])[1][0]).item()).toBeCloseTo(12, 4);
    expect(
      mx
        .vmap(f)(mx.array([1, 2]))
        .tolist(),
    ).toEqual([1, 8]);

    const g = mx
      .customFunction(cube)
      .jvp((_, tangent) => must(tangent).multiply(7))
      .vmap((inputs, axes) => [cube(inputs).add(1000), axes]);
    expect(must(mx.jvp((y) => g(y), [x], [mx.array(1)])[1][0]).item()).toBe(7);
    expect(
      mx
        .vmap(g)(mx.array([1, 2]))
        .tolist(),
    ).toEqual([1001, 1008]);
    expect(
      mx
        .grad((y: A) => g(y))(x)
        .item(),
    ).toBeCloseTo(12, 4);
  });

  test("a rule gets primals, cotangents and outputs as the trees they are", () => {
    type Parameters = { w: A; b: [A] };
    const f = mx
      .customFunction((p: Parameters, n: number, x: A) => ({
        y: p.w.multiply(x).add(p.b[0]),
        n: n + 1,
      }))
      .vjp(([p, n, x], cotangents, outputs) => {
        expect([n, outputs.n, outputs.y.tolist()]).toEqual([3, 4, [5, 10]]);
        return [
          { b: [cotangents.y], w: x.multiply(cotangents.y) },
          null,
          p.w.multiply(cotangents.y),
        ];
      });
    const run = (p: Parameters, x: A) => {
      const out = f(p, 3, x);
      expect(out.n).toBe(4);
      return mx.sum(out.y);
    };
    const p: Parameters = { w: mx.array([2, 3]), b: [mx.array([1, 1])] };
    const [g, gx] = mx.grad(run, [0, 1])(p, mx.array([2, 3]));
    expect([g.w.tolist(), g.b[0].tolist(), gx.tolist()]).toEqual([
      [2, 3],
      [1, 1],
      [2, 3],
    ]);
  });

  test("null among the products of a vjp is zero", () => {
    const f = mx
      .customFunction((a: A, b: A) => a.multiply(b))
      .vjp(([, b], cotangent) => [b.multiply(cotangent), null]);
    const [a, b] = mx.grad((x: A, y: A) => mx.sum(f(x, y)), [0, 1])(mx.array([2]), mx.array([5]));
    expect([a.tolist(), b.tolist()]).toEqual([[5], [0]]);
  });

  test("a primal without a tangent has null", () => {
    let seen: unknown[] = [];
    const f = mx
      .customFunction((a: A, b: A) => a.multiply(b))
      .jvp(([, b], [da, db]) => {
        seen = [da === null, db === null];
        return must(da).multiply(b);
      });
    const constant = mx.array(3);
    const [, products] = mx.jvp((a) => f(a, constant), [max2()], [mx.array(1)]);
    expect(must(products[0]).item()).toBe(3);
    expect(seen).toEqual([false, true]);
  });

  test("a vmap rule gets the axes, and null axes of results are repeated", () => {
    needs("gradients");
    let axes: unknown;
    const f = mx
      .customFunction((a: A, b: A) => ({ sum: a.add(b), b }))
      .vmap(([a, b], given) => {
        axes = given;
        return [
          { sum: mx.add(a, mx.expandDims(b, 1)), b },
          { sum: 1, b: null },
        ];
      });
    const out = mx.vmap(f, [1, null])(mx.ones([3, 2]), mx.array([1, 2, 3]));
    expect(axes).toEqual([1, null]);
    expect(out.sum.tolist()).toEqual([
      [2, 3, 4],
      [2, 3, 4],
    ]);
    expect(out.b.tolist()).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
  });

  test("vmap rules of several calls, in one another, and in gradients", () => {
    needs("gradients");
    const seen: unknown[] = [];
    const more = added(() =>
      mx.tidy(() => {
        const f = mx
          .customFunction((x: A) => x.multiply(2))
          .vmap((x, axis) => {
            seen.push([x.shape, axis]);
            return [x.multiply(2).add(100), axis];
          });
        const x = mx.array([1, 2, 3]);
        const twice = mx.vmap((y: A) => f(f(y).add(1)));
        expect(twice(x).tolist()).toEqual([306, 310, 314]);
        expect(seen).toEqual([
          [[3], 0],
          [[3], 0],
        ]);
        const g = mx.customFunction((y: A) => f(y)).vmap((y, axis) => [y.add(7), axis]);
        expect(
          mx
            .vmap((y: A) => g(y))(x)
            .tolist(),
        ).toEqual([8, 9, 10]);
        expect(
          mx
            .vmap(twice)(mx.stack([x, x]))
            .tolist(),
        ).toEqual(Array(2).fill([306, 310, 314]));
        // What all examples share is no batch: the function is called.
        const outside = mx.array(5);
        expect(
          mx
            .vmap((y: A) => y.add(f(outside)))(x)
            .tolist(),
        ).toEqual([11, 12, 13]);
        const slope = mx.valueAndGrad((y: A) => f(mx.square(y)));
        const [values, slopes] = mx.vmap((y: A) => slope(y))(x) as [A, A];
        expect(values.tolist()).toEqual([102, 108, 118]);
        expect(slopes.tolist()).toEqual([4, 8, 12]);
      }),
    );
    expect(more).toBe(0);
  });

  test("second derivatives go through the rule", () => {
    const f = mx
      .customFunction((x: A) => mx.square(x))
      .vjp((x, cotangent) => mx.power(x, 3).multiply(cotangent));
    const first = mx.grad((x: A) => f(x));
    expect(first(mx.array(2)).item()).toBe(8);
    expect(mx.grad(first)(mx.array(2)).item()).toBeCloseTo(12, 4);
  });

  test("rules hold inside compile, checkpoint and vmap of grad", () => {
    const f = mx.customFunction(cube).vjp((x, cotangent) => x.multiply(cotangent).multiply(10));
    const slope = mx.grad((x: A) => mx.sum(f(x)));
    const x = mx.array([1, 2]);
    expect(mx.compile(slope)(x).tolist()).toEqual([10, 20]);
    const kept = mx.checkpoint((y: A) => mx.sum(f(y)));
    expect(
      mx
        .grad((y: A) => kept(y))(x)
        .tolist(),
    ).toEqual([10, 20]);
    expect(
      mx
        .vmap(mx.grad((y: A) => f(y)))(x)
        .tolist(),
    ).toEqual([10, 20]);
  });
});

const max2 = () => mx.array(2);

describe("what is refused", () => {
  const x = () => mx.array([1, 2]);
  const sloped = (rule: (...args: never[]) => unknown) =>
    mx.grad((y: A) => mx.sum(mx.customFunction((z: A) => z.add(0)).vjp(rule as never)(y)));

  test("products of wrong number or shape", () => {
    expectError(() => sloped(() => [])(x()), "RangeError", "SHAPE", "0 arrays");
    expectError(
      () => sloped(() => mx.zeros([3]))(x()),
      "RangeError",
      "SHAPE",
      "shape [3] where one of [2]",
    );
    expectError(
      () => sloped(() => [mx.zeros([2]), mx.zeros([2])])(x()),
      "RangeError",
      "SHAPE",
      "2 arrays",
    );
    expectError(() => sloped(() => 3)(x()), "RangeError", "SHAPE", "0 arrays");
    const f = mx.customFunction((z: A) => z.add(0));
    f.jvp(() => [mx.zeros([2]), mx.zeros([2])]);
    expectError(() => mx.jvp((y) => f(y), [x()], [x()]), "RangeError", "SHAPE", "gave 2 arrays");
    f.jvp(() => mx.zeros([5]));
    expectError(() => mx.jvp((y) => f(y), [x()], [x()]), "RangeError", "SHAPE", "shape [5]");
  });

  test("results of a vmap rule that are no pair, or not the batch", () => {
    needs("gradients");
    const f = mx.customFunction((z: A) => z.add(0));
    const batched = () => mx.vmap(f)(mx.ones([4, 2]));
    f.vmap((y) => y as never);
    expectError(batched, "TypeError", "KIND", "must return [outputs, axes]");
    f.vmap(() => [mx.ones([3, 2]), 0]);
    expectError(batched, "RangeError", "SHAPE", "is not the batch of 4");
    f.vmap((y) => [[y, y], 0]);
    expectError(batched, "RangeError", "SHAPE", "gave 2 arrays, the function gives 1");
    f.vmap((y) => [y, 7]);
    expectError(batched, "RangeError", "SHAPE", "axis 7");
    f.vmap((y) => [y, "0"]);
    expectError(batched, "TypeError", "KIND", "integer or null");
  });

  test("functions without arrays, rules that are none, promises and modules", () => {
    needs("gradients");
    const rule = () => mx.array(1);
    expectError(
      () => mx.customFunction((_: A) => 3).vjp(rule)(x()),
      "TypeError",
      "KIND",
      "at least one array",
    );
    expectError(
      () => mx.customFunction(3 as never),
      "TypeError",
      "KIND",
      "a function was expected",
    );
    for (const name of ["vjp", "jvp", "vmap"] as const) {
      expectError(
        () => mx.customFunction(cube)[name](3 as never),
        "TypeError",
        "KIND",
        "a function was expected",
      );
    }
    expectError(
      () => mx.customFunction(async (y: A) => y).vjp(rule)(x()),
      "TypeError",
      "KIND",
      "promise",
    );
    expectError(() => sloped(async () => x())(x()), "TypeError", "KIND", "promise");
  });

  test("errors of the function and of rules arrive as they are", () => {
    needs("gradients");
    const error = new Error("on purpose");
    const fail = () => {
      throw error;
    };
    const f = mx.customFunction(cube).vjp(fail).jvp(fail).vmap(fail);
    const y = x();
    const calls = [
      () => mx.customFunction(fail).vjp(fail)(),
      () => mx.grad((z: A) => mx.sum(f(z)))(y),
      () => mx.jvp((z) => f(z), [y], [y]),
      () => mx.compile(mx.grad((z: A) => mx.sum(f(z))))(y),
      () => mx.vmap(f)(y),
    ];
    for (const call of calls) expect(call).toThrow(error);
    const more = added(() => {
      for (let i = 0; i < 20; i++) for (const call of calls) expect(call).toThrow(error);
    });
    expect(more).toBeLessThanOrEqual(0);
  });
});

describe("lives", () => {
  test("1,000 custom functions that are dropped leave nothing behind", () => {
    const x = mx.array([1, 2]);
    const round = () => {
      for (let i = 0; i < 1000; i++) {
        const f = mx.customFunction(cube).vjp((y, cotangent) => y.multiply(cotangent));
        mx.grad((y: A) => mx.sum(f(y)))(x).dispose();
        f(x).dispose();
      }
    };
    round();
    const before = liveNow();
    round();
    expect(mx.liveArrays()).toBe(before);
  });

  test("closures are collected with the graphs that hold them, evaluated or not", async () => {
    const dropped = { count: 0 };
    const registry = new FinalizationRegistry(() => {
      dropped.count++;
    });
    const x = mx.array([1, 2]);
    const make = (evaluate: boolean) => {
      const held = { big: new Array(100).fill(0) };
      registry.register(held, undefined);
      const f = mx
        .customFunction((y: A) => mx.square(y).add(held.big.length))
        .vjp((_, cotangent) => cotangent.multiply(held.big.length));
      const y = f(x);
      if (evaluate) mx.eval(y);
      y.dispose();
    };
    for (let i = 0; i < 100; i++) make(i % 2 === 0);
    for (let i = 0; i < 6 && dropped.count < 90; i++) {
      mx.array(1).dispose();
      liveNow();
      await new Promise(setImmediate);
    }
    expect(dropped.count).toBeGreaterThanOrEqual(90);
  });

  test("graphs that outlive their environment end in peace: exit and Workers", async () => {
    needs("processes");
    const { code, signal, out, err } = await runScript(`
      globalThis.kept = [];
      for (let i = 0; i < 50; i++) {
        const f = mx.customFunction((x) => mx.square(x)).vjp((x, c) => c).vmap((x, a) => [x, a]);
        const y = f(mx.ones([64, 64]));
        kept.push(y, mx.compile(mx.grad((x) => mx.sum(f(x))))(mx.ones([3])));
        if (i % 2) mx.asyncEval(y);
      }
      console.log("end");`);
    expect({ code, signal, out, err }).toEqual({ code: 0, signal: null, out: "end\n", err: "" });
  });

  test("what a forward pass makes is released, but for its outputs", () => {
    needs("gradients");
    const x = mx.array([1, 2]);
    const f = mx.customFunction((y: A) => mx.exp(mx.sin(mx.cos(y)))).vjp((_, c) => c);
    expect(
      added(() => {
        f(x);
      }),
    ).toBe(1);
  });
});
