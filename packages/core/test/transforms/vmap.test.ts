// vmap: axes, trees, nesting with the other transforms, and what it refuses. Every op by itself is in
// vmap-ops.test.ts.

import { describe, expect, test } from "vitest";
import * as mx from "../../src/index.js";
import { expectError } from "../errors.js";
import { must } from "../golden.js";
import { added, liveNow } from "../live.js";
import { needs } from "../needs.js";

type A = mx.MLXArray;

const rows = () => mx.arange(6, "float32").reshape(2, 3);
const square = (x: A) => mx.sum(mx.square(x));

describe("axes", () => {
  test("without any, the first axis of everything is the batch", () => {
    expect(mx.vmap(square)(rows()).tolist()).toEqual([5, 50]);
    expect(
      mx
        .vmap((a: A, b: A) => mx.sum(a.multiply(b)))(rows(), rows())
        .tolist(),
    ).toEqual([5, 50]);
  });

  test("a number is for all arguments, a list for each, null for none", () => {
    expect(mx.vmap(square, 1)(rows()).tolist()).toEqual([9, 17, 29]);
    expect(mx.vmap(square, -1)(rows()).tolist()).toEqual([9, 17, 29]);
    const add = (a: A, b: A) => a.add(b);
    expect(
      mx
        .vmap(add, [0, null])(rows(), mx.array([10, 20, 30]))
        .tolist(),
    ).toEqual([
      [10, 21, 32],
      [13, 24, 35],
    ]);
    expect(mx.vmap(add, [1, 0])(rows(), mx.array([10, 20, 30])).shape).toEqual([3, 2]);
    expect(mx.vmap(square, [0])(rows()).tolist()).toEqual([5, 50]);
  });

  test("outAxes says where the batch goes, also counted from the end", () => {
    for (const axis of [1, -1]) {
      expect(mx.vmap((x: A) => x, 0, axis)(rows()).shape).toEqual([3, 2]);
    }
    const both = mx.vmap((x: A) => [x, { twice: x.multiply(2) }] as const, {
      outAxes: [0, { twice: 1 }],
    })(rows());
    expect([both[0].shape, both[1].twice.shape]).toEqual([
      [2, 3],
      [3, 2],
    ]);
  });

  test("trees of axes fit trees of arguments, down to where one number is for all below", () => {
    const f = (p: { w: A; deep: [A, A] }) => p.w.add(p.deep[0]).add(p.deep[1]);
    const tree: { w: A; deep: [A, A] } = { w: rows(), deep: [rows(), mx.array([1, 1, 1])] };
    expect(
      mx
        .vmap(f, { w: 0, deep: [0, null] })(tree)
        .tolist(),
    ).toEqual([
      [1, 3, 5],
      [7, 9, 11],
    ]);
    const all: { w: A; deep: [A, A] } = { w: rows(), deep: [rows(), rows()] };
    expect(mx.vmap(f, { w: 0, deep: 0 })(all).shape).toEqual([2, 3]);
    const map = new Map([["a", rows()]]);
    expect(mx.vmap((m: Map<string, A>) => must(m.get("a")))(map).shape).toEqual([2, 3]);
  });

  test("the axes may be named, also where the arguments have keys", () => {
    expect(mx.vmap(square, { inAxes: 1, outAxes: 0 })(rows()).tolist()).toEqual([9, 17, 29]);
    const f = (p: { inner: A }) => square(p.inner);
    expect(
      mx
        .vmap(f, { inAxes: { inner: 1 } })({ inner: rows() })
        .tolist(),
    ).toEqual([9, 17, 29]);
  });

  test("a result that does not depend on the batch is repeated, or given once", () => {
    const constant = () => mx.array([7, 8]);
    expect(
      mx
        .vmap((_: A) => constant())(rows())
        .tolist(),
    ).toEqual([
      [7, 8],
      [7, 8],
    ]);
    expect(
      mx
        .vmap(
          (_: A) => constant(),
          0,
          1,
        )(rows())
        .tolist(),
    ).toEqual([
      [7, 7],
      [8, 8],
    ]);
    expect(
      mx
        .vmap(
          (_: A) => constant(),
          0,
          null,
        )(rows())
        .tolist(),
    ).toEqual([7, 8]);
    const outside = mx.array([1, 2, 3]);
    expect(mx.vmap((_: A) => outside)(rows()).shape).toEqual([2, 3]);
  });

  test("axes that do not exist, do not fit or differ in size are refused", () => {
    const refusals: [() => unknown, "RangeError" | "TypeError", string | null, string][] = [
      [() => mx.vmap(square, 2)(rows()), "RangeError", "SHAPE", "axis 2 does not exist"],
      [() => mx.vmap(square, -3)(rows()), "RangeError", "SHAPE", "axis -3 does not exist"],
      [() => mx.vmap(square)(mx.array(1)), "RangeError", "SHAPE", "axis 0 does not exist"],
      [() => mx.vmap((x: A) => x, 0, 2)(rows()), "RangeError", "SHAPE", "an output of shape [3]"],
      [() => mx.vmap(square, 0.5)(rows()), "TypeError", "KIND", "an integer"],
      [() => mx.vmap(square, "0" as never)(rows()), "TypeError", "KIND", "integer or null"],
      [() => mx.vmap(square, null)(rows()), "RangeError", "VALUE", "no argument has a batch axis"],
      [() => mx.vmap(() => mx.array(1))(), "RangeError", "VALUE", "no argument has a batch axis"],
      [
        () => mx.vmap((a: A, _: A) => a)(rows(), mx.ones([3])),
        "RangeError",
        null,
        "Inconsistent axis sizes",
      ],
      [
        () => mx.vmap((a: A, _: A) => a, [0])(rows(), rows()),
        "RangeError",
        "VALUE",
        "do not fit the input",
      ],
      [
        () => mx.vmap((t: { a: A }) => t.a, { b: 0 })({ a: rows() }),
        "RangeError",
        "VALUE",
        "do not fit the input",
      ],
      [
        () => mx.vmap(square, { inAxes: 0 }, 0)(rows()),
        "TypeError",
        "OPTION",
        "follows the options",
      ],
    ];
    for (const [call, name, code, words] of refusals) expectError(call, name, code, words);
  });

  test("an output without an axis may not depend on the batch", () => {
    needs("batches");
    const call = () => mx.vmap((x: A) => x, 0, null)(rows());
    expectError(call, "RangeError", "SHAPE", "axis is null depends");
  });

  test("arguments and results that are no arrays are refused", () => {
    class Module implements mx.TreeNode {
      weight = mx.array([1]);
      [mx.treeKeys]() {
        return ["weight"];
      }
    }
    const any = mx.vmap((x: unknown) => x as A) as (...args: unknown[]) => A;
    expectError(() => any(3), "TypeError", "KIND", "the input holds 3");
    expectError(() => any([rows(), "x"]), "TypeError", "KIND", 'the input holds "x"');
    expectError(() => any([new Module()]), "TypeError", "KIND", "an argument holds a Module");
    expectError(() => mx.vmap((_: A) => 3)(rows()), "TypeError", "KIND", "the output holds 3");
    expectError(() => mx.vmap(3 as never), "TypeError", "KIND", "a function was expected");
  });
});

