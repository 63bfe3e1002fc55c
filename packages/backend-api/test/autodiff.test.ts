// withAutodiff on small functions: exact derivatives, nesting, and that nothing is left of them. The derivatives
// of every op against Python's are core's tests, which run on such a backend too.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Scalar } from "../src/index.js";
import { liveSlots } from "./counted.js";
import {
  array,
  backend,
  grad,
  item,
  jvp,
  ops,
  own,
  owning,
  read,
  slope,
  tidy,
  transforms,
  type V,
  vjp,
  vmap,
} from "./differentiable.js";

let before = 0;

beforeEach(() => {
  before = liveSlots();
});

afterEach(() => {
  expect(liveSlots(), "handles of the base that are alive after the test").toBe(before);
});

const cube = (x: V) => ops.multiply(ops.multiply(x, x), x);
const three = new Scalar(3);

describe("derivatives", () => {
  test("of any order are exact", () =>
    tidy(() => {
      const first = (x: V) => slope(cube, x);
      const second = (x: V) => slope(first, x);
      const third = (x: V) => slope(second, x);
      const fourth = (x: V) => slope(third, x);
      const x = array(2);
      expect([first, second, third, fourth].map((f) => item(f(x)))).toEqual([12, 12, 6, 0]);
    }));

  test("of a function that uses an argument twice, and of one array given twice", () =>
    tidy(() => {
      const x = array([2, 3]);
      const both = grad((a, b) => ops.sum(ops.multiply(a, ops.multiply(b, b)), null, false), x, x);
      expect(both.map(read)).toEqual([
        [4, 9],
        [8, 18],
      ]);
      expect(read(slope((a) => ops.sum(ops.multiply(a, a), null, false), x))).toEqual([4, 6]);
    }));

  test("of what does not depend on an argument are zero", () =>
    tidy(() => {
      const [a, b] = grad((x) => ops.sum(x, null, false), array([1, 2]), array([[1, 2]].flat()));
      expect([read(a as V), read(b as V)]).toEqual([
        [1, 1],
        [0, 0],
      ]);
      expect(read(vjp(() => array([5]), [array([1, 2])], [array([1])])[0] as V)).toEqual([0, 0]);
      expect(read(jvp(() => array([5]), [array([1])], [array([1])])[0] as V)).toEqual([0]);
    }));

  test("of several outputs add up, and forward ones are one for each output", () =>
    tidy(() => {
      const f = (x: V, y: V) => [ops.multiply(x, y), ops.add(x, y), x];
      const [x, y] = [array(3), array(5)];
      const cotangents = [array(1), array(10), array(100)];
      expect(vjp(f, [x, y], cotangents).map(item)).toEqual([115, 13]);
      expect(jvp(f, [x, y], [array(1), array(2)]).map(item)).toEqual([11, 3, 1]);
    }));

  test("stop where they are told to", () =>
    tidy(() => {
      const f = (x: V) => ops.multiply(ops.stopGradient(x), x);
      expect(item(slope(f, array(4)))).toBe(4);
    }));

  test("go through ops that are composed of others", () =>
    tidy(() => {
      const x = array([0.5, -1, 2]);
      const g = slope((a) => ops.sum(ops.multiply(ops.softmax(a, [0], false), a), null, false), x);
      const weights = read(ops.softmax(x, [0], false));
      const mean = weights.reduce((sum, w, i) => sum + w * (read(x)[i] ?? 0), 0);
      read(g).forEach((value, i) => {
        expect(value).toBeCloseTo((weights[i] ?? 0) * (1 + (read(x)[i] ?? 0) - mean), 12);
      });
    }));

  test("of ops that are made of no others are refused with the op and a cure", () =>
    tidy(() => {
      const f = (x: V) => ops.sum(ops.linalgEigvalsh(x, "L"), null, false);
      expect(() => slope(f, array([1, 0, 0, 1], [2, 2]))).toThrow(
        /^\[linalgEigvalsh\] .*withAutodiff\(counted\).*stopGradient/,
      );
    }));

  test(
    "of a chain of 20,000 ops need no deep stack",
    () =>
      tidy(() => {
        const chain = (x: V): V => {
          let y = x;
          for (let i = 0; i < 20_000; i++) y = ops.negative(y);
          return y;
        };
        expect(item(slope(chain, array(3)))).toBe(1);
      }),
    60_000,
  );
});

