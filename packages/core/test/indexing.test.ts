// a.index and a.at: against a plain implementation on random programs, in text form, and what is refused.
// What Python gives is in ops/indexing.test.ts.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as mx from "../src/index.js";
import { expectError } from "./errors.js";
import { argOf, type GoldenArg, goldens, must } from "./golden.js";
import { added } from "./live.js";

type Item = number | mx.Slice | null | "...";

/** The places that a slice takes of an axis, by Python's rules. */
function places({ start, stop, step }: mx.Slice, size: number): number[] {
  const by = step ?? 1;
  const out: number[] = [];
  const end = (given: number | null, missing: number, low: number, high: number) =>
    given === null ? missing : Math.min(Math.max(given < 0 ? given + size : given, low), high);
  if (by > 0) {
    const to = end(stop, size, 0, size);
    for (let i = end(start, 0, 0, size); i < to; i += by) out.push(i);
  } else {
    const to = end(stop, -1, -1, size - 1);
    for (let i = end(start, size - 1, -1, size - 1); i > to; i += by) out.push(i);
  }
  return out;
}

/** The shape of an index and the flat places it takes, the slow way. */
function reference(shape: readonly number[], items: readonly Item[]) {
  const named = items.filter((item) => item !== null && item !== "...").length;
  const missing = Array.from({ length: shape.length - named }, () => new mx.Slice());
  const dots = items.indexOf("...");
  const full =
    dots < 0
      ? [...items, ...missing]
      : [...items.slice(0, dots), ...missing, ...items.slice(dots + 1)];
  const result: number[] = [];
  let flat = [0];
  let axis = 0;
  for (const item of full) {
    if (item === null) {
      result.push(1);
      continue;
    }
    const size = must(shape[axis++]);
    const taken =
      typeof item === "number" ? [item < 0 ? item + size : item] : places(item as mx.Slice, size);
    if (typeof item !== "number") result.push(taken.length);
    flat = flat.flatMap((base) => taken.map((place) => base * size + place));
  }
  return { shape: result, flat };
}

/** An array's shape and an index whose integers are inside. */
const program = fc
  .array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 4 })
  .chain((shape) =>
    fc.tuple(
      fc.constant(shape),
      fc
        .tuple(...shape.map((size) => itemOf(size)))
        .chain((items) =>
          fc.tuple(
            fc.constant(items),
            fc.integer({ min: 0, max: items.length }),
            fc.integer({ min: -1, max: items.length }),
          ),
        )
        .map(([items, count, dots]) => spelled(items, count, dots)),
    ),
  );

function itemOf(size: number): fc.Arbitrary<readonly Item[]> {
  const edge = fc.option(fc.integer({ min: -size - 3, max: size + 3 }), { freq: 3 });
  const far = fc.constantFrom(2 ** 31 - 1, -(2 ** 31), 2 ** 40);
  const step = fc
    .option(fc.oneof({ weight: 6, arbitrary: fc.integer({ min: -4, max: 4 }) }, far), { freq: 2 })
    .map((by) => (by === 0 ? 1 : by));
  const slice = fc
    .tuple(
      fc.oneof({ weight: 8, arbitrary: edge }, far),
      fc.oneof({ weight: 8, arbitrary: edge }, far),
      step,
    )
    .map(([start, stop, by]): Item => new mx.Slice(start, stop, by));
  const one = size === 0 ? slice : fc.oneof(slice, fc.integer({ min: -size, max: size - 1 }));
  return fc.tuple(one, fc.boolean()).map(([item, fresh]) => (fresh ? [item, null] : [item]));
}

/** Leaves out the last axes, or those behind an ellipsis. */
function spelled(items: readonly (readonly Item[])[], count: number, dots: number): Item[] {
  if (dots < 0) return items.slice(0, count).flat();
  const front = Math.min(dots, count);
  const back = count - front;
  return [...items.slice(0, front).flat(), "...", ...(back > 0 ? items.slice(-back).flat() : [])];
}

const counted = (shape: readonly number[]) =>
  mx.arange(shape.reduce((n, d) => n * d, 1)).reshape(shape);

