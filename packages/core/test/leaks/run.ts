// The child process of leaks.test.ts: repeats each body, and prints what is alive before and after. By hand:
// node --expose-gc --import tsx --conditions=@mlx-ts/source <this file> [name of a body]

import * as mx from "../../src/index.js";
import { bodies } from "./bodies.js";

/** What is alive: arrays, and the engine's bytes in them. */
export interface Alive {
  readonly arrays: number;
  readonly bytes: number;
}

/** What one body left. */
export interface Balance {
  readonly name: string;
  readonly rounds: number;
  readonly before: Alive;
  readonly after: Alive;
}

/** What is alive when everything that can be given back was: finalizers may take several turns. */
async function alive(): Promise<Alive> {
  for (let turn = 0; turn < 3; turn++) {
    globalThis.gc?.();
    await new Promise(setImmediate);
  }
  return { arrays: mx.liveArrays(), bytes: mx.getActiveMemory() };
}

const [only] = process.argv.slice(2);
for (const [name, rounds, body] of bodies) {
  if (only !== undefined && only !== name) continue;
  // First rounds fill caches that stay.
  for (let round = 0; round < 3; round++) await body();
  const before = await alive();
  for (let round = 0; round < rounds; round++) {
    const pending = body();
    if (pending instanceof Promise) await pending;
  }
  const balance: Balance = { name, rounds, before, after: await alive() };
  console.log(JSON.stringify(balance));
}
