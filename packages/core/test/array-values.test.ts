// What JavaScript's values become as arrays, and arrays as JavaScript's values: what Python gives, then typed
// arrays, complex numbers, hostile values, and JavaScript's own conversions.

import { describe, expect, expectTypeOf, test } from "vitest";
import * as mx from "../src/index.js";
import { expectError } from "./errors.js";
import { difference, functionOf, type GoldenArray, goldens, must } from "./golden.js";
import { added } from "./live.js";

const file = goldens("host") as unknown as {
  readonly made: readonly {
    readonly value: mx.ArrayLike;
    readonly dtype?: mx.DType;
    readonly out?: GoldenArray;
    readonly error?: true;
  }[];
  readonly beside: readonly (readonly [mx.DType, "add" | "multiply", GoldenArray])[];
};

describe("what Python gives", () => {
  test("for numbers and lists, with and without a dtype", () => {
    const failures = mx.tidy(() =>
      file.made.flatMap(({ value, dtype, out, error }) => {
        const call = () => mx.array(value, dtype);
        if (error) {
          expectError(call, "RangeError", "SHAPE", "ragged");
          return [];
        }
        const why = difference(call(), must(out));
        return why ? [`array(${JSON.stringify(value)}, ${dtype}): ${why}`] : [];
      }),
    );
    expect(failures).toEqual([]);
  });

  test("for a complex number next to an array of any dtype", () => {
    const failures = mx.tidy(() =>
      file.beside.flatMap(([dtype, op, wanted]) => {
        const a = mx.array([1, 0, 2], dtype);
        const number = { re: 1, im: -2 };
        const [asFunction, asMethod] = [functionOf(op), a[op]];
        return [asFunction(a, number) as mx.MLXArray, asMethod.call(a, number)]
          .map((got) => difference(got, wanted))
          .filter((why) => why !== undefined)
          .map((why) => `${dtype} ${op}: ${why}`);
      }),
    );
    expect(failures).toEqual([]);
  });
});

describe("complex numbers", () => {
  test("are written as they are read", () => {
    const values = [
      [
        { re: 1, im: -2 },
        { re: 0, im: 0.5 },
      ],
      [
        { re: Number.NaN, im: 1 },
        { re: Number.NEGATIVE_INFINITY, im: -0 },
      ],
    ];
    expect(mx.array(values).tolist()).toEqual(values);
    expect(mx.array({ re: 3, im: 4 }).item<mx.Complex>()).toEqual({ re: 3, im: 4 });
  });

  test("are told from options by their parts, which must be numbers", () => {
    for (const value of [{ re: 1 }, { re: "1", im: 2 }, { im: 1 }]) {
      expectError(() => mx.array(value as never), "TypeError", "KIND", "[array]");
      expectError(() => mx.array([value] as never), "TypeError", "KIND", "stands in a list");
    }
  });

  test("can be set into parts of arrays", () => {
    const a = mx.zeros([2], "complex64");
    expect(a.at(1).set({ re: 1, im: 2 }).tolist()).toEqual([
      { re: 0, im: 0 },
      { re: 1, im: 2 },
    ]);
    expect(mx.full([1], { re: 0, im: 1 }).dtype).toBe("complex64");
    const sum = mx.add({ re: 0, im: 1 }, mx.array(1), { stream: mx.cpu });
    expect(sum.item<mx.Complex>()).toEqual({ re: 1, im: 1 });
  });
});

