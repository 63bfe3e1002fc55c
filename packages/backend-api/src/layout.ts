// Where the elements of arrays stand, for authors of kernels. Ops that only move elements are arithmetic on layouts:
// an engine with strides makes views of them, one without copies from the places that they name. It holds no data,
// and checks nothing: what `defineBackend` passes to kernels is in range.

import { sizeOf } from "./define/axes.js";
import type { Shape } from "./define/kernels.js";

export { sizeOf };

/** Which places in memory an array's elements have: the one at `[i, j, ...]` stands at `offset + i * strides[0] + ...` */
export interface Layout {
  readonly shape: Shape;
  /** How far neighbours along each axis stand apart: 0 where an axis repeats, negative where it runs backward. */
  readonly strides: readonly number[];
  /** Where the first element stands. */
  readonly offset: number;
}

/** Integers in the memory of the host, in row-major order. */
export interface HostIndices {
  readonly shape: Shape;
  readonly data: ArrayLike<number>;
}

/** An element that is there. */
const at = (list: ArrayLike<number>, i: number): number => list[i] as number;

/**
 * The layout of elements that follow each other without gaps, the last axis first.
 *
 * @param shape - sizes of axes
 * @returns its layout
 * @example
 * ```ts
 * layout.rowMajor([2, 3]).strides; // [3, 1]
 * ```
 */
export function rowMajor(shape: Shape): Layout {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 1; axis > 0; axis--) {
    strides[axis - 1] = at(strides, axis) * at(shape, axis);
  }
  return { shape, strides, offset: 0 };
}

/**
 * What the `transpose` kernel does to a layout.
 *
 * @param from - a layout
 * @param axes - axis i of the result is axis `axes[i]`
 * @returns the layout with its axes in another order
 * @example
 * ```ts
 * layout.transpose(layout.rowMajor([2, 3]), [1, 0]).strides; // [1, 3]
 * ```
 */
export function transpose(from: Layout, axes: readonly number[]): Layout {
  const taken = (list: Shape) => axes.map((axis) => at(list, axis));
  return { shape: taken(from.shape), strides: taken(from.strides), offset: from.offset };
}

/**
 * What the `flip` kernel does to a layout.
 *
 * @param from - a layout
 * @param axes - the axes to reverse
 * @returns the layout that starts at their last elements
 * @example
 * ```ts
 * const { strides, offset } = layout.flip(layout.rowMajor([2, 3]), [1]);
 * strides; // [3, -1]
 * offset; // 2
 * ```
 */
export function flip(from: Layout, axes: readonly number[]): Layout {
  const { shape, strides, offset } = from;
  return {
    shape,
    strides: strides.map((stride, axis) => (axes.includes(axis) ? -stride : stride)),
    offset: axes.reduce((sum, axis) => sum + (at(shape, axis) - 1) * at(strides, axis), offset),
  };
}

/**
 * What the `broadcastTo` kernel does to a layout.
 *
 * @param from - a layout
 * @param shape - the new sizes, of which old ones are the last
 * @returns the layout that stays where it is along new axes and those of size 1
 * @example
 * ```ts
 * layout.broadcastTo(layout.rowMajor([3, 1]), [2, 3, 4]).strides; // [0, 1, 0]
 * ```
 */
export function broadcastTo(from: Layout, shape: Shape): Layout {
  const added = shape.length - from.shape.length;
  const strides = shape.map((_, axis) =>
    axis < added || from.shape[axis - added] === 1 ? 0 : at(from.strides, axis - added),
  );
  return { shape, strides, offset: from.offset };
}

/**
 * What the `slice` kernel does to a layout.
 *
 * @param from - a layout
 * @param start - the first index along each axis
 * @param stop - the first that is beyond
 * @param steps - how many elements to go on
 * @returns the layout of the part
 * @example
 * ```ts
 * const { shape, strides, offset } = layout.slice(layout.rowMajor([8]), [1], [6], [2]);
 * shape; // [3]
 * strides; // [2]
 * offset; // 1
 * ```
 */
export function slice(from: Layout, start: Shape, stop: Shape, steps: Shape): Layout {
  const { strides, offset } = from;
  return {
    shape: start.map((first, axis) => Math.ceil((at(stop, axis) - first) / at(steps, axis))),
    strides: strides.map((stride, axis) => stride * at(steps, axis)),
    offset: start.reduce((sum, first, axis) => sum + first * at(strides, axis), offset),
  };
}

