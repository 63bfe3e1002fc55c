// Whether the indices of a call lie inside their axes. Engines need not look: MLX reads what lies there, native
// clamps; `withValidation` refuses.

import type { Aval, HostTensor } from "../backend.js";
import { shapeText, sizeOf } from "../define/axes.js";
import { rangeError } from "../errors.js";
import type { OpName } from "../ops/index.js";

/** What a check needs of arrays. */
export interface Indexed<A> {
  aval(array: A): Aval;
  /** The elements of an index array. */
  read(array: A): HostTensor;
}

/** One index array and where it points. */
interface Pointer<A> {
  readonly indices: A;
  /** The array's place among several, for messages. */
  readonly name: string;
  /** The size of what is indexed. */
  readonly size: number;
  /** How many elements are taken from each index on. */
  readonly width: number;
  readonly where: string;
}

/** An axis from the front; one that is out of bounds has no size, and is left to the call. */
const fromFront = (axis: number, ndim: number): number => (axis < 0 ? axis + ndim : axis);

/** Pointers of `gather` and the scatters: blocks of `sizes` start at the indices. */
function blocks<A>(
  shape: readonly number[],
  indices: readonly A[],
  axes: readonly number[],
  sizes: readonly number[],
): Pointer<A>[] {
  return indices.map((array, i) => {
    const axis = fromFront(axes[i] ?? 0, shape.length);
    return {
      indices: array,
      name: `indices[${i}]`,
      size: shape[axis] ?? 0,
      width: sizes[axis] ?? 1,
      where: `axis ${axis} of shape ${shapeText(shape)}`,
    };
  });
}

/** The index arrays of a call and where they point; none for ops that take no indices. */
function pointers<A>(op: OpName, args: readonly unknown[], aval: (array: A) => Aval): Pointer<A>[] {
  // Arguments are what the op table says; the call was accepted before.
  const first = args[0] as A;
  const shapeOf = (array: A): readonly number[] => aval(array).shape;
  const alongAxis = (axis: number | null): Pointer<A>[] => {
    const shape = shapeOf(first);
    const at = axis === null ? undefined : fromFront(axis, shape.length);
    const size = at === undefined ? sizeOf(shape) : (shape[at] ?? 0);
    const where =
      at === undefined
        ? `the ${size} elements of shape ${shapeText(shape)}`
        : `axis ${at} of shape ${shapeText(shape)}`;
    return [{ indices: args[1] as A, name: "indices", size, width: 1, where }];
  };
  switch (op) {
    case "take":
    case "takeAlongAxis":
      return alongAxis(args[2] as number | null);
    case "putAlongAxis":
    case "scatterAddAxis":
      return alongAxis(args[3] as number | null);
    case "gather":
      return blocks(
        shapeOf(first),
        args[1] as readonly A[],
        args[2] as readonly number[],
        args[3] as readonly number[],
      );
    case "scatter":
    case "scatterAdd":
    case "scatterProd":
    case "scatterMax":
    case "scatterMin": {
      const shape = shapeOf(first);
      const updates = shapeOf(args[2] as A);
      const sizes = updates.slice(updates.length - shape.length);
      return blocks(shape, args[1] as readonly A[], args[3] as readonly number[], sizes);
    }
    default:
      return [];
  }
}

/**
 * Refuses indices that are out of bounds; negative ones count from the end.
 *
 * @param args - the call's arguments
 * @throws RangeError (`INDEX`) with the op and the first such index
 */
export function refuseOutOfBounds<A>(
  op: OpName,
  args: readonly unknown[],
  { aval, read }: Indexed<A>,
): void {
  for (const { indices, name, size, width, where } of pointers<A>(op, args, aval)) {
    // Nothing fits, or there is no such axis: the call itself says so better.
    if (width > size) continue;
    for (const element of read(indices).data) {
      const index = Number(element);
      const start = index < 0 ? index + size : index;
      if (start >= 0 && start + width <= size) continue;
      const part = width === 1 ? "" : ` with ${width} elements from there`;
      throw rangeError(
        `[${op}] ${name} holds ${index}${part}, out of bounds for ${where}`,
        "INDEX",
      );
    }
  }
}