describe("nesting", () => {
  test("an inner derivative does not see the outer's perturbation", () =>
    tidy(() => {
      const f = (x: V) =>
        ops.multiply(
          x,
          slope((y) => ops.add(x, y), array(1)),
        );
      expect(item(slope(f, array(3)))).toBe(1);
      expect(item(jvp(f, [array(3)], [array(1)])[0])).toBe(1);
    }));

  test("closures over outer arguments are differentiated", () =>
    tidy(() => {
      // d/dx of d/dy (x y^2) at y = 3 is 6; with y = x, d/dx (2 x x) is 4 x.
      const inner = (x: V, at: V) => slope((y) => ops.multiply(x, ops.multiply(y, y)), at);
      expect(item(slope((x) => inner(x, array(3)), array(5)))).toBe(6);
      expect(item(slope((x) => inner(x, x), array(5)))).toBe(20);
    }));

  test("products from the left and right, and batches, in each other", () =>
    tidy(() => {
      const one = array(1);
      const left = (x: V) => vjp(cube, [x], [one])[0] as V;
      const right = (f: (x: V) => V) => (x: V) => jvp(f, [x], [one])[0] as V;
      const batch = array([1, 2, 3]);
      expect(read(vmap(right(left), batch)[0] as V)).toEqual([6, 12, 18]);
      expect(read(vmap(right(right(cube)), batch)[0] as V)).toEqual([6, 12, 18]);
      const total = (x: V) => ops.sum(vmap(right(cube), x)[0] as V, null, false);
      expect(read(slope(total, batch))).toEqual([6, 12, 18]);
    }));

  test("a Hessian-vector product is a forward derivative of a gradient", () =>
    tidy(() => {
      const f = (x: V) => ops.sum(ops.power(x, three), null, false);
      const [product] = jvp((x) => slope(f, x), [array([1, 2])], [array([1, 0])]);
      expect(read(product as V)).toEqual([6, 0]);
    }));
});

describe("lives", () => {
  test("a transform leaves its results, and each of them once", () => {
    tidy(() => {
      const x = array([1, 2]);
      const start = liveSlots();
      const fn = owning((a) => ops.sum(ops.exp(ops.multiply(a, a)), null, false));
      const { values, grads } = transforms.valueAndGrad(fn, [x], [0]);
      expect(liveSlots() - start).toBe(2);
      backend.release([...values, ...grads]);
      expect(liveSlots()).toBe(start);
      backend.release([...values, ...grads]);
      expect(liveSlots()).toBe(start);
    });
  });

  test("nothing is left when a function throws, at any depth", () => {
    const error = new Error("on purpose");
    const failing = (x: V): V => {
      ops.exp(x);
      throw error;
    };
    const deep = (x: V): V => slope((y) => slope(failing, ops.multiply(x, y)), x);
    const unfit = (x: V): V => ops.add(x, array([1, 2, 3]));
    tidy(() => {
      const x = array([1, 2]);
      for (const f of [failing, deep]) {
        expect(() => slope(f, x)).toThrow(error);
        expect(() => vjp(f, [x], [x])).toThrow(error);
        expect(() => jvp(f, [x], [x])).toThrow(error);
        expect(() => vmap(f, x)).toThrow(error);
      }
      expect(() => slope(unfit, x)).toThrow("broadcast");
      expect(item(slope(cube, array(2)))).toBe(12);
    });
  });

  test("nothing is left when a rule throws", () =>
    tidy(() => {
      const fail = owning(() => {
        throw new Error("on purpose");
      });
      const all = (...lists: (readonly V[])[]) => fail(lists.flat());
      const rules = {
        fn: owning(cube),
        vjp: all,
        jvp: (x: readonly V[], t: readonly V[]) => all(x, t),
      };
      const f = (x: V) => own(transforms.custom(rules, [x]))[0] as V;
      expect(() => slope(f, array(1))).toThrow("on purpose");
      expect(() => jvp(f, [array(1)], [array(1)])).toThrow("on purpose");
    }));

  test("what a function carries out is a constant, which holds no graph", () => {
    tidy(() => {
      let carried: V | undefined;
      const start = liveSlots();
      slope((x) => {
        const y = ops.exp(ops.multiply(x, x));
        carried = backend.retain(y);
        return y;
      }, array(1));
      const held = liveSlots() - start;
      // The argument, the value, its gradient and what was carried, which is the value's own array.
      expect(held).toBe(3);
      expect(item(slope((x) => ops.multiply(x, carried as V), array(1)))).toBeCloseTo(Math.E, 12);
      backend.release([carried as V]);
    });
  });

  test("outside transforms nothing is recorded", () =>
    tidy(() => {
      const x = array(1);
      const start = liveSlots();
      const y = backend.ops.exp(x);
      expect([liveSlots() - start, y.value?.node]).toEqual([1, undefined]);
      backend.release([y]);
    }));

  test("a handle that was given back is refused by name", () => {
    const x = tidy(() => array(1));
    expect(() => backend.ops.exp(x)).toThrow("given back");
  });

  test("an array moves into another's handle", () =>
    tidy(() => {
      const [x, y] = [array(1), backend.fromHost(backend.toHostSync(array(2)))];
      backend.exchange?.(x, y);
      expect(item(x)).toBe(2);
      expect(() => item(y)).toThrow("given back");
    }));
});

