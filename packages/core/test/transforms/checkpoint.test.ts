// checkpoint and depends: the same values and gradients as without, computed again or in another order.

import { describe, expect, test } from "vitest";
import * as mx from "../../src/index.js";
import { expectError } from "../errors.js";
import { must } from "../golden.js";
import { added, liveNow } from "../live.js";
import { needs } from "../needs.js";

type A = mx.MLXArray;

describe("checkpoint", () => {
  test("gives the same value and gradient, and runs the function again for it", () => {
    let calls = 0;
    const body = (x: A) => {
      calls++;
      return mx.exp(mx.sin(x));
    };
    const f = mx.checkpoint(body);
    const x = mx.array([0.5, 1]);
    expect(f(x).tolist()).toEqual(body(x).tolist());
    calls = 0;
    const got = mx.grad((y: A) => mx.sum(f(y)))(x);
    expect(calls).toBe(2);
    expect(mx.allclose(got, mx.grad((y: A) => mx.sum(body(y)))(x)).item()).toBe(true);
  });

  test("trees and other values go in and come out", () => {
    const f = mx.checkpoint((p: { w: A; list: [A] }, n: number) => ({
      y: p.w.multiply(must(p.list[0])).multiply(n),
      n,
    }));
    const tree = (): { w: A; list: [A] } => ({ w: mx.array([2]), list: [mx.array([3])] });
    const out = f(tree(), 5);
    expect([out.y.tolist(), out.n]).toEqual([[30], 5]);
    const g = mx.grad((p: { w: A; list: [A] }) => mx.sum(f(p, 5).y))(tree());
    expect([g.w.tolist(), g.list[0].tolist()]).toEqual([[15], [10]]);
  });

  test("nests with itself and with the other transforms", () => {
    const f = mx.checkpoint((x: A) => mx.checkpoint((y: A) => mx.power(y, 3))(mx.sin(x)));
    const plain = (x: A) => mx.power(mx.sin(x), 3);
    const x = mx.array(0.7);
    const wanted = mx.grad(mx.grad(plain))(x).item();
    expect(
      mx
        .grad(mx.grad((y: A) => f(y)))(x)
        .item(),
    ).toBeCloseTo(wanted, 4);
    expect(
      mx
        .compile(mx.grad((y: A) => f(y)))(x)
        .item(),
    ).toBeCloseTo(mx.grad(plain)(x).item(), 5);
  });

  test("errors, promises, modules and functions without arrays are refused as ever", () => {
    needs("gradients");
    const x = mx.array([1]);
    expect(() =>
      mx.checkpoint(() => {
        throw new Error("on purpose");
      })(),
    ).toThrow("on purpose");
    expectError(() => mx.checkpoint(async (y: A) => y)(x), "TypeError", "KIND", "promise");
    expectError(() => mx.checkpoint((_: A) => 3)(x), "TypeError", "KIND", "at least one array");
    expectError(() => mx.checkpoint(3 as never), "TypeError", "KIND", "a function was expected");
    class Module implements mx.TreeNode {
      weight = mx.array(1);
      [mx.treeKeys]() {
        return ["weight"];
      }
    }
    const f = mx.checkpoint((m: Module) => m.weight);
    expectError(() => f(new Module()), "TypeError", "KIND", "an argument holds a Module");
  });

  test("an error in the second run arrives as it is", () => {
    needs("gradients");
    let fail = false;
    const f = mx.checkpoint((x: A) => {
      if (fail) throw new Error("the second time");
      fail = true;
      return mx.square(x);
    });
    expect(() => mx.grad((x: A) => f(x))(mx.array(1))).toThrow("the second time");
  });

  test("live arrays end where they began", () => {
    const f = mx.checkpoint((x: A) => mx.sum(mx.exp(x)));
    const x = mx.array([1, 2]);
    mx.grad((y: A) => f(y))(x).dispose();
    const before = liveNow();
    for (let i = 0; i < 200; i++) mx.grad((y: A) => f(y))(x).dispose();
    expect(mx.liveArrays()).toBe(before);
  });
});

describe("depends", () => {
  test("gives one array for one, and a list for a list", () => {
    const before = mx.exp(mx.array(1));
    expect(mx.depends(mx.array(2), before).item()).toBe(2);
    expect(mx.depends([mx.array(2), mx.array([3])], [before]).map((a) => a.tolist())).toEqual([
      2,
      [3],
    ]);
    expect(mx.depends([], [before])).toEqual([]);
    expect(mx.depends(mx.array(1), []).item()).toBe(1);
  });

  test("passes gradients to its inputs, and none to the dependencies", () => {
    const f = (x: A, y: A) => mx.sum(mx.depends(mx.square(x), mx.exp(y)));
    const [gx, gy] = mx.grad(f, [0, 1])(mx.array([3]), mx.array([1]));
    expect([gx.tolist(), gy.tolist()]).toEqual([[6], [0]]);
  });

  test("is computed after what it depends on fails to be: the failure shows", () => {
    const before = mx.array([1]);
    before.dispose();
    expectError(() => mx.depends(mx.array(1), before), "MLXError", "RELEASED", "[depends]");
  });

  test("refuses anything but arrays, and leaves nothing behind", () => {
    const x = mx.array(1);
    const more = added(() => {
      expectError(() => mx.depends(3 as never, x), "TypeError", "KIND", "inputs must be an array");
      expectError(() => mx.depends(x, [x, null] as never), "TypeError", "KIND", "dependencies");
    });
    expect(more).toBe(0);
  });
});