describe("what happens inside", () => {
  test("the function sees one example, without its batch axis", () => {
    let shape: readonly number[] = [];
    mx.vmap((x: A) => {
      shape = x.shape;
      return x;
    })(rows());
    expect(shape).toEqual([3]);
  });

  test("reading a value is refused, and everything stays usable", () => {
    needs("batches");
    for (const read of [(x: A) => x.item(), (x: A) => x.tolist(), (x: A) => mx.eval(x)]) {
      const f = mx.vmap((x: A) => {
        read(mx.sum(x));
        return x;
      });
      expectError(() => f(rows()), "RangeError", null, /^\[(eval|item|read|tolist)/);
    }
    expect(mx.vmap(square)(rows()).tolist()).toEqual([5, 50]);
  });

  test("errors arrive as they are, and no array stays behind", () => {
    const error = new Error("on purpose");
    const x = rows();
    const f = mx.vmap((y: A): A => {
      y.add(1);
      throw error;
    });
    const more = added(() => {
      for (let i = 0; i < 50; i++) expect(() => f(x)).toThrow(error);
    });
    expect(more).toBe(0);
    expectError(() => mx.vmap(async (y: A) => y)(x), "TypeError", "KIND", "promise");
  });

  test("an input that is disposed inside, and a result that was released, are named", () => {
    expectError(
      () =>
        mx.vmap((x: A) => {
          x.dispose();
          return x;
        })(rows()),
      "MLXError",
      "RELEASED",
      "released by dispose()",
    );
  });

  test("methods, closures and the batch of a state outside work", () => {
    class Model {
      scale = mx.array([1, 10, 100]);
      forward = (x: A): A => mx.sum(x.multiply(this.scale));
    }
    expect(mx.vmap(new Model().forward)(rows()).tolist()).toEqual([210, 543]);
  });

  test("an assignment inside is batched", () => {
    const f = mx.vmap((x: A) => {
      const y = x.add(0);
      y.at(0).assign(x.index(1));
      return y;
    });
    expect(f(rows()).tolist()).toEqual([
      [1, 1, 2],
      [4, 4, 5],
    ]);
  });

  test("empty batches and empty examples", () => {
    expect(mx.vmap(square)(mx.zeros([0, 3])).shape).toEqual([0]);
    expect(
      mx
        .vmap(square)(mx.zeros([3, 0]))
        .tolist(),
    ).toEqual([0, 0, 0]);
    const f = mx.vmap((x: A) => mx.conv1d(x, mx.ones([2, 2, 4])).add(mx.floorDivide(x, 2).sum()));
    expect(f(mx.zeros([0, 1, 5, 4])).shape).toEqual([0, 1, 4, 2]);
    // MLX's rule divides by the number of examples, which would end the process.
    const mask = mx.array([true, false, true]);
    const g = mx.vmap((x: A) => mx.maskedScatter(x, mask, mx.ones([2])));
    expect(g(mx.zeros([0, 3])).shape).toEqual([0, 3]);
    expect(mx.grad((x: A) => g(x).sum())(mx.zeros([0, 3])).shape).toEqual([0, 3]);
  });
});

describe("nesting", () => {
  test("vmap of vmap gives all pairs", () => {
    const [a, b] = [mx.array([1, 2, 3]), mx.array([10, 20])];
    const pairs = mx.vmap((x: A) => mx.vmap((y: A) => x.multiply(y))(b))(a);
    expect(pairs.tolist()).toEqual([
      [10, 20],
      [20, 40],
      [30, 60],
    ]);
  });

  test("vmap of grad gives a gradient for each example, grad of vmap the same sum", () => {
    expect(mx.vmap(mx.grad(square))(rows()).tolist()).toEqual([
      [0, 2, 4],
      [6, 8, 10],
    ]);
    const total = mx.grad((x: A) => mx.sum(mx.vmap(square)(x)));
    expect(total(rows()).tolist()).toEqual([
      [0, 2, 4],
      [6, 8, 10],
    ]);
  });

  test("vmap of vjp and of jvp, and both of vmap", () => {
    const cube = (x: A) => mx.power(x, 3);
    const x = mx.array([1, 2]);
    const back = mx.vmap((y: A) => must(mx.vjp(cube, [y], [mx.array(1)])[1][0]));
    const forth = mx.vmap((y: A) => must(mx.jvp(cube, [y], [mx.array(1)])[1][0]));
    expect([back(x).tolist(), forth(x).tolist()]).toEqual([
      [3, 12],
      [3, 12],
    ]);
    const batched = mx.vmap(cube);
    expect(must(mx.vjp(batched, [x], [mx.ones([2])])[1][0]).tolist()).toEqual([3, 12]);
    expect(must(mx.jvp(batched, [x], [mx.ones([2])])[1][0]).tolist()).toEqual([3, 12]);
  });

  test("a Jacobian is vmap of vjp over the unit vectors", () => {
    const f = (x: A) => mx.stack([mx.sum(x), mx.sum(mx.square(x)), must([...x][0])]);
    const x = mx.array([1, 2]);
    const jacobian = mx.vmap((unit: A) => must(mx.vjp(f, [x], [unit])[1][0]))(mx.eye(3));
    expect(jacobian.tolist()).toEqual([
      [1, 1],
      [2, 4],
      [1, 0],
    ]);
  });

  test("compile of vmap, and vmap of compile", () => {
    const f = (x: A) => mx.sum(mx.exp(x).add(1).multiply(x));
    const wanted = mx.vmap(f)(rows()).tolist<number[]>();
    for (const g of [mx.compile(mx.vmap(f)), mx.vmap(mx.compile(f))]) {
      for (let i = 0; i < 2; i++) {
        g(rows())
          .tolist<number[]>()
          .forEach((value, n) => {
            expect(value).toBeCloseTo(must(wanted[n]), 2);
          });
      }
    }
  });

  test("vmap of checkpoint and of a gradient through it", () => {
    const f = mx.checkpoint((x: A) => mx.sum(mx.sin(x)));
    expect(mx.vmap(f)(rows()).shape).toEqual([2]);
    const slopes = mx
      .vmap(mx.grad((x: A) => f(x)))(rows())
      .tolist<number[][]>();
    expect(must(must(slopes[0])[0])).toBeCloseTo(1, 5);
  });

  test("live arrays end where they began", () => {
    const x = rows();
    const f = mx.vmap(mx.grad((y: A) => mx.sum(mx.exp(y).multiply(y))));
    f(x).dispose();
    const before = liveNow();
    for (let i = 0; i < 100; i++) f(x).dispose();
    expect(mx.liveArrays()).toBe(before);
  });
});
