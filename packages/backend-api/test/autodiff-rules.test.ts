// The rule of every required op that passes gradients on: first and second derivatives against central
// differences, and the conventions where a function has no slope.

import { describe, expect, test } from "vitest";
import type { Rules } from "../src/autodiff/rules/rule.js";
import { array, jvp, ops, read, slope, tidy, type V, vjp } from "./differentiable.js";

/** Elements, and the shape where it is not that of a list. */
type Input = readonly [values: readonly number[], shape?: readonly number[]];

interface Case {
  readonly fn: (...inputs: V[]) => V;
  /** Points that are away from kinks. */
  readonly at: readonly Input[];
  /** Whether it goes through float32, which holds no small differences. */
  readonly isCoarse: boolean;
}

const any = [0.7, -1.3, 0.2, 2.1, -0.4, 1.6];
const positive = [0.7, 1.3, 0.2, 2.1, 0.4, 1.6];
const small = [0.7, -0.3, 0.2, 0.9, -0.4, 0.6];
const other = [1.9, 0.6, -0.8, -1.7, 0.3, 1.1];

const of = (fn: Case["fn"], ...at: Input[]): Case => ({ fn, at, isCoarse: false });

/** Ops of one and of two operands, without the placement that they could take. */
const one = (op: (a: V) => V, ...at: Input[]): Case => of((a) => op(a as V), ...at);
const two = (op: (a: V, b: V) => V, ...at: Input[]): Case =>
  of((a, b) => op(a as V, b as V), ...at);

const matrix = [any, [2, 3]] as const;

const places = (values: readonly number[]) => ops.astype(array(values), "int32");
const rows = () => places([1, 0, 1]);

const cases: Readonly<Record<keyof Rules<V>, readonly Case[]>> = {
  abs: [one(ops.abs, [any])],
  negative: [one(ops.negative, [any])],
  sqrt: [one(ops.sqrt, [positive])],
  exp: [one(ops.exp, [any])],
  expm1: [one(ops.expm1, [any])],
  log: [one(ops.log, [positive])],
  log1p: [one(ops.log1p, [positive])],
  sin: [one(ops.sin, [any])],
  cos: [one(ops.cos, [any])],
  arcsin: [one(ops.arcsin, [small])],
  arctan: [one(ops.arctan, [any])],
  tanh: [one(ops.tanh, [any])],
  erf: [one(ops.erf, [any])],
  add: [two(ops.add, [any], [other]), two(ops.add, matrix, [[0.5, 1, 2]])],
  subtract: [two(ops.subtract, [any], [other])],
  multiply: [two(ops.multiply, [any], [other]), two(ops.multiply, matrix, [[3], [1, 1]])],
  divide: [two(ops.divide, [any], [other])],
  remainder: [two(ops.remainder, [any], [other])],
  power: [two(ops.power, [positive], [other])],
  maximum: [two(ops.maximum, [any], [other])],
  minimum: [two(ops.minimum, [any], [other])],
  arctan2: [two(ops.arctan2, [any], [other])],
  where: [
    of((x, y) => ops.where(ops.astype(array([1, 0, 0, 1, 1, 0]), "bool"), x, y), [any], [other]),
  ],
  sum: [of((x) => ops.sum(x, [0], false), matrix), of((x) => ops.sum(x, null, true), matrix)],
  prod: [
    of((x) => ops.prod(x, [1], false), matrix),
    of((x) => ops.prod(x, null, false), matrix),
    of(
      (x) => ops.prod(x, [0, 2], false),
      [
        [...any, ...other],
        [2, 3, 2],
      ],
    ),
    of((x) => ops.prod(x, null, false), [[2, 0, 3]]),
  ],
  max: [of((x) => ops.max(x, [1], false), matrix)],
  min: [of((x) => ops.min(x, null, true), matrix)],
  cumsum: [of((x) => ops.cumsum(x, 1, true, false, null), matrix)],
  cumprod: [of((x) => ops.cumprod(x, 1, false, true, null), matrix)],
  sort: [of((x) => ops.sort(x, 1), matrix), of((x) => ops.sort(x, 0), matrix)],
  reshape: [of((x) => ops.reshape(x, [3, 2]), matrix)],
  transpose: [of((x) => ops.transpose(x, [2, 0, 1]), [any, [1, 2, 3]])],
  flip: [of((x) => ops.flip(x, [1]), matrix)],
  broadcastTo: [
    of(
      (x) => ops.broadcastTo(x, [2, 3, 2]),
      [
        [1, 2, 3],
        [3, 1],
      ],
    ),
    of((x) => ops.broadcastTo(x, [0, 3]), [[1, 2, 3]]),
  ],
  concatenate: [
    of((x, y) => ops.concatenate([x, y, x], 1), matrix, [
      [5, 6],
      [2, 1],
    ]),
  ],
  astype: [
    { ...of((x) => ops.astype(ops.astype(x, "float32"), "float64"), [any]), isCoarse: true },
  ],
  takeAlongAxis: [of((x) => ops.takeAlongAxis(x, ops.reshape(rows(), [1, 3]), 0), matrix)],
  slice: [
    of((x) => ops.slice(x, [0, 0], [2, 3], [1, 2]), matrix),
    of((x) => ops.slice(x, [1, 2], [-3, 0], [-1, -1]), matrix),
  ],
  sliceUpdate: [
    of((x, y) => ops.sliceUpdate(x, y, [0, 0], [2, 3], [1, 2]), matrix, [other.slice(2), [2, 2]]),
    of((x, y) => ops.sliceUpdate(x, y, [1, 2], [-3, 0], [-1, -2]), matrix, [
      [5, 6],
      [2, 1],
    ]),
  ],
  gather: [of((x) => ops.gather(x, [rows()], [0], [1, 3]), matrix)],
  scatter: [
    of((x, y) => ops.scatter(x, [places([1])], y, [0]), matrix, [
      [1, 2, 3],
      [1, 1, 3],
    ]),
  ],
  scatterAdd: [
    of((x, y) => ops.scatterAdd(x, [rows()], y, [0]), matrix, [
      [...any, 1, 2, 3],
      [3, 1, 3],
    ]),
  ],
  matmul: [
    two(ops.matmul, matrix, [other, [3, 2]]),
    two(
      ops.matmul,
      [
        [...any, ...other],
        [2, 2, 3],
      ],
      [other.slice(3), [3]],
    ),
  ],
};