describe("typed arrays", () => {
  test("inside lists are stacked, with arrays and lists", () => {
    const a = mx.array([Float32Array.of(1, 2), [3, 4], mx.array([5, 6])]);
    expect([a.dtype, a.tolist()]).toEqual([
      "float32",
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    ]);
    expect(mx.array([Uint8Array.of(1), Uint8Array.of(2)]).dtype).toBe("uint8");
    const rows = [Float64Array.of(1.5, 2), Float64Array.of(-3, 4)];
    for (const [dtype, first] of [
      [undefined, 1.5],
      ["float64", 1.5],
      ["int32", 1],
    ] as const) {
      const made = mx.array(rows, dtype);
      expect([made.dtype, made.tolist()]).toEqual([
        dtype ?? "float32",
        [
          [first, 2],
          [-3, 4],
        ],
      ]);
    }
    expect(mx.array([new Int8Array(0), new Int8Array(0)]).shape).toEqual([2, 0]);
    expect(mx.array([[Int8Array.of(1)], [Int8Array.of(2)]]).tolist()).toEqual([[[1]], [[2]]]);
    expect(mx.array([[Uint8Array.of(1)], [Int8Array.of(-2)]]).tolist()).toEqual([[[1]], [[-2]]]);
    expectError(
      () => mx.array([Float32Array.of(1, 2), Float32Array.of(3)]),
      "RangeError",
      "SHAPE",
      "[stack]",
    );
  });

  test("doubles reach every dtype without the way through float32, which the GPU would need", () => {
    const doubles = Float64Array.of(2 ** 24 + 1, -2.75, 0, 0.1);
    expect(mx.array(doubles, "int32").tolist()).toEqual([2 ** 24 + 1, -2, 0, 0]);
    expect(mx.array(doubles, "int64").tolist()).toEqual([2 ** 24 + 1, -2, 0, 0]);
    expect(mx.array(doubles, "bool").tolist()).toEqual([true, true, false, true]);
    expect(mx.array(doubles, "float64").tolist()).toEqual([...doubles]);
    expect(mx.array(doubles, "bfloat16").tolist()).toEqual([2 ** 24, -2.75, 0, 0.10009765625]);
    expect(mx.array(doubles, "complex64").index(1).item<mx.Complex>()).toEqual({
      re: -2.75,
      im: 0,
    });
  });

  test("of a buffer that was sent away or shrunk are refused", () => {
    const sent = Float32Array.of(1, 2);
    structuredClone(sent, { transfer: [sent.buffer] });
    expectError(() => mx.array(sent), "TypeError", "KIND", "detached");
    expectError(() => mx.array([sent, [1]]), "TypeError", "KIND", "detached");
    expectError(() => mx.array([sent, sent]), "TypeError", "KIND", "detached");
    const buffer: ArrayBuffer & { resize?(length: number): void } = Reflect.construct(ArrayBuffer, [
      8,
      { maxByteLength: 16 },
    ]);
    const fixed = new Float32Array(buffer, 4, 1);
    const growing = new Float32Array(buffer);
    expect(mx.array(fixed).tolist()).toEqual([0]);
    buffer.resize?.(16);
    expect(mx.array(growing).shape).toEqual([4]);
    buffer.resize?.(4);
    expectError(() => mx.array(fixed), "TypeError", "KIND", "shrunk");
    expect(mx.array(growing).shape).toEqual([1]);
    expect(mx.array(new Float32Array(0)).shape).toEqual([0]);
  });

  test("over shared memory are copied", () => {
    const shared = new Int32Array(new SharedArrayBuffer(8));
    const a = mx.array(shared);
    shared.fill(7);
    expect(a.tolist()).toEqual([0, 0]);
  });

  const Half = (globalThis as { Float16Array?: new (values: number[]) => mx.HalfData })
    .Float16Array;
  test.runIf(Half)("of float16, where the runtime has them, become float16", () => {
    const a = mx.array(new (must(Half))([0.1, -2, Number.POSITIVE_INFINITY]));
    expect([a.dtype, a.tolist()]).toEqual([
      "float16",
      [0.0999755859375, -2, Number.POSITIVE_INFINITY],
    ]);
  });

  test("read float16 and bfloat16 as float32, subnormals and infinities too", () => {
    for (const dtype of ["float16", "bfloat16"] as const) {
      const values = [0, -0, 1, -2.5, 2 ** -24, Number.POSITIVE_INFINITY, Number.NaN];
      const data = mx.array(values, dtype).toTypedArray();
      expect(data).toEqual(Float32Array.from(values));
    }
  });

  test("that are read leave no array behind", async () => {
    const a = mx.array([1, 2], "float16");
    expect(added(() => a.toTypedArray())).toBe(0);
    expect(added(() => a.tolist())).toBe(0);
    expect(added(() => mx.tidy(() => String(mx.broadcastTo(a, [20, 9, 2]))))).toBe(0);
    const before = mx.liveArrays();
    await a.data();
    expect(mx.liveArrays()).toBe(before);
  });
});

test("lists that JavaScript's heap could not hold are refused, by what their elements weigh", () => {
  mx.tidy(() => {
    for (const a of [mx.zeros([2 ** 22, 1], "complex64"), mx.zeros([2 ** 23], "int64")]) {
      expectError(() => a.tolist(), "RangeError", "VALUE", "use toTypedArray()");
    }
  });
});

