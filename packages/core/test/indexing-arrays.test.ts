// Index arrays and masks: inside transforms, out of bounds, in lists, with duplicates, and what is refused.
// What Python gives is in ops/indexing.test.ts, random programs are in indexing-programs.test.ts.

import { describe, expect, test } from "vitest";
import * as mx from "../src/index.js";
import { expectError } from "./errors.js";
import { added } from "./live.js";
import { needs } from "./needs.js";

const counted = (...shape: number[]) => mx.arange(shape.reduce((n, d) => n * d, 1)).reshape(shape);
const ints = (values: number | readonly number[]) => mx.array(values, "int32");

describe("index arrays", () => {
  test("may be lists, typed arrays, and lists that hold arrays", () => {
    const a = counted(3, 2);
    const wanted = [
      [4, 5],
      [0, 1],
    ];
    expect(a.index([2, 0]).tolist()).toEqual(wanted);
    expect(a.index(Int32Array.of(2, 0)).tolist()).toEqual(wanted);
    expect(a.index(Uint8Array.of(2, 0)).tolist()).toEqual(wanted);
    expect(a.index([ints(2), 0]).tolist()).toEqual(wanted);
    expect(a.index([ints([2]), [0]]).tolist()).toEqual(wanted.map((row) => [row]));
    expect(a.at([2, 0], 1).set([7, 8]).tolist()).toEqual([
      [0, 8],
      [2, 3],
      [4, 7],
    ]);
  });

  test("out of bounds are clamped, to read and to write", () => {
    needs("indices out of bounds");
    const a = () => counted(2, 3);
    const far = ints([9, -9]);
    expect(a().index(far).tolist()).toEqual([
      [3, 4, 5],
      [0, 1, 2],
    ]);
    expect(a().index("...", far).tolist()).toEqual([
      [2, 0],
      [5, 3],
    ]);
    expect(a().index(far, far).tolist()).toEqual([5, 0]);
    expect(a().at(far, far).add(10).tolist()).toEqual([
      [10, 1, 2],
      [3, 4, 15],
    ]);
    const computed = mx.multiply(far, 1);
    expect(a().at(1, computed).set(0).tolist()).toEqual([
      [0, 1, 2],
      [0, 4, 0],
    ]);
  });

  test("that name an element twice: the last value stays, and the others apply both", () => {
    const twice = ints([1, 1]);
    const values = mx.array([2, 3]);
    const at = () => mx.array([5, 7]).at(twice);
    expect(at().set(values).tolist()).toEqual([5, 3]);
    expect(at().add(values).tolist()).toEqual([5, 12]);
    expect(at().subtract(values).tolist()).toEqual([5, 2]);
    expect(at().multiply(values).tolist()).toEqual([5, 42]);
    expect(
      at()
        .maximum(mx.array([9, 8]))
        .tolist(),
    ).toEqual([5, 9]);
    expect(
      at()
        .minimum(mx.array([4, 6]))
        .tolist(),
    ).toEqual([5, 4]);
    expect(
      at()
        .divide(mx.array([2, 4]))
        .tolist(),
    ).toEqual([5, 0.875]);
  });

  test("go to the front when slices or new axes lie between them", () => {
    const a = mx.zeros([2, 3, 4, 5]);
    const picks = ints([0, 1, 1]);
    const two = mx.zeros([2, 1], "int32");
    const full = mx.slice();
    expect(a.index(picks, picks).shape).toEqual([3, 4, 5]);
    expect(a.index(full, picks, two).shape).toEqual([2, 2, 3, 5]);
    expect(a.index(picks, full, two).shape).toEqual([2, 3, 3, 5]);
    expect(a.index(0, full, picks).shape).toEqual([3, 3, 5]);
    expect(a.index(full, 0, picks).shape).toEqual([2, 3, 5]);
    expect(a.index(full, picks, null, picks).shape).toEqual([3, 2, 1, 5]);
    expect(a.index("...", picks, 0, null).shape).toEqual([2, 3, 3, 1]);
  });

  // Compiling fused ops for the CPU runs a C++ compiler.
  test("may be scalars, also tracers inside a compiled function", { timeout: 60_000 }, () => {
    const a = counted(3, 4);
    const both = mx.compile((x: mx.MLXArray, i: mx.MLXArray) => [
      x.index(i, mx.slice(1, 3)),
      x.at(1, i).set(-1),
    ]);
    for (const i of [0, 2, -1, 7]) {
      const [row, copy] = both(a, ints(i));
      expect(row?.tolist()).toEqual(a.index(Math.min(i, 2), mx.slice(1, 3)).tolist());
      expect(copy?.tolist()).toEqual(a.at(1, Math.min(i, 3)).set(-1).tolist());
    }
  });

  test("give gradients that add up where an element was read twice", () => {
    const read = (x: mx.MLXArray) => mx.sum(x.index([0, 2, 0]).multiply(mx.array([1, 2, 4])));
    expect(
      mx
        .grad(read)(mx.zeros([3]))
        .tolist(),
    ).toEqual([5, 0, 2]);
    const twice = mx.grad((x: mx.MLXArray) =>
      mx.sum(mx.grad((y: mx.MLXArray) => mx.sum(mx.square(y.index([1, 1]))))(x)),
    );
    expect(twice(mx.array([3, 5])).tolist()).toEqual([0, 4]);
  });

  test("leave nothing behind, whether it works or not", () => {
    const a = mx.zeros([2, 3]);
    const v = mx.ones([3]);
    const picks = ints([0, 1]);
    mx.eval(a, v, picks);
    expect(
      added(() => {
        a.at(picks).assign(v);
        a.at([0, 1], mx.slice(0, 2)).assign(1);
        a.at(mx.slice(1), [[2, 0]]).assign([[1, 2]]);
        a.at([true, false]).assign(3);
        a.index([0, 1], 1).dispose();
        a.index(mx.slice(1), [0, 1], null).dispose();
        a.at(0, [1]).divide(2).dispose();
        expect(() => a.at(picks, [0, 1, 2]).assign(v)).toThrow();
        expect(() => a.at(picks).assign([1, 2])).toThrow();
        expect(() => a.index([0, 1], 7)).toThrow();
        expect(() => a.index([0, 1], [0.5])).toThrow();
      }),
    ).toBe(0);
  });

  test("that are wrong are refused, with what to do", () => {
    const a = counted(2, 3);
    expectError(() => a.index([0.5]), "RangeError", "VALUE", "32-bit integer, got 0.5");
    expectError(() => a.index(["x"] as never), "TypeError", "INDEX", '"x"');
    expectError(() => a.index([mx.ones([1])]), "TypeError", "KIND", "float32");
    expectError(() => a.index(mx.ones([1])), "TypeError", "KIND", "integers");
    expectError(() => a.index(Float32Array.of(1)), "TypeError", "KIND", "integers");
    expectError(() => a.index([0, 1], [0, 1, 2]), "RangeError", "SHAPE", "[2] and [3]");
    expectError(() => a.index([[0, 1], [2]] as never), "RangeError", "SHAPE", "[");
    expectError(() => mx.zeros([0, 2]).index([0]), "RangeError", "INDEX", "axis of size 0");
    expectError(() => mx.array(1).index([0]), "RangeError", "INDEX", "1 indices");
    expectError(() => a.at([0, 1]).set(mx.ones([4])), "RangeError", "SHAPE", /broadcast/);
    expectError(
      () => a.at([0, 1], null).set(mx.ones([2, 2, 3])),
      "RangeError",
      "SHAPE",
      "does not broadcast",
    );
  });
});

