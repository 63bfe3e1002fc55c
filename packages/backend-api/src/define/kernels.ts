// What the author of a backend writes: how arrays come in and out, and one kernel for each required op.
// Kernels are simple because `defineBackend` checks and prepares every call first; the rules stand here.

import type { Aval, DeviceType, Handle, HostTensor, Placement } from "../backend.js";
import type { DType } from "../dtype.js";
import type { ExtensionToken } from "../extensions.js";
import type { Ops, RequiredOp } from "../ops/index.js";

/** Sizes of axes. */
export type Shape = readonly number[];

/** How arrays come in and out of an engine, and how long they live. */
export interface ArrayAccess<H extends Handle> {
  /** Shape and dtype; must not compute. */
  aval(a: H): Aval;
  /** Copies host elements into a new array. They are whole: as many as the shape says. */
  fromHost(tensor: HostTensor): H;
  /** Copies an array's elements out. An engine that cannot wait leaves this out and has `toHost`. */
  toHostSync?(a: H): HostTensor;
  /** Copies an array's elements out without blocking. Default: `toHostSync`. */
  toHost?(a: H): Promise<HostTensor>;
  /** Computes arrays, for engines that put work off. */
  eval?(arrays: readonly H[]): void;
  /** Starts computing arrays; settles when they are computed. Default: `eval`. */
  evalAsync?(arrays: readonly H[]): Promise<void>;
  /** Frees an array's memory. Without it the garbage collector does. It is called once for each handle. */
  release?(a: H): void;
  /** A second handle to an array, released by itself. Needed beside `release`. */
  retain?(a: H): H;
  /** Told where the next kernels run; `undefined` is the default. For engines with several devices. */
  place?(at: Placement | undefined): void;
}

/** An op on each element by itself. */
export type UnaryKernel<H> = (a: H) => H;

/** An op on two operands of one shape and dtype. */
export type BinaryKernel<H> = (a: H, b: H) => H;

/** A fold over axes, which the result lacks. The axes are sorted; there is at least one. */
export type ReduceKernel<H> = (a: H, axes: readonly number[]) => H;

/** An op along one axis. */
export type AxisKernel<H> = (a: H, axis: number) => H;

/**
 * A kernel for each required op. In every call
 *
 * - operands of one op have the same dtype and, where the op works element by element, the same shape;
 * - the result has the operands' dtype where nothing else is said;
 * - axes count from the front and are in range; permutations are complete; sizes are not negative and agree;
 * - indices are int32 and in range;
 * - operands are borrowed: a kernel never changes or frees them. Results are new handles; where handles are
 *   objects, a result may be an operand itself.
 *
 * Arrays may have no axes and no elements, unless a kernel says otherwise.
 */
export interface RequiredKernels<H extends Handle> {
  // creation

  /** An array of one value, which `dtype` holds: a boolean for bool, a bigint for int64 and uint64, else a number. */
  full(shape: Shape, value: number | bigint | boolean, dtype: DType): H;
  /** `start + i * step` for `i` in 0 .. count - 1, computed in float64 and then made `dtype`, real; at least one. */
  arange(start: number, step: number, count: number, dtype: DType): H;

  // unary; integers as they are, with wrap-around

  /** For complex numbers a float32 magnitude. */
  abs: UnaryKernel<H>;
  /** Not for bool. */
  negative: UnaryKernel<H>;
  /** -1, 0 or 1, and 0 for NaN; z / |z| for complex numbers. */
  sign: UnaryKernel<H>;
  /** Floats only, as the next two. */
  floor: UnaryKernel<H>;
  ceil: UnaryKernel<H>;
  /** To the nearest, halves to even. */
  round: UnaryKernel<H>;

  // unary; floats and complex numbers only

  sqrt: UnaryKernel<H>;
  exp: UnaryKernel<H>;
  expm1: UnaryKernel<H>;
  log: UnaryKernel<H>;
  log1p: UnaryKernel<H>;
  sin: UnaryKernel<H>;
  cos: UnaryKernel<H>;
  arcsin: UnaryKernel<H>;
  arctan: UnaryKernel<H>;
  tanh: UnaryKernel<H>;
  /** Real floats only. */
  erf: UnaryKernel<H>;

  // unary; logic

  /** bool to bool. */
  logicalNot: UnaryKernel<H>;
  /** Integers and bool. */
  bitwiseInvert: UnaryKernel<H>;

  // binary; arithmetic of any dtype, integers with wrap-around; for bool add is "or", multiply is "and"

  add: BinaryKernel<H>;
  /** Not for bool. */
  subtract: BinaryKernel<H>;
  multiply: BinaryKernel<H>;
  /** Floats and complex numbers only. */
  divide: BinaryKernel<H>;
  /** Integers only, rounded down. Division by 0 gives 0; the smallest number by -1 gives itself. */
  floorDivide: BinaryKernel<H>;
  /** Real, not for bool; takes the sign of `b`. For an integer `b` of 0 the result is `a`. */
  remainder: BinaryKernel<H>;
  /** Not for bool. A negative integer power gives 0. */
  power: BinaryKernel<H>;
  /** NaN wins. Complex numbers in order of their real, then imaginary part. */
  maximum: BinaryKernel<H>;
  minimum: BinaryKernel<H>;
  /** Real floats only. */
  arctan2: BinaryKernel<H>;

  // binary; comparison, to bool

  equal: BinaryKernel<H>;
  notEqual: BinaryKernel<H>;
  less: BinaryKernel<H>;
  lessEqual: BinaryKernel<H>;
  greater: BinaryKernel<H>;
  greaterEqual: BinaryKernel<H>;

  // binary; bool

  logicalAnd: BinaryKernel<H>;
  logicalOr: BinaryKernel<H>;

  // binary; integers and bool

