// compile: when it traces, what it keeps of constants and state, and what becomes of errors inside a trace.

import { afterEach, describe, expect, test } from "vitest";
import * as mx from "../../src/index.js";
import { expectError } from "../errors.js";
import { must } from "../golden.js";
import { liveNow } from "../live.js";
import { needs } from "../needs.js";
import { counting } from "./counting.js";

type A = mx.MLXArray;

afterEach(() => mx.enableCompile());

describe("tracing", () => {
  test("a function is traced once for each combination of shapes and dtypes", () => {
    needs("tracing");
    const body = counting((x: A) => mx.exp(x.multiply(2)).add(1));
    const f = mx.compile(body);
    for (let i = 0; i < 3; i++)
      expect(f(mx.array([i])).tolist()).toEqual(body(mx.array([i])).tolist());
    body.calls = 0;
    f(mx.array([5]));
    expect(body.calls).toBe(0);
    f(mx.array([1, 2]));
    f(mx.array([3, 4]));
    expect(body.calls).toBe(1);
    f(mx.array([1], "float16"));
    expect(body.calls).toBe(2);
  });

  test("a constant with a new value traces anew, one with an old value does not", () => {
    needs("tracing");
    const body = counting((x: A, constant: unknown) => x.add(String(constant).length));
    const f = mx.compile(body);
    const simple = [1, true, "1", 1n, null, undefined, Number.NaN, 0, -0, 1.5, "true"];
    const constants = [...simple, Symbol("s"), Symbol("s"), () => 1, new Date(0), [1], { n: 1 }];
    for (const constant of constants) f(mx.array([0]), constant);
    expect(body.calls).toBe(constants.length);
    for (const constant of constants) f(mx.array([0]), constant);
    expect(body.calls).toBe(constants.length);
    expect(f(mx.array([0]), "true").tolist()).toEqual([4]);
  });

  test("the structure of trees is part of the trace", () => {
    needs("tracing");
    const body = counting((tree: unknown) => mx.stack(mx.arraysIn(tree)).sum());
    const f = mx.compile(body);
    const x = () => mx.array(1);
    for (const tree of [[x()], [[x()]], { a: x() }, { b: x() }, new Map([["a", x()]])]) f(tree);
    expect(body.calls).toBe(5);
    f({ a: mx.array(7) });
    expect(body.calls).toBe(5);
    expect(f({ a: mx.array(7) }).item()).toBe(7);
  });

  test("two wrappers of one function trace each for itself", () => {
    const body = counting((x: A) => x.add(1));
    const [f, g] = [mx.compile(body), mx.compile(body)];
    f(mx.array(1));
    g(mx.array(1));
    expect(body.calls).toBe(2);
  });

  test("numbers and arrays of outside are baked in", () => {
    needs("tracing");
    let n = 1;
    const f = mx.compile((x: A) => x.add(n));
    expect(f(mx.array(1)).item()).toBe(2);
    n = 100;
    expect(f(mx.array(1)).item()).toBe(2);
  });

  test("shapeless functions are not traced anew for other shapes", () => {
    needs("tracing");
    const body = counting((x: A) => mx.exp(x).add(1));
    const f = mx.compile(body, { shapeless: true });
    expect(f(mx.array([0])).tolist()).toEqual([2]);
    expect(f(mx.array([0, 0, 0])).tolist()).toEqual([2, 2, 2]);
    expect(body.calls).toBe(1);
    f(mx.array([[0]]));
    expect(body.calls).toBe(2);
  });

  test("disableCompile runs functions as they are written, enableCompile compiles again", () => {
    needs("tracing");
    const body = counting((x: A) => x.add(1));
    const f = mx.compile(body);
    mx.disableCompile();
    f(mx.array(1));
    f(mx.array(1));
    expect(body.calls).toBe(2);
    mx.enableCompile();
    f(mx.array(1));
    f(mx.array(1));
    expect(body.calls).toBe(3);
  });

  test("a function without array arguments is compiled too", () => {
    const f = mx.compile(() => mx.ones([2]).add(1));
    expect([f().tolist(), f().tolist()]).toEqual([
      [2, 2],
      [2, 2],
    ]);
  });
});

describe("results", () => {
  test("trees come back whole, with the values that are no arrays", () => {
    const f = mx.compile((x: A) => ({ sum: mx.sum(x), list: [x.add(1), "text"], n: 3 }));
    for (let i = 1; i < 3; i++) {
      const { sum, list, n } = f(mx.array([i]));
      expect([sum.item(), (list[0] as A).tolist(), list[1], n]).toEqual([i, [i + 1], "text", 3]);
    }
  });

  test("an argument that is returned as it is arrives as an array of its own", () => {
    const x = mx.array([1]);
    const f = mx.compile((y: A) => [y, y.add(1)]);
    const [same, more] = f(x);
    expect([same?.tolist(), more?.tolist()]).toEqual([[1], [2]]);
    same?.dispose();
    expect(x.tolist()).toEqual([1]);
  });
});

