// From a backend's handle to an array that somebody will release.

import type { Backend, Handle } from "@mlx-ts/backend-api";
import { MLXArray } from "./array.js";
import { adopt } from "./scope.js";

/** An array over a fresh handle. */
export function wrap(backend: Backend, handle: Handle): MLXArray {
  const array = new MLXArray(backend, handle);
  adopt(array);
  return array;
}

/** Arrays over fresh handles: a list for a list, a tuple for a tuple. */
export const wrapAll = <const T extends readonly Handle[]>(
  backend: Backend,
  handles: T,
): { -readonly [K in keyof T]: MLXArray } =>
  handles.map((handle) => wrap(backend, handle)) as { -readonly [K in keyof T]: MLXArray };
