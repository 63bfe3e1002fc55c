// What an engine must supply: the `Backend` interface. An engine holds arrays behind opaque handles;
// core wraps handles in MLXArray objects, decides when they die, and never looks inside.

import type { DType, HostData } from "./dtype.js";
import type { ExtensionToken } from "./extensions.js";
import type { OpName, Ops } from "./ops/index.js";

/** A backend's own reference to one array. Native uses small integers, others may use objects. */
export type Handle = number | object;

/** Shape and dtype of an array. */
export interface Aval {
  /** Sizes of the axes; `[]` is a scalar. */
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** Elements in host memory: row-major, little-endian, no gaps. See {@link hostConstructor}. */
export interface HostTensor extends Aval {
  readonly data: HostData;
}

/**
 * A number that stands next to an array in an op: it takes the array's dtype where it can (a "weak"
 * scalar), so that `x.multiply(2)` does not widen a float16 array.
 */
export class Scalar {
  /** @param value - integral numbers act as integers next to integer arrays, others as floats */
  constructor(readonly value: number | bigint | boolean) {}
}

/** An op's operand: an array or a weak scalar. */
export type Operand<H> = H | Scalar;

/** A kind of device. */
export type DeviceType = "cpu" | "gpu";

/** Where an op runs: a device, or one of its streams. */
export interface Placement {
  readonly device: DeviceType;
  /** The stream's number; without it, the device's default stream. */
  readonly stream?: number | undefined;
  /** The device's number among those of its type; default 0. */
  readonly index?: number | undefined;
}

/** How a backend comes to run an op. */
export type Provenance = "native" | "composed" | "unsupported";

/**
 * An engine for arrays. Ops borrow their operands and return handles that the caller owns; a handle
 * lives until `release`. Nothing is computed before `eval` or a host read, if the engine is lazy.
 *
 * @typeParam H - the engine's handle
 */
export interface Backend<H extends Handle = Handle> {
  /** A short name for messages, for example `"native"`. */
  readonly id: string;
  /** The version of this interface that the backend was written for. */
  readonly apiVersion: 1;
  /** Every op of the op table. */
  readonly ops: Ops<H>;
  /**
   * How an op is run.
   *
   * @param op - a name of the op table
   */
  provenance(op: OpName): Provenance;
  /**
   * Shape and dtype; never computes. The caller caches it.
   *
   * @param array - a live handle
   */
  aval(array: H): Aval;
  /**
   * Copies host elements into a new array.
   *
   * @param tensor - row-major elements; not kept
   */
  fromHost(tensor: HostTensor): H;
  /**
   * Evaluates and copies an array's elements out, blocking.
   *
   * @param array - a live handle
   */
  toHostSync(array: H): HostTensor;
  /**
   * Evaluates and copies an array's elements out without blocking the event loop.
   *
   * @param array - a live handle; it may be released before the promise settles
   */
  toHost(array: H): Promise<HostTensor>;
  /**
   * Computes arrays now.
   *
   * @param arrays - live handles
   */
  eval(arrays: readonly H[]): void;
  /**
   * Starts computing arrays.
   *
   * @param arrays - live handles
   * @returns settles when they are computed
   */
  evalAsync(arrays: readonly H[]): Promise<void>;
  /**
   * A second handle to the same array.
   *
   * @param array - a live handle
   */
  retain(array: H): H;
  /**
   * Gives handles back; a handle given back twice is ignored.
   *
   * @param arrays - handles
   */
  release(arrays: readonly H[]): void;
  /**
   * Moves an array into another's handle, whose own array is given back: for arrays that are written to
   * again and again. Core releases and tracks anew where this is absent.
   *
   * @param into - a live handle, which then stands for the array of `from`
   * @param from - a live handle, which is given back
   */
  exchange?(into: H, from: H): void;
  /**
   * Ties a handle to an object's life: when the object is collected, the handle is released. Core
   * falls back to a FinalizationRegistry where this is absent.
   *
   * @param owner - the object
   * @param array - a live handle
   */
  track?(owner: object, array: H): void;
  /** The device types that this backend can run on, the default first. */
  devices(): readonly DeviceType[];
  /**
   * An optional part of the engine.
   *
   * @param token - for example {@link Transforms}
   * @returns the part, or `undefined` where the engine lacks it
   */
  extension<E>(token: ExtensionToken<E>): E | undefined;
}
