// Every test file of every package runs on the backend of this file, and ends with as many live arrays
// as it began, where the backend counts them.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Memory } from "@mlx-ts/backend-api";
import { afterAll, beforeAll, expect } from "vitest";
import * as mx from "../src/index.js";
import { testBackend } from "./backends.js";

mx.setDefaultBackend(testBackend);
mx.random.seed(0);

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

/** Backends that leave arrays to the garbage collector have no number. */
const live = () => testBackend.extension(Memory)?.liveHandles() ?? 0;

let before = 0;

beforeAll(() => {
  before = live();
});

afterAll(async () => {
  // What compiled functions hold goes with the finalizers of a first collection; where core ties handles to objects
  // by a registry, its callbacks come when they like.
  for (let i = 0; i < 2 || (i < 20 && live() !== before); i++) {
    collectGarbage();
    await new Promise(setImmediate);
  }
  expect(live(), "arrays that are still alive after the file's tests").toBe(before);
});