describe("captured state", () => {
  test("is read and replaced in place", () => {
    needs("tracing");
    const state = { count: mx.array(0) };
    const body = counting((x: A) => {
      state.count = state.count.add(x);
      return state.count.multiply(10);
    });
    const step = mx.compile(body, { state });
    expect([1, 2, 3].map((n) => step(mx.array(n)).item())).toEqual([10, 30, 60]);
    expect(state.count.item()).toBe(6);
    expect(body.calls).toBe(1);
  });

  test("inputs are read anew at each call, but not replaced", () => {
    const model = { weight: mx.array(2) };
    const f = mx.compile((x: A) => x.multiply(model.weight), { inputs: model });
    expect(f(mx.array(3)).item()).toBe(6);
    model.weight = mx.array(10);
    expect(f(mx.array(3)).item()).toBe(30);
    expect(model.weight.item()).toBe(10);
  });

  test("outputs alone are replaced", () => {
    const log: { last: A } = { last: mx.array(0) };
    const f = mx.compile(
      (x: A) => {
        log.last = x.multiply(2);
        return x;
      },
      { outputs: log },
    );
    f(mx.array(4));
    expect(log.last.item()).toBe(8);
    f(mx.array(5));
    expect(log.last.item()).toBe(10);
  });

  test("may be lists, maps and objects in one", () => {
    const map = new Map([["a", mx.array(1)]]);
    const list = [mx.array(2)];
    const f = mx.compile(
      () => {
        map.set("a", must(map.get("a")).add(1));
        list[0] = must(list[0]).multiply(2);
        return mx.array(0);
      },
      { state: [map, { list }] },
    );
    f();
    f();
    expect([must(map.get("a")).item(), must(list[0]).item()]).toEqual([3, 8]);
  });

  test("with the random state every call draws new numbers, the same after the same seed", () => {
    const f = mx.compile(() => mx.random.uniform({ shape: [2] }), { state: mx.random.state });
    const draw = () => {
      mx.random.seed(5);
      return [f().tolist(), f().tolist()];
    };
    const [first, second] = draw();
    expect(first).not.toEqual(second);
    expect(draw()).toEqual([first, second]);
    mx.random.seed(5);
    expect(mx.random.uniform({ shape: [2] }).tolist()).toEqual(first);
  });

  test("without the random state the first numbers are baked in", () => {
    needs("tracing");
    const f = mx.compile(() => mx.random.uniform({ shape: [2] }));
    expect(f().tolist()).toEqual(f().tolist());
  });

  test("a whole training step is one call that keeps live arrays constant", () => {
    const model = { w: mx.array([1, 1]), b: mx.array(0) };
    const loss = (p: typeof model, x: A, y: A) =>
      mx.mean(mx.square(mx.sum(x.multiply(p.w), 1).add(p.b).subtract(y)));
    const step = mx.compile(
      (x: A, y: A) => {
        const [value, g] = mx.valueAndGrad(loss)(model, x, y);
        model.w = model.w.subtract(g.w.multiply(0.1));
        model.b = model.b.subtract(g.b.multiply(0.1));
        return value;
      },
      { state: model },
    );
    const x = mx
      .array([
        [1, 2],
        [3, 4],
        [5, 6],
      ])
      .multiply(0.2);
    const y = mx.array([1, 2, 3]);
    const run = () => mx.tidy(() => step(x, y).item());
    const first = run();
    const live = liveNow();
    for (let i = 0; i < 200; i++) run();
    expect(mx.liveArrays()).toBe(live);
    expect(run()).toBeLessThan(first / 10);
  });

  test("state that grows in the trace is refused with the cure", () => {
    const state: { arrays: A[] } = { arrays: [] };
    const f = mx.compile(
      () => {
        state.arrays = [mx.array(1)];
        return mx.array(0);
      },
      { state },
    );
    try {
      f();
      f();
    } catch (error) {
      expect(error).toMatchObject({
        code: "ENGINE",
        message: expect.stringContaining("initialise it before"),
      });
    }
  });
});

