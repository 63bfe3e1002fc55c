// Scopes: what is released at their end, what leaves them, and what becomes of arrays that are used later.

import { describe, expect, test } from "vitest";
import * as mx from "../src/index.js";
import { runScript } from "./child.js";
import { expectError } from "./errors.js";
import { must } from "./golden.js";
import { added, liveNow } from "./live.js";
import { needs } from "./needs.js";

/** Runs a function and gives back what it stored. */
function leaked(fn: (store: (array: mx.MLXArray) => void) => unknown): mx.MLXArray[] {
  const stored: mx.MLXArray[] = [];
  try {
    fn((array) => void stored.push(array));
  } catch {
    // The caller looks at the arrays.
  }
  return stored;
}

const released = (array: mx.MLXArray) => array.isReleased;

describe("tidy", () => {
  test("everything that is not returned is released", () => {
    expect(added(() => void mx.tidy(() => mx.ones([3]).add(1).sum().item()))).toBe(0);
    const stored = leaked((store) => mx.tidy(() => store(mx.ones([3]))));
    expect(stored.map(released)).toEqual([true]);
  });

  test("the result leaves, and is the caller's", () => {
    let result: mx.MLXArray | undefined;
    const count = added(() => {
      result = mx.tidy(() => mx.ones([3]).add(1));
    });
    expect(count).toBe(1);
    expect(must(result).tolist()).toEqual([2, 2, 2]);
    must(result).dispose();
  });

  test("trees leave whole: lists, objects, maps and objects that name their tree keys", () => {
    class Pair implements mx.TreeNode {
      left = mx.array(4);
      right = mx.array(5);
      [mx.treeKeys]() {
        return ["left"];
      }
    }
    const tree = mx.tidy(() => ({
      list: [mx.array(1), [mx.array(2)]],
      map: new Map([["three", mx.array(3)]]),
      pair: new Pair(),
      text: "kept as it is",
      nothing: null,
    }));
    expect(tree.list.flat().map((a) => a.item())).toEqual([1, 2]);
    expect(must(tree.map.get("three")).item()).toBe(3);
    expect(tree.pair.left.item()).toBe(4);
    expect(tree.pair.right.isReleased).toBe(true);
    expect(tree.text).toBe("kept as it is");
  });

  test("an array that is returned twice, or was the caller's already, lives once", () => {
    const outer = mx.array(1);
    const count = added(() => {
      const [a, b, c] = mx.tidy(() => {
        const inner = mx.array(2);
        return [inner, inner, outer] as const;
      });
      expect([a === b, c === outer]).toEqual([true, true]);
    });
    expect([count, outer.isReleased]).toEqual([1, false]);
  });

  test("arrays from outside stay", () => {
    const outer = mx.ones([2]);
    mx.tidy(() => outer.add(1));
    expect(outer.tolist()).toEqual([1, 1]);
  });

  test("nested scopes release what each does not return", () => {
    const stored = leaked((store) =>
      mx.tidy(() => {
        const inner = mx.tidy(() => {
          store(mx.array(1));
          return mx.array(2);
        });
        store(inner);
        expect(inner.item()).toBe(2);
      }),
    );
    expect(stored.map(released)).toEqual([true, true]);
    expect(mx.tidy(() => mx.tidy(() => mx.tidy(() => mx.array(3)))).item()).toBe(3);
  });

  test("a function that throws releases all, and its error arrives as it is", () => {
    const error = new Error("on purpose");
    let thrown: unknown;
    const stored = leaked((store) => {
      try {
        mx.tidy(() => {
          store(mx.array(1));
          throw error;
        });
      } catch (caught) {
        thrown = caught;
      }
    });
    expect(thrown).toBe(error);
    expect(stored.map(released)).toEqual([true]);
    expect(added(() => void mx.tidy(() => mx.array(1)).dispose())).toBe(0);
  });

  test("what throws inside nested scopes ends them all", () => {
    expect(
      added(() => {
        expect(() =>
          mx.tidy(() => {
            mx.scope();
            mx.array(1);
            mx.tidy(() => {
              mx.array(2);
              throw new Error("on purpose");
            });
          }),
        ).toThrow("on purpose");
      }),
    ).toBe(0);
  });

  test("a promise is refused, and its arrays are released", () => {
    const stored = leaked((store) => {
      expectError(
        () =>
          mx.tidy(async () => {
            store(mx.array(1));
          }),
        "TypeError",
        "KIND",
        "the function returned a promise, it must be synchronous; use `using s = mx.scope()`",
      );
    });
    expect(stored.map(released)).toEqual([true]);
  });

  test("a value that is no function is refused", () => {
    expectError(() => mx.tidy(1 as never), "TypeError", "KIND", "[tidy]");
  });
});