describe("custom functions", () => {
  const calls = (rules: Parameters<typeof transforms.custom>[0]) => (x: V) =>
    own(transforms.custom(rules, [x]))[0] as V;

  test("a rule stands for each derivative that has one, the function for the other", () =>
    tidy(() => {
      const f = calls({
        fn: owning(cube),
        vjp: (...lists) => owning((_, ct) => ops.multiply(ct, three))(lists.flat()),
      });
      const g = calls({
        fn: owning(cube),
        jvp: (x, t) => owning((_, dt) => ops.multiply(dt, three))([...x, ...t]),
      });
      const [at, one] = [array(2), array(1)];
      expect([f(at), slope(f, at), jvp(f, [at], [one])[0]].map(item)).toEqual([8, 3, 12]);
      expect([g(at), slope(g, at), jvp(g, [at], [one])[0]].map(item)).toEqual([8, 12, 3]);
    }));

  test("second derivatives go through the rules, also forward ones", () =>
    tidy(() => {
      const square = owning((x: V) => ops.multiply(x, x));
      const f = calls({
        fn: square,
        vjp: (...lists) => owning((x, ct, y) => ops.multiply(ops.multiply(x, y), ct))(lists.flat()),
        jvp: (x, t) => owning((a, dt) => ops.multiply(cube(a), dt))([...x, ...t]),
      });
      const at = array(2);
      // The rule says f' = x f, so f'' = f + x f' with f' by the rule again.
      expect(item(slope((x) => slope(f, x), at))).toBe(4 + 2 * (2 * 4));
      const forward = (x: V) => jvp(f, [x], [array(1)])[0] as V;
      expect(item(slope(forward, at))).toBe(12);
      expect(item(jvp(forward, [at], [array(1)])[0])).toBe(12);
    }));

  test("products of wrong number or shape are refused", () =>
    tidy(() => {
      const wrong = (...products: V[]) =>
        calls({ fn: owning(cube), vjp: (...lists) => owning(() => products)(lists.flat()) });
      const one = array(1);
      expect(() => slope(wrong(one, one), one)).toThrow("gave 2 arrays, it must give 1");
      expect(() => slope(wrong(array([1, 2])), one)).toThrow("shape [2] where one of []");
    }));

  test("a checkpoint runs again for each gradient, and keeps what it needs only", () =>
    tidy(() => {
      let runs = 0;
      const body = owning((x: V) => {
        runs++;
        return ops.exp(cube(x));
      });
      const f = (x: V) => own(transforms.checkpoint(body, [x]))[0] as V;
      const at = array(0.5);
      expect(item(slope(f, at))).toBeCloseTo(0.75 * Math.exp(0.125), 12);
      expect(runs).toBe(2);
      const plain = (x: V) => ops.exp(cube(x));
      const wanted = item(slope((x) => slope(plain, x), at));
      expect(item(slope((x) => slope(f, x), at))).toBeCloseTo(wanted, 12);
    }));

  test("depends passes gradients to its inputs, none to what is computed before", () =>
    tidy(() => {
      const f = (x: V, y: V) => own(transforms.depends([cube(x)], [ops.exp(y)]))[0] as V;
      expect(grad(f, array(2), array(1)).map(item)).toEqual([12, 0]);
    }));
});

describe("what is refused", () => {
  test("cotangents and tangents of wrong number or shape, and values that are no scalar", () =>
    tidy(() => {
      const x = array([1, 2]);
      const refusals: [() => unknown, RegExp][] = [
        [() => vjp(cube, [x], []), /^\[vjp\] 0 cotangents were given, there must be 1/],
        [() => vjp(cube, [x], [array(1)]), /^\[vjp\] a cotangent has the shape \(\)/],
        [() => jvp(cube, [x], []), /^\[jvp\] 0 tangents were given, there must be 1/],
        [() => jvp(cube, [x], [array(1)]), /^\[jvp\] a tangent has the shape \(\)/],
        [() => slope(cube, x), /^\[valueAndGrad\] .* must be a scalar/],
      ];
      for (const [call, message] of refusals) expect(call).toThrow(message);
    }));
});
