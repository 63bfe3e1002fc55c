// Arrays from JavaScript values, and back: every kind of value, every dtype, every layout.

import { describe, expect, test } from "vitest";
import * as mx from "../src/index.js";
import { expectError } from "./errors.js";

const facts = (a: mx.MLXArray) => [a.dtype, a.shape, a.tolist()];

describe("mx.array from numbers", () => {
  test("a number is a float32 scalar, a boolean a bool, a bigint an int64", () => {
    expect(facts(mx.array(3))).toEqual(["float32", [], 3]);
    expect(facts(mx.array(true))).toEqual(["bool", [], true]);
    expect(facts(mx.array(3n))).toEqual(["int64", [], 3]);
  });

  test("lists nest to any shape", () => {
    expect(facts(mx.array([1, 2]))).toEqual(["float32", [2], [1, 2]]);
    expect(
      mx.array([
        [[1], [2]],
        [[3], [4]],
      ]).shape,
    ).toEqual([2, 2, 1]);
    expect(facts(mx.array([]))).toEqual(["float32", [0], []]);
    expect(mx.array([[], []]).shape).toEqual([2, 0]);
  });

  test("a list is as wide as its widest kind", () => {
    expect(mx.array([true, false]).dtype).toBe("bool");
    expect(facts(mx.array([true, 2]))).toEqual(["float32", [2], [1, 2]]);
    expect(facts(mx.array([1n, 2]))).toEqual(["int64", [2], [1, 2]]);
    expect(facts(mx.array([1n, 2.5]))).toEqual(["float32", [2], [1, 2.5]]);
    expect(facts(mx.array([true, 2n]))).toEqual(["int64", [2], [1, 2]]);
  });

  test("ragged lists are refused", () => {
    for (const ragged of [
      [[1, 2], [3]],
      [[1], 2],
      [1, [2]],
      [[[1]], [2]],
      [[], [1]],
    ]) {
      expectError(() => mx.array(ragged as never), "RangeError", "SHAPE", "ragged");
    }
  });

  test("what is no number is refused by value, wherever it stands", () => {
    for (const value of ["1", null, undefined, {}, Symbol("s"), () => 1, new Date(0)]) {
      expectError(() => mx.array(value as never), "TypeError", "KIND", "[array]");
      expectError(() => mx.array([1, value] as never), "TypeError", "KIND", "[array]");
    }
  });

  test("holes in lists are refused", () => {
    expectError(() => mx.array(new Array(3)), "TypeError", "KIND", "undefined");
  });

  test("arrays inside lists are stacked", () => {
    const row = mx.array([1, 2]);
    expect(mx.array([row, [3, 4], row.add(4)]).tolist()).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expect(
      mx
        .array([
          [mx.array(1), 2],
          [3, mx.array(4)],
        ])
        .tolist(),
    ).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(mx.array([row], "int32").dtype).toBe("int32");
    expectError(() => mx.array([row, [1]]), "RangeError", "SHAPE", "[stack]");
  });
});

describe("mx.array with a dtype", () => {
  test("converts the elements", () => {
    expect(facts(mx.array([1.7, -1.7], "int32"))).toEqual(["int32", [2], [1, -1]]);
    expect(facts(mx.array([0, 2, Number.NaN], "bool"))).toEqual(["bool", [3], [false, true, true]]);
    expect(facts(mx.array([true, 2.5], "float64"))).toEqual(["float64", [2], [1, 2.5]]);
    expect(facts(mx.array([1, 2], "int64"))).toEqual(["int64", [2], [1, 2]]);
    expect(facts(mx.array(2.5, "complex64"))).toEqual(["complex64", [], { re: 2.5, im: 0 }]);
  });

  test("float16 and bfloat16 round to the nearest value that they have", () => {
    expect(mx.array([0.1, 2049, 65504, 1e6, 6e-8], "float16").tolist()).toEqual([
      0.0999755859375,
      2048,
      65504,
      Number.POSITIVE_INFINITY,
      2 ** -24,
    ]);
    expect(mx.array([0.1, 257, -1e40], "bfloat16").tolist()).toEqual([
      0.10009765625,
      256,
      Number.NEGATIVE_INFINITY,
    ]);
    expect(mx.array([-0], "float16").tolist()).toEqual([-0]);
  });

  test("an unknown dtype is refused", () => {
    expectError(() => mx.array([1], "float" as never), "TypeError", "DTYPE", '"float"');
    expectError(() => mx.array([1], 5 as never), "TypeError", "DTYPE", "must be a dtype");
  });

  test("64-bit integers keep all their bits", () => {
    const values = [2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n + 1n];
    expect(mx.array(values).tolist()).toEqual(values);
    expect(mx.array([2n ** 64n - 1n], "uint64").tolist()).toEqual([2n ** 64n - 1n]);
    expect(mx.array([2n ** 53n - 1n]).tolist()).toEqual([2 ** 53 - 1]);
    expectError(() => mx.array([Number.NaN], "int64"), "RangeError", "VALUE", "NaN");
    expect(mx.array([-1, 1.5], "uint64").tolist()).toEqual([2n ** 64n - 1n, 1]);
    for (const value of [2n ** 63n, -(2n ** 63n) - 1n, 2n ** 64n]) {
      expectError(() => mx.array(value), "RangeError", "VALUE", "does not fit int64");
    }
    expectError(() => mx.array([2n ** 64n], "uint64"), "RangeError", "VALUE", "fit uint64");
    expectError(() => mx.array([1e30], "int64"), "RangeError", "VALUE", "fit int64");
  });
});

