// Ops on two operands of one shape and dtype: one loop, and a table of what it does to single values of each kind.
// Integers of 32 bits stay exact where wrap-around needs it: sums fit a float64, products are Math.imul's.

import type { DType } from "@mlx-ts/backend-api";
import { type Dense, lanes, zeros } from "./array.js";
import * as c from "./complex.js";
import { blank, closed, opened, type ScalarOp, scalarOp } from "./values.js";

type Binary = ScalarOp<2>;
type Real = number | bigint;

const larger = <V extends Real>(x: V, y: V): V => (x > y || Number.isNaN(x) ? x : y);
const smaller = <V extends Real>(x: V, y: V): V => (x < y || Number.isNaN(x) ? x : y);

/** C's power, where JavaScript's gives NaN for 1 to the NaN and -1 to infinity. */
const power = (x: number, y: number) =>
  x === 1 || (x === -1 && Math.abs(y) === Number.POSITIVE_INFINITY) ? 1 : x ** y;

/** Powers of integers by squaring, of which only the low bits are kept. */
function bigPower(x: bigint, y: bigint): bigint {
  if (y < 0n) return 0n;
  let [result, square] = [1n, x];
  for (let rest = y; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = BigInt.asUintN(64, result * square);
    square = BigInt.asUintN(64, square * square);
  }
  return result;
}

function intPower(x: number, y: number): number {
  if (y < 0) return 0;
  let [result, square] = [1, x];
  for (let rest = y; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2) result = Math.imul(result, square);
    square = Math.imul(square, square);
  }
  return result;
}

/** A remainder that has the divisor's sign. */
function remainder(x: number, y: number): number {
  const rest = x % y;
  return rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest;
}

function bigRemainder(x: bigint, y: bigint): bigint {
  if (y === 0n) return x;
  const rest = x % y;
  return rest !== 0n && rest < 0n !== y < 0n ? rest + y : rest;
}

/** What ops do to single values; folds and scans use them too. */
export const scalars = {
  add: {
    bool: (x, y) => x | y,
    int: (x, y) => (x + y) | 0,
    big: (x, y) => x + y,
    float: (x, y) => x + y,
    complex: c.add,
  },
  subtract: {
    int: (x, y) => x - y,
    big: (x, y) => x - y,
    float: (x, y) => x - y,
    complex: c.subtract,
  },
  multiply: {
    bool: (x, y) => x & y,
    int: Math.imul,
    big: (x, y) => BigInt.asIntN(64, x * y),
    float: (x, y) => x * y,
    complex: c.multiply,
  },
  divide: { float: (x, y) => x / y, complex: c.divide },
  floorDivide: {
    int: (x, y) => (y === 0 ? 0 : Math.floor(x / y)),
    big: (x, y) => (y === 0n ? 0n : (x - bigRemainder(x, y)) / y),
  },
  remainder: {
    int: (x, y) => (y === 0 ? x : remainder(x, y)),
    big: bigRemainder,
    float: remainder,
  },
  power: {
    int: intPower,
    big: bigPower,
    float: power,
    complex: c.power,
  },
  maximum: {
    bool: larger,
    int: larger,
    big: larger,
    float: larger,
    complex: (x, y) => (c.less(y, x) || c.hasNaN(x) ? x : y),
  },
  minimum: {
    bool: smaller,
    int: smaller,
    big: smaller,
    float: smaller,
    complex: (x, y) => (c.less(x, y) || c.hasNaN(x) ? x : y),
  },
  arctan2: { float: Math.atan2 },
  logicalAnd: { bool: (x, y) => x & y },
  logicalOr: { bool: (x, y) => x | y },
  bitwiseAnd: { bool: (x, y) => x & y, int: (x, y) => x & y, big: (x, y) => x & y },
  bitwiseOr: { bool: (x, y) => x | y, int: (x, y) => x | y, big: (x, y) => x | y },
  bitwiseXor: { bool: (x, y) => x ^ y, int: (x, y) => x ^ y, big: (x, y) => x ^ y },
  leftShift: { int: (x, y) => x << y, big: (x, y) => x << (y & 63n) },
  rightShift: { int: (x, y) => (x < 0 ? x >> y : x >>> y), big: (x, y) => x >> (y & 63n) },
} as const satisfies Record<string, Binary>;

/** Comparisons, of which real kinds have the same. */
const comparison = (
  f: (x: Real, y: Real) => boolean,
  complex: (x: c.Complex, y: c.Complex) => boolean,
): Binary => {
  const ofReal = (x: Real, y: Real) => (f(x, y) ? 1 : 0);
  return {
    bool: ofReal,
    int: ofReal,
    big: ofReal,
    float: ofReal,
    complex: (x, y) => (complex(x, y) ? 1 : 0),
  };
};

export const comparisons = {
  equal: comparison((x, y) => x === y, c.equal),
  notEqual: comparison(
    (x, y) => x !== y,
    (x, y) => !c.equal(x, y),
  ),
  less: comparison((x, y) => x < y, c.less),
  lessEqual: comparison(
    (x, y) => x <= y,
    (x, y) => c.less(x, y) || c.equal(x, y),
  ),
  greater: comparison(
    (x, y) => x > y,
    (x, y) => c.less(y, x),
  ),
  greaterEqual: comparison(
    (x, y) => x >= y,
    (x, y) => c.less(y, x) || c.equal(x, y),
  ),
} as const satisfies Record<string, Binary>;

/** A kernel that does the same to every pair of elements. */
function pairwise(op: string, by: Binary, to = (dtype: DType) => dtype) {
  return (a: Dense, b: Dense): Dense => {
    const f = scalarOp<2>(op, by, a.dtype);
    const dtype = to(a.dtype);
    const [x, y] = [opened(a), opened(b)];
    const out = blank(a.shape, dtype);
    for (let i = 0; i < x.length; i++) out[i] = f(x[i] as never, y[i] as never);
    return closed(a.shape, dtype, out);
  };
}

type Pairwise = (a: Dense, b: Dense) => Dense;

const all = <Name extends string>(table: Record<Name, Binary>, to?: (dtype: DType) => DType) =>
  Object.fromEntries(
    Object.entries<Binary>(table).map(([op, by]) => [op, pairwise(op, by, to)]),
  ) as Record<Name, Pairwise>;

export const binary = {
  ...all(scalars),
  ...all(comparisons, () => "bool"),

  where(condition: Dense, x: Dense, y: Dense): Dense {
    const result = zeros(x.shape, x.dtype);
    const width = lanes(x.dtype);
    for (let i = 0; i < result.data.length; i++) {
      const from = condition.data[Math.floor(i / width)] ? x : y;
      result.data[i] = from.data[i] as never;
    }
    return result;
  },
};
