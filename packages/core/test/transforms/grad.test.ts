// grad and valueAndGrad: which arguments, trees, extra results, errors from the function, and that nothing
// leaks.

import { describe, expect, expectTypeOf, test } from "vitest";
import * as mx from "../../src/index.js";
import { expectError } from "../errors.js";
import { must } from "../golden.js";
import { liveNow } from "../live.js";
import { needs } from "../needs.js";

type A = mx.MLXArray;

const square = (x: A) => mx.sum(mx.square(x));

describe("argnums", () => {
  const f = (x: A, y: A, z: A) => mx.sum(x.multiply(y).multiply(z));
  const args = () => [mx.array([2]), mx.array([3]), mx.array([5])] as const;

  test("without it the first argument is differentiated", () => {
    expect(
      mx
        .grad(f)(...args())
        .tolist(),
    ).toEqual([15]);
  });

  test("a number names one argument, and gives one gradient", () => {
    expect(
      mx
        .grad(
          f,
          1,
        )(...args())
        .tolist(),
    ).toEqual([10]);
    expect(
      mx
        .grad(
          f,
          2,
        )(...args())
        .tolist(),
    ).toEqual([6]);
  });

  test("a list names several, and gives a list in its order", () => {
    expect(
      mx
        .grad(
          f,
          [2, 0],
        )(...args())
        .map((g) => g.tolist()),
    ).toEqual([[6], [15]]);
    const [value, [gradient]] = mx.valueAndGrad(f, [1])(...args());
    expect([value.item(), gradient.tolist()]).toEqual([30, [10]]);
  });

  test("numbers that name no argument are refused", () => {
    expectError(
      () => mx.grad(f, 3)(...args()),
      "RangeError",
      "VALUE",
      "argnums names argument 3, the call has 3 arguments",
    );
    expectError(() => mx.grad(f, -1 as 0)(...args()), "RangeError", "VALUE", "argument -1");
    expectError(() => mx.grad(f, [0, 0])(...args()), "RangeError", "VALUE", "twice");
    expectError(() => mx.grad(f, [])(...args()), "RangeError", "VALUE", "empty");
    expectError(() => mx.grad(f, 0.5 as 0)(...args()), "TypeError", "KIND", "integers");
    expectError(() => mx.grad(f, "x" as never)(...args()), "TypeError", "KIND", "argnums");
  });

  test("arguments that are not differentiated may be anything", () => {
    const scaled = mx.grad((x: A, by: { n: number }, word: string) =>
      mx.sum(x.multiply(by.n + word.length)),
    );
    expect(scaled(mx.array([1]), { n: 2 }, "abc").tolist()).toEqual([5]);
  });
});

describe("trees", () => {
  test("gradients have the argument's structure: objects, lists and maps", () => {
    const loss = (p: { w: A; layers: A[]; map: Map<string, A>; name: string }) =>
      mx.sum(
        p.w
          .multiply(2)
          .add(must(p.layers[0]).multiply(3))
          .add(must(p.map.get("m")).multiply(4)),
      );
    const parameters = {
      w: mx.array([1]),
      layers: [mx.array([1]), mx.array([[1, 1]])],
      map: new Map([["m", mx.array([1])]]),
      name: "model",
    };
    const g = mx.grad(loss)(parameters);
    expect(g.w.tolist()).toEqual([2]);
    expect(g.layers.map((a) => a.tolist())).toEqual([[3], [[0, 0]]]);
    expect(must(g.map.get("m")).tolist()).toEqual([4]);
    expect(g.name).toBe("model");
    expect(parameters.w.tolist()).toEqual([1]);
  });

  test("the arguments keep their own arrays, and the function sees others in copies of the containers", () => {
    const parameters = { w: mx.array([1]) };
    const before = parameters.w;
    let seen: unknown;
    mx.grad((p: { w: A }) => {
      seen = p;
      return mx.sum(p.w);
    })(parameters);
    expect(parameters.w).toBe(before);
    expect(seen === parameters).toBe(false);
  });

  test("an argument without arrays, and a module, are refused", () => {
    expectError(
      () => mx.grad(square)(3 as never),
      "TypeError",
      "KIND",
      "argument 0 holds no array to differentiate",
    );
    expectError(
      () => mx.grad(() => mx.array(1))(),
      "RangeError",
      "VALUE",
      "the call has 0 arguments",
    );
    class Module implements mx.TreeNode {
      weight = mx.array(1);
      [mx.treeKeys]() {
        return ["weight"];
      }
    }
    expectError(
      () => mx.grad((m: Module) => m.weight)(new Module()),
      "TypeError",
      "KIND",
      "nn.valueAndGrad",
    );
  });
});

