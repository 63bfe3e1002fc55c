// The garbage collector, on demand.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

/**
 * Collects all garbage: arrays that nothing refers to, then what dropped compiled functions held,
 * which goes with the finalizers of a first collection.
 */
export async function collectGarbage(): Promise<void> {
  for (let i = 0; i < 2; i++) {
    collect();
    await new Promise(setImmediate);
  }
}
