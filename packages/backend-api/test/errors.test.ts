// Errors: classes, codes, and how received values are shown in messages.

import { describe, expect, test } from "vitest";
import { MLXError, rangeError, shown, typeError, UnsupportedError } from "../src/index.js";

describe("errors", () => {
  test("of kinds are TypeErrors, of values RangeErrors, each with a code", () => {
    const kind = typeError("[op] a kind");
    const value = rangeError("[op] a value");
    expect([kind instanceof TypeError, kind.code]).toEqual([true, "KIND"]);
    expect([value instanceof RangeError, value.code]).toEqual([true, "VALUE"]);
    expect(rangeError("[op] shapes", "SHAPE").code).toBe("SHAPE");
    expect(typeError("[op] a dtype", "DTYPE").code).toBe("DTYPE");
  });

  test("of the engine are MLXErrors that keep their cause", () => {
    const cause = new Error("below");
    const error = new MLXError("[eval] failed", "OOM", { cause });
    expect([error instanceof Error, error.name, error.code, error.cause]).toEqual([
      true,
      "MLXError",
      "OOM",
      cause,
    ]);
    expect(new MLXError("[eval] failed").code).toBe("ENGINE");
    expect(new MLXError(Symbol("s") as never).message).toBe("Symbol(s)");
    expect(new UnsupportedError(Symbol("s") as never, null as never).message).toContain(
      '[Symbol(s)] the backend "null"',
    );
  });

  test("of missing ops name the op, the backend and the cure", () => {
    const error = new UnsupportedError("conv2d", "mine", "use native");
    expect(error).toBeInstanceOf(MLXError);
    expect([error.op, error.backend, error.code, error.name]).toEqual([
      "conv2d",
      "mine",
      "UNSUPPORTED",
      "UnsupportedError",
    ]);
    expect(error.message).toBe('[conv2d] the backend "mine" does not support this; use native');
  });
});

describe("shown", () => {
  test("tells every kind of value shortly", () => {
    const values: [unknown, string][] = [
      [null, "null"],
      [undefined, "undefined"],
      [3, "3"],
      [Number.NaN, "NaN"],
      [3n, "3n"],
      [true, "true"],
      ["a", '"a"'],
      ["x".repeat(99), `"${"x".repeat(37)}..."`],
      [[1, "a", [2]], '[1, "a", [...]]'],
      [Array.from({ length: 9 }, (_, i) => i), "[0, 1, 2, 3, 4, 5, 6, 7, ...]"],
      [{ a: 1, b: 2 }, "{ a, b }"],
      [new Map(), "a Map"],
      [new Error("x"), "an Error"],
      [new Uint8Array(1), "a Uint8Array"],
      [new (class MLXArray {})(), "an MLXArray"],
      [function named() {}, "the function named"],
      [() => 1, "a function"],
      [Symbol("s"), "Symbol(s)"],
      [Object.create(null), "{  }"],
    ];
    for (const [value, text] of values) expect(shown(value)).toBe(text);
  });
});