describe("results", () => {
  test("what follows the loss is passed through, arrays and other values alike", () => {
    const f = mx.valueAndGrad((x: A) => [square(x), x.add(1), { note: "kept", count: 3 }] as const);
    const [[loss, more, rest], gradient] = f(mx.array([1, 2]));
    expect([loss.item(), more.tolist(), rest, gradient.tolist()]).toEqual([
      5,
      [2, 3],
      { note: "kept", count: 3 },
      [2, 4],
    ]);
  });

  test("only the loss is differentiated", () => {
    expect(
      mx
        .grad((x: A) => [square(x), x.multiply(100)])(mx.array([1]))
        .tolist(),
    ).toEqual([2]);
  });

  test("a loss that is no scalar is refused with its shape", () => {
    expectError(
      () => mx.grad((x: A) => mx.square(x))(mx.array([1, 2])),
      "RangeError",
      "SHAPE",
      "shape [2], it must be a scalar",
    );
    expectError(
      () => mx.grad((x: A) => mx.reshape(square(x), [1]))(mx.array([1])),
      "RangeError",
      "SHAPE",
      "shape [1]",
    );
  });

  test("a result that is no array is refused", () => {
    for (const result of [undefined, null, 3, "x", [], {}, [3]]) {
      expectError(
        () => mx.grad((_: A) => result)(mx.array(1)),
        "TypeError",
        "KIND",
        "must return a scalar array",
      );
    }
  });

  test("a promise is refused", () => {
    expectError(
      () => mx.grad(async (x: A) => square(x))(mx.array([1])),
      "TypeError",
      "KIND",
      "promise",
    );
  });

  test("a loss that depends on nothing has a gradient of zeros", () => {
    expect(
      mx
        .grad((_: A) => mx.array(3))(mx.array([1, 2]))
        .tolist(),
    ).toEqual([0, 0]);
    expect(
      mx
        .grad((x: A) => mx.sum(mx.stopGradient(x)))(mx.array([1, 2]))
        .tolist(),
    ).toEqual([0, 0]);
  });

  test("gradients of integers are integers, as in Python", () => {
    const g = mx.grad((x: A) => mx.sum(x.multiply(1.5)))(mx.array([1, 2], "int32"));
    expect([g.dtype, g.tolist()]).toEqual(["int32", [1, 1]]);
  });

  test("a tracer that the function disposes of, and a result that was released, are named", () => {
    for (const fn of [
      (x: A) => {
        x.dispose();
        return mx.sum(x);
      },
      (x: A) => {
        const y = mx.sum(x);
        y.dispose();
        return y;
      },
    ]) {
      expectError(
        () => mx.grad(fn)(mx.array([1])),
        "MLXError",
        "RELEASED",
        "released by dispose()",
      );
    }
    expect(
      mx
        .grad(square)(mx.array([1]))
        .tolist(),
    ).toEqual([2]);
  });

  test("grad leaves the gradient only", () => {
    const x = mx.array([1, 2]);
    const before = liveNow();
    const gradient = mx.grad((y: A) => [square(y), y.add(1)])(x);
    expect(mx.liveArrays() - before).toBe(1);
    gradient.dispose();
  });
});

