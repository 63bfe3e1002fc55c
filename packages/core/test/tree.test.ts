// Trees as mlx.utils has them: flat lists of names, mapping, reducing, merging.

import { describe, expect, expectTypeOf, test } from "vitest";
import * as mx from "../src/index.js";
import { expectError } from "./errors.js";

const isList = (value: unknown) => Array.isArray(value);

class Module implements mx.TreeNode {
  weight = 1;
  bias = 2;
  hidden = 3;
  [mx.treeKeys]() {
    return ["weight", "bias"];
  }
}

/** A tree that contains itself. */
function circle(): unknown[] {
  const list: unknown[] = [];
  list.push(list);
  return list;
}

describe("treeFlatten and treeUnflatten", () => {
  test("name leaves of every kind in dot notation, and build the tree again", () => {
    const tree = { a: [1, { b: "x" }], c: { d: null }, e: true };
    const flat = mx.treeFlatten<unknown>(tree);
    expect(flat).toEqual([
      ["a.0", 1],
      ["a.1.b", "x"],
      ["c.d", null],
      ["e", true],
    ]);
    expect(mx.treeUnflatten<unknown>(flat)).toEqual(tree);
    expect(mx.treeUnflatten<unknown>(Object.fromEntries(flat))).toEqual(tree);
    expect(mx.treeUnflatten<unknown>(new Map(flat))).toEqual(tree);
  });

  test("maps and modules have names too, and undefined is nothing", () => {
    expect(
      mx.treeFlatten<unknown>({ m: new Map([["k", 1]]), n: new Module(), u: undefined }),
    ).toEqual([
      ["m.k", 1],
      ["n.weight", 1],
      ["n.bias", 2],
    ]);
  });

  test("prefix, isLeaf and destination stand by position or by name", () => {
    expect(mx.treeFlatten<unknown>([[1]], "p")).toEqual([["p.0.0", 1]]);
    expect(mx.treeFlatten<unknown>([[1]], ".p")).toEqual([["p.0.0", 1]]);
    const leaf = (value: unknown) => isList(value) && (value as unknown[]).length === 1;
    expect(mx.treeFlatten<unknown>({ a: [1] }, "", leaf)).toEqual([["a", [1]]]);
    expect(mx.treeFlatten<unknown>({ a: [1] }, { isLeaf: leaf })).toEqual([["a", [1]]]);
    const list: [string, unknown][] = [["old", 0]];
    expect(mx.treeFlatten<unknown>({ a: 1 }, { destination: list })).toBe(list);
    expect(list).toEqual([
      ["old", 0],
      ["a", 1],
    ]);
    expect(mx.treeFlatten<unknown>({ a: { b: 1 } }, "x", null, {})).toEqual({ "x.a.b": 1 });
    const named = mx.treeFlatten<unknown>({ ["__proto__"]: 1 }, { destination: {} });
    expect(Object.keys(named)).toEqual(["__proto__"]);
  });

  test("a leaf alone has no name, and comes back alone", () => {
    expect(mx.treeFlatten<unknown>(7)).toEqual([["", 7]]);
    expect(mx.treeUnflatten<unknown>([["", 7]])).toBe(7);
  });

  test("names that pass through leaves, and what are no names, are refused", () => {
    const both: [string, number][] = [
      ["a", 1],
      ["a.b", 2],
    ];
    expectError(() => mx.treeUnflatten<number>(both), "TypeError", "KIND", 'passes through "a"');
    expectError(() => mx.treeUnflatten<number>(both.reverse()), "TypeError", "KIND", "is a leaf");
    expectError(() => mx.treeUnflatten([3] as never), "TypeError", "KIND", "pairs of name");
    expectError(() => mx.treeFlatten({}, 3 as never), "TypeError", "KIND", "prefix");
    expectError(() => mx.treeFlatten({}, "", 3 as never), "TypeError", "KIND", "isLeaf");
    expectError(
      () => mx.treeFlatten({}, { destination: 3 as never }),
      "TypeError",
      "KIND",
      "destination",
    );
    expectError(() => mx.treeFlatten({}, { leaf: 1 } as never), "TypeError", "OPTION", '"leaf"');
    expectError(() => mx.treeFlatten(circle()), "RangeError", "VALUE", "contain itself");
    const deep = Array.from({ length: 600 }, () => "a").join(".");
    expectError(() => mx.treeUnflatten<number>([[deep, 1]]), "RangeError", "VALUE", "levels");
  });
});

