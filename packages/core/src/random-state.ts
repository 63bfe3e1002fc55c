// The global state of the random ops: one key, split at every use that names none. The public
// functions are in ./random.ts.

import { type Backend, MLXError } from "@mlx-ts/backend-api";
import { MLXArray } from "./array.js";
import { Life, release } from "./lifetime.js";
import { own } from "./scope.js";
import { treeKeys } from "./tree.js";
import { wrap } from "./wrap.js";

/**
 * The global random state: hand it to `compile` as captured state, so that a compiled function draws
 * new numbers at every call.
 */
export class RandomState {
  /** The key that the next split starts from, uint32 of shape `[2]`; `null` before first use. */
  key: MLXArray | null = null;

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
export function setKey(key: MLXArray): void {
  const old = state.key;
  state.key = own(key);
  if (old !== null && old.life === Life.owned) release(old, "mx.random, which drew the next key");
}

/** Splits the state: one half stays, the other is the next key. */
export function nextKey(backend: Backend): MLXArray {
  if (state.key === null || state.key.life === Life.released) {
    state.key = own(keyOfSeed(BigInt(Date.now()), backend));
  }
  if (state.key.backend !== backend) {
    throw new MLXError(
      `[random] the global state is on the backend "${state.key.backend.id}", the op on "${backend.id}"; call mx.random.seed() after changing the backend, or pass a key`,
      "BACKEND_MISMATCH",
    );
  }
  return split(backend);
}

/** Two keys from the state: one stays, the other is returned. */
function split(backend: Backend): MLXArray {
  const { ops } = backend;
  const start = state.key?.handle;
  if (start === undefined)
    throw new MLXError(
      "[random] the global state is empty; call mx.random.seed() first",
      "RELEASED",
    );
  const both = ops.randomSplit(start, 2);
  const rows = ops.split(both, [1], 0);
  const [stays, next] = rows.map((row) => ops.reshape(row, [2]));
  backend.release([both, ...rows]);
  if (stays === undefined || next === undefined) {
    throw new MLXError(`[random] the backend "${backend.id}" split a key into fewer than two`);
  }
  setKey(new MLXArray(backend, stays));
  return wrap(backend, next);
}