describe("what is no array", () => {
  test("is refused with a cure", () => {
    const cases: [unknown, string][] = [
      [new ArrayBuffer(4), "new Float32Array(buffer)"],
      [new DataView(new ArrayBuffer(4)), "new Float32Array(buffer)"],
      [new SharedArrayBuffer(4), "new Float32Array(buffer)"],
      [new Set([1]), "Array.from"],
      [new Map([[1, 2]]), "Array.from"],
      [[1].values(), "Array.from"],
      ["12", '"12"'],
      [Promise.resolve(1), "a Promise"],
    ];
    for (const [value, words] of cases)
      expectError(() => mx.array(value as never), "TypeError", "KIND", words);
    expectError(() => mx.array(["1"] as never), "TypeError", "KIND", '"1" stands in a list');
  });

  test("is refused in lists that contain themselves, nest too deep or have holes", () => {
    const round: unknown[] = [];
    round.push(round);
    expectError(() => mx.array(round as never), "RangeError", "SHAPE", "contain itself");
    let deep: unknown = 1;
    for (let i = 0; i < 64; i++) deep = [deep];
    expect(mx.array(deep as mx.ArrayLike).ndim).toBe(64);
    expectError(() => mx.array([deep] as never), "RangeError", "SHAPE", "64 levels");
    const holed = [1, 2, 3];
    delete holed[1];
    expectError(() => mx.array(holed), "TypeError", "KIND", "undefined");
    for (const call of [mx.array, mx.square, (list: number[]) => mx.take(mx.arange(3), list)]) {
      expectError(() => call(new Array(2 ** 32 - 1)), "TypeError", "KIND", "undefined");
    }
  });

  test("leaves no array behind when it stands among arrays", () => {
    const a = mx.array([1]);
    const refused = () => {
      expectError(() => mx.array([a, [2], ["x"]] as never), "TypeError", "KIND", '"x"');
      expectError(() => mx.array([a, [2], [3, 4]]), "RangeError", "SHAPE", "[stack]");
    };
    expect(added(refused)).toBe(0);
  });
});

test("making an array leaves nothing else behind, outside scopes too", () => {
  const a = mx.array([1]);
  let made: mx.MLXArray | undefined;
  for (const make of [
    () => mx.array([a, [2], Float32Array.of(3)], "int32"),
    () => mx.array([1, 2], "float16"),
    () => mx.array({ re: 1, im: 2 }, "int8"),
    () => mx.array(Int8Array.of(1), "float32"),
  ]) {
    const count = added(() => {
      made = make();
    });
    expect(count).toBe(1);
    made?.dispose();
  }
});

describe("dtypes by name", () => {
  test("stand in the options as well, and null is the default", () => {
    expect(mx.array([1], { dtype: "int8" }).dtype).toBe("int8");
    expect(mx.array([1], null).dtype).toBe("float32");
    expectError(() => mx.array([1], { type: "int8" } as never), "TypeError", "OPTION", '"type"');
    expectError(() => mx.array([1], { dtype: "int" } as never), "TypeError", "DTYPE", '"int"');
  });
});

describe("asarray", () => {
  test("makes arrays of values as array does", () => {
    expect(mx.asarray([1, 2], "int32").tolist()).toEqual([1, 2]);
    expect(mx.asarray(true).dtype).toBe("bool");
    expect(mx.asarray([1], { dtype: "int8", copy: true }).dtype).toBe("int8");
  });

  test("shares an array's elements, in an array of its own", () => {
    const a = mx.array([1, 2]);
    const b = mx.asarray(a, { copy: false });
    expect(b === a).toBe(false);
    a.dispose();
    expect(b.tolist()).toEqual([1, 2]);
  });

  test("refuses what needs a copy where none is allowed", () => {
    const rule = "without a copy";
    expectError(() => mx.asarray([1], { copy: false }), "RangeError", "VALUE", rule);
    expectError(
      () => mx.asarray(mx.array([1]), "int32", { copy: false }),
      "RangeError",
      "VALUE",
      rule,
    );
    expectError(() => mx.asarray([1], { copy: 1 } as never), "TypeError", "KIND", "copy");
  });
});

