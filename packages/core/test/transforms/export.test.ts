// Exported functions: those that Python wrote (goldens/functions), our own, graphs told and drawn, and
// files that are damaged.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import * as mx from "../../src/index.js";
import { runNode } from "../child.js";
import { expectError } from "../errors.js";
import { argOf, arrayOf, difference, type GoldenArray, goldens, must } from "../golden.js";
import { added } from "../live.js";
import { needs } from "../needs.js";

type A = mx.MLXArray;

const folder = mkdtempSync(join(tmpdir(), "mlx-ts-"));
const path = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

const golden = goldens("functions");
const fromPython = (name: string): string =>
  fileURLToPath(new URL(`../goldens/functions/${name}.mlxfn`, import.meta.url));

describe("functions that Python exported", () => {
  for (const { op, args, kw, out } of golden.cases) {
    test(`${op} with ${args.length} arrays ${kw ? `and ${Object.keys(kw)} ` : ""}gives what Python gives`, () => {
      mx.tidy(() => {
        const inputs = golden.inputs.map(arrayOf);
        const given = args.map((arg) => argOf(arg, inputs)) as A[];
        const named = Object.entries(kw ?? {}).map(([key, arg]) => [key, argOf(arg, inputs)]);
        using fn = mx.importFunction(fromPython(op));
        const got = fn(...given, ...(kw ? [Object.fromEntries(named) as mx.ArrayKeywords] : []));
        const wanted = out as readonly GoldenArray[];
        expect(got.map((array, i) => difference(array, must(wanted[i])))).toEqual(
          wanted.map(() => undefined),
        );
      });
    });
  }

  test("their metadata comes with them", () => {
    for (const [name, text] of Object.entries(golden.metadata as Record<string, string>)) {
      const [, metadata] = mx.importFunction(fromPython(name), true);
      expect(metadata).toBe(text);
    }
    expect(mx.importFunction(fromPython("shapes"), { returnMetadata: true })[1]).toBe("");
  });

  test("free shapes take other sizes, and refuse those that do not fit one another", () => {
    const free = mx.importFunction(fromPython("free"));
    expect(must(free(mx.zeros([3, 7]), mx.ones([7, 2]))[0]).tolist()).toEqual([
      [7, 7],
      [7, 7],
      [7, 7],
    ]);
    expectError(
      () => free(mx.zeros([3, 7]), mx.ones([700, 2])),
      "RangeError",
      "SHAPE",
      "do not fit the op Matmul",
    );
  });

  test("differentiate, batch and compile like functions of ours", () => {
    const named = mx.importFunction(fromPython("named"));
    const f = (weight: A) => mx.sum(must(named({ weight, bias: mx.zeros([2]) })[0]));
    const weight = mx.ones([3, 4]).multiply(0.1);
    expect(mx.grad(f)(weight).shape).toEqual([3, 4]);
    expect(mx.compile(f)(weight).item()).toBeCloseTo(f(weight).item(), 5);
    expect(mx.vmap(f)(mx.stack([weight, weight])).shape).toEqual([2]);
  });
});

