// The array: a backend and a handle, with shape and dtype fetched once. It computes nothing itself;
// ops are functions (./ops), and the methods that call them are installed by ./methods.ts.

import {
  type Aval,
  type Backend,
  type DType,
  type Handle,
  type HostData,
  itemsize,
  rangeError,
  typeError,
} from "@mlx-ts/backend-api";
import { formatArray, formatShape, isUnprintable } from "./format.js";
import { type Complex, type HalfData, type Nested, nested, type Scalar } from "./host.js";
import type { IndexingMethods } from "./indexing/methods.js";
import { Life, release, releasedError } from "./lifetime.js";
import type { ArrayMethods } from "./ops/methods.js";
import { readAsync, readEdges, readSync } from "./reading.js";
import { type AbortOptions, signalOf, untilAborted } from "./transforms/abort.js";

/**
 * Anything that stands for an array: a number (a complex one as `{ re, im }`), nested lists, a typed array,
 * or an MLXArray.
 */
export type ArrayLike =
  | number
  | bigint
  | boolean
  | Complex
  | MLXArray
  | HostData
  | HalfData
  | Uint8ClampedArray
  | readonly ArrayLike[];

// The op methods have their types here and their code in ./methods.ts: the op files import this one,
// so this one cannot import them. installMethods checks that every name is there.
export interface MLXArray extends ArrayMethods, IndexingMethods {
  /**
   * Iterates over the first axis, as Python does.
   *
   * @throws RangeError for a scalar
   * @example
   * ```ts
   * const [first, second] = mx.array([[1, 2], [3, 4]]);
   * second.tolist(); // [3, 4]
   * ```
   */
  [Symbol.iterator](): Generator<MLXArray>;

  /**
   * A copy on another backend; see `mx.toBackend`.
   *
   * @param backend - where the copy lives
   * @throws UnsupportedError when the backend lacks the dtype
   * @example
   * ```ts
   * const copy = mx.array([1, 2]).toBackend(mx.defaultBackend());
   * copy.tolist(); // [1, 2]
   * ```
   */
  toBackend(backend: Backend): MLXArray;
}

