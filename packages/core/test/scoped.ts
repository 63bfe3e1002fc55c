// Runs a test file inside a scope, so that its arrays are gone at its end without the garbage collector,
// and counts of live arrays do not jump when it comes.

import { afterAll, beforeAll } from "vitest";
import * as mx from "../src/index.js";

let opened: mx.Scope;

beforeAll(() => {
  opened = mx.scope();
});

afterAll(() => {
  opened.close();
});