  bitwiseAnd: BinaryKernel<H>;
  bitwiseOr: BinaryKernel<H>;
  bitwiseXor: BinaryKernel<H>;
  /** Integers only. Shifts by the width or more give any value. */
  leftShift: BinaryKernel<H>;
  /** Integers only; signed ones keep their sign. */
  rightShift: BinaryKernel<H>;

  /** `x` where the bool `condition`, of the same shape, holds, else `y`. */
  where(condition: H, x: H, y: H): H;

  // reduction

  /** Without elements 0. Integers are at least int32 or uint32. */
  sum: ReduceKernel<H>;
  /** Without elements 1. */
  prod: ReduceKernel<H>;
  /** NaN wins. The axes are not empty, as for the next. */
  max: ReduceKernel<H>;
  min: ReduceKernel<H>;
  /** bool to bool; without elements true. */
  all: ReduceKernel<H>;
  /** bool to bool; without elements false. */
  any: ReduceKernel<H>;

  // scan

  /** Running sums, each with its own element. */
  cumsum: AxisKernel<H>;
  cumprod: AxisKernel<H>;

  // sorting

  /** uint32 places of the largest, the first of equals or of NaN; the result lacks the axis, which is not empty. */
  argmax: AxisKernel<H>;
  argmin: AxisKernel<H>;
  /** Ascending, NaN last; complex numbers in order of their real, then imaginary part. */
  sort: AxisKernel<H>;
  /** uint32 places of the sorted elements; equal ones keep their order. */
  argsort: AxisKernel<H>;

  // shape

  /** The same elements, row-major; as many as before. */
  reshape(a: H, shape: Shape): H;
  /** Axis i of the result is axis `axes[i]` of `a`. */
  transpose(a: H, axes: readonly number[]): H;
  /** Reverses axes, at least one. */
  flip(a: H, axes: readonly number[]): H;
  /** Repeats axes of size 1; `shape` has at least as many axes, and old ones stand last. */
  broadcastTo(a: H, shape: Shape): H;
  /** Joins at least one array; the other axes agree. */
  concatenate(arrays: readonly H[], axis: number): H;
  /** Any dtype to any other. Floats to integers toward zero; complex numbers to their real parts; to bool: not 0. */
  astype(a: H, dtype: DType): H;

  // indexing

  /**
   * Along each axis the elements `start`, `start + stride`, ... before `stop`. There is at least one:
   * `start` is an index, strides are not 0, and for a negative stride `stop` may be -1, before the first.
   */
  slice(a: H, start: Shape, stop: Shape, strides: Shape): H;
  /** A copy of `a` with a part, as for slice, replaced by `update`, which has the part's shape. */
  sliceUpdate(a: H, update: H, start: Shape, stop: Shape, strides: Shape): H;
  /** `result[..., k, ...] = a[..., indices[..., k, ...], ...]`: the other axes of `indices` are those of `a`. */
  takeAlongAxis(a: H, indices: H, axis: number): H;
  /**
   * Blocks of `a`. `indices` have one shape; the block at a place starts at `indices[i]` along `axes[i]` and at 0
   * elsewhere, and lies inside. The result's shape is that of the indices, then `sliceSizes`, one for each axis of `a`.
   * There may be no indices.
   */
  gather(a: H, indices: readonly H[], axes: readonly number[], sliceSizes: Shape): H;
  /** A copy of `a` with blocks, as for gather, replaced by `updates`; of those at one place any one stays. */
  scatter(a: H, indices: readonly H[], updates: H, axes: readonly number[]): H;
  /** A copy of `a` with `updates` added at blocks; all of those at one place are. */
  scatterAdd(a: H, indices: readonly H[], updates: H, axes: readonly number[]): H;

  // linear

  /** `[B, M, K]` times `[B, K, N]`; floats and complex numbers. Any size may be 0; a sum of nothing is 0. */
  matmul(a: H, b: H): H;
}

/**
 * Faster ways for ops that have defaults, and the ops that have none. They are called as the op table says, but
 * with handles for all operands, which are promoted and broadcast, and with axes that count from the front.
 */
export type Overrides<H extends Handle> = Partial<Omit<Ops<H, H>, RequiredOp>>;

/** All kernels under one roof: required ones, overrides, and defaults for the rest. */
export type Kernels<H extends Handle> = RequiredKernels<H> & Omit<Ops<H, H>, RequiredOp>;

/** What an author gives to `defineBackend`. */
export interface BackendDefinition<H extends Handle> {
  /** A short name for messages. */
  readonly id: string;
  readonly arrays: ArrayAccess<H>;
  readonly required: RequiredKernels<H>;
  readonly overrides?: Overrides<H>;
  /** Optional parts of the engine; make them with {@link supply}. */
  readonly extensions?: readonly Supplied[];
  /** The dtypes that the engine holds; others are refused. Default: all. At least bool, int32, uint32, float32. */
  readonly dtypes?: readonly DType[];
  /** Default: `["cpu"]`. */
  readonly devices?: readonly DeviceType[];
}

/** An optional part of an engine beside its token. */
export interface Supplied {
  readonly token: ExtensionToken<unknown>;
  readonly part: unknown;
}

/**
 * An optional part of an engine, for `defineBackend`.
 *
 * @param token - for example `Memory`
 * @param part - what implements it
 * @returns the pair, typed as one
 * @example
 * ```ts
 * const Clock = extensionToken<{ ticks(): number }>("my-engine/clock");
 * const extensions = [supply(Clock, { ticks: () => 3 })];
 * const timed = defineBackend({ id: "mine", arrays, required: kernels, extensions });
 * timed.extension(Clock)?.ticks(); // 3
 * ```
 */
export function supply<E>(token: ExtensionToken<E>, part: E): Supplied {
  return { token, part };
}
