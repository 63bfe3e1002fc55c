// What dtypes are to each other and their limits: exhaustive tables from Python.

import { promoteTypes } from "@mlx-ts/backend-api";
import { describe, expect, expectTypeOf, test } from "vitest";
import * as mx from "../src/index.js";
import { expectError } from "./errors.js";
import { goldens } from "./golden.js";

const table = goldens("dtypes") as unknown as {
  readonly dtypes: readonly mx.DType[];
  readonly categories: readonly mx.DTypeCategory[];
  readonly kinds: readonly mx.DTypeKindName[];
  readonly itemsize: readonly number[];
  readonly issubdtype: readonly string[];
  readonly resultType: readonly (readonly mx.DType[])[];
  readonly canCast: readonly string[];
  readonly isdtype: readonly string[];
  readonly several: readonly (readonly [readonly mx.DType[], mx.DType])[];
  readonly finfo: readonly (Readonly<Record<string, string>> | null)[];
  readonly iinfo: readonly (Readonly<Record<string, string>> | null)[];
  readonly constants: Readonly<Record<string, number | null>>;
};
const { dtypes, categories, kinds } = table;

/** A row of a table of truth values. */
const bits = (values: readonly boolean[]): string => values.map(Number).join("");

describe("over all dtypes", () => {
  test("itemsize is Python's", () => {
    expect(dtypes.map(mx.itemsize)).toEqual(table.itemsize);
  });

  test("issubdtype is Python's, for dtypes and categories", () => {
    const nodes = [...dtypes, ...categories];
    expect(nodes.map((a) => bits(nodes.map((b) => mx.issubdtype(a, b))))).toEqual(table.issubdtype);
  });

  test("isdtype is Python's, for dtypes and kinds", () => {
    const wanted = [...kinds, ...dtypes];
    expect(dtypes.map((a) => bits(wanted.map((kind) => mx.isdtype(a, kind))))).toEqual(
      table.isdtype,
    );
  });

  test("resultType is Python's, for two and for several", () => {
    expect(dtypes.map((a) => dtypes.map((b) => mx.resultType(a, b)))).toEqual(table.resultType);
    expect(dtypes.map((a) => dtypes.map((b) => promoteTypes(a, b)))).toEqual(table.resultType);
    for (const [names, wanted] of table.several) expect(mx.resultType(...names)).toBe(wanted);
  });

  test("resultType tells what the engine computes", () => {
    mx.tidy(() => {
      for (const a of dtypes) {
        for (const b of dtypes) {
          const [x, y] = [mx.zeros([1], a), mx.zeros([1], b)];
          expect(mx.maximum(x, y).dtype, `${a}, ${b}`).toBe(mx.resultType(x, y));
        }
      }
    });
  });

  test("canCast is Python's", () => {
    expect(dtypes.map((a) => bits(dtypes.map((b) => mx.canCast(a, b))))).toEqual(table.canCast);
  });

  test("finfo is Python's, and refuses what Python refuses", () => {
    const found = dtypes.map((dtype) => {
      try {
        const { smallestNormal, ...info } = mx.finfo(dtype as mx.InexactDType);
        return { ...info, smallest_normal: smallestNormal };
      } catch (error) {
        expect(error).toMatchObject({ name: "TypeError", code: "DTYPE" });
        return null;
      }
    });
    const number = (text: string) => (Number.isNaN(Number(text)) ? text : Number(text));
    expect(found).toEqual(
      table.finfo.map(
        (info) => info && Object.fromEntries(Object.entries(info).map(([k, v]) => [k, number(v)])),
      ),
    );
  });

  test("iinfo is Python's, and refuses what Python refuses", () => {
    const found = dtypes.map((dtype) => {
      try {
        const { min, max, ...info } = mx.iinfo(dtype as mx.IntegerDType);
        expect(typeof min).toBe(dtype.endsWith("64") ? "bigint" : "number");
        return { min: String(min), max: String(max), ...info };
      } catch (error) {
        expect(error).toMatchObject({ name: "TypeError", code: "DTYPE" });
        return null;
      }
    });
    expect(found).toEqual(table.iinfo);
  });
});

test("arrays count by their dtype", () => {
  const a = mx.array([1], "int8");
  expect(mx.resultType(a, "uint8")).toBe("int16");
  expect(mx.resultType(a)).toBe("int8");
  expect(mx.canCast(a, "float16")).toBe(true);
});

test("isdtype takes a list of kinds, of which one must fit", () => {
  expect(mx.isdtype("int32", ["bool", "int32"])).toBe(true);
  expect(mx.isdtype("int32", ["bool", "real floating"])).toBe(false);
  expect(mx.isdtype("int32", [])).toBe(false);
});

test("what is no dtype is refused by value", () => {
  const loose = mx as unknown as Record<string, (...args: unknown[]) => unknown>;
  expectError(() => mx.resultType(), "TypeError", "KIND", "at least one");
  expectError(() => loose.resultType?.(1, "int8"), "TypeError", "DTYPE", "takes the dtype");
  expectError(() => loose.resultType?.([1]), "TypeError", "DTYPE", "[1]");
  expectError(() => loose.canCast?.("int8", "int"), "TypeError", "DTYPE", '"int"');
  expectError(() => loose.canCast?.(1, "int8"), "TypeError", "DTYPE", "got 1");
  expectError(() => loose.issubdtype?.("int8", "int"), "TypeError", "DTYPE", '"int"');
  expectError(() => loose.issubdtype?.(null, "int8"), "TypeError", "DTYPE", "null");
  expectError(() => loose.isdtype?.("int", "bool"), "TypeError", "DTYPE", '"int"');
  expectError(() => loose.isdtype?.("int32", "floating"), "RangeError", "VALUE", '"floating"');
  expectError(() => loose.isdtype?.("int32", ["int32", 5]), "TypeError", "DTYPE", "5");
  expectError(() => loose.finfo?.("int32"), "TypeError", "DTYPE", '"int32"');
  expectError(() => loose.iinfo?.("constructor"), "TypeError", "DTYPE", '"constructor"');
});

test("the constants are Python's", () => {
  const { e, eulerGamma, pi, newaxis } = mx;
  expect({ e, eulerGamma, pi, newaxis }).toEqual(table.constants);
  expect([mx.inf, mx.nan]).toEqual([Number.POSITIVE_INFINITY, Number.NaN]);
  expect(mx.version).toMatch(/^\d+\.\d+\.\d+/);
});

test("the types say which dtypes have limits, and what kind of number they are", () => {
  expectTypeOf(mx.iinfo("int64").max).toEqualTypeOf<bigint>();
  expectTypeOf(mx.iinfo("int8").max).toEqualTypeOf<number>();
  expectTypeOf(mx.iinfo(mx.uint8).dtype).toEqualTypeOf<"uint8">();
  expectTypeOf(mx.finfo("float16").max).toEqualTypeOf<number>();
  expectTypeOf(mx.finfo).parameter(0).not.toEqualTypeOf<mx.DType>();
  expectTypeOf(mx.resultType("int8")).toExtend<mx.DType>();
  const options = { dtype: mx.float32, category: mx.floating };
  expectTypeOf(options).toEqualTypeOf<{ dtype: "float32"; category: "floating" }>();
});