/** Numbers that look like chance, the same in each run. */
const direction = (count: number, seed: number): number[] =>
  Array.from({ length: count }, (_, i) => Math.sin(12.9898 * (i + 1) + 78.233 * seed));

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);

/** Inputs of a case, moved along directions. */
const inputsAt = ({ at }: Case, along = 0): V[] =>
  at.map(([values, shape], k) => {
    const way = direction(values.length, k);
    return array(
      values.map((x, i) => x + along * (way[i] ?? 0)),
      shape,
    );
  });

describe("the rule of", () => {
  for (const [op, list] of Object.entries(cases)) {
    test(`${op} gives the derivatives that differences give, the second too`, () => {
      for (const point of list) {
        tidy(() => {
          const { fn, isCoarse } = point;
          const step = isCoarse ? 1e-2 : 1e-5;
          const within = isCoarse ? 1e-4 : 1e-6;
          const close = (got: number, wanted: number): void =>
            expect(Math.abs(got - wanted)).toBeLessThan(within * Math.max(1, Math.abs(wanted)));
          const inputs = inputsAt(point);
          const tangents = point.at.map(([values, shape], k) =>
            array(direction(values.length, k), shape),
          );
          const size = read(fn(...inputs)).length;
          const weights = direction(size, 9);
          const weighted = (...xs: V[]) => dot(read(fn(...xs)), weights);
          const numeric =
            (weighted(...inputsAt(point, step)) - weighted(...inputsAt(point, -step))) / (2 * step);

          const cotangent = () => array(weights, backendShape(fn(...inputs)));
          const left = vjp(fn, inputs, [cotangent()]);
          const sum = (products: readonly V[]) =>
            products.reduce((n, product, k) => n + dot(read(product), read(tangents[k] as V)), 0);
          close(sum(left), numeric);
          const [right] = jvp(fn, inputs, tangents);
          close(dot(read(right as V), weights), numeric);

          // Along the directions once more: the change of the products from the left.
          const products = (along: number) => sum(vjp(fn, inputsAt(point, along), [cotangent()]));
          const change = (products(step) - products(-step)) / (2 * step);
          const ct = cotangent();
          close(sum(jvp((...xs) => vjp(fn, xs, [ct]), inputs, tangents)), change);
        });
      }
    });
  }
});

const backendShape = (a: V): readonly number[] => a.value?.handle.array?.shape ?? [];

describe("where there is no slope", () => {
  const at = (fn: (x: V) => V, ...values: number[]): number[] =>
    tidy(() => read(slope((x) => ops.sum(fn(x), null, false), array(values))));

  test("the derivative of abs at 0 is 0", () => {
    expect(at(ops.abs, -2, 0, 3)).toEqual([-1, 0, 1]);
  });

  test("of two equals the second gets the gradient of maximum and minimum", () =>
    tidy(() => {
      for (const op of [ops.maximum, ops.minimum]) {
        const products = vjp((a, b) => op(a as V, b as V), [array([1]), array([1])], [array([5])]);
        expect(products.map(read)).toEqual([[0], [5]]);
      }
    }));

  test("equal extremes share the gradient", () => {
    expect(at((x) => ops.max(x, null, false), 3, 1, 3)).toEqual([0.5, 0, 0.5]);
    expect(at((x) => ops.min(x, null, false), 1, 1, 3)).toEqual([0.5, 0.5, 0]);
  });

  test("products with zeros have the products of the others", () => {
    expect(at((x) => ops.prod(x, null, false), 2, 0, 3)).toEqual([0, 6, 0]);
    expect(at((x) => ops.prod(x, null, false), 0, 0, 3)).toEqual([0, 0, 0]);
    expect(at((x) => ops.cumprod(x, 0, false, true, null), 2, 0, 3)).toEqual([1, 8, 0]);
  });

  test("0 to the power of 0 has no slope in the exponent, and one to a power in the base", () =>
    tidy(() => {
      const products = vjp(
        (a, b) => ops.power(a as V, b as V),
        [array([0, 0]), array([2, 1])],
        [array([1, 1])],
      );
      expect(products.map(read)).toEqual([
        [0, 1],
        [0, 0],
      ]);
    }));

  test("the slope of sqrt at 0 is infinite", () => {
    expect(at(ops.sqrt, 0)).toEqual([Number.POSITIVE_INFINITY]);
  });

  test("equal elements are sorted as they stand, and each gets its own", () => {
    expect(at((x) => ops.multiply(ops.sort(x, 0), array([1, 10, 100])), 2, 1, 1)).toEqual([
      100, 1, 10,
    ]);
  });

  test("changes of dtype pass gradients on in the dtype that was", () =>
    tidy(() => {
      const g = slope((x) => ops.sum(ops.astype(x, "float32"), null, false), array([1, 2]));
      expect([g.value?.handle.array?.dtype, read(g)]).toEqual(["float64", [1, 1]]);
    }));
});