describe("JavaScript's own conversions", () => {
  const a = mx.keep(mx.array([1, 2]));
  const loose = a as unknown as number;
  const text: string = "text ";

  test("operators are refused, for arrays of one element too", () => {
    const one = mx.array(1) as unknown as number;
    for (const call of [
      () => loose + 1,
      () => text + loose,
      () => one * 2,
      () => -one,
      () => +one,
      () => loose < 3,
      () => BigInt(one),
      () => Number(one),
      () => Math.max(one, 2),
      // biome-ignore lint/suspicious/noDoubleEquals: what is tested
      () => loose == 1,
    ]) {
      expectError(call, "TypeError", "KIND", "a.add(b)");
    }
  });

  test("texts show the array, and comparisons of arrays tell whether they are the same", () => {
    expect(`${a} ${String(a)} ${[a]}`).toBe(
      Array(3).fill("array([1, 2], dtype=float32)").join(" "),
    );
    const other: unknown = mx.array([1, 2]);
    // biome-ignore-start lint/suspicious/noDoubleEquals: what is tested
    expect([a == (other as typeof a), a == [a][0], (a as unknown) == null]).toEqual([
      false,
      true,
      false,
    ]);
    // biome-ignore-end lint/suspicious/noDoubleEquals: what is tested
    expect(a ? 1 : 2).toBe(1);
  });

  test("JSON holds nested lists; bigints need a replacer, as always in JSON", () => {
    expect(JSON.stringify({ a })).toBe('{"a":[1,2]}');
    expect(JSON.stringify(mx.array([Number.NaN, Number.POSITIVE_INFINITY]))).toBe("[null,null]");
    expect(JSON.stringify(mx.array({ re: 1, im: 2 }))).toBe('{"re":1,"im":2}');
    const wide = mx.array([2n ** 60n, 1n]);
    expect(() => JSON.stringify(wide)).toThrow(TypeError);
    const text = JSON.stringify(wide, (_, value) =>
      typeof value === "bigint" ? String(value) : value,
    );
    expect(text).toBe('["1152921504606846976",1]');
  });

  test("structuredClone refuses an array", () => {
    expect(() => structuredClone(a)).toThrow(/could not be cloned/);
    expect(() => structuredClone({ deep: [a] })).toThrow(/could not be cloned/);
  });

  test("a loop that is left early leaves no row behind but its own", () => {
    const rows = mx.zeros([5, 2]);
    const loop = () => {
      for (const row of rows) if (row.size === 2) break;
    };
    expect(added(() => mx.tidy(loop))).toBe(0);
    const gone = mx.zeros([2]);
    const iterator = gone[Symbol.iterator]();
    iterator.next().value?.dispose();
    gone.dispose();
    expectError(() => iterator.next(), "MLXError", "RELEASED", "[iterate]");
  });

  test("Array.from and spreading give the rows", () => {
    expect(Array.from(a, (row) => row.item())).toEqual([1, 2]);
    expectError(() => [...mx.array(1)], "RangeError", "SHAPE", "[iterate]");
    expect([...mx.zeros([0, 2])]).toEqual([]);
    expect([...mx.zeros([2, 0])].map((row) => row.shape)).toEqual([[0], [0]]);
    const columns = [
      ...mx.array([
        [1, 2],
        [3, 4],
      ]).T,
    ].map((row) => row.tolist());
    expect(columns).toEqual([
      [1, 3],
      [2, 4],
    ]);
  });
});

test("the types tell what comes in and what goes out", () => {
  expectTypeOf(mx.array).parameter(0).toEqualTypeOf<mx.ArrayLike>();
  expectTypeOf([
    [1, true],
    [2n, { re: 1, im: 0 }],
  ] as const).toExtend<mx.ArrayLike>();
  expectTypeOf([Float32Array.of(1), [1]]).toExtend<mx.ArrayLike>();
  expectTypeOf("1").not.toExtend<mx.ArrayLike>();
  expectTypeOf(new DataView(new ArrayBuffer(1))).not.toExtend<mx.ArrayLike>();
  const a = mx.array(1);
  expectTypeOf(a.item()).toEqualTypeOf<number>();
  expectTypeOf(a.item<bigint>()).toEqualTypeOf<bigint>();
  expectTypeOf(a.tolist<number[][]>()).toEqualTypeOf<number[][]>();
  expectTypeOf(a.tolist()).toEqualTypeOf<mx.Nested>();
  expectTypeOf(a.toTypedArray<Float32Array>()).toEqualTypeOf<Float32Array>();
  expectTypeOf(a.data<Int32Array>).returns.resolves.toEqualTypeOf<Int32Array>();
  expectTypeOf(a.shape).toEqualTypeOf<readonly number[]>();
  expectTypeOf(a.dtype).toEqualTypeOf<mx.DType>();
  expectTypeOf(a[Symbol.iterator]()).toEqualTypeOf<Generator<mx.MLXArray>>();
  // @ts-expect-error -- an array is no number
  expectError(() => a * 2, "TypeError", "KIND", "operators");
  // @ts-expect-error -- a dtype is one of fourteen words
  expectError(() => mx.array(1, "float"), "TypeError", "DTYPE", '"float"');
});