describe("masks", () => {
  test("are assigned where they are true: a number, or values in their order", () => {
    const a = mx.array([3, -1, 4, -1, -5]);
    a.at(a.less(0)).assign(0);
    expect(a.tolist()).toEqual([3, 0, 4, 0, 0]);
    a.at(a.equal(0)).assign([7, 8, 9]);
    expect(a.tolist()).toEqual([3, 7, 4, 8, 9]);
    a.at([true, false, false, false, true]).assign(1);
    expect(a.tolist()).toEqual([1, 7, 4, 8, 1]);
    a.at(false).assign(2);
    expect(a.tolist()).toEqual([1, 7, 4, 8, 1]);
    a.at(true).assign(2);
    expect(a.tolist()).toEqual([2, 2, 2, 2, 2]);
  });

  test("of leading axes take rows", () => {
    const a = counted(3, 2);
    expect(
      a
        .at([true, false, true])
        .set([
          [9, 8],
          [7, 6],
        ])
        .index(0)
        .tolist(),
    ).toEqual([9, 8]);
    expect(
      a
        .at(mx.array([false, true, true]))
        .set(
          mx.array([
            [6, 5],
            [4, 3],
          ]),
        )
        .tolist(),
    ).toEqual([
      [0, 1],
      [6, 5],
      [4, 3],
    ]);
  });

  test("with too few values fail when they are computed, and the array says so later", () => {
    needs("engine");
    const a = mx.zeros([3]);
    const b = a.at([true, true, true]).set([1, 2]);
    expect(() => b.tolist()).toThrow(/^\[MaskedScatter.* does not have enough elements/);
    expectError(() => b.tolist(), "MLXError", "POISONED", "failed earlier");
    b.dispose();
  });

  test("give gradients to the array and to the values", () => {
    const mask = mx.array([true, false, true, false]);
    const weights = mx.array([1, 2, 4, 8]);
    const loss = (x: mx.MLXArray, v: mx.MLXArray) => mx.sum(x.at(mask).set(v).multiply(weights));
    const grads = (v: mx.MLXArray) =>
      mx
        .grad(loss, [0, 1])(mx.zeros([4]), v)
        .map((g) => g.tolist());
    expect(grads(mx.array([5, 6]))).toEqual([
      [0, 2, 0, 8],
      [1, 4],
    ]);
    expect(grads(mx.array(5))).toEqual([[0, 2, 0, 8], 5]);
    // Values beyond the true places have no part in it.
    expect(grads(mx.array([5, 6, 7]))).toEqual([
      [0, 2, 0, 8],
      [1, 4, 0],
    ]);
    const rows = (x: mx.MLXArray, v: mx.MLXArray) =>
      mx.sum(
        x
          .at([false, true])
          .set(v)
          .multiply(
            mx.array([
              [1, 2],
              [3, 4],
            ]),
          ),
      );
    expect(
      mx
        .grad(rows, 1)(mx.zeros([2, 2]), mx.array([[5, 6]]))
        .tolist(),
    ).toEqual([[3, 4]]);
  });

  test("give the same inside a compiled function", { timeout: 60_000 }, () => {
    const set = (x: mx.MLXArray, v: mx.MLXArray) => x.at(x.greater(2)).set(v);
    const compiled = mx.compile(set);
    const a = counted(2, 3).astype("float32");
    const v = mx.array([7, 8, 9]);
    expect(compiled(a, v).tolist()).toEqual(set(a, v).tolist());
  });

  test("cannot be read, and cannot be part of a longer index", () => {
    const a = counted(2, 3);
    const mask = mx.array([true, false]);
    for (const read of [
      () => a.index(mask),
      () => a.index([true, false] as never),
      () => a.index(0, mx.array([true, false, true])),
      () => a.index(true as never),
      () => a.at(mask).get(),
    ]) {
      expectError(read, "TypeError", null, "mx.where(mask, a, other)");
    }
    expectError(() => a.at(mask, 0).set(1), "TypeError", null, "a.at(mask).assign(value)");
    expectError(() => a.at(mask).add(1), "TypeError", "INDEX", '"add"');
  });

  test("of another shape, and empty values, are refused", () => {
    const a = counted(2, 3);
    expectError(() => a.at([true, false, true]).set(1), "RangeError", "SHAPE", "mask");
    expectError(() => a.at(mx.ones([2, 3, 1], "bool")).set(1), "RangeError", null, "mask");
    expectError(() => a.at(mx.ones([2], "bool")).set([]), "RangeError", "SHAPE", "empty");
  });
});

describe("values", () => {
  test("never change the array's dtype", () => {
    const a = mx.zeros([2], "int32");
    expect(a.at([0]).set(2.7).tolist()).toEqual([2, 0]);
    expect(a.at("...").set(mx.ones([2])).dtype).toBe("int32");
    expect(
      mx
        .zeros([2], "int64")
        .at([0])
        .set(2 ** 40 + 1).item === undefined,
    ).toBe(false);
    expect(
      mx
        .zeros([1], "int64")
        .at([0])
        .set(2 ** 40 + 1)
        .tolist(),
    ).toEqual([2 ** 40 + 1]);
    expect(
      mx
        .zeros([1], "float16")
        .at(0)
        .add(mx.ones([1])).dtype,
    ).toBe("float16");
    expect(mx.ones([2], "uint8").at([0, 0]).subtract(1).tolist()).toEqual([255, 1]);
    expect(
      mx
        .ones([1])
        .at(0)
        .subtract(mx.array([1], "uint8"))
        .tolist(),
    ).toEqual([0]);
  });

  test("that an integer dtype cannot hold are refused", () => {
    const a = mx.zeros([2], "uint8");
    expectError(() => a.at(0).set(300), "RangeError", "VALUE", "300");
    expectError(() => a.at([0]).set(300), "RangeError", "VALUE", "300");
    expectError(() => a.at([0]).add(-1), "RangeError", "VALUE", "-1");
  });

  test("of integer arrays are not divided, since the reciprocal would be 0", () => {
    const why = 'astype("float32")';
    expectError(() => mx.arange(3).at(0).divide(2), "TypeError", "DTYPE", why);
    expectError(() => mx.arange(3).at([0]).divide(2), "TypeError", "DTYPE", why);
  });

  test("may have leading ones too many, as in numpy", () => {
    const a = mx.zeros([2, 2]);
    const v = mx.array([[[1, 2]]]);
    expect(a.at(0).set(v).index(0).tolist()).toEqual([1, 2]);
    expect(a.at([0]).set(v).index(0).tolist()).toEqual([1, 2]);
    expect(a.at(":, 0").set(v).index(":, 0").tolist()).toEqual([1, 2]);
  });
});

test("vmap maps over reads and updates", () => {
  // Another part of the library brings vmap.
  const vmap = Reflect.get(mx, "vmap") as
    | ((fn: (...args: mx.MLXArray[]) => mx.MLXArray, axes?: unknown) => typeof fn)
    | undefined;
  if (vmap === undefined) return;
  const a = counted(3, 2, 4);
  const v = mx.ones([3, 4]);
  const picks = mx.array(
    [
      [0, 1],
      [1, 1],
      [1, 0],
    ],
    "int32",
  );
  const cases: [(x: mx.MLXArray, y: mx.MLXArray) => mx.MLXArray, mx.MLXArray][] = [
    [(x) => x.index(1), v],
    [(x) => x.index("...", [3, 0]), v],
    [(x, i) => x.index(i), picks],
    [(x, i) => x.index(i, 0), picks],
    [(x, y) => x.at(1).set(y), v],
    [(x, y) => x.at([0, 0]).add(y), v],
    [(x, i) => x.at(i).multiply(2), picks],
  ];
  for (const [fn, y] of cases) {
    const rows = [0, 1, 2].map((i) => fn(a.index(i), y.index(i)));
    expect(vmap(fn as never)(a, y).tolist()).toEqual(mx.stack(rows).tolist());
  }
});

test("a mask that is read is refused by the name of indexing, alone or beside others", () => {
  const a = mx.array([
    [1, 2],
    [3, 4],
  ]);
  const mask = mx.array([true, false]);
  const reads = [
    () => a.index(mask),
    () => a.index(0, mask),
    () => a.at(mask).get(),
    () => a.index(mx.slice(0, 1), mask),
    () => a.index(mx.array(true)),
  ];
  for (const read of reads) expectError(read, "TypeError", "INDEX", "[index] a mask of booleans");
});
