// The one calling rule, on every op of the table: arguments by position, and an object at any optional
// place that ends the call. The calls come from the goldens.

import { opTable } from "@mlx-ts/backend-api";
import { describe, expect, test } from "vitest";
import { families } from "../../backend-api/ops/index.js";
import type { Op } from "../../backend-api/ops/schema.js";
import * as mx from "../src/index.js";
import { expectError } from "./errors.js";
import { argOf, arrayOf, functionOf, type GoldenCase, goldens, must } from "./golden.js";
import { reachesBeyond } from "./reach.js";

/**
 * Their own arguments are not those of their row: they read one in two ways, or take any number of arrays. The
 * tests are by hand.
 */
const special = new Set(
  "arange slice convGeneral einsum broadcastArrays meshgrid atleast1d atleast2d atleast3d".split(
    " ",
  ),
);

const equal = (a: mx.MLXArray, b: mx.MLXArray): boolean =>
  a.dtype === b.dtype && mx.arrayEqual(a, b, true).item<boolean>();

function expectSame(got: unknown, wanted: unknown): void {
  const pairs = [got, wanted].map((value) => [value].flat() as mx.MLXArray[]);
  const [left, right] = [must(pairs[0]), must(pairs[1])];
  expect(left.length).toBe(right.length);
  left.forEach((array, i) => {
    expect(equal(array, must(right[i]))).toBe(true);
  });
}

/** A call that succeeds, with its arguments by name. */
interface Call {
  readonly fn: (...args: unknown[]) => unknown;
  readonly required: readonly unknown[];
  /** The optional arguments that were given, in the order of the signature. */
  readonly given: ReadonlyMap<string, unknown>;
  readonly positional: readonly string[];
  readonly names: readonly string[];
}

/** The first cases of an op that succeed, as calls. */
function callsOf(op: Op, name: string, family: string): Call[] {
  const file = goldens(family);
  const cases = file.cases.filter(
    (golden) => golden.op === name && !golden.error && !reachesBeyond(golden, file),
  );
  const most = [...cases].sort((a, b) => weight(b) - weight(a)).slice(0, 6);
  const inputs = file.inputs.map(arrayOf);
  return [...cases.slice(0, 2), ...most].map((golden) => {
    const args = golden.args.map((arg) => argOf(arg, inputs));
    const required = op.args.filter((arg) => arg.default === undefined).length;
    const optional = op.args.slice(required);
    const given = new Map<string, unknown>();
    args.slice(required).forEach((arg, i) => {
      given.set(must(optional[i]).name, arg);
    });
    for (const [key, arg] of Object.entries(golden.kw ?? {})) given.set(key, argOf(arg, inputs));
    return {
      fn: functionOf(name),
      required: args.slice(0, required),
      given,
      positional: optional.filter((arg) => !arg.keyword).map((arg) => arg.name),
      names: optional.map((arg) => arg.name),
    };
  });
}

const weight = (golden: GoldenCase): number =>
  golden.args.length + Object.keys(golden.kw ?? {}).length;

for (const family of families) {
  describe(`the calling rule in ${family.name}`, () => {
    for (const op of family.ops) {
      if (special.has(op.name)) continue;
      const name = family.namespace ? `${family.namespace}.${op.name}` : op.name;

      test(`${name} takes its optional arguments by position and by name alike`, () => {
        mx.tidy(() => {
          for (const call of callsOf(op, name, family.name)) checkPlaces(call);
        });
      });

      test(`${name} refuses options it does not have, options given twice and arguments behind them`, () => {
        mx.tidy(() => {
          for (const call of callsOf(op, name, family.name).slice(0, 2)) checkRefusals(call);
        });
      });
    }
  });
}

/** Calls with the object at each place, and compares with all by name. */
function checkPlaces({ fn, required, given, positional }: Call): void {
  const byName = (from: number) =>
    Object.fromEntries([...given].filter(([key]) => !positional.slice(0, from).includes(key)));
  const wanted = fn(...required, byName(0));
  for (let from = 0; from <= positional.length; from++) {
    // `undefined` at a place means the default.
    const placed = positional.slice(0, from).map((key) => given.get(key));
    const options = byName(from);
    expectSame(fn(...required, ...placed, options), wanted);
    expectSame(fn(...required, ...placed, { ...options, stream: mx.cpu }), wanted);
    if (Object.keys(options).length === 0) expectSame(fn(...required, ...placed), wanted);
  }
}

