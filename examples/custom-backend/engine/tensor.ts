// A tiny engine, which stands where yours will: its arrays, which are numbers in row-major order, and ops on each
// element by itself.

/** What holds the elements of each dtype. */
const storage = {
  bool: Uint8Array,
  int32: Int32Array,
  uint32: Uint32Array,
  float32: Float32Array,
} as const;

export type Held = keyof typeof storage;
export const dtypes = Object.keys(storage) as Held[];

type Shape = readonly number[];

/** An array: a shape, a dtype and row-major elements, which never change. */
export interface Tensor {
  readonly shape: Shape;
  readonly dtype: Held;
  readonly data: InstanceType<(typeof storage)[Held]>;
}

/** Makes an array. Typed arrays round, cut and wrap numbers as MLX does; for bool all but 0 is true. */
export function tensor(shape: Shape, dtype: Held, values: ArrayLike<number | boolean>): Tensor {
  const element = dtype === "bool" ? (x: number | boolean) => Number(Number(x) !== 0) : Number;
  return { shape, dtype, data: new storage[dtype](Array.from(values, element)) };
}

/** An element that is there: everything is checked before a kernel is called. */
export const at = <T>(list: ArrayLike<T>, place: number): T => list[place] as T;

/** What ops do with numbers; some depend on the dtype. */
export type Unary = (x: number, dtype: Held) => number | boolean;
export type Binary = (x: number, y: number, dtype: Held) => number | boolean;

/** Makes an element of each element. */
export function map(a: Tensor, dtype: Held, fn: Unary): Tensor {
  const values = Array.from(a.data, (x) => fn(x, a.dtype));
  return tensor(a.shape, dtype, values);
}

/** Makes an element of the two at each place. */
export function zip(a: Tensor, b: Tensor, dtype: Held, fn: Binary): Tensor {
  const values = Array.from(a.data, (x, i) => fn(x, at(b.data, i), a.dtype));
  return tensor(a.shape, dtype, values);
}

/** Takes each element from one array or the other. */
export function choose(condition: Tensor, a: Tensor, b: Tensor): Tensor {
  const values = Array.from(condition.data, (holds, i) => at(holds ? a.data : b.data, i));
  return tensor(a.shape, a.dtype, values);
}

/** An array of the elements at some places. */
export function pick(a: Tensor, shape: Shape, from: Int32Array): Tensor {
  const values = Array.from(from, (place) => at(a.data, place));
  return tensor(shape, a.dtype, values);
}

/** A copy of an array with updates at some places. */
export function put(
  a: Tensor,
  to: Int32Array,
  updates: Tensor,
  combine: (old: number, update: number) => number = (_, update) => update,
): Tensor {
  const values = Array.from(a.data);
  for (const [i, p] of to.entries()) values[p] = combine(at(values, p), at(updates.data, i));
  return tensor(a.shape, a.dtype, values);
}