describe("treeMap and treeMapWithPath", () => {
  test("map leaves in copies of the containers", () => {
    const tree = { a: 1, b: [2, new Map([["k", 3]])] as const };
    const out = mx.treeMap((n: number) => n * 10, tree);
    expect(out).toEqual({ a: 10, b: [20, new Map([["k", 30]])] });
    expect(tree.a).toBe(1);
    expect(mx.treeMap((n: number) => n, new Module())).toEqual({ weight: 1, bias: 2 });
    expect(mx.treeMap((x) => x.shape, [mx.ones([2])])).toEqual([[2]]);
  });

  test("keep the type of a tree of any depth", () => {
    const deep: mx.ArrayTree = { a: [mx.ones([2])] };
    expectTypeOf(mx.treeMap((x: mx.MLXArray) => x.size, deep)).toEqualTypeOf<mx.Tree<number>>();
    expectTypeOf(mx.treeMap((x: mx.MLXArray) => x, { a: [mx.ones([2])] })).toEqualTypeOf<{
      a: mx.MLXArray[];
    }>();
    const flat: Record<string, number> = { a: 1 };
    expectTypeOf(mx.treeMap(String, flat)).toEqualTypeOf<Record<string, string>>();
    expect(mx.treeMap((x: mx.MLXArray) => x.size, deep)).toEqual({ a: [2] });
  });

  test("further trees give further arguments; they may have more", () => {
    const sum = mx.treeMap(
      (a: number, b: number, c: number) => a + b + c,
      { a: [1, 2] },
      { a: [10, 20], b: 0 },
      { a: [100, 200, 300] },
    );
    expect(sum).toEqual({ a: [111, 222] });
    expectError(
      () => mx.treeMap((a: number) => a, { a: 1 }, { b: 1 }),
      "RangeError",
      "VALUE",
      'lacks "a"',
    );
  });

  test("isLeaf stops above containers, paths name leaves", () => {
    expect(
      mx.treeMap((value: number[]) => value.length, { a: [1, 2], b: [3] }, { isLeaf: isList }),
    ).toEqual({ a: 2, b: 1 });
    const paths = (path: string, n: number) => `${path}=${n}`;
    expect(mx.treeMapWithPath(paths, { a: [1, 2], b: 3 })).toEqual({
      a: ["a.0=1", "a.1=2"],
      b: "b=3",
    });
    expect(mx.treeMapWithPath(paths, [1], { path: "m" })).toEqual(["m.0=1"]);
    expect(
      mx.treeMapWithPath((path: string, a: number, b: number) => path + a + b, [1], [2]),
    ).toEqual(["012"]);
  });

  test("refuse what is no function, no path and no end", () => {
    expectError(() => mx.treeMap(3 as never, {}), "TypeError", "KIND", "a function was expected");
    expectError(() => mx.treeMap((n: number) => n, circle()), "RangeError", "VALUE", "itself");
    expectError(
      () => mx.treeMapWithPath((path: string) => path, [1], { path: 3 }),
      "TypeError",
      "KIND",
      "path",
    );
    expectError(
      () => mx.treeMap((n: number) => n, [1], { isLeaf: 3 }),
      "TypeError",
      "KIND",
      "isLeaf",
    );
  });
});

describe("treeReduce", () => {
  const add = (a: number, b: number) => a + b;
  const tree = { a: [1, 2, 3], b: [4, 5] };

  test("starts with the first leaf, or with an initializer", () => {
    expect(mx.treeReduce(add, tree)).toBe(15);
    expect(mx.treeReduce(add, tree, 100)).toBe(115);
    expect(mx.treeReduce(add, tree, { initializer: 100 })).toBe(115);
    expect(mx.treeReduce(add, {}, 7)).toBe(7);
    expect(mx.treeReduce(add, {})).toBe(null);
  });

  test("isLeaf stops above containers", () => {
    const count = (n: number, list: number[]) => n + list.length;
    expect(mx.treeReduce(count, tree, 0, isList)).toBe(5);
    expect(mx.treeReduce(count, tree, { initializer: 0, isLeaf: isList })).toBe(5);
    expectError(
      () => mx.treeReduce(add, tree, { initializer: 0 }, isList),
      "TypeError",
      "OPTION",
      "follows",
    );
  });
});