describe("scope", () => {
  test("it ends with the block that holds it", () => {
    const stored: mx.MLXArray[] = [];
    {
      using _ = mx.scope();
      stored.push(mx.array(1));
      expect(must(stored[0]).isReleased).toBe(false);
    }
    expect(stored.map(released)).toEqual([true]);
  });

  test("it stays open across await, and holds what was made since", async () => {
    const before = liveNow();
    {
      using _ = mx.scope();
      const a = mx.ones([3]);
      const data = await a.add(1).data();
      expect([...data]).toEqual([2, 2, 2]);
      expect(a.isReleased).toBe(false);
      await mx.multiply(a, 5).data();
    }
    expect(mx.liveArrays()).toBe(before);
  });

  test("close ends it, and a second close does nothing", () => {
    const s = mx.scope();
    const a = mx.array(1);
    s.close();
    s.close();
    expect(a.isReleased).toBe(true);
    const outer = mx.scope();
    const b = mx.array(2);
    s.close();
    expect(b.isReleased).toBe(false);
    outer.close();
  });

  test("closing an outer scope ends those inside it", () => {
    const outer = mx.scope();
    const inner = mx.scope();
    const a = mx.array(1);
    outer.close();
    expect(a.isReleased).toBe(true);
    inner.close();
  });
});

describe("keep", () => {
  test("kept arrays outlive their scope, alone and in trees", () => {
    const [a, tree] = leakedPair();
    expect([a.item(), tree.b.item()]).toEqual([1, 2]);
    a.dispose();
    tree.b.dispose();
  });

  function leakedPair() {
    let a: mx.MLXArray | undefined;
    let tree: { b: mx.MLXArray } | undefined;
    mx.tidy(() => {
      a = mx.keep(mx.array(1));
      tree = mx.keep({ b: mx.array(2) });
    });
    return [must(a), must(tree)] as const;
  }

  test("it returns the very tree it was given, and ignores what is no array", () => {
    const tree = { a: mx.array(1), text: "x" };
    expect(mx.keep(tree)).toBe(tree);
    expect(mx.keep(3)).toBe(3);
    tree.a.dispose();
  });
});

describe("own and replace", () => {
  test("an owner's arrays outlive scopes and end when they are replaced", () => {
    const state: { weight?: mx.MLXArray } = {};
    mx.tidy(() => {
      state.weight = mx.own(mx.array(1));
    });
    const old = must(state.weight);
    expect(old.item()).toBe(1);
    mx.replace(old, "the optimizer's update");
    expectError(() => old.item(), "MLXError", "RELEASED", "released by the optimizer's update");
  });

  test("replace leaves arrays that nobody owns, and those that were kept", () => {
    const scoped = mx.array(1);
    const kept = mx.keep(mx.own(mx.array(2)));
    mx.replace([scoped, kept], "an update");
    expect([scoped.item(), kept.item()]).toEqual([1, 2]);
    kept.dispose();
  });
});

