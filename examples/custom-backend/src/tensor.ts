// The engine's arrays, and where their elements lie. No arithmetic.

import type { DType, HostTensor, Shape } from "@mlx-ts/backend-api";

/** The dtypes that every backend has at least, and what holds their elements. */
const storage = {
  bool: Uint8Array,
  int32: Int32Array,
  uint32: Uint32Array,
  float32: Float32Array,
} as const;

export type Held = keyof typeof storage;
export const dtypes = Object.keys(storage) as Held[];

/** An array: a shape, a dtype and row-major elements, which never change. */
export interface Tensor extends HostTensor {
  readonly dtype: Held;
  readonly data: InstanceType<(typeof storage)[Held]>;
}

/** Makes an array. Typed arrays round, cut and wrap numbers as MLX does; for bool all but 0 is true. */
export function tensor(shape: Shape, dtype: DType, values: ArrayLike<number | boolean>): Tensor {
  const held = dtype as Held; // defineBackend refuses the others
  const element = held === "bool" ? (x: number | boolean) => Number(Number(x) !== 0) : Number;
  return { shape, dtype: held, data: new storage[held](Array.from(values, element)) };
}

/** An element that is there: everything is checked before a kernel is called. */
export const at = <T>(list: ArrayLike<T>, place: number): T => list[place] as T;

export const sizeOf = (shape: Shape): number => shape.reduce((size, length) => size * length, 1);

/** How far apart neighbours along each axis lie. */
export const stridesOf = (shape: Shape): number[] =>
  shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));

/** The places of a box of elements, in row-major order. Most kernels are a question of places. */
export const places = (shape: Shape, strides: Shape, first = 0): number[] =>
  shape.reduce(
    (found, length, axis) =>
      found.flatMap((p) => Array.from({ length }, (_, i) => p + i * at(strides, axis))),
    [first],
  );

/** The places of each line along some axes, one line after the other. */
function lines({ shape }: Tensor, axes: readonly number[]): number[][] {
  const strides = stridesOf(shape);
  const box = (along: readonly number[], first?: number) =>
    places(
      along.map((axis) => at(shape, axis)),
      along.map((axis) => at(strides, axis)),
      first,
    );
  return box([...shape.keys()].filter((axis) => !axes.includes(axis))).map((p) => box(axes, p));
}

/** The shape and the places of a slice. */
export function part(a: Tensor, start: Shape, stop: Shape, steps: Shape): [Shape, number[]] {
  const shape = start.map((first, axis) => Math.ceil((at(stop, axis) - first) / at(steps, axis)));
  const strides = stridesOf(a.shape);
  const first = strides.reduce((place, stride, axis) => place + at(start, axis) * stride, 0);
  const apart = strides.map((stride, axis) => stride * at(steps, axis));
  return [shape, places(shape, apart, first)];
}

/** The places of blocks that start where indices say, one block after the other. */
export function blocks(
  a: Tensor,
  indices: readonly Tensor[],
  axes: readonly number[],
  sizes: Shape,
): number[] {
  const strides = stridesOf(a.shape);
  const starts = Array.from({ length: indices[0]?.data.length ?? 1 }, (_, i) =>
    indices.reduce((place, index, k) => place + at(index.data, i) * at(strides, at(axes, k)), 0),
  );
  return starts.flatMap((first) => places(sizes, strides, first));
}

/** An array of the elements at some places. */
export function pick(a: Tensor, shape: Shape, from: readonly number[]): Tensor {
  const values = from.map((place) => at(a.data, place));
  return tensor(shape, a.dtype, values);
}

/** A copy of an array with updates at some places. */
export function put(
  a: Tensor,
  to: readonly number[],
  updates: Tensor,
  combine: (old: number, update: number) => number = (_, update) => update,
): Tensor {
  const values = Array.from(a.data);
  for (const [i, p] of to.entries()) values[p] = combine(at(values, p), at(updates.data, i));
  return tensor(a.shape, a.dtype, values);
}

/** Makes an element of each element. */
export const map = (a: Tensor, dtype: DType, fn: (x: number, i: number) => number | boolean) =>
  tensor(a.shape, dtype, Array.from(a.data, fn));

/** Makes an element of each line along some axes, which the result lacks. */
export function fold(
  a: Tensor,
  axes: readonly number[],
  dtype: DType,
  fn: (line: readonly number[]) => number,
): Tensor {
  const shape = a.shape.filter((_, axis) => !axes.includes(axis));
  const values = lines(a, axes).map((line) => fn(line.map((place) => at(a.data, place))));
  return tensor(shape, dtype, values);
}

/** Makes a line of each line along an axis. */
export function mapLines(
  a: Tensor,
  axis: number,
  dtype: DType,
  fn: (line: readonly number[]) => readonly number[],
): Tensor {
  const values = new Array<number>(a.data.length);
  for (const line of lines(a, [axis])) {
    const made = fn(line.map((place) => at(a.data, place)));
    for (const [i, place] of line.entries()) values[place] = at(made, i);
  }
  return tensor(a.shape, dtype, values);
}
