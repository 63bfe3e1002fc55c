// Every nn test runs on the backend of this file, and ends with as many live arrays as it began.

import * as mx from "@mlx-ts/core";
import { nativeBackend } from "@mlx-ts/native";
import { afterAll, beforeAll, expect } from "vitest";

mx.setDefaultBackend(nativeBackend);
mx.random.seed(0);

let before = 0;
let opened: mx.Scope;

beforeAll(() => {
  before = mx.liveArrays();
  opened = mx.scope();
});

afterAll(() => {
  opened.close();
  expect(mx.liveArrays(), "arrays that are still alive after the file's tests").toBe(before);
});
