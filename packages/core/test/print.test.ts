// How arrays are shown: as Python prints them, in toString, templates and console.log.

import { inspect } from "node:util";
import { expect, test } from "vitest";
import * as mx from "../src/index.js";
import { arrayOf, goldens, must } from "./golden.js";

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

test("printing an array of millions shows its ends only", () => {
  const text = String(mx.arange(4_000_000).reshape(2000, 2000));
  expect(text).toContain("[0, 1, 2, ..., 1997, 1998, 1999],");
  expect(text.length).toBeLessThan(500);
});
