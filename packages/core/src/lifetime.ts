// How one array ends: released by its scope, by an owner, by hand, or by the garbage collector. Scopes,
// which end many at once, are in ./scope.ts.

import { type Backend, type Handle, MLXError } from "@mlx-ts/backend-api";
import type { MLXArray } from "./array.js";

/** Who releases an array. */
export const Life = {
  /** The scope that it was made in. */
  scoped: 0,
  /** That scope, or an updater that uses it up before: a gradient made in a scope. */
  passing: 1,
  /** The garbage collector. */
  collected: 2,
  /** A transform or optimizer that replaces it; else the garbage collector. */
  owned: 3,
  /** Being carried out of its scope. */
  leaving: 4,
  /** Nobody: it is gone. */
  released: 5,
} as const;

/** One of {@link Life}'s values. */
export type Life = (typeof Life)[keyof typeof Life];

/** Whether an array is on a scope's list. */
export const isScoped = ({ life }: MLXArray): boolean =>
  life === Life.scoped || life === Life.passing;

/** Whether an updater may release an array that it replaces or uses up. */
export const isPassedOn = ({ life }: MLXArray): boolean =>
  life === Life.owned || life === Life.passing;

/** How an array outside scopes ends. */
export type Ending = typeof Life.collected | typeof Life.owned;

/** For backends that cannot tie a handle to an object's life themselves. */
const registry = new FinalizationRegistry<{ backend: Backend; handle: Handle }>(
  ({ backend, handle }) => backend.release([handle]),
);

/** Lets the garbage collector release an array, at the latest. */
export function collect(array: MLXArray, ending: Ending): void {
  array.life = ending;
  const { backend, handle } = array;
  if (backend.track) backend.track(array, handle);
  else registry.register(array, { backend, handle }, array);
}

/** Releases an array; one that is gone stays as it is. */
export function release(array: MLXArray, by: string): void {
  if (array.life === Life.released) return;
  const { backend, handle } = array;
  if (!isScoped(array) && !backend.track) registry.unregister(array);
  array.life = Life.released;
  array.releasedBy = by;
  backend.release([handle]);
}

/** Puts a fresh handle, of equal shape and dtype, in an array's place: all who hold it see the change. */
export function exchange(array: MLXArray, handle: Handle): void {
  const { backend, life } = array;
  if (backend.exchange) {
    backend.exchange(array.handle, handle);
    return;
  }
  const old = array.handle;
  if (!isScoped(array) && !backend.track) registry.unregister(array);
  array.handle = handle;
  backend.release([old]);
  if (life === Life.collected || life === Life.owned) collect(array, life);
}

/** The error for using an array after its release. */
export function releasedError(op: string, array: MLXArray): MLXError {
  return new MLXError(
    `[${op}] this array was released by ${array.releasedBy}; return it from the scope or pass it to mx.keep() to use it later`,
    "RELEASED",
  );
}
