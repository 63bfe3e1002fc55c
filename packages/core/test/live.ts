// Counting live arrays when nothing is left that only waits for the garbage collector.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as mx from "../src/index.js";

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

/** How many arrays are alive, once what earlier code dropped is gone. */
export function liveNow(): number {
  collectGarbage();
  return mx.liveArrays();
}

/** How many more arrays live after a function than before. */
export function added(fn: () => void): number {
  const before = liveNow();
  fn();
  return mx.liveArrays() - before;
}
