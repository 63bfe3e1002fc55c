// What fronts and defaults work with: the backend's ops and kernels, and questions about arrays.

import type { Handle, HostTensor } from "../backend.js";
import type { DType } from "../dtype.js";
import type { Ops } from "../ops/index.js";
import type { Kernels, Shape } from "./kernels.js";

/**
 * The inside of a backend that is being defined. Each family has a front, which checks and prepares a call
 * and hands it to a kernel, and defaults, which are kernels made of other ops. Handles made on the way
 * are released when the outermost call ends; its results are the caller's.
 */
export interface Front<H extends Handle> {
  /** The backend's id, for messages. */
  readonly id: string;
  /** Every op as callers see it. */
  readonly ops: Ops<H>;
  /** Every kernel; arguments must be prepared. */
  readonly kernels: Kernels<H>;
  shape(a: H): Shape;
  dtype(a: H): DType;
  /**
   * Waits for an array's elements. Only for fronts, and only for sizes that callers give as arrays: a result's
   * shape must be known at the call.
   */
  read(a: H): HostTensor;
  /** An array of elements that are known now. */
  constant(tensor: HostTensor): H;
  /** An array without axes; the value becomes what the dtype holds. */
  scalar(value: number | bigint | boolean, dtype: DType): H;
}
