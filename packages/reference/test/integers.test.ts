// Integers of every width wrap around: what is expected is arithmetic of bigints, cut to the width.

import { type DType, dtypeKind, hostConstructor, itemsize } from "@mlx-ts/backend-api";
import { describe, expect, test } from "vitest";
import type { Dense } from "../src/array.js";
import { binary } from "../src/binary.js";
import { convert } from "../src/convert.js";
import { unary } from "../src/unary.js";

const dtypes = [
  "uint8",
  "uint16",
  "uint32",
  "uint64",
  "int8",
  "int16",
  "int32",
  "int64",
] as const satisfies readonly DType[];

/** Division rounded down. */
const floored = (x: bigint, y: bigint) => (x - (((x % y) + y) % y)) / y;

const ops: Readonly<
  Record<string, [(a: Dense, b: Dense) => Dense, (x: bigint, y: bigint) => bigint]>
> = {
  add: [binary.add, (x, y) => x + y],
  subtract: [binary.subtract, (x, y) => x - y],
  multiply: [binary.multiply, (x, y) => x * y],
  floorDivide: [binary.floorDivide, (x, y) => (y === 0n ? 0n : floored(x, y))],
  remainder: [binary.remainder, (x, y) => (y === 0n ? x : x - floored(x, y) * y)],
  power: [binary.power, (x, y) => (y < 0n ? 0n : x ** (y % 64n))],
  bitwiseAnd: [binary.bitwiseAnd, (x, y) => x & y],
  bitwiseOr: [binary.bitwiseOr, (x, y) => x | y],
  bitwiseXor: [binary.bitwiseXor, (x, y) => x ^ y],
  leftShift: [binary.leftShift, (x, y) => x << y],
  rightShift: [binary.rightShift, (x, y) => x >> y],
};

describe.each(dtypes)("%s", (dtype) => {
  const bits = 8 * itemsize(dtype);
  const signed = dtypeKind(dtype) === "signed";
  const cut = (x: bigint) => (signed ? BigInt.asIntN(bits, x) : BigInt.asUintN(bits, x));

  const array = (values: readonly bigint[]): Dense => {
    const data = new (hostConstructor(dtype))(values.length);
    for (const [i, x] of values.entries()) data[i] = (bits === 64 ? x : Number(x)) as never;
    return { shape: [values.length], dtype, data };
  };
  const values = (a: Dense) => Array.from(a.data, BigInt);

  /** Small ones, the ends of the range, and what is near them. */
  const numbers = [
    ...new Set(
      [
        0n,
        1n,
        2n,
        3n,
        7n,
        100n,
        -1n,
        -2n,
        -5n,
        1n << BigInt(bits - 1),
        (1n << BigInt(bits - 1)) - 1n,
      ].map(cut),
    ),
  ];
  const pairs = numbers.flatMap((x) => numbers.map((y) => [x, y] as const));

  test.each(Object.entries(ops))("%s", (op, [kernel, expected]) => {
    const fits = ([, y]: readonly [bigint, bigint]) => {
      if (op.endsWith("Shift")) return y >= 0n && y < BigInt(bits);
      return op !== "power" || y < 64n;
    };
    const taken = pairs.filter(fits);
    const got = values(kernel(array(taken.map(([x]) => x)), array(taken.map(([, y]) => y))));
    expect(got).toEqual(taken.map(([x, y]) => cut(expected(x, y))));
    expect(taken.length).toBeGreaterThan(10);
  });

  test("negative, abs and bitwiseInvert", () => {
    const a = array(numbers);
    expect(values(unary.negative(a))).toEqual(numbers.map((x) => cut(-x)));
    expect(values(unary.abs(a))).toEqual(numbers.map((x) => cut(x < 0n ? -x : x)));
    expect(values(unary.bitwiseInvert(a))).toEqual(numbers.map((x) => cut(~x)));
  });

  test.each(dtypes)("to %s", (to) => {
    const wide = 8 * itemsize(to);
    const target = (x: bigint) =>
      dtypeKind(to) === "signed" ? BigInt.asIntN(wide, x) : BigInt.asUintN(wide, x);
    expect(values(convert.astype(array(numbers), to))).toEqual(numbers.map(target));
  });
});
