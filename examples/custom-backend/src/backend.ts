// A whole backend of plain functions. Nothing here is quick: copy it, then replace one kernel after the
// other by calls of your engine, and let the kit tell whether it is still right.

import {
  type Backend,
  type BackendDefinition,
  defineBackend,
  type RequiredKernels,
} from "@mlx-ts/backend-api";
import { erf, floorDivide, order, plus, power, remainder, roundToEven, times } from "./numbers.js";
import {
  at,
  blocks,
  dtypes,
  fold,
  type Held,
  map,
  mapLines,
  part,
  pick,
  places,
  put,
  sizeOf,
  stridesOf,
  type Tensor,
  tensor,
} from "./tensor.js";

/** What an op does with numbers; some depend on the dtype. */
type Unary = (x: number, dtype: Held) => number | boolean;
type Binary = (x: number, y: number, dtype: Held) => number | boolean;

const unary = (fn: Unary) => (a: Tensor) => map(a, a.dtype, (x) => fn(x, a.dtype));

const binary = (fn: Binary) => (a: Tensor, b: Tensor) =>
  map(a, a.dtype, (x, i) => fn(x, at(b.data, i), a.dtype));

const compare = (fn: Binary) => (a: Tensor, b: Tensor) =>
  map(a, "bool", (x, i) => fn(x, at(b.data, i), a.dtype));

/** Makes one element of each line along some axes. */
const reduce = (fn: Binary, start: number) => (a: Tensor, axes: readonly number[]) =>
  fold(a, axes, a.dtype, (line) => line.reduce((total, x) => Number(fn(total, x, a.dtype)), start));

/** The place of the best element of each line; the first NaN is the best. */
const best = (better: (x: number, y: number) => boolean) => (a: Tensor, axis: number) =>
  fold(a, [axis], "uint32", (line) =>
    line.reduce((first, x, i) => {
      const y = at(line, first);
      return better(x, y) || (Number.isNaN(x) && !Number.isNaN(y)) ? i : first;
    }, 0),
  );

/** Makes of each line along an axis a line of totals so far. */
const running = (fn: Binary, start: number) => (a: Tensor, axis: number) =>
  mapLines(a, axis, a.dtype, (line) => {
    let total = start;
    return line.map((x) => {
      total = Number(fn(total, x, a.dtype));
      return total;
    });
  });

const scattered =
  (combine: (old: number, update: number) => number) =>
  (a: Tensor, indices: readonly Tensor[], updates: Tensor, axes: readonly number[]) => {
    const sizes = updates.shape.slice(updates.shape.length - a.shape.length);
    return put(a, blocks(a, indices, axes, sizes), updates, combine);
  };

