// Random numbers. The ops are generated (./ops/random.ts); here are keys and the global state.

import { rangeError, shown, typeError } from "@mlx-ts/backend-api";
import type { MLXArray } from "./array.js";
import { defaultBackend } from "./backend.js";
import { keyOfSeed, setSeed } from "./random-state.js";
import { adopt } from "./scope.js";

export * from "./ops/random.js";
export { RandomState, state } from "./random-state.js";

function seedArg(op: string, seed: number | bigint): bigint {
  if (typeof seed === "bigint" && BigInt.asUintN(64, seed) === seed) return seed;
  if (typeof seed === "number" && Number.isSafeInteger(seed) && seed >= 0) return BigInt(seed);
  if (typeof seed !== "number" && typeof seed !== "bigint") {
    throw typeError(`[${op}] the seed must be an integer, got ${shown(seed)}`);
  }
  throw rangeError(
    `[${op}] the seed ${seed} is no integer from 0 to 2^53 - 1 (as a bigint, 2^64 - 1)`,
  );
}

/**
 * A key from a seed.
 *
 * @param seed - an integer from 0 to 2^53 - 1, or a bigint below 2^64
 * @returns a key, uint32 of shape `[2]`
 * @throws RangeError for other seeds
 * @example
 * ```ts
 * const key = mx.random.key(0);
 * mx.random.uniform({ shape: [2], key }).shape; // [2]
 * ```
 * @see Python: `mlx.core.random.key`
 */
export function key(seed: number | bigint): MLXArray {
  const made = keyOfSeed(seedArg("random.key", seed), defaultBackend());
  adopt(made);
  return made;
}

/**
 * Restarts the global state, so that ops without a key draw the same numbers again, on every backend.
 *
 * @param seed - an integer from 0 to 2^53 - 1, or a bigint below 2^64
 * @throws RangeError for other seeds
 * @example
 * ```ts
 * mx.random.seed(0);
 * ```
 * @see Python: `mlx.core.random.seed`
 */
export function seed(seed: number | bigint): void {
  setSeed(seedArg("random.seed", seed), defaultBackend());
}
