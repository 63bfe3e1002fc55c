// Elements from a backend to JavaScript: all of them, or the few that printing shows.

import type { Backend, DType, Handle, HostTensor } from "@mlx-ts/backend-api";
import type { MLXArray } from "./array.js";
import { isHalf } from "./host.js";

/** Calls with the handle, or with that of a float32 copy where JavaScript cannot read the dtype. */
function readable<T>(
  backend: Backend,
  handle: Handle,
  dtype: DType,
  read: (handle: Handle) => T,
): T {
  if (!isHalf(dtype)) return read(handle);
  const wide = backend.ops.astype(handle, "float32");
  try {
    return read(wide);
  } finally {
    backend.release([wide]);
  }
}

/** The elements, computed now; float16 and bfloat16 as float32. */
export function readSync(op: string, array: MLXArray): HostTensor {
  const { backend } = array;
  const handle = array.live(op);
  return readable(backend, handle, array.dtype, (readable) => backend.toHostSync(readable));
}

/** The elements, computed without blocking; float16 and bfloat16 as float32. */
export function readAsync(op: string, array: MLXArray): Promise<HostTensor> {
  const { backend } = array;
  const handle = array.live(op);
  return readable(backend, handle, array.dtype, (readable) => backend.toHost(readable));
}

/** Axes longer than this are printed by their ends. */
export const threshold = 6;
/** How many items of each end. */
export const edge = 3;

/** What printing shows of an array: of long axes the first and last three items. */
export function readEdges(array: MLXArray): HostTensor {
  const { backend, dtype } = array;
  const whole = array.live("toString");
  // By itself first, so that a failure is the array's own.
  backend.eval([whole]);
  const edges = edgesFrom(backend, whole, 0);
  try {
    return readable(backend, edges, dtype, (readable) => backend.toHostSync(readable));
  } finally {
    backend.release([edges]);
  }
}

/**
 * The first and last items of the long axes from one on, as a handle of its own. The parts are cut along all axes
 * before any are joined: parts are views, what is joined is copied.
 */
function edgesFrom(backend: Backend, handle: Handle, first: number): Handle {
  const { shape } = backend.aval(handle);
  const axis = shape.findIndex((size, i) => i >= first && size > threshold);
  const size = shape[axis];
  if (size === undefined) return backend.retain(handle);
  const ends: Handle[] = [];
  try {
    for (const from of [0, size - edge]) {
      const part = backend.ops.slice(
        handle,
        shape.map((_, i) => (i === axis ? from : 0)),
        shape.map((n, i) => (i === axis ? from + edge : n)),
        shape.map(() => 1),
      );
      try {
        ends.push(edgesFrom(backend, part, axis + 1));
      } finally {
        backend.release([part]);
      }
    }
    return backend.ops.concatenate(ends, axis);
  } finally {
    backend.release(ends);
  }
}