/**
 * Where the `concatenate` kernel writes its operands.
 *
 * @param shapes - those of the operands, at least one
 * @param axis - the axis along which they are joined
 * @returns the row-major layout of the result, and in it the layout of each operand
 * @example
 * ```ts
 * const { whole, parts } = layout.concatenate([[2, 1], [2, 2]], 1);
 * whole.shape; // [2, 3]
 * parts.map((part) => Array.from(layout.places(part))); // [[0, 3], [1, 2, 4, 5]]
 * ```
 */
export function concatenate(
  shapes: readonly Shape[],
  axis: number,
): { whole: Layout; parts: Layout[] } {
  const length = shapes.reduce((sum, shape) => sum + at(shape, axis), 0);
  const whole = rowMajor((shapes[0] ?? []).map((size, i) => (i === axis ? length : size)));
  let offset = 0;
  const parts = shapes.map((shape) => {
    const part = { shape, strides: whole.strides, offset };
    offset += at(shape, axis) * at(whole.strides, axis);
    return part;
  });
  return { whole, parts };
}

/**
 * Cuts a layout in two, for folds and scans: line i along `axes` stands at the i-th place of the first, plus all
 * places of the second.
 *
 * @param from - a layout
 * @param axes - the axes to go along
 * @returns the layout of the other axes, which has the offset, and that of `axes`
 * @example
 * ```ts
 * const [others, along] = layout.split(layout.rowMajor([2, 3]), [0]);
 * [...layout.places(others)]; // [0, 1, 2]
 * [...layout.places(along)]; // [0, 3]
 * ```
 */
export function split(from: Layout, axes: readonly number[]): [others: Layout, along: Layout] {
  const part = (along: boolean, offset: number): Layout => {
    const taken = (list: Shape) => list.filter((_, axis) => axes.includes(axis) === along);
    return { shape: taken(from.shape), strides: taken(from.strides), offset };
  };
  return [part(false, from.offset), part(true, 0)];
}

/**
 * The places of all elements of a layout.
 *
 * @param of - a layout; it must not reach beyond 2^31 - 1
 * @returns places in row-major order
 * @example
 * ```ts
 * [...layout.places(layout.transpose(layout.rowMajor([2, 3]), [1, 0]))]; // [0, 3, 1, 4, 2, 5]
 * ```
 */
export function places(of: Layout): Int32Array {
  let found = Int32Array.of(of.offset);
  for (const [axis, size] of of.shape.entries()) {
    const stride = at(of.strides, axis);
    const next = new Int32Array(found.length * size);
    for (let i = 0, n = 0; i < found.length; i++) {
      for (let k = 0; k < size; k++) next[n++] = at(found, i) + k * stride;
    }
    found = next;
  }
  return found;
}

/**
 * The places that the `takeAlongAxis` kernel reads.
 *
 * @param from - a layout
 * @param indices - integers along the axis, in range
 * @param axis - the axis
 * @returns a place for each index
 * @example
 * ```ts
 * const indices = { shape: [2, 1], data: [2, 0] };
 * [...layout.placesAlong(layout.rowMajor([2, 3]), indices, 1)]; // [2, 3]
 * ```
 */
export function placesAlong(from: Layout, indices: HostIndices, axis: number): Int32Array {
  const strides = from.strides.map((stride, i) => (i === axis ? 0 : stride));
  const starts = places({ shape: indices.shape, strides, offset: from.offset });
  return starts.map((start, i) => start + at(indices.data, i) * at(from.strides, axis));
}

/**
 * The places that the `gather` kernel reads, and that `scatter` and `scatterAdd` write to.
 *
 * @param from - a layout
 * @param indices - integers of one shape, in range: one array for each of `axes`
 * @param axes - the axes that they are for
 * @param sizes - the sizes of a block, one for each axis of the layout
 * @returns the places of the first block's elements, then those of the second, ...
 * @example
 * ```ts
 * const rows = { shape: [2], data: [2, 0] };
 * [...layout.placesOfBlocks(layout.rowMajor([3, 2]), [rows], [0], [1, 2])]; // [4, 5, 0, 1]
 * ```
 */
export function placesOfBlocks(
  from: Layout,
  indices: readonly HostIndices[],
  axes: readonly number[],
  sizes: Shape,
): Int32Array {
  const block = places({ shape: sizes, strides: from.strides, offset: from.offset });
  const count = indices[0]?.data.length ?? 1;
  const found = new Int32Array(count * block.length);
  for (let i = 0, n = 0; i < count; i++) {
    const start = axes.reduce((sum, axis, k) => {
      const index = at(indices[k]?.data ?? [], i);
      return sum + index * at(from.strides, axis);
    }, 0);
    for (const place of block) found[n++] = start + place;
  }
  return found;
}
