// A whole backend of plain functions. Nothing here is quick: copy it, then replace one kernel after the
// other by calls of your engine, and let the kit tell whether it is still right.

import { type Backend, defineBackend, type RequiredKernels } from "@mlx-ts/backend-api";
import { erf, floorDivide, order, plus, power, remainder, roundToEven, times } from "./numbers.js";
import {
  at,
  blocks,
  dtypes,
  type Held,
  lines,
  part,
  pick,
  places,
  put,
  sizeOf,
  stridesOf,
  type Tensor,
  tensor,
} from "./tensor.js";

type Pair = (x: number, y: number, dtype: Held) => number | boolean;

const unary = (fn: (x: number, dtype: Held) => number | boolean) => (a: Tensor) =>
  tensor(
    a.shape,
    a.dtype,
    Array.from(a.data, (x) => fn(x, a.dtype)),
  );

const binary = (fn: Pair, to?: Held) => (a: Tensor, b: Tensor) =>
  tensor(
    a.shape,
    to ?? a.dtype,
    Array.from(a.data, (x, i) => fn(x, at(b.data, i), a.dtype)),
  );

const compare = (fn: Pair) => binary(fn, "bool");

/** Folds each line of elements along some axes into one. */
const reduce = (fn: Pair, start: number, to?: Held) => (a: Tensor, axes: readonly number[]) => {
  const shape = a.shape.filter((_, axis) => !axes.includes(axis));
  const fold = (x: number, place: number) => Number(fn(x, at(a.data, place), a.dtype));
  return tensor(
    shape,
    to ?? a.dtype,
    lines(a, axes).map((line) => line.reduce(fold, start)),
  );
};

/** Makes of each line along an axis one number. */
const best = (better: (x: number, y: number) => boolean) => (a: Tensor, axis: number) =>
  tensor(
    a.shape.filter((_, other) => other !== axis),
    "uint32",
    lines(a, [axis]).map((line) =>
      line.reduce((first, place, i) => {
        const [x, y] = [at(a.data, place), at(a.data, at(line, first))];
        return better(x, y) || (Number.isNaN(x) && !Number.isNaN(y)) ? i : first;
      }, 0),
    ),
  );

/** Makes of each line along an axis another line. */
const along =
  (fn: (line: readonly number[], dtype: Held) => readonly number[], to?: Held) =>
  (a: Tensor, axis: number) => {
    const values = new Array<number>(a.data.length);
    for (const line of lines(a, [axis])) {
      const made = fn(
        line.map((place) => at(a.data, place)),
        a.dtype,
      );
      for (const [i, place] of line.entries()) values[place] = at(made, i);
    }
    return tensor(a.shape, to ?? a.dtype, values);
  };

const running = (fn: (x: number, y: number, dtype: Held) => number, start: number) =>
  along((line, dtype) => {
    let total = start;
    return line.map((x) => {
      total = fn(total, x, dtype);
      return total;
    });
  });

const required: RequiredKernels<Tensor> = {
  full: (shape, value, dtype) => tensor(shape, dtype, Array(sizeOf(shape)).fill(Number(value))),
  arange: (start, step, length, dtype) =>
    tensor(
      [length],
      dtype,
      Array.from({ length }, (_, i) => start + i * step),
    ),

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
    tensor(
      x.shape,
      x.dtype,
      Array.from(condition.data, (c, i) => at(c ? x.data : y.data, i)),
    ),

  sum: reduce(plus, 0),
  prod: reduce(times, 1),
  max: reduce((x, y) => Math.max(x, y), Number.NEGATIVE_INFINITY),
  min: reduce((x, y) => Math.min(x, y), Number.POSITIVE_INFINITY),
  all: reduce((x, y) => x !== 0 && y !== 0, 1, "bool"),
  any: reduce((x, y) => x !== 0 || y !== 0, 0, "bool"),
  cumsum: running(plus, 0),
  cumprod: running(times, 1),
  argmax: best((x, y) => x > y),
  argmin: best((x, y) => x < y),
  sort: along((line) => [...line].sort(order)),
  argsort: along(
    (line) => [...line.keys()].sort((i, j) => order(at(line, i), at(line, j))),
    "uint32",
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
    const from = places(indices.shape, others);
    const along = (place: number, i: number) => place + at(indices.data, i) * at(strides, axis);
    return pick(a, indices.shape, from.map(along));
  },
  gather(a, indices, axes, sizes) {
    const shape = [...(indices[0]?.shape ?? []), ...sizes];
    return pick(a, shape, blocks(a, indices, axes, sizes));
  },
  scatter: (a, indices, updates, axes) =>
    put(a, blocks(a, indices, axes, blockOf(a, updates)), updates),
  scatterAdd: (a, indices, updates, axes) =>
    put(a, blocks(a, indices, axes, blockOf(a, updates)), updates, plus),

  matmul(a, b) {
    const [rows, columns] = [at(a.shape, 1), at(b.shape, 2)];
    const [from, to] = [lines(a, [2]), lines(b, [1])];
    const values = from.flatMap((row, i) => {
      const first = Math.floor(i / rows) * columns;
      return to
        .slice(first, first + columns)
        .map((column) =>
          row.reduce((sum, p, k) => sum + at(a.data, p) * at(b.data, at(column, k)), 0),
        );
    });
    return tensor([at(a.shape, 0), rows, columns], a.dtype, values);
  },
};

/** The sizes of the blocks in a scatter's updates: its last axes, as many as the array has. */
const blockOf = (a: Tensor, { shape }: Tensor) => shape.slice(shape.length - a.shape.length);

/** The backend: `mx.setDefaultBackend(customBackend)`. */
export const customBackend: Backend<Tensor> = defineBackend({
  id: "custom",
  arrays: {
    aval: ({ shape, dtype }) => ({ shape, dtype }),
    fromHost: ({ shape, dtype, data }) => tensor(shape, dtype, data as Tensor["data"]),
    toHostSync: ({ shape, dtype, data }) => ({ shape, dtype, data: data.slice() }),
  },
  required,
  dtypes,
});