describe("errors from the function", () => {
  const failing =
    (error: unknown) =>
    (_: A): A => {
      throw error;
    };

  test("arrive as the same object, whatever it is", () => {
    needs("gradients");
    for (const error of [
      new Error("on purpose"),
      new TypeError("x"),
      { plain: true },
      "text",
      undefined,
      null,
      0,
    ]) {
      let thrown: unknown = "nothing";
      try {
        mx.grad(failing(error))(mx.array(1));
      } catch (caught) {
        thrown = caught;
      }
      expect(thrown).toBe(error);
    }
  });

  test("leave grad, vjp, jvp and everything else usable, and no array behind", () => {
    needs("gradients");
    const x = mx.array([1, 2]);
    const before = liveNow();
    for (let i = 0; i < 20; i++) {
      expect(() =>
        mx.grad((y: A) => {
          y.add(1);
          throw new Error("on purpose");
        })(x),
      ).toThrow("on purpose");
      expect(() => mx.vjp(failing(new Error("on purpose")), [x], [x])).toThrow("on purpose");
      expect(() => mx.jvp(failing(new Error("on purpose")), [x], [x])).toThrow("on purpose");
    }
    expect(mx.liveArrays()).toBe(before);
    expect(mx.grad(square)(x).tolist()).toEqual([2, 4]);
  });

  test("from inside nested gradients arrive too", () => {
    needs("gradients");
    const error = new Error("on purpose");
    const inner = (x: A) => mx.sum(mx.grad(failing(error))(x));
    expect(() => mx.grad(inner)(mx.array([1]))).toThrow(error);
    expect(
      mx
        .grad(mx.grad((x: A) => mx.power(x, 3)))(mx.array(2))
        .item(),
    ).toBeCloseTo(12, 4);
  });

  test("our own refusals keep their codes", () => {
    expectError(
      () => mx.grad((x: A) => mx.sum(mx.add(x, mx.ones([3]))))(mx.array([1, 2])),
      "RangeError",
      "SHAPE",
      "broadcast",
    );
    const gone = mx.array(1);
    gone.dispose();
    expectError(
      () => mx.grad((x: A) => mx.sum(x.add(gone)))(mx.array(1)),
      "MLXError",
      "RELEASED",
      "[add]",
    );
  });
});

describe("lives", () => {
  test("everything made inside the function is released, but for its results", () => {
    const x = mx.array([1, 2]);
    const before = liveNow();
    const [value, gradient] = mx.valueAndGrad((y: A) => mx.sum(y.multiply(y).add(1).exp()))(x);
    expect(mx.liveArrays() - before).toBe(2);
    for (const array of [value, gradient]) array.dispose();
    expect(mx.liveArrays()).toBe(before);
  });

  test("an array that was carried out of the function is released and says by what", () => {
    let carried: A | undefined;
    mx.grad((x: A) => {
      carried = x.add(1);
      return mx.sum(x);
    })(mx.array([1]));
    expectError(() => must(carried).item(), "MLXError", "RELEASED", "the end of grad");
  });

  test("reading a value inside the function works, as in Python", () => {
    let read = 0;
    mx.grad((x: A) => {
      read = mx.sum(x).item();
      return mx.sum(x);
    })(mx.array([1, 2]));
    expect(read).toBe(3);
  });

  test("arrays of outside may be used and are constants", () => {
    const outside = mx.array([10, 20]);
    expect(
      mx
        .grad((x: A) => mx.sum(x.multiply(outside)))(mx.array([1, 1]))
        .tolist(),
    ).toEqual([10, 20]);
    expect(outside.tolist()).toEqual([10, 20]);
  });

  test("an assignment inside the function is differentiated", () => {
    const g = mx.grad((x: A) => {
      const y = x.multiply(1);
      y.at(0).assign(0);
      return mx.sum(y.multiply(3));
    })(mx.array([1, 2]));
    expect(g.tolist()).toEqual([0, 3]);
  });
});

test("types follow the function: gradients have the types of the arguments they are of", () => {
  const f = (p: { w: A; n: number }, x: A) => mx.sum(p.w.multiply(x));
  const tree = { w: mx.array([1]), n: 3 };
  expectTypeOf(mx.grad(f)(tree, mx.array([1]))).toEqualTypeOf<{ w: A; n: number }>();
  expectTypeOf(mx.grad(f, 1)(tree, mx.array([1]))).toEqualTypeOf<A>();
  expectTypeOf(mx.grad(f, [1, 0])(tree, mx.array([1]))).toEqualTypeOf<
    readonly [A, { w: A; n: number }]
  >();
  expectTypeOf(mx.valueAndGrad(f)(tree, mx.array([1]))[0]).toEqualTypeOf<A>();
  expectTypeOf(mx.vmap(f)).parameters.toEqualTypeOf<[{ w: A; n: number }, A]>();
  expectTypeOf(mx.checkpoint(f)).toEqualTypeOf<typeof f>();
  expectTypeOf(mx.customFunction(f)).parameters.toEqualTypeOf<[{ w: A; n: number }, A]>();
});

test("what is no function is refused when the transform is made", () => {
  const transforms = [mx.grad, mx.valueAndGrad, mx.compile] as ((fn: unknown) => unknown)[];
  for (const transform of transforms) {
    expectError(() => transform(3), "TypeError", "KIND", "a function was expected, got 3");
  }
});