/**
 * An n-dimensional array whose elements are computed when they are needed.
 *
 * Make one with {@link array} or any op; the constructor is for backends' glue. An array belongs to its thread:
 * `structuredClone` and `postMessage` refuse it, send its `toTypedArray()` and shape instead.
 *
 * @example
 * ```ts
 * import * as mx from "@mlx-ts/core";
 *
 * const a = mx.array([[1, 2], [3, 4]]);
 * a.shape; // [2, 2]
 * a.add(1).sum().item(); // 14
 * ```
 * @see Python: `mlx.core.array`
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: see above
export class MLXArray {
  // Declared, not initialised: V8 runs field initialisers as a function of their own, for every array.
  /** Whose array it is. */
  declare readonly backend: Backend;
  /** @internal */
  declare handle: Handle;
  /** @internal */
  declare life: Life;
  /** @internal What released it, for messages. */
  declare releasedBy: string | undefined;
  /** @internal */
  declare facts: Aval | undefined;

  /**
   * @param backend - whose array it is
   * @param handle - the backend's handle, which the array now owns
   */
  constructor(backend: Backend, handle: Handle) {
    this.backend = backend;
    this.handle = handle;
    this.life = Life.scoped;
    this.releasedBy = undefined;
    this.facts = undefined;
  }

  /** @internal The handle, or an error when the array was released. */
  live(op: string): Handle {
    if (this.life === Life.released) throw releasedError(op, this);
    return this.handle;
  }

  /** @internal Shape and dtype; `assign` and in-place updates clear them. */
  aval(): Aval {
    this.facts ??= this.backend.aval(this.live("array"));
    return this.facts;
  }

  /** Sizes of the axes; the array's own list, which must not be changed. */
  get shape(): readonly number[] {
    return this.aval().shape;
  }

  /** Element type. */
  get dtype(): DType {
    return this.aval().dtype;
  }

  /** Number of axes. */
  get ndim(): number {
    return this.aval().shape.length;
  }

  /** Number of elements. */
  get size(): number {
    return this.aval().shape.reduce((n, d) => n * d, 1);
  }

  /** Bytes of one element. */
  get itemsize(): number {
    return itemsize(this.aval().dtype);
  }

  /** Bytes of all elements. */
  get nbytes(): number {
    return this.size * this.itemsize;
  }

  /** Whether the array was released, by a scope, `dispose()` or an update. */
  get isReleased(): boolean {
    return this.life === Life.released;
  }

  /**
   * The value of an array of one element, computed now.
   *
   * @typeParam T - number by default; boolean for bool, bigint for int64 beyond 2^53, `Complex` for complex64
   * @throws RangeError when there is not exactly one element
   * @example
   * ```ts
   * mx.array([2, 3]).sum().item(); // 5
   * ```
   */
  item<T extends Scalar = number>(): T {
    const { backend } = this;
    const handle = this.live("item");
    if (hasItem(backend)) {
      const value = backend.item(handle);
      if (value !== undefined) return value as T;
    }
    if (this.size !== 1) {
      throw rangeError(
        `[item] the array has ${this.size} elements, it must have one; use tolist() or index()`,
        "SHAPE",
      );
    }
    let value: Nested | undefined = nested(readSync("item", this));
    while (Array.isArray(value)) value = value[0];
    return value as T;
  }

  /**
   * The elements as nested lists, computed now.
   *
   * @typeParam T - what the caller expects, for example `number[][]`
   * @returns numbers (float16 and bfloat16 too), booleans, `Complex` for complex64, bigints for int64 beyond
   * 2^53; for a scalar the value itself
   * @throws RangeError for more elements than JavaScript's lists can hold
   * @example
   * ```ts
   * mx.array([[1, 2], [3, 4]]).tolist(); // [[1, 2], [3, 4]]
   * ```
   * @see Python: `mlx.core.array.tolist`
   */
  tolist<T extends Nested = Nested>(): T {
    return nested(readSync("tolist", this)) as T;
  }

  /**
   * The elements in a typed array, row-major, computed now.
   *
   * @typeParam T - the kind that the dtype gives, for example `Float32Array`
   * @returns a copy, since the engine may use an array's memory anew; float16 and bfloat16 as Float32Array (their
   * bits: `a.view("uint16")`), bool as Uint8Array, complex64 as (re, im) pairs
   * @example
   * ```ts
   * mx.array([[1, 2], [3, 4]]).toTypedArray<Float32Array>()[3]; // 4
   * ```
   */
  toTypedArray<T extends HostData = HostData>(): T {
    return readSync("toTypedArray", this).data as T;
  }

  /**
   * The elements in a typed array, row-major, computed without blocking the event loop.
   *
   * @typeParam T - the kind that the dtype gives, for example `Float32Array`
   * @param options - `signal` ends the wait, as in {@link evalAsync}
   * @returns a promise of a copy; see {@link toTypedArray}
   * @throws the signal's reason after an abort; the array stays good
   * @example
   * ```ts
   * await mx.array([1, 2]).data(); // Float32Array [1, 2]
   * ```
   */
  async data<T extends HostData = HostData>(options?: AbortOptions): Promise<T> {
    const signal = signalOf("data", options);
    return (await untilAborted(signal, () => readAsync("data", this))).data as T;
  }

  /** Gives the memory back now; a second call does nothing. */
  dispose(): void {
    release(this, "dispose()");
  }

  /** `using a = mx.zeros(3)` disposes it at the end of the block. */
  [Symbol.dispose](): void {
    release(this, "the end of its `using` block");
  }

  /** What Python prints: `array([1, 2], dtype=float32)`. Computes the array. */
  toString(): string {
    if (this.life === Life.released) return `array(released by ${this.releasedBy})`;
    const { shape, dtype } = this;
    return isUnprintable(shape)
      ? formatShape(shape, dtype)
      : formatArray(readEdges(this), shape, dtype);
  }

  /** console.log shows what Python prints. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  /**
   * JavaScript's operators know numbers and texts only: `a + b` would be a text, `a < b` false. They are
   * refused; template literals print the array.
   *
   * @throws TypeError for arithmetic, comparison, and joining with `+`
   */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === "string") return this.toString();
    throw typeError(
      "[array] JavaScript's operators do not work on arrays; write a.add(b), a.multiply(2), a.less(b), a.equal(b), a.item() for the number, String(a) for a text",
    );
  }

  /**
   * JSON takes the nested lists. As JSON.stringify does with numbers, nan and infinities become null, and
   * integers beyond 2^53 (bigints) are refused unless a replacer writes them.
   */
  toJSON(): Nested {
    return this.tolist();
  }
}

/** Backends may read a single element without a host tensor. */
interface ItemReader {
  item(array: Handle): number | bigint | boolean | undefined;
}
const hasItem = (backend: Backend): backend is Backend & ItemReader => "item" in backend;
