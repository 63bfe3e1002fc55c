// Iteration over an array's first axis. Installed by ./methods.ts, because ./wrap.ts imports the class.

import { rangeError } from "@mlx-ts/backend-api";
import type { MLXArray } from "./array.js";
import { wrap } from "./wrap.js";

/** The rows of an array, one by one: a view of each is made when it is asked for. */
export function* rows(array: MLXArray): Generator<MLXArray> {
  const { backend, shape } = array;
  const [count, ...rest] = shape;
  if (count === undefined)
    throw rangeError("[iterate] a scalar has no axis to iterate over", "SHAPE");
  const start = shape.map(() => 0);
  const stop = [...shape];
  const step = shape.map(() => 1);
  for (let i = 0; i < count; i++) {
    start[0] = i;
    stop[0] = i + 1;
    const sliced = backend.ops.slice(array.live("iterate"), start, stop, step);
    const row = wrap(backend, backend.ops.reshape(sliced, rest));
    backend.release([sliced]);
    yield row;
  }
}
