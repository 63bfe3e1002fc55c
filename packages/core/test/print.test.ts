// How arrays are shown: as Python prints them, in toString, templates and console.log.

import { inspect } from "node:util";
import { describe, expect, expectTypeOf, test } from "vitest";
import * as mx from "../src/index.js";
import { expectError } from "./errors.js";
import { arrayOf, goldens, must } from "./golden.js";
import { added } from "./live.js";
import { needs } from "./needs.js";

const { inputs, ...file } = goldens("print");

test("toString gives Python's repr, for every dtype, shape, edge and view", () => {
  const failures = mx.tidy(() =>
    (file.texts as [number, string][])
      .map(([index, text]) => [String(arrayOf(must(inputs[index]))), text])
      .filter(([got, wanted]) => got !== wanted),
  );
  expect(failures).toEqual([]);
});

test("console.log, templates and concatenation show the same", () => {
  const a = mx.array([
    [1, 2],
    [3, 4.5],
  ]);
  const text = "array([[1, 2],\n       [3, 4.5]], dtype=float32)";
  expect(inspect(a)).toBe(text);
  expect(`${a}`).toBe(text);
  expect(a.toString()).toBe(text);
});

test("console.log shows arrays inside other values", () => {
  expect(inspect({ a: mx.array([1, 2], "int32") })).toBe("{ a: array([1, 2], dtype=int32) }");
  expect(inspect([mx.array(true)])).toBe("[ array(True, dtype=bool) ]");
});

test("a released array is shown as what it is", () => {
  const a = mx.array(1);
  a.dispose();
  expect(inspect(a)).toBe("array(released by dispose())");
});

test("the sign of nan is shown, as Python does", () => {
  needs("signs of nan");
  const bits = (words: number[]) => new Float32Array(Uint32Array.from(words).buffer);
  const floats = mx.array(bits([0xffc00000, 0x7fc00000]));
  expect(String(floats)).toBe("array([-nan, nan], dtype=float32)");
  for (const dtype of ["float16", "float64"] as const) {
    expect(String(floats.astype(dtype))).toBe(`array([-nan, nan], dtype=${dtype})`);
  }
  expect(String(floats.astype("complex64"))).toBe("array([-nan+0j, nan+0j], dtype=complex64)");
});

describe("large arrays", () => {
  test("of millions show their ends only", () => {
    const text = String(mx.arange(4_000_000).reshape(2000, 2000));
    expect(text).toContain("[0, 1, 2, ..., 1997, 1998, 1999],");
    expect(text.length).toBeLessThan(500);
  });

  test("are not copied: views of more elements than memory holds are printed", () => {
    needs("views");
    const row = mx.arange(8);
    const huge = mx.broadcastTo(row, [2 ** 20, 2 ** 20, 8]);
    const text = String(huge);
    expect(text).toContain("[0, 1, 2, ..., 5, 6, 7]");
    expect(text.split("...").length).toBe(44);
    const most = 2 ** 31 - 1;
    expect(String(mx.broadcastTo(mx.array(true), [most, most]))).toContain(
      "[True, True, True, ...",
    );
    const halves = mx.broadcastTo(row.astype("float16"), [2 ** 20, 2 ** 20, 8]);
    expect(String(halves)).toBe(text.replace("int32", "float16"));
  });

  test("of long axes in any layout show the right ends", () => {
    const a = mx.arange(9 * 10).reshape(9, 10);
    const ends = "[[0, 10, 20, ..., 60, 70, 80],\n       [1, 11, 21, ..., 61, 71, 81],";
    expect(String(a.T)).toContain(ends);
    expect(String(a.index(mx.slice(null, null, -1)))).toContain("[[80, 81, 82, ..., 87, 88, 89]");
  });

  test("of too many axes show their shape", () => {
    const many = mx.ones(Array(21).fill(2));
    expect(String(many)).toBe(`array(..., shape=(${Array(21).fill(2).join(", ")}), dtype=float32)`);
    expect(String(mx.ones(Array(30).fill(1)))).toBe(
      `array(${"[".repeat(30)}1${"]".repeat(30)}, dtype=float32)`,
    );
  });

  test("leave no array behind, and none when they cannot be computed", () => {
    const a = mx.arange(100).reshape(10, 10);
    expect(added(() => String(a))).toBe(0);
    needs("tracing");
    const refused = () =>
      mx.compile((x: mx.MLXArray) => {
        expectError(() => String(x), "RangeError", null, "compile");
        return x;
      });
    expect(added(() => mx.tidy(() => void refused()(mx.zeros([10, 10]))))).toBe(0);
  });
});

describe("print options", () => {
  test("give Python's repr for every precision and dtype", () => {
    const failures = mx.tidy(() =>
      (file.fixed as [number, number, string][])
        .map(([precision, index, text]) => {
          using _ = mx.printoptions(precision);
          return [precision, String(arrayOf(must(inputs[index]))), text];
        })
        .filter(([, got, wanted]) => got !== wanted),
    );
    expect(failures).toEqual([]);
    expect(mx.getPrintoptions()).toEqual({ precision: -1 });
  });

  test("last until they are set anew, or until the end of their block", () => {
    const third = mx.array(1 / 3);
    mx.setPrintoptions({ precision: 2 });
    expect(String(third)).toBe("array(0.33, dtype=float32)");
    {
      using options = mx.printoptions(1);
      expect(options.precision).toBe(1);
      expect(inspect(third)).toBe("array(0.3, dtype=float32)");
    }
    expect(mx.getPrintoptions().precision).toBe(2);
    mx.setPrintoptions();
    expect(String(third)).toBe("array(0.333333, dtype=float32)");
  });

  test("are refused outside 0 to 100", () => {
    for (const precision of [-2, 101, 2.5, Number.NaN]) {
      expectError(() => mx.setPrintoptions(precision), "RangeError", "VALUE", "from 0 to 100");
    }
    expectError(() => mx.printoptions("3" as never), "TypeError", "KIND", '"3"');
    expectError(() => mx.setPrintoptions({ digits: 3 } as never), "TypeError", "OPTION", "digits");
    expect(mx.getPrintoptions().precision).toBe(-1);
    expectTypeOf(mx.getPrintoptions()).toEqualTypeOf<mx.PrintOptions>();
    expectTypeOf(mx.printoptions()).toExtend<Disposable>();
  });

  test("of a hundred digits show all that a number has", () => {
    using _ = mx.printoptions(100);
    const tiny = mx.array(2 ** -60, "float64");
    expect(String(tiny)).toBe(
      "array(0.000000000000000000867361737988403547205962240695953369140625" +
        `${"0".repeat(40)}, dtype=float64)`,
    );
  });
});