describe("random programs", () => {
  test("a.index takes the places that a plain implementation takes", () => {
    fc.assert(
      fc.property(program, ([shape, items]) =>
        mx.tidy(() => {
          const wanted = reference(shape, items);
          const got = counted(shape).index(...items);
          expect(got.shape).toEqual(wanted.shape);
          expect([...got.toTypedArray()]).toEqual(wanted.flat);
        }),
      ),
      { numRuns: 400, seed: 1 },
    );
  });

  test("a.at writes the places that a plain implementation writes", () => {
    fc.assert(
      fc.property(program, ([shape, items]) =>
        mx.tidy(() => {
          const wanted = reference(shape, items);
          const a = counted(shape);
          const before = [...a.toTypedArray()].map(Number);
          const update = mx.negative(counted(wanted.shape).add(1));
          const after = [...before];
          for (const [i, place] of wanted.flat.entries()) after[place] = -i - 1;
          expect([
            ...a
              .at(...items)
              .set(update)
              .toTypedArray(),
          ]).toEqual(after);
          const doubled = before.map((n, place) => (wanted.flat.includes(place) ? 2 * n : n));
          expect([
            ...a
              .at(...items)
              .multiply(2)
              .toTypedArray(),
          ]).toEqual(doubled);
          expect([...a.toTypedArray()]).toEqual(before);
          a.at(...items).assign(update);
          expect([...a.toTypedArray()]).toEqual(after);
        }),
      ),
      { numRuns: 200, seed: 2 },
    );
  });

  test("on transposed and reversed arrays too", () => {
    fc.assert(
      fc.property(program, ([shape, items]) =>
        mx.tidy(() => {
          const base = counted([...shape].reverse());
          const copy = mx.array(mx.contiguous(base.transpose()));
          expect(
            base
              .transpose()
              .index(...items)
              .tolist(),
          ).toEqual(copy.index(...items).tolist());
          const reversed = mx.slice(null, null, -1);
          expect(
            base
              .transpose()
              .index(reversed)
              .index(...items)
              .tolist(),
          ).toEqual(
            copy
              .index(reversed)
              .index(...items)
              .tolist(),
          );
        }),
      ),
      { numRuns: 150, seed: 3 },
    );
  });
});

describe("text", () => {
  const textOf = (items: readonly GoldenArg[]): string | undefined => {
    const words = items.map((item) => {
      if (item === null) return "None";
      if (typeof item === "number" || item === "...") return String(item);
      const parts = (item as { slice?: readonly (number | null)[] }).slice;
      if (!Array.isArray(parts)) return undefined;
      const [start, stop, step] = parts;
      return `${start ?? ""}:${stop ?? ""}${step === null ? "" : `:${step}`}`;
    });
    return words.includes(undefined) ? undefined : words.join(", ");
  };

  test("in Python's notation means what the items mean, in every golden", () => {
    const { cases } = goldens("indexing");
    let compared = 0;
    for (const { op, args, error } of cases) {
      const [, ...items] = args;
      const text = op === "a.index" && !error ? textOf(items) : undefined;
      if (text === undefined) continue;
      mx.tidy(() => {
        const a = counted([5, 5, 5, 5]);
        const spelledOut = items.map((item) => argOf(item, []) as Item);
        const shape = a.index(...spelledOut).shape;
        expect([text, a.index(text).shape]).toEqual([text, shape]);
        expect(a.index(text).tolist()).toEqual(a.index(...spelledOut).tolist());
      });
      compared++;
    }
    expect(compared).toBeGreaterThan(140);
  });

  test("may have spaces, a trailing comma, and None for a missing end", () => {
    const a = counted([3, 4]);
    expect(a.index(" 1 , : ").tolist()).toEqual(a.index(1).tolist());
    expect(a.index("1,").tolist()).toEqual(a.index(1).tolist());
    expect(a.index("None:2, ::-1").tolist()).toEqual([
      [3, 2, 1, 0],
      [7, 6, 5, 4],
    ]);
    expect(a.index("..., +1").tolist()).toEqual([1, 5, 9]);
  });

  test("that is no index is refused with the part that is wrong", () => {
    const a = counted([3, 4]);
    for (const [text, part] of [
      ["x", '"x"'],
      ["0, 1.5", '"1.5"'],
      ["1:2:3:4", '"1:2:3:4"'],
      ["", '""'],
      ["0,,1", '""'],
      ["a:b", '"a"'],
    ] as const) {
      expectError(() => a.index(text), "RangeError", "INDEX", part);
    }
    expectError(() => a.index("::0"), "RangeError", "VALUE", "step is 0");
    expectError(
      () => a.index("3"),
      "RangeError",
      "INDEX",
      "index 3 is out of bounds for axis 0 with size 3",
    );
    expectError(() => a.index("99999999999"), "RangeError", "INDEX", "out of bounds");
  });

  test("names a part to update as well", () => {
    expect(counted([2, 2]).at(":, 0").set(9).tolist()).toEqual([
      [9, 1],
      [9, 3],
    ]);
  });
});

