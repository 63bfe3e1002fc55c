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
  const { backend, shape, dtype } = array;
  const whole = array.live("toString");
  // By itself first, so that a failure is the array's own.
  backend.eval([whole]);
  let handle = whole;
  try {
    for (const [axis, size] of shape.entries()) {
      if (size <= threshold) continue;
      const ends = endsOf(backend, handle, axis);
      if (handle !== whole) backend.release([handle]);
      handle = ends;
    }
    return readable(backend, handle, dtype, (readable) => backend.toHostSync(readable));
  } finally {
    if (handle !== whole) backend.release([handle]);
  }
}

/** The first and last items of an axis, joined. */
function endsOf(backend: Backend, handle: Handle, axis: number): Handle {
  const { shape } = backend.aval(handle);
  const size = shape[axis] ?? 0;
  const part = (from: number, to: number): Handle =>
    backend.ops.slice(
      handle,
      shape.map((_, i) => (i === axis ? from : 0)),
      shape.map((n, i) => (i === axis ? to : n)),
      shape.map(() => 1),
    );
  const parts = [part(0, edge)];
  try {
    parts.push(part(size - edge, size));
    return backend.ops.concatenate(parts, axis);
  } finally {
    backend.release(parts);
  }
}