describe("compile with gradients", () => {
  test("a gradient inside a compiled function", () => {
    const f = mx.compile((x: A) => mx.grad((y: A) => mx.sum(mx.power(y, 3)))(x));
    expect(f(mx.array([1, 2])).tolist()).toEqual([3, 12]);
    expect(f(mx.array([2, 3])).tolist()).toEqual([12, 27]);
  });

  test("a compiled function inside a gradient", () => {
    const cube = mx.compile((x: A) => mx.power(x, 3));
    const g = mx.grad((x: A) => mx.sum(cube(x)));
    expect(g(mx.array([1, 2])).tolist()).toEqual([3, 12]);
    expect(
      mx
        .grad((x: A) => mx.sum(mx.grad((y: A) => mx.sum(cube(y)))(x)))(mx.array([2]))
        .tolist(),
    ).toEqual([12]);
  });

  test("a compiled function inside a compiled function", () => {
    const inner = mx.compile((x: A) => x.add(1));
    const outer = mx.compile((x: A) => inner(x).multiply(inner(x)));
    expect([outer(mx.array(2)).item(), outer(mx.array(3)).item()]).toEqual([9, 16]);
  });

  test("a compiled function that calls itself with other shapes", () => {
    const halve: (x: A) => A = mx.compile((x: A) =>
      x.size > 1 ? halve(x.index(mx.slice(x.size >> 1))) : x.add(1),
    );
    expect(halve(mx.array([1, 2, 3, 4])).tolist()).toEqual([2]);
  });
});

describe("errors", () => {
  test("from the function arrive as they are, and the next call traces anew", () => {
    const error = new Error("on purpose");
    let fail = true;
    const f = mx.compile((x: A) => {
      if (fail) throw error;
      return x.add(1);
    });
    for (let i = 0; i < 3; i++) {
      let thrown: unknown;
      try {
        f(mx.array(1));
      } catch (caught) {
        thrown = caught;
      }
      expect(thrown).toBe(error);
    }
    fail = false;
    expect(f(mx.array(1)).item()).toBe(2);
  });

  test("leave captured state as it was", () => {
    const state = { a: mx.array(1) };
    const before = state.a;
    const f = mx.compile(
      () => {
        state.a = state.a.add(1);
        throw new Error("on purpose");
      },
      { state },
    );
    expect(() => f()).toThrow("on purpose");
    expect(state.a).toBe(before);
    expect(state.a.item()).toBe(1);
  });

  test("reading a value inside a trace is refused, and the function stays usable", () => {
    needs("tracing");
    const reads: ((x: A) => unknown)[] = [
      (x) => x.item(),
      (x) => x.tolist(),
      (x) => mx.eval(x),
      (x) => x.toTypedArray(),
    ];
    for (const read of reads) {
      let reading = true;
      const f = mx.compile((x: A) => {
        if (reading) read(x);
        return x.add(1);
      });
      expectError(
        () => f(mx.array(1)),
        "RangeError",
        null,
        /^\[(eval|item|read|tolist|toTypedArray)/,
      );
      reading = false;
      expect(f(mx.array(1)).item()).toBe(2);
    }
  });

  test("a promise is refused", () => {
    const f = mx.compile(async (x: A) => x);
    expectError(() => f(mx.array(1)), "TypeError", "KIND", "promise");
  });

  test("a released array that the trace uses is named", () => {
    const gone = mx.array(1);
    gone.dispose();
    expectError(
      () => mx.compile((x: A) => x.add(gone))(mx.array(1)),
      "MLXError",
      "RELEASED",
      "[add]",
    );
  });

  test("modules as arguments and unknown options are refused", () => {
    class Module implements mx.TreeNode {
      weight = mx.array(1);
      [mx.treeKeys]() {
        return ["weight"];
      }
    }
    const f = mx.compile((m: Module) => m.weight);
    expectError(() => f(new Module()), "TypeError", "KIND", "capture it instead");
    expectError(
      () => mx.compile(() => 1, { states: [] } as never),
      "TypeError",
      "OPTION",
      '"states"; the options are inputs',
    );
    expectError(() => mx.compile(() => 1, 3 as never), "TypeError", "OPTION", "plain object");
  });

  test("live arrays end where they began after traces that threw", () => {
    const f = mx.compile((x: A) => {
      x.add(1).multiply(2);
      throw new Error("on purpose");
    });
    const x = mx.array([1, 2]);
    const before = liveNow();
    for (let i = 0; i < 50; i++) expect(() => f(x)).toThrow("on purpose");
    expect(mx.liveArrays()).toBe(before);
  });
});

test("arrays carried out of a trace are released and say by what", () => {
  let carried: A | undefined;
  mx.compile((x: A) => {
    carried = x.add(1);
    return x;
  })(mx.array(1));
  expectError(() => must(carried).item(), "MLXError", "RELEASED", "the end of compile");
});