function checkRefusals({ fn, required, positional, names }: Call): void {
  for (let from = 0; from <= positional.length; from++) {
    const placed = positional.slice(0, from).map(() => undefined);
    const start = [...required, ...placed];
    expectError(() => fn(...start, { nonsense: 1 }), "TypeError", "OPTION", '"nonsense"');
    expectError(() => fn(...start, { stream: "tpu" }), "TypeError", "OPTION", "stream");
    for (const taken of positional.slice(0, from)) {
      expectError(
        () => fn(...start, { [taken]: 1 }),
        "TypeError",
        "OPTION",
        `"${taken}" was given both`,
      );
    }
    if (from < positional.length) {
      expectError(() => fn(...start, {}, 1), "TypeError", "OPTION", "follows the options object");
    }
  }
  if (names.length > 0) {
    expectError(() => fn(...required, { nonsense: 1 }), "TypeError", "OPTION", must(names[0]));
  }
}

describe("the goldens", () => {
  test("every op of the table has some", () => {
    const covered = new Set(
      [...families.map((family) => family.name), "scalars"].flatMap((family) =>
        goldens(family).cases.map((golden) => golden.op),
      ),
    );
    const named = families.flatMap((family) =>
      family.ops.map(({ name, overloads = name }) =>
        family.namespace ? `${family.namespace}.${overloads}` : overloads,
      ),
    );
    expect(named.filter((op) => !covered.has(op))).toEqual([]);
    expect(Object.keys(opTable).length).toBe(named.length);
  });

  test("all are of the one version of MLX", () => {
    const versions = families.map((family) => goldens(family.name).mlx);
    expect(new Set(versions)).toEqual(new Set(["0.32.4"]));
  });
});

describe("the calling rule of arange", () => {
  const calls: [string, () => mx.MLXArray, number[], string][] = [
    ["the end alone", () => mx.arange(3), [0, 1, 2], "int32"],
    ["the end and a dtype", () => mx.arange(3, "float32"), [0, 1, 2], "float32"],
    ["the end and options", () => mx.arange(3, { step: 2 }), [0, 2], "int32"],
    ["the end, a dtype and options", () => mx.arange(3, "int64", { step: 2 }), [0, 2], "int64"],
    ["both ends", () => mx.arange(1, 4), [1, 2, 3], "int32"],
    ["both ends and a step", () => mx.arange(4, 1, -2), [4, 2], "int32"],
    ["all by position", () => mx.arange(0, 4, 2, "float16"), [0, 2], "float16"],
    ["both ends and options", () => mx.arange(0, 4, { step: 3, dtype: "int8" }), [0, 3], "int8"],
    ["a step and options", () => mx.arange(0, 4, 2, { dtype: "float32" }), [0, 2], "float32"],
    ["an end that is no integer", () => mx.arange(1.5), [0, 1], "float32"],
  ];
  for (const [what, call, values, dtype] of calls) {
    test(`arange takes ${what}`, () => {
      const array = call();
      expect([array.tolist(), array.dtype]).toEqual([values, dtype]);
    });
  }

  test("arange refuses options given twice, unknown ones and arguments behind them", () => {
    const arange = mx.arange as (...args: unknown[]) => unknown;
    expectError(() => arange(0, 4, 2, { step: 1 }), "TypeError", "OPTION", '"step" was given both');
    expectError(() => arange(4, { stop: 1 }), "TypeError", "OPTION", '"stop"');
    expectError(() => arange(4, {}, 1), "TypeError", "OPTION", "follows the options object");
    expectError(() => arange("4"), "TypeError", "KIND", "stop");
    expectError(() => arange(0, 4, 0), "RangeError", "VALUE", "step");
    expectError(() => arange(Number.NaN), "RangeError", "VALUE", "[arange]");
  });
});
