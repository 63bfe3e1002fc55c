// `a.at(...)`: a part of an array, named to be read, updated in a copy, or assigned to.

import type { ArrayLike, MLXArray } from "../array.js";
import { exchange } from "../lifetime.js";
import { wrap } from "../wrap.js";
import type { Index } from "./plan.js";
import { read } from "./read.js";
import type { Update } from "./value.js";
import { updated } from "./write.js";

/**
 * A part of an array, named by `a.at(...)`.
 *
 * Updates never change the array's dtype. Where index arrays name an element twice, `add`, `multiply`, ...
 * apply both values, and of several that are set the last stays.
 *
 * @see Python: `mlx.core.array.at`
 */
export class ArrayAt {
  // Declared, not initialised, nor private by name: an update of a small array would cost a tenth more.
  declare private readonly array: MLXArray;
  declare private readonly items: readonly Index[];

  /**
   * @param array - the array
   * @param items - the index
   */
  constructor(array: MLXArray, items: readonly Index[]) {
    this.array = array;
    this.items = items;
  }

  private copy(update: Update, value: ArrayLike): MLXArray {
    const array = this.array;
    const out = wrap(array.backend, updated(array, this.items, update, value));
    out.facts = array.facts;
    return out;
  }

  /**
   * The part itself: what `a.index(...)` reads.
   *
   * @example
   * ```ts
   * mx.arange(4).at(1).get().item(); // 1
   * ```
   */
  get(): MLXArray {
    return read(this.array, this.items);
  }

  /**
   * A copy of the array with the part replaced.
   *
   * @param value - broadcasts to the part; for a mask a scalar, or a value for each true place
   * @throws RangeError for a value that does not fit
   * @example
   * ```ts
   * mx.zeros(3).at(mx.array([0, 2], "int32")).set([5, 6]).tolist(); // [5, 0, 6]
   * ```
   */
  set(value: ArrayLike): MLXArray {
    return this.copy("set", value);
  }

  /**
   * A copy of the array with a value added to the part.
   *
   * @param value - broadcasts to the part
   * @throws RangeError for a value that does not fit
   * @example
   * ```ts
   * mx.zeros(3).at([0, 0]).add(1).tolist(); // [2, 0, 0]
   * ```
   */
  add(value: ArrayLike): MLXArray {
    return this.copy("add", value);
  }

  /**
   * A copy of the array with a value subtracted from the part.
   *
   * @param value - broadcasts to the part
   * @throws RangeError for a value that does not fit
   * @example
   * ```ts
   * mx.zeros(3).at(mx.slice(1, 3)).subtract([1, 2]).tolist(); // [0, -1, -2]
   * ```
   */
  subtract(value: ArrayLike): MLXArray {
    return this.copy("subtract", value);
  }

  /**
   * A copy of the array with the part multiplied by a value.
   *
   * @param value - broadcasts to the part
   * @throws RangeError for a value that does not fit
   * @example
   * ```ts
   * mx.ones(2).at([1, 1]).multiply(3).tolist(); // [1, 9]
   * ```
   */
  multiply(value: ArrayLike): MLXArray {
    return this.copy("multiply", value);
  }

  /**
   * A copy of the array with the part divided by a value, as MLX does it: multiplied by the reciprocal.
   *
   * @param value - broadcasts to the part
   * @throws RangeError for a value that does not fit
   * @throws TypeError for an array of integers or booleans, where the reciprocal would be 0
   * @example
   * ```ts
   * mx.ones(2).at(0).divide(4).tolist(); // [0.25, 1]
   * ```
   */
  divide(value: ArrayLike): MLXArray {
    return this.copy("divide", value);
  }

  /**
   * A copy of the array with the larger of the part and a value.
   *
   * @param value - broadcasts to the part
   * @throws RangeError for a value that does not fit
   * @example
   * ```ts
   * mx.array([1, 5]).at("...").maximum(3).tolist(); // [3, 5]
   * ```
   */
  maximum(value: ArrayLike): MLXArray {
    return this.copy("maximum", value);
  }

  /**
   * A copy of the array with the smaller of the part and a value.
   *
   * @param value - broadcasts to the part
   * @throws RangeError for a value that does not fit
   * @example
   * ```ts
   * mx.array([1, 5]).at("...").minimum(3).tolist(); // [1, 3]
   * ```
   */
  minimum(value: ArrayLike): MLXArray {
    return this.copy("minimum", value);
  }

  /**
   * Replaces the part in the array itself: Python's `a[...] = value`. All who hold this array see the
   * change; arrays made from it earlier do not.
   *
   * @param value - broadcasts to the part; for a mask a scalar, or a value for each true place
   * @throws RangeError for a value that does not fit
   * @example
   * ```ts
   * const a = mx.array([1, -2, -3]);
   * a.at(a.less(0)).assign(0); // a is now [1, 0, 0]
   * ```
   */
  assign(value: ArrayLike): void {
    exchange(this.array, updated(this.array, this.items, "set", value));
  }
}