describe("a released array", () => {
  const gone = () => {
    const a = mx.array([1, 2]);
    a.dispose();
    return a;
  };

  test("says what released it and how to keep it", () => {
    let a = mx.array(1);
    mx.tidy(() => {
      a = mx.array(2);
    });
    expectError(
      () => a.item(),
      "MLXError",
      "RELEASED",
      "[item] this array was released by the end of mx.tidy(); return it from the scope or pass it to mx.keep() to use it later",
    );
    expectError(
      () => mx.add(a, 1),
      "MLXError",
      "RELEASED",
      "[add] this array was released by the end of mx.tidy()",
    );
    expectError(() => mx.add(1, gone()), "MLXError", "RELEASED", "released by dispose()");
  });

  test("is refused everywhere", () => {
    const uses: ((a: mx.MLXArray) => unknown)[] = [
      (a) => a.tolist(),
      (a) => a.toTypedArray(),
      (a) => a.shape,
      (a) => a.index(0),
      (a) => a.at(0).set(1),
      (a) => a.at(0).assign(1),
      (a) => mx.array(a),
      (a) => mx.stack([a, 1]),
      (a) => mx.eval(a),
      (a) => mx.take(mx.ones([2]), a),
      (a) => mx.grad((x: mx.MLXArray) => mx.sum(x))(a),
      (a) => mx.compile((x: mx.MLXArray) => x)(a),
      (a) => mx.random.uniform({ key: a }),
      (a) => JSON.stringify(a),
      (a) => [...a],
    ];
    for (const use of uses)
      expectError(() => use(gone()), "MLXError", "RELEASED", "released by dispose()");
  });

  test("prints what it is, and knows that it was released", () => {
    const a = gone();
    expect([String(a), a.isReleased]).toEqual(["array(released by dispose())", true]);
  });

  test("may be disposed again", () => {
    const before = liveNow();
    const a = mx.array(1);
    a.dispose();
    a.dispose();
    a[Symbol.dispose]();
    expect(mx.liveArrays()).toBe(before);
  });

  test("rejects a promise rather than throwing", async () => {
    await expect(gone().data()).rejects.toMatchObject({ code: "RELEASED" });
  });
});

test("using disposes an array at the end of its block", () => {
  const stored: mx.MLXArray[] = [];
  {
    using a = mx.array(1);
    stored.push(a);
  }
  expectError(() => stored[0]?.item(), "MLXError", "RELEASED", "the end of its `using` block");
});

test("liveArrays counts what is alive", () => {
  const before = liveNow();
  const arrays = [mx.array(1), mx.zeros([2]), mx.ones([3])];
  expect(mx.liveArrays()).toBe(before + 3);
  for (const array of arrays) array.dispose();
  expect(mx.liveArrays()).toBe(before);
});

test("a synchronous loop of evaluations without scopes holds bounded memory", async () => {
  needs("processes");
  const { code, out, err } = await runScript(`
    const x = mx.zeros([65536]);
    let most = 0;
    for (let i = 0; i < 4000; i++) {
      mx.eval(mx.add(x, 1));
      most = Math.max(most, mx.getActiveMemory());
    }
    console.log(JSON.stringify({ most, live: mx.liveArrays() }));
  `);
  expect([code, err]).toEqual([0, ""]);
  const { most } = JSON.parse(out) as { most: number };
  expect(most).toBeLessThan(256 * 2 ** 20);
});

test("arrays outside scopes are released when nothing refers to them", async () => {
  needs("processes");
  const { code, out, err } = await runScript(
    `
    const turn = () => new Promise((resolve) => setTimeout(resolve, 5));
    for (let i = 0; i < 1000; i++) mx.ones([4]).add(i);
    for (let i = 0; i < 20 && mx.liveArrays() > 10; i++) { globalThis.gc(); await turn(); }
    console.log(mx.liveArrays());
  `,
    ["--expose-gc"],
  );
  expect([code, err]).toEqual([0, ""]);
  expect(Number(out)).toBeLessThanOrEqual(10);
});

test("a new peak of memory does not count what the collector has found", async () => {
  needs("processes");
  const { code, out, err } = await runScript(
    `
    const drop = () => mx.eval(mx.add(mx.ones([2 ** 20]), 1));
    for (let i = 0; i < 5; i++) drop();
    globalThis.gc();
    mx.resetPeakMemory();
    drop();
    console.log(mx.getPeakMemory());
  `,
    ["--expose-gc"],
  );
  expect([code, err]).toEqual([0, ""]);
  expect(Number(out)).toBeLessThan(4 * 2 ** 22);
});
