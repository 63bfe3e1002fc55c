// The indexing methods of MLXArray: what `a.index(...)` and `a.at(...)` take. Plans are made in ./plan.ts,
// and run in ./read.ts and ./write.ts.

import type { MLXArray } from "../array.js";
import { ArrayAt } from "./at.js";
import type { Index } from "./plan.js";
import { read } from "./read.js";
import { parseIndex } from "./text.js";

/** Booleans in the shape of an array's leading axes; true for all of it. */
export type Mask = boolean | MLXArray | readonly Mask[];

/** What {@link MLXArray} offers for indexing. */
export interface IndexingMethods {
  /**
   * Reads a part of the array: Python's `a[...]`.
   *
   * Several index arrays broadcast together, and so do integers beside them. The axes that they pick come in
   * where the first one stands; to the front, if slices or new axes lie between them.
   *
   * @param items - integers, `mx.slice(...)`, `null`, `"..."`, and arrays or nested lists of integers; or one
   * text in Python's notation
   * @returns an array; a view where there are no index arrays. Elements of index arrays that are out of
   * bounds are clamped to their axis
   * @throws RangeError for an integer out of bounds, too many items, two ellipses, or index arrays that do
   * not broadcast
   * @throws TypeError for other items, masks of booleans among them
   * @example
   * ```ts
   * const a = mx.arange(6).reshape([2, 3]);
   * a.index(1).tolist(); // [3, 4, 5]
   * a.index("...", mx.slice(null, 2)).tolist(); // [[0, 1], [3, 4]]
   * a.index(":, -1").tolist(); // [2, 5]
   * a.index([0, 1], [2, 0]).tolist(); // [2, 3]
   * ```
   */
  index(...items: readonly Index[]): MLXArray;
  /**
   * Names a part of the array, to update it.
   *
   * @param items - as for `index`; or one mask of booleans in the shape of the leading axes, to be set
   * @returns a reference with `get`, functional `set`, `add`, ..., and `assign`
   * @example
   * ```ts
   * const a = mx.zeros([3]);
   * a.at(1).set(5).tolist(); // [0, 5, 0]
   * a.at(mx.slice(1)).assign(7); // a is now [7, 0, 0]
   * ```
   */
  at(...items: readonly Index[]): ArrayAt;
  /** Names the places where a mask is true, to set them. See the first signature. */
  at(mask: Mask): ArrayAt;
  /**
   * The array in another shape. See the function `reshape`.
   *
   * @param shape - the new sizes, as a list or one by one
   */
  reshape(...shape: readonly (number | readonly number[])[]): MLXArray;
  /**
   * The array with its axes permuted. See the function `transpose`.
   *
   * @param axes - for each new axis the old one, as a list or one by one; none reverses the order
   */
  transpose(...axes: readonly (number | readonly number[])[]): MLXArray;
  /** The array with its axes reversed. */
  readonly T: MLXArray;
  /** The array with its last two axes swapped, `[..., m, n]` to `[..., n, m]`; refused below two axes. */
  readonly mT: MLXArray;
  /** The real part. See the function `real`. */
  readonly real: MLXArray;
  /** The imaginary part. See the function `imag`. */
  readonly imag: MLXArray;
}

/** Text alone is Python's notation; "..." alone is not text. */
function itemsOf(items: readonly Index[]): readonly Index[] {
  const [first] = items;
  return typeof first === "string" && items.length === 1 && first !== "..."
    ? parseIndex(first)
    : items;
}

/** The indexing methods of MLXArray. */
export const indexingMethods = {
  index(this: MLXArray, ...items: readonly Index[]): MLXArray {
    return read(this, itemsOf(items));
  },
  at(this: MLXArray, ...items: readonly Index[]): ArrayAt {
    return new ArrayAt(this, itemsOf(items));
  },
};