describe("treeMerge", () => {
  test("has the leaves of both; what is empty is nothing", () => {
    expect(mx.treeMerge({ a: 1, l: [1] }, { b: { c: 2 }, l: [undefined, 2] })).toEqual({
      a: 1,
      l: [1, 2],
      b: { c: 2 },
    });
    expect(mx.treeMerge({}, { a: 1 })).toEqual({ a: 1 });
    expect(mx.treeMerge({ a: 1 }, [])).toEqual({ a: 1 });
    expect(mx.treeMerge([], [])).toEqual([]);
    expect(mx.treeMerge(null, 3)).toBe(3);
  });

  test("mergeFn decides where both have something; without it that is refused", () => {
    const sum = (a: number, b: number) => a + b;
    expect(mx.treeMerge({ a: 1, b: [1] }, { a: 2, b: [10] }, sum)).toEqual({ a: 3, b: [11] });
    expectError(() => mx.treeMerge({ a: 1 }, { a: 2 }), "RangeError", "VALUE", "give mergeFn");
    expectError(() => mx.treeMerge({}, []), "RangeError", "VALUE", "cannot be merged");
    expectError(() => mx.treeMerge({}, {}, 3 as never), "TypeError", "KIND", "a function");
  });
});

describe("lists", () => {
  const holes = new Array(3);

  test("with holes are lists of undefined", () => {
    expect(mx.treeMap(String, holes)).toEqual([undefined, undefined, undefined]);
    expect(mx.treeMerge(holes, [1])).toEqual([1, undefined, undefined]);
    expect(mx.treeMerge([1], holes)).toEqual([1, undefined, undefined]);
    expect(mx.treeFlatten(holes)).toEqual([]);
    const all = mx.vmap((x: unknown) => x as mx.MLXArray);
    expectError(() => all(holes), "TypeError", "KIND", "must hold arrays only");
  });

  test("of billions of holes are refused, not walked through", () => {
    const endless = new Array(2 ** 32 - 1);
    const calls = [
      () => mx.eval(endless),
      () => void mx.asyncEval(endless),
      () => mx.keep(endless),
      () => mx.treeFlatten({ a: endless }),
      () => mx.treeMap(String, [endless]),
      () => mx.tidy(() => endless),
      () => mx.grad((_: unknown) => mx.array(1))(endless as never),
      () => mx.vmap((x: never) => x)(endless as never),
      () => mx.compile((x: never) => x)(endless as never),
      () => mx.getArrayBufferSize(endless),
    ];
    for (const call of calls) expectError(call, "RangeError", "VALUE", "in a tree it has 16777216");
  });

  test("of billions of holes are refused as widths, paddings and indices too", () => {
    const endless = new Array(2 ** 32 - 1) as never;
    const begun = new Array(2 ** 32 - 1);
    begun[0] = 1;
    const a = mx.ones([2, 3, 1]);
    const calls = [
      () => mx.pad(a, endless),
      () => mx.pad(a, begun as never),
      () => mx.convGeneral(a, a, { padding: endless }),
      () => a.index(endless),
      () => a.index(begun as never),
      () => mx.sum(a, endless),
      () => mx.array(endless),
      () => mx.concatenate(endless),
      () => mx.jvp((x) => x, endless, [a]),
      () => mx.depends(endless, a),
    ];
    for (const call of calls) expectError(call, "TypeError", null, /./);
    const lists = [
      () => mx.broadcastArrays(endless),
      () => mx.meshgrid(endless),
      () => mx.treeUnflatten(endless),
      () => mx.grad((x: mx.MLXArray) => mx.sum(x), endless)(a),
    ];
    for (const call of lists) expectError(call, "RangeError", null, "4294967295");
  });
});