describe("what is refused", () => {
  const a = () => counted([2, 3]);
  const loose = (...items: unknown[]) => a().index(...(items as Item[]));

  test("integers out of bounds, with axis and size", () => {
    expectError(
      () => a().index(2),
      "RangeError",
      "INDEX",
      "index 2 is out of bounds for axis 0 with size 2",
    );
    expectError(
      () => a().index(0, -4),
      "RangeError",
      "INDEX",
      "index -4 is out of bounds for axis 1 with size 3",
    );
    expectError(() => mx.zeros([0]).index(0), "RangeError", "INDEX", "size 0");
    expectError(() => a().at(2).set(1), "RangeError", "INDEX", "index 2");
    expectError(() => a().at(2).assign(1), "RangeError", "INDEX", "index 2");
    expectError(() => a().at(2).get(), "RangeError", "INDEX", "index 2");
  });

  test("numbers that are no integers", () => {
    for (const value of [0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expectError(
        () => a().index(value),
        "RangeError",
        "VALUE",
        `an index must be an integer, got ${value}`,
      );
      expectError(() => mx.slice(value), "RangeError", "VALUE", "must be an integer");
    }
    expectError(() => mx.slice("1" as never), "TypeError", "KIND", '"1"');
  });

  test("a zero step", () => {
    expectError(() => mx.slice(0, 1, 0), "RangeError", "VALUE", "the step is 0");
    expectError(() => new mx.Slice(null, null, 0), "RangeError", "VALUE", "the step is 0");
  });

  test("two ellipses and more items than axes", () => {
    expectError(() => a().index("...", "..."), "RangeError", "INDEX", "one ellipsis");
    expectError(
      () => a().index(0, 0, 0),
      "RangeError",
      "INDEX",
      "3 indices were given for an array of 2 dimensions",
    );
    expectError(() => mx.array(1).index(0), "RangeError", "INDEX", "1 indices");
  });

  test("items of other kinds", () => {
    for (const item of [true, 1n, undefined, {}, Symbol("s"), () => 0]) {
      expectError(() => loose(item), "TypeError", null, "[index]");
      expectError(() => loose(0, item), "TypeError", null, "[index]");
    }
  });

  test("values that do not fit the part, and leave the array as it was", () => {
    const array = a();
    const before = array.tolist();
    expectError(() => array.at(0).set([1, 2]), "RangeError", "SHAPE", "broadcast");
    expectError(() => array.at(0).assign([1, 2]), "RangeError", "SHAPE", "broadcast");
    expectError(() => array.at(0).assign("x" as never), "TypeError", "KIND", '"x"');
    expect(array.tolist()).toEqual(before);
  });
});

describe("assign", () => {
  test("changes this array for all who hold it, not what was made from it before", () => {
    const array = counted([3]);
    const same = array;
    const view = array.reshape(3, 1);
    const copy = mx.array(array);
    array.at(1).assign(9);
    expect([same.tolist(), view.tolist(), copy.tolist()]).toEqual([
      [0, 9, 2],
      [[0], [1], [2]],
      [0, 1, 2],
    ]);
  });

  test("keeps shape and dtype", () => {
    const array = counted([3]);
    array.at(0).assign(2.7);
    array.at(1).assign(mx.array(true));
    expect([array.dtype, array.tolist()]).toEqual(["int32", [2, 1, 2]]);
  });

  test("makes no array that stays", () => {
    const array = mx.zeros([4]);
    expect(
      added(() => {
        for (let i = 0; i < 4; i++) array.at(i).assign(i);
      }),
    ).toBe(0);
    expect(array.tolist()).toEqual([0, 1, 2, 3]);
  });

  test("of a part of itself works", () => {
    const array = counted([4]);
    array.at(mx.slice(1)).assign(array.index(mx.slice(1, 2)));
    array.at("...").assign(array.index(mx.slice(null, null, -1)));
    expect(array.tolist()).toEqual([3, 2, 1, 1]);
  });
});

test("iteration gives the rows, and refuses a scalar", () => {
  expect([...counted([2, 2])].map((row) => row.tolist())).toEqual([
    [0, 1],
    [2, 3],
  ]);
  expect([...mx.zeros([0, 3])]).toEqual([]);
  expectError(() => [...mx.array(1)], "RangeError", "SHAPE", "a scalar has no axis");
});

test("an array or list of integers gathers, also between slices", () => {
  const array = counted([3, 4]);
  expect(array.index([2, 0]).tolist()).toEqual([
    [8, 9, 10, 11],
    [0, 1, 2, 3],
  ]);
  expect(array.index(mx.slice(0, 2), mx.array([-1, 0], "int32")).tolist()).toEqual([
    [3, 0],
    [7, 4],
  ]);
  expect(array.index(mx.array(1, "int32")).tolist()).toEqual([4, 5, 6, 7]);
  expectError(() => array.index(mx.array([0.5])), "TypeError", "KIND", "integers");
});