describe("typed arrays", () => {
  const kinds = [
    [Int8Array.of(-1, 2), "int8"],
    [Uint8Array.of(1, 255), "uint8"],
    [Uint8ClampedArray.of(1, 255), "uint8"],
    [Int16Array.of(-1, 2), "int16"],
    [Uint16Array.of(1, 65535), "uint16"],
    [Int32Array.of(-1, 2), "int32"],
    [Uint32Array.of(1, 2 ** 32 - 1), "uint32"],
    [Float32Array.of(0.5, -2), "float32"],
    [Float64Array.of(0.5, -2), "float32"],
    [BigInt64Array.of(-1n, 2n), "int64"],
    [BigUint64Array.of(1n, 2n), "uint64"],
  ] as const;

  test("each kind keeps its type, but Float64Array becomes float32", () => {
    for (const [data, dtype] of kinds) {
      const a = mx.array(data);
      expect(facts(a)).toEqual([dtype, [2], Array.from(data, Number)]);
    }
  });

  test("a dtype converts them; Float64Array keeps its doubles as float64", () => {
    expect(facts(mx.array(Float64Array.of(0.1), "float64"))).toEqual(["float64", [1], [0.1]]);
    expect(facts(mx.array(Uint8Array.of(0, 3), "bool"))).toEqual(["bool", [2], [false, true]]);
    expect(facts(mx.array(Int32Array.of(7), "float16"))).toEqual(["float16", [1], [7]]);
  });

  test("a part of a buffer is taken as it is, and copied", () => {
    const data = Float32Array.of(0, 1, 2, 3);
    const a = mx.array(data.subarray(1, 3));
    data.fill(9);
    expect(a.tolist()).toEqual([1, 2]);
    expect(mx.array(Buffer.from([1, 2])).dtype).toBe("uint8");
    expect(mx.array(new Float32Array(new SharedArrayBuffer(8))).tolist()).toEqual([0, 0]);
  });

  test("a DataView and bare buffers are refused", () => {
    expectError(
      () => mx.array(new DataView(new ArrayBuffer(4)) as never),
      "TypeError",
      "KIND",
      "DataView",
    );
    expectError(() => mx.array(new ArrayBuffer(4) as never), "TypeError", "KIND", "ArrayBuffer");
  });
});

describe("an array of an array", () => {
  test("is a copy that later assignments do not touch", () => {
    const a = mx.array([1, 2]);
    const b = mx.array(a);
    a.at(0).assign(9);
    expect(b.tolist()).toEqual([1, 2]);
    b.dispose();
    expect(a.tolist()).toEqual([9, 2]);
  });

  test("may take another dtype", () => {
    expect(facts(mx.array(mx.array([1.5]), "int32"))).toEqual(["int32", [1], [1]]);
  });
});

describe("properties", () => {
  test("say shape, size and bytes", () => {
    const a = mx.zeros([2, 3], "float16");
    expect([a.shape, a.ndim, a.size, a.itemsize, a.nbytes, a.dtype]).toEqual([
      [2, 3],
      2,
      6,
      2,
      12,
      "float16",
    ]);
    expect([mx.array(1).ndim, mx.array(1).size, mx.zeros([0, 3]).size]).toEqual([0, 1, 0]);
  });

  test("T reverses the axes, mT swaps the last two", () => {
    const a = mx.zeros([2, 3, 4]);
    expect([a.T.shape, a.mT.shape]).toEqual([
      [4, 3, 2],
      [2, 4, 3],
    ]);
    expect(mx.array([1, 2]).T.shape).toEqual([2]);
    expectError(() => mx.array([1, 2]).mT, "RangeError", "SHAPE", "[mT] the array has 1 axes");
  });

  test("cannot be changed", () => {
    const a = mx.zeros([2]);
    expect(() => {
      (a as { shape: unknown }).shape = [1];
    }).toThrow(TypeError);
  });
});