describe("functions of ours", () => {
  test("come back from their file, with names, constants and metadata", () => {
    const spread = mx.array([
      [1, 2],
      [3, 4],
    ]).T;
    mx.eval(spread);
    const f = (x: A, { bias }: { bias: A }) => [
      mx.add(mx.matmul(x, spread), bias),
      mx.broadcastTo(mx.array([5]), [3]),
    ];
    const x = mx.array([[1, 10]]);
    const options = { kwargs: { bias: mx.array(1) }, metadata: "x Wᵀ + b" };
    mx.exportFunction(path("f.mlxfn"), f, [x], options);
    const [g, metadata] = mx.importFunction(path("f.mlxfn"), true);
    expect(metadata).toBe("x Wᵀ + b");
    expect(g(x, { bias: mx.array(2) }).map((a) => a.tolist())).toEqual([[[23, 45]], [5, 5, 5]]);
    expect(g([x] as never, { bias: mx.array(2) })).toHaveLength(2);
  });

  test("are refused with arguments of other shapes, dtypes or names", () => {
    mx.exportFunction(path("g.mlxfn"), (x: A) => mx.exp(x), [mx.ones([2])]);
    const g = mx.importFunction(path("g.mlxfn"));
    for (const args of [[mx.ones([3])], [mx.ones([2], "int32")], [], [{ y: mx.ones([3]) }]]) {
      expectError(() => g(...args), "RangeError", null, "No imported function found");
    }
    expectError(() => g(3 as never), "TypeError", "KIND", "must be arrays");
    g[Symbol.dispose]();
    expectError(() => g(mx.ones([2])), "MLXError", "RELEASED", "released");
  });

  test("keep indices of arguments inside their arrays, also where shapes are free", () => {
    const f = (x: A, i: A) => [mx.take(x, i), mx.takeAlongAxis(x, i, 0)];
    const far = mx.array([1_000_000_000, -1_000_000_000], "int32");
    for (const shapeless of [false, true]) {
      const start = mx.array([0, 1], "int32");
      mx.exportFunction(path("i.mlxfn"), f, [mx.array([1, 2, 3]), start], { shapeless });
      const g = mx.importFunction(path("i.mlxfn"));
      expect(g(mx.array([1, 2, 3]), far).map((a) => a.tolist())).toEqual([
        [3, 1],
        [3, 1],
      ]);
      if (shapeless) {
        const longer = g(mx.array([1, 2, 3, 4, 5]), mx.array([4, 3], "int32"));
        expect(must(longer[0]).tolist()).toEqual([5, 4]);
      }
    }
  });

  test("an exporter takes several traces, and the file appears when it is closed", () => {
    const file = path("several.mlxfn");
    const more = mx.exporter(file, (x: A) => mx.square(x), { metadata: "squares" });
    more(mx.ones([2]));
    more(mx.ones([2, 2]));
    expectError(() => more(mx.ones([2])), "RangeError", "VALUE", "these shapes before");
    expect(existsSync(file)).toBe(false);
    more.close();
    more.close();
    expectError(() => more(mx.ones([4])), "MLXError", "RELEASED", "was closed");
    const f = mx.importFunction(file);
    expect(must(f(mx.array([3, 4]))[0]).tolist()).toEqual([9, 16]);
    expect(
      must(
        f(
          mx.array([
            [3, 4],
            [5, 6],
          ]),
        )[0],
      ).tolist(),
    ).toEqual([
      [9, 16],
      [25, 36],
    ]);
    {
      using scoped = mx.exporter(file, (x: A) => mx.exp(x));
      scoped(mx.ones([1]));
    }
    expect(must(mx.importFunction(file)(mx.array([0]))[0]).tolist()).toEqual([1]);
  });

  test("a failing trace leaves the file that was there, no draft and no array", () => {
    const file = path("kept.mlxfn");
    mx.exportFunction(file, (x: A) => x.add(1), [mx.ones([2])]);
    const before = readFileSync(file);
    const names = readdirSync(folder);
    const error = new Error("on purpose");
    const fail = (x: A): A => {
      x.add(1);
      throw error;
    };
    const x = mx.ones([2]);
    const count = added(() => {
      expect(() => mx.exportFunction(file, fail, [x])).toThrow(error);
      expectError(
        () => mx.exportFunction(file, () => 3 as never, [x]),
        "TypeError",
        "KIND",
        "array",
      );
      expectError(() => mx.exportFunction(file, () => [], [x]), "TypeError", "KIND", "array");
      const read = (y: A) => mx.array(mx.sum(y).item());
      expectError(() => mx.exportFunction(file, read, [x]), "RangeError", null, /^\[(item|eval)/);
      const broken = mx.exporter(file, fail);
      expect(() => broken(x)).toThrow(error);
      expectError(() => broken(x), "MLXError", "RELEASED", "failed before");
      broken.close();
    });
    expect(count).toBe(0);
    expect(readFileSync(file)).toEqual(before);
    expect(readdirSync(folder)).toEqual(names);
  });

  test("ops that MLX cannot export and tracers of other transforms are refused", () => {
    const f = mx.customFunction((x: A) => x.add(1)).vjp((_, c) => c);
    expectError(
      () => mx.exportFunction(path("n.mlxfn"), f, [mx.ones([2])]),
      "RangeError",
      null,
      "Unable to serialize",
    );
    const inside = mx.compile((x: A) => {
      mx.exportFunction(path("n.mlxfn"), (y: A) => y.add(x), [mx.ones([2])]);
      return x;
    });
    expectError(() => inside(mx.ones([2])), "RangeError", "VALUE", "another transform");
    expect(existsSync(path("n.mlxfn"))).toBe(false);
  });

  test("lists of billions of holes are refused, not copied", () => {
    const holes = new Array(2 ** 32 - 1);
    const identity = (x: A) => x;
    const calls = [
      () => mx.exportFunction(path("a"), identity, holes),
      () => mx.exportFunction(path("a"), identity, [holes as never]),
      () => mx.exportFunction(path("a"), () => holes, [mx.ones([1])]),
    ];
    for (const call of calls) expectError(call, "RangeError", null, "4294967295 items");
  });

  test("arguments of wrong kinds are refused by name", () => {
    const f = (x: A) => x;
    const x = mx.ones([1]);
    const any = mx as unknown as Record<string, (...args: unknown[]) => unknown>;
    const call = (name: string, ...args: unknown[]) => must(any[name])(...args);
    const refusals: [() => unknown, "TypeError" | "MLXError", string, string][] = [
      [() => call("exportFunction", 3, f, [x]), "TypeError", "KIND", "a path"],
      [() => call("exportFunction", path("a"), 3, [x]), "TypeError", "KIND", "a function"],
      [() => call("exportFunction", path("a"), f, x), "TypeError", "KIND", "a list of arrays"],
      [() => call("exportFunction", path("a"), f, [3]), "TypeError", "KIND", "must be arrays"],
      [() => call("exportFunction", path("a"), f, [x], { kw: 1 }), "TypeError", "OPTION", '"kw"'],
      [
        () => call("exportFunction", path("a"), f, [x], { kwargs: 3 }),
        "TypeError",
        "KIND",
        "kwargs",
      ],
      [() => call("exporter", path("a"), f, { shapeless: 1 }), "TypeError", "KIND", "shapeless"],
      [() => call("exporter", path("a"), f, { metadata: 1 }), "TypeError", "KIND", "metadata"],
      [() => call("importFunction", "a\0b"), "MLXError", "FILE", "NUL"],
      [() => call("importFunction", path("none")), "MLXError", "FILE", "cannot be opened"],
      [() => call("importFunction", folder), "MLXError", "FILE", "cannot be read"],
      [() => mx.exportFunction(path("no/a"), f, [x]), "MLXError", "FILE", "could not be written"],
    ];
    for (const [run, name, code, words] of refusals) expectError(run, name, code, words);
  });

  test("a callback is told inputs, outputs, constants and ops, in this order", () => {
    const told: Parameters<Parameters<typeof tell>[0]>[0][] = [];
    const tell = (to: (entry: import("@mlx-ts/backend-api").ExportEntry<A>) => void) =>
      mx.exportFunction(
        to,
        (x: A, { k }: { k: A }) =>
          mx
            .sum(x.astype("float16"), 1)
            .add(mx.array([1, 2]))
            .add(k),
        [mx.ones([2, 3])],
        { kwargs: { k: mx.array(1) } },
      );
    tell((entry) => told.push(entry));
    expect(told.map(({ type }) => type).slice(0, 5)).toEqual([
      "inputs",
      "keyword_inputs",
      "outputs",
      "constants",
      "primitive",
    ]);
    const ops = told.flatMap((entry) =>
      entry.type === "primitive" ? [[entry.name, entry.arguments]] : [],
    );
    expect(ops.slice(0, 3)).toEqual([
      ["AsType", ["float16"]],
      ["Reduce", [2, [1]]],
      ["Squeeze", [[1]]],
    ]);
    const [first, keyword, , constants] = told;
    expect(first).toMatchObject({ inputs: [{ shape: [2, 3], dtype: "float32" }, { shape: [] }] });
    expect(keyword).toMatchObject({ keywords: [["k", expect.any(String)]] });
    const arrays = constants?.type === "constants" ? constants.constants : [];
    expect(arrays.map(([, array]) => array.tolist())).toEqual([[1, 2]]);
  });
});

test("callbacks that are asynchronous are refused, and their failures end nothing", () => {
  const later = async () => {
    throw new Error("later");
  };
  const x = mx.ones([1]);
  expectError(() => mx.exportFunction(later, (y: A) => y, [x]), "TypeError", "KIND", "promise");
  expectError(() => mx.exportToDot(later, mx.exp(x)), "TypeError", "KIND", "promise");
});

describe("damaged files", () => {
  test("cut or changed at thousands of bytes, they are refused or computed, never a crash", async () => {
    needs("processes");
    const script = fileURLToPath(new URL("./damage.ts", import.meta.url));
    const { code, signal, out, err } = await runNode([script]);
    expect({ code, signal, last: code === 0 ? "" : err.slice(-200) }).toEqual({
      code: 0,
      signal: null,
      last: "",
    });
    const { counts, strange } = JSON.parse(out) as {
      counts: Record<string, number>;
      strange: string[];
    };
    expect(strange).toEqual([]);
    expect(must(counts.refused)).toBeGreaterThan(3000);
    expect(must(counts.called)).toBeGreaterThan(100);
  }, 120_000);

  test("an op that cannot be checked is refused by name", () => {
    needs("exports");
    const bytes = readFileSync(fromPython("named"));
    const at = bytes.indexOf("Tanh");
    writeFileSync(path("strange.mlxfn"), bytes.fill("Tanx", at, at + 4));
    expectError(
      () => mx.importFunction(path("strange.mlxfn")),
      "MLXError",
      "UNSUPPORTED",
      "the op Tanx",
    );
  });
});

describe("exportToDot", () => {
  const x = () => mx.array([1]);

  test("writes the graph to a file or gives its text, with names", () => {
    const a = x();
    const b = mx.exp(a);
    let text = "";
    mx.exportToDot(
      (dot) => {
        text = dot;
      },
      b,
      { names: { input: a, output: b } },
    );
    expect(text).toMatch(/^digraph \{[\s\S]*"input" -> \d+[\s\S]*Exp|Exp[\s\S]*"output"/);
    mx.exportToDot(path("graph.dot"), b);
    expect(readFileSync(path("graph.dot"), "utf8")).toContain("digraph");
  });

  test("refuses what is no array, unknown options and paths that cannot be written", () => {
    expectError(() => mx.exportToDot(path("g"), 3 as never), "TypeError", "KIND", "arrays");
    expectError(
      () => mx.exportToDot(path("g"), x(), { name: {} } as never),
      "TypeError",
      "OPTION",
      '"name"',
    );
    expectError(
      () => mx.exportToDot(path("no/g"), x()),
      "MLXError",
      "FILE",
      "could not be written",
    );
    expectError(() => mx.exportToDot(3 as never, x()), "TypeError", "KIND", "a path");
  });
});

test("an imported function computes on this thread's streams after those were cleared", () => {
  mx.exportFunction(path("cleared.mlxfn"), (a: A) => mx.add(mx.exp(a), 1), [mx.zeros([2])]);
  mx.clearStreams();
  using fn = mx.importFunction(path("cleared.mlxfn"));
  expect(fn(mx.zeros([2])).map((a) => a.tolist())).toEqual([[2, 2]]);
  mx.clearStreams();
  expect(fn(mx.zeros([2])).map((a) => a.tolist())).toEqual([[2, 2]]);
});
