// The global state of the random ops: a key on each backend, split at every use that names none. The public
// functions are in ./random.ts.

import { type Backend, MLXError } from "@mlx-ts/backend-api";
import { MLXArray } from "./array.js";
import { defaultBackend } from "./backend.js";
import { Life, release } from "./lifetime.js";
import { own } from "./scope.js";
import { treeKeys } from "./tree.js";
import { wrap } from "./wrap.js";

/** A backend's key, and which seed it descends from. */
interface Place {
  key: MLXArray;
  readonly seeding: number;
}

const places = new WeakMap<Backend, Place>();
/** The last seed; without one the time is. */
let seed: bigint | undefined;
/** How often it was set: keys of earlier seeds are not used any more. */
let seeding = 0;

const keyOn = (backend: Backend): MLXArray | null => {
  const place = places.get(backend);
  return place?.seeding === seeding ? place.key : null;
};

/**
 * The global random state: hand it to `compile` as captured state, so that a compiled function draws
 * new numbers at every call. Every backend has a key of its own, from the same seed.
 */
export class RandomState {
  /** The default backend's key, which the next split starts from, uint32 of shape `[2]`; `null` before first use. */
  get key(): MLXArray | null {
    return keyOn(defaultBackend());
  }

  set key(key: MLXArray) {
    places.set(key.backend, { key, seeding });
  }

  /** @internal */
  [treeKeys](): readonly string[] {
    return ["key"];
  }
}

/** The one state of this thread. */
export const state = new RandomState();

/** The key of a seed: its high and low 32 bits. */
export function keyOfSeed(seed: bigint, backend: Backend): MLXArray {
  const data = Uint32Array.of(
    Number(BigInt.asUintN(32, seed >> 32n)),
    Number(BigInt.asUintN(32, seed)),
  );
  return new MLXArray(backend, backend.fromHost({ shape: [2], dtype: "uint32", data }));
}

/** Puts another key in the state's place. */
function setKey(key: MLXArray): void {
  const old = keyOn(key.backend);
  state.key = own(key);
  if (old !== null && old.life === Life.owned) release(old, "mx.random, which drew the next key");
}

/** Restarts the states of all backends. */
export function setSeed(value: bigint, backend: Backend): void {
  const old = places.get(backend)?.key;
  seed = value;
  seeding++;
  setKey(keyOfSeed(value, backend));
  if (old?.life === Life.owned) release(old, "mx.random.seed()");
}

/** Splits the state: one half stays, the other is the next key. */
export function nextKey(backend: Backend): MLXArray {
  const { ops } = backend;
  let start = keyOn(backend);
  if (start === null || start.life === Life.released) {
    seed ??= BigInt(Date.now());
    // After a seed that was used up, the time: the same numbers again would be no random ones.
    start = keyOfSeed(start === null ? seed : BigInt(Date.now()), backend);
    setKey(start);
  }
  const both = ops.randomSplit(start.handle, 2);
  const rows = ops.split(both, [1], 0);
  const [stays, next] = rows.map((row) => ops.reshape(row, [2]));
  backend.release([both, ...rows]);
  if (stays === undefined || next === undefined) {
    throw new MLXError(`[random] the backend "${backend.id}" split a key into fewer than two`);
  }
  setKey(new MLXArray(backend, stays));
  return wrap(backend, next);
}