describe("reading", () => {
  const layouts: readonly [string, () => mx.MLXArray, number[][]][] = [
    [
      "row-major",
      () =>
        mx.array([
          [1, 2],
          [3, 4],
        ]),
      [
        [1, 2],
        [3, 4],
      ],
    ],
    [
      "transposed",
      () =>
        mx.array([
          [1, 2],
          [3, 4],
        ]).T,
      [
        [1, 3],
        [2, 4],
      ],
    ],
    [
      "reversed",
      () =>
        mx
          .array([
            [1, 2],
            [3, 4],
          ])
          .index(mx.slice(null, null, -1)),
      [
        [3, 4],
        [1, 2],
      ],
    ],
    [
      "strided",
      () =>
        mx
          .array([
            [1, 0, 2],
            [3, 0, 4],
          ])
          .index("...", mx.slice(null, null, 2)),
      [
        [1, 2],
        [3, 4],
      ],
    ],
    [
      "broadcast",
      () => mx.broadcastTo(mx.array([1, 2]), [2, 2]),
      [
        [1, 2],
        [1, 2],
      ],
    ],
    [
      "computed",
      () =>
        mx
          .array([
            [0, 1],
            [2, 3],
          ])
          .add(1)
          .transpose(),
      [
        [1, 3],
        [2, 4],
      ],
    ],
    [
      "part of a larger one",
      () => mx.arange(16, "float32").reshape(4, 4).index(mx.slice(1, 3), mx.slice(2)),
      [
        [4, 5],
        [8, 9],
      ],
    ],
  ];
  for (const [what, make, wanted] of layouts) {
    test(`a ${what} array gives the same by every way`, async () => {
      const a = make();
      expect(a.tolist()).toEqual(wanted);
      expect([...make().toTypedArray()]).toEqual(wanted.flat());
      expect([...(await make().data())]).toEqual(wanted.flat());
      expect(JSON.parse(JSON.stringify(a))).toEqual(wanted);
      expect([...a].map((row) => row.tolist())).toEqual(wanted);
      expect(a.tolist()).toEqual(wanted);
    });
  }

  test("typed arrays have the kind that holds the dtype", () => {
    const kinds: [mx.DType, unknown][] = [
      ["bool", Uint8Array],
      ["uint8", Uint8Array],
      ["int16", Int16Array],
      ["uint32", Uint32Array],
      ["int64", BigInt64Array],
      ["uint64", BigUint64Array],
      ["float16", Float32Array],
      ["bfloat16", Float32Array],
      ["float32", Float32Array],
      ["float64", Float64Array],
      ["complex64", Float32Array],
    ];
    for (const [dtype, kind] of kinds) {
      expect(mx.array([1, 0], dtype).toTypedArray(), dtype).toBeInstanceOf(kind);
    }
    expect([...mx.array([1, 2], "complex64").toTypedArray()]).toEqual([1, 0, 2, 0]);
  });

  test("what was read is a copy", () => {
    const a = mx.array([1, 2]);
    (a.toTypedArray() as Float32Array).fill(9);
    expect(a.tolist()).toEqual([1, 2]);
  });

  test("arrays without elements read as empty lists of their shape", async () => {
    expect(mx.zeros([2, 0, 3]).tolist()).toEqual([[], []]);
    expect(mx.zeros([0, 3]).tolist()).toEqual([]);
    expect(mx.zeros([0]).toTypedArray()).toEqual(new Float32Array(0));
    expect(await mx.zeros([0], "int64").data()).toEqual(new BigInt64Array(0));
  });

  test("complex elements are objects of re and im", () => {
    const i = mx.sqrt(mx.array([-1], "complex64"));
    expect(i.tolist()).toEqual([{ re: expect.closeTo(0, 6), im: 1 }]);
    expect(i.index(0).item<mx.Complex>().im).toBe(1);
  });
});

describe("item", () => {
  test("gives the natural value of every dtype", () => {
    expect(mx.array(2.5).item()).toBe(2.5);
    expect(mx.array([[[7]]], "uint16").item()).toBe(7);
    expect(mx.array(true).item<boolean>()).toBe(true);
    expect(mx.array(0.1, "float16").item()).toBe(0.0999755859375);
    expect(mx.array(0.1, "float64").item()).toBe(0.1);
    expect(mx.array(2n ** 60n).item<bigint>()).toBe(2n ** 60n);
    expect(mx.array(5n).item()).toBe(5);
    expect(mx.array(2n ** 64n - 1n, "uint64").item<bigint>()).toBe(2n ** 64n - 1n);
    expect(mx.array(1.5, "complex64").item<mx.Complex>()).toEqual({ re: 1.5, im: 0 });
    expect(mx.array([1, 2, 3]).index(mx.slice(1, 2)).item()).toBe(2);
  });

  test("refuses more or fewer elements than one", () => {
    expectError(
      () => mx.array([1, 2]).item(),
      "RangeError",
      "SHAPE",
      "[item] the array has 2 elements",
    );
    expectError(() => mx.zeros([0]).item(), "RangeError", "SHAPE", "0 elements");
    expectError(() => mx.zeros([2], "complex64").item(), "RangeError", "SHAPE", "2 elements");
  });
});

test("structuredClone and postMessage refuse an array rather than copy a handle", () => {
  expect(() => structuredClone(mx.array(1))).toThrow();
});

test("an array of more than 255 axes is refused", () => {
  expect(mx.ones(Array(255).fill(1)).ndim).toBe(255);
  expectError(
    () => mx.ones(Array(300).fill(1)),
    "RangeError",
    "SHAPE",
    "[ones] the result has 300",
  );
});
