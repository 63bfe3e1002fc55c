// A whole backend: what mlx-ts asks for, in terms of the engine. Copy it, replace one kernel after the other by
// calls of your own engine, and let the kit tell whether it is still right.

import {
  type Backend,
  type BackendDefinition,
  type DType,
  defineBackend,
  layout,
  type RequiredKernels,
  type Shape,
} from "@mlx-ts/backend-api";
import type { Binary, Held, Tensor, Unary } from "../engine/index.js";
import * as engine from "../engine/index.js";

// Many kernels differ only in what they do with numbers.
const unary = (fn: Unary) => (a: Tensor) => engine.map(a, a.dtype, fn);
const binary = (fn: Binary) => (a: Tensor, b: Tensor) => engine.zip(a, b, a.dtype, fn);
const compare = (fn: Binary) => (a: Tensor, b: Tensor) => engine.zip(a, b, "bool", fn);

const tensor = (shape: Shape, dtype: DType, values: ArrayLike<number>) =>
  engine.tensor(shape, dtype as Held, values); // defineBackend refuses the other dtypes

const whole = (a: Tensor) => layout.rowMajor(a.shape);

/** Copies elements from where a view of the array has them. */
const viewed = (a: Tensor, view: layout.Layout) => engine.pick(a, view.shape, layout.places(view));

/** Where updates go: behind the axes of the indices stand those of the blocks. */
const targets = (a: Tensor, indices: readonly Tensor[], updates: Tensor, axes: readonly number[]) =>
  layout.placesOfBlocks(whole(a), indices, axes, updates.shape.slice(-a.shape.length));

const required: RequiredKernels<Tensor> = {
  full: (shape, value, dtype) =>
    tensor(shape, dtype, Array(layout.sizeOf(shape)).fill(Number(value))),
  arange(start, step, length, dtype) {
    const values = Array.from({ length }, (_, i) => start + i * step);
    return tensor([length], dtype, values);
  },

  abs: unary(Math.abs),
  negative: unary((x) => -x),
  sign: unary((x) => Math.sign(x) || 0),
  floor: unary(Math.floor),
  ceil: unary(Math.ceil),
  round: unary(engine.roundToEven),
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
  erf: unary(engine.erf),
  logicalNot: unary((x) => x === 0),
  bitwiseInvert: unary((x, dtype) => (dtype === "bool" ? x === 0 : ~x)),

  add: binary(engine.plus),
  subtract: binary((x, y) => x - y),
  multiply: binary(engine.times),
  divide: binary((x, y) => x / y),
  floorDivide: binary(engine.floorDivide),
  remainder: binary(engine.remainder),
  power: binary(engine.power),
  maximum: binary(engine.larger),
  minimum: binary(engine.smaller),
  arctan2: binary(Math.atan2),
  equal: compare((x, y) => x === y),
  notEqual: compare((x, y) => x !== y),
  less: compare((x, y) => x < y),
  lessEqual: compare((x, y) => x <= y),
  greater: compare((x, y) => x > y),
  greaterEqual: compare((x, y) => x >= y),
  logicalAnd: compare(engine.and),
  logicalOr: compare(engine.or),
  bitwiseAnd: binary((x, y) => x & y),
  bitwiseOr: binary((x, y) => x | y),
  bitwiseXor: binary((x, y) => x ^ y),
  leftShift: binary((x, y) => x << y),
  rightShift: binary((x, y, dtype) => (dtype === "uint32" ? x >>> y : x >> y)),
  where: engine.choose,

  sum: (a, axes) => engine.fold(a, axes, engine.plus, 0),
  prod: (a, axes) => engine.fold(a, axes, engine.times, 1),
  max: (a, axes) => engine.fold(a, axes, engine.larger, Number.NEGATIVE_INFINITY),
  min: (a, axes) => engine.fold(a, axes, engine.smaller, Number.POSITIVE_INFINITY),
  all: (a, axes) => engine.fold(a, axes, engine.and, 1),
  any: (a, axes) => engine.fold(a, axes, engine.or, 0),
  cumsum: (a, axis) => engine.scan(a, axis, engine.plus, 0),
  cumprod: (a, axis) => engine.scan(a, axis, engine.times, 1),
  argmax: (a, axis) => engine.placeOf(a, axis, engine.larger),
  argmin: (a, axis) => engine.placeOf(a, axis, engine.smaller),
  sort: engine.sort,
  argsort: engine.argsort,

  astype: (a, dtype) => tensor(a.shape, dtype, a.data),
  reshape: (a, shape) => ({ ...a, shape }),
  transpose: (a, axes) => viewed(a, layout.transpose(whole(a), axes)),
  flip: (a, axes) => viewed(a, layout.flip(whole(a), axes)),
  broadcastTo: (a, shape) => viewed(a, layout.broadcastTo(whole(a), shape)),
  concatenate(arrays, axis) {
    const shapes = arrays.map((a) => a.shape);
    const to = layout.concatenate(shapes, axis);
    const start = required.full(to.whole.shape, 0, engine.at(arrays, 0).dtype);
    const put = (joined: Tensor, a: Tensor, i: number) =>
      engine.put(joined, layout.places(engine.at(to.parts, i)), a);
    return arrays.reduce(put, start);
  },

  slice: (a, start, stop, steps) => viewed(a, layout.slice(whole(a), start, stop, steps)),
  sliceUpdate: (a, update, start, stop, steps) =>
    engine.put(a, layout.places(layout.slice(whole(a), start, stop, steps)), update),
  takeAlongAxis: (a, indices, axis) =>
    engine.pick(a, indices.shape, layout.placesAlong(whole(a), indices, axis)),
  gather(a, indices, axes, sizes) {
    const shape = [...(indices[0]?.shape ?? []), ...sizes];
    return engine.pick(a, shape, layout.placesOfBlocks(whole(a), indices, axes, sizes));
  },
  scatter: (a, indices, updates, axes) =>
    engine.put(a, targets(a, indices, updates, axes), updates),
  scatterAdd: (a, indices, updates, axes) =>
    engine.put(a, targets(a, indices, updates, axes), updates, engine.plus),

  matmul: engine.matmul,
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
  dtypes: engine.dtypes,
};

/** The backend: `mx.setDefaultBackend(customBackend)`. */
export const customBackend: Backend<Tensor> = defineBackend(definition);
