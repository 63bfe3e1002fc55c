// The registry of backends: by id, the later one of an id wins, and an unknown id says which are known.

import { expect, test } from "vitest";
import { type Backend, getBackend, registerBackend, registeredBackends } from "../src/index.js";

const backend = (id: string) => ({ id }) as Backend;

test("an empty registry says so", () => {
  expect(() => getBackend("native")).toThrow(
    expect.objectContaining({
      code: "NO_BACKEND",
      message: expect.stringContaining('no backend "native" is registered (registered: none)'),
    }),
  );
});

test("a backend is found by its id, and a later one of the same id takes its place", () => {
  const [first, second, other] = [backend("a"), backend("a"), backend("b")];
  registerBackend(first);
  registerBackend(other);
  expect(getBackend("a")).toBe(first);
  registerBackend(second);
  expect(getBackend("a")).toBe(second);
  expect(registeredBackends()).toEqual(["a", "b"]);
  expect(() => getBackend("c")).toThrow("(registered: a, b)");
});