const required: RequiredKernels<Tensor> = {
  full: (shape, value, dtype) => tensor(shape, dtype, Array(sizeOf(shape)).fill(Number(value))),
  arange(start, step, length, dtype) {
    const values = Array.from({ length }, (_, i) => start + i * step);
    return tensor([length], dtype, values);
  },

  abs: unary(Math.abs),
  negative: unary((x) => -x),
  sign: unary((x) => Math.sign(x) || 0),
  floor: unary(Math.floor),
  ceil: unary(Math.ceil),
  round: unary(roundToEven),
  sqrt: unary(Math.sqrt),
  exp: unary(Math.exp),
  expm1: unary(Math.expm1),
  log: unary(Math.log),
  log1p: unary(Math.log1p),
  sin: unary(Math.sin),
  cos: unary(Math.cos),
  arcsin: unary(Math.asin),
  arctan: unary(Math.atan),
  tanh: unary(Math.tanh),
  erf: unary(erf),
  logicalNot: unary((x) => x === 0),
  bitwiseInvert: unary((x, dtype) => (dtype === "bool" ? x === 0 : ~x)),

  add: binary(plus),
  subtract: binary((x, y) => x - y),
  multiply: binary(times),
  divide: binary((x, y) => x / y),
  floorDivide: binary(floorDivide),
  remainder: binary(remainder),
  power: binary(power),
  maximum: binary((x, y) => Math.max(x, y)),
  minimum: binary((x, y) => Math.min(x, y)),
  arctan2: binary(Math.atan2),
  equal: compare((x, y) => x === y),
  notEqual: compare((x, y) => x !== y),
  less: compare((x, y) => x < y),
  lessEqual: compare((x, y) => x <= y),
  greater: compare((x, y) => x > y),
  greaterEqual: compare((x, y) => x >= y),
  logicalAnd: compare((x, y) => x !== 0 && y !== 0),
  logicalOr: compare((x, y) => x !== 0 || y !== 0),
  bitwiseAnd: binary((x, y) => x & y),
  bitwiseOr: binary((x, y) => x | y),
  bitwiseXor: binary((x, y) => x ^ y),
  leftShift: binary((x, y) => x << y),
  rightShift: binary((x, y, dtype) => (dtype === "uint32" ? x >>> y : x >> y)),
  where: (condition, x, y) =>
    map(x, x.dtype, (value, i) => (condition.data[i] ? value : at(y.data, i))),

  sum: reduce(plus, 0),
  prod: reduce(times, 1),
  max: reduce((x, y) => Math.max(x, y), Number.NEGATIVE_INFINITY),
  min: reduce((x, y) => Math.min(x, y), Number.POSITIVE_INFINITY),
  all: reduce((x, y) => x !== 0 && y !== 0, 1),
  any: reduce((x, y) => x !== 0 || y !== 0, 0),
  cumsum: running(plus, 0),
  cumprod: running(times, 1),
  argmax: best((x, y) => x > y),
  argmin: best((x, y) => x < y),
  sort: (a, axis) => mapLines(a, axis, a.dtype, (line) => [...line].sort(order)),
  argsort: (a, axis) =>
    mapLines(a, axis, "uint32", (line) =>
      [...line.keys()].sort((i, j) => order(at(line, i), at(line, j))),
    ),

  astype: (a, dtype) => tensor(a.shape, dtype, a.data),
  reshape: (a, shape) => ({ ...a, shape }),
  transpose(a, axes) {
    const strides = stridesOf(a.shape);
    const shape = axes.map((axis) => at(a.shape, axis));
    const apart = axes.map((axis) => at(strides, axis));
    return pick(a, shape, places(shape, apart));
  },
  flip(a, axes) {
    const strides = stridesOf(a.shape);
    const last = axes.reduce((p, axis) => p + (at(a.shape, axis) - 1) * at(strides, axis), 0);
    const apart = strides.map((stride, axis) => (axes.includes(axis) ? -stride : stride));
    return pick(a, a.shape, places(a.shape, apart, last));
  },
  broadcastTo(a, shape) {
    const added = Array<number>(shape.length - a.shape.length).fill(0);
    const apart = stridesOf(a.shape).map((stride, axis) => (a.shape[axis] === 1 ? 0 : stride));
    return pick(a, shape, places(shape, [...added, ...apart]));
  },
  concatenate(arrays, axis) {
    const { shape: first, dtype } = at(arrays, 0);
    const length = arrays.reduce((sum, a) => sum + at(a.shape, axis), 0);
    const shape = first.map((size, i) => (i === axis ? length : size));
    const strides = stridesOf(shape);
    const values = new Array<number>(sizeOf(shape));
    let start = 0;
    for (const a of arrays) {
      const to = places(a.shape, strides, start * at(strides, axis));
      for (const [i, place] of to.entries()) values[place] = at(a.data, i);
      start += at(a.shape, axis);
    }
    return tensor(shape, dtype, values);
  },

  slice: (a, start, stop, steps) => pick(a, ...part(a, start, stop, steps)),
  sliceUpdate: (a, update, start, stop, steps) => put(a, part(a, start, stop, steps)[1], update),
  takeAlongAxis(a, indices, axis) {
    const strides = stridesOf(a.shape);
    const others = strides.map((stride, i) => (i === axis ? 0 : stride));
    const along = (i: number) => at(indices.data, i) * at(strides, axis);
    const from = places(indices.shape, others).map((place, i) => place + along(i));
    return pick(a, indices.shape, from);
  },
  gather(a, indices, axes, sizes) {
    const shape = [...(indices[0]?.shape ?? []), ...sizes];
    return pick(a, shape, blocks(a, indices, axes, sizes));
  },
  scatter: scattered((_, update) => update),
  scatterAdd: scattered(plus),

  matmul(a, b) {
    const [batch, rows, inner, columns] = [...a.shape, at(b.shape, 2)] as [
      number,
      number,
      number,
      number,
    ];
    const values: number[] = [];
    for (let row = 0; row < batch * rows; row++) {
      const left = row * inner;
      const right = Math.floor(row / rows) * inner * columns;
      for (let column = 0; column < columns; column++) {
        let sum = 0;
        for (let k = 0; k < inner; k++)
          sum += at(a.data, left + k) * at(b.data, right + k * columns + column);
        values.push(sum);
      }
    }
    return tensor([batch, rows, columns], a.dtype, values);
  },
};

/** What mlx-ts is told of the engine. */
export const definition: BackendDefinition<Tensor> = {
  id: "custom",
  arrays: {
    aval: ({ shape, dtype }) => ({ shape, dtype }),
    fromHost: ({ shape, dtype, data }) => tensor(shape, dtype, data as Tensor["data"]),
    toHostSync: ({ shape, dtype, data }) => ({ shape, dtype, data: data.slice() }),
  },
  required,
  dtypes,
};

/** The backend: `mx.setDefaultBackend(customBackend)`. */
export const customBackend: Backend<Tensor> = defineBackend(definition);
