// Two backends at once: their arrays do not mix, each op runs where its arrays are, and what a backend lacks
// is refused by name.

import type { Backend, ExtensionToken } from "@mlx-ts/backend-api";
import { afterEach, describe, expect, test } from "vitest";
import * as mx from "../src/index.js";
import { expectError } from "./errors.js";
import { must } from "./golden.js";

type A = mx.MLXArray;

const native = mx.defaultBackend();
/** The same engine under another name. */
const other: Backend = { ...native, id: "other" };
/** An engine without any optional part. */
const bare: Backend = {
  ...native,
  id: "bare",
  extension: <E>(_: ExtensionToken<E>): E | undefined => undefined,
};

afterEach(() => mx.setDefaultBackend(native));

/** An array of a backend. */
function on(backend: Backend, make: () => A): A {
  mx.setDefaultBackend(backend);
  const array = make();
  mx.setDefaultBackend(native);
  return array;
}

describe("arrays of two backends", () => {
  test("are refused together, in every place", () => {
    const mine = mx.array([1, 2]);
    const foreign = on(other, () => mx.array([1, 2]));
    const calls: (() => unknown)[] = [
      () => mx.add(mine, foreign),
      () => mx.add(foreign, mine),
      () => foreign.add(mine),
      () => mx.where(mx.array([true, false]), foreign, 0),
      () => mx.concatenate([mine, foreign]),
      () => mx.array([mine, foreign]),
      () =>
        mx.take(
          mine,
          on(other, () => mx.array([0], "int32")),
        ),
      () => mine.at(0).set(foreign.index(0)),
      () => mine.at(0).assign(foreign.index(0)),
      () => mx.random.uniform({ low: mine, key: on(other, () => mx.random.key(0)) }),
      () => mx.grad((x: A, y: A) => mx.sum(x.add(y)), [0, 1])(mine, foreign),
      () => mx.grad((x: A) => mx.sum(x.add(foreign)))(mine),
      () => mx.vjp((x) => [x], [mine], [foreign]),
      () => mx.compile((x: A, y: A) => [x, y])(mine, foreign),
      () => mx.saveSafetensors("never.safetensors", { mine, foreign }),
    ];
    for (const call of calls) {
      expectError(call, "MLXError", "BACKEND_MISMATCH", /"other".*"native"|"native".*"other"/);
    }
  });

  test("are computed each on its own, also in one eval", async () => {
    const mine = mx.array([1, 2]).add(1);
    const foreign = on(other, () => mx.array([10]).add(1));
    mx.eval([mine, { foreign }]);
    await mx.asyncEval(mine, foreign);
    expect([mine.tolist(), foreign.tolist()]).toEqual([[2, 3], [11]]);
    expect([mine.backend.id, foreign.backend.id]).toEqual(["native", "other"]);
  });

  test("numbers and lists go where the array is, wherever the default is", () => {
    const foreign = on(other, () => mx.array([1, 2]));
    expect(mx.add(1, foreign).backend).toBe(other);
    expect(mx.add([5, 6], foreign).tolist()).toEqual([6, 8]);
    expect(mx.stack([[1, 2], foreign]).backend).toBe(other);
    expect(mx.grad((x: A) => mx.sum(mx.square(x)))(foreign).backend).toBe(other);
  });
});

describe("the default backend", () => {
  test("is where new arrays are made", () => {
    expect(on(other, () => mx.zeros([2])).backend).toBe(other);
    expect(mx.zeros([2]).backend).toBe(native);
  });

  test("must be a backend", () => {
    for (const value of [undefined, null, 3, "native", {}]) {
      expectError(
        () => mx.setDefaultBackend(value as never),
        "TypeError",
        "KIND",
        "[setDefaultBackend]",
      );
    }
    expect(mx.defaultBackend()).toBe(native);
  });

  test("is not where the random state is: seed says how to go on", () => {
    mx.random.seed(0);
    mx.setDefaultBackend(other);
    expectError(() => mx.random.uniform(), "MLXError", "BACKEND_MISMATCH", "call mx.random.seed()");
    mx.random.seed(0);
    expect(mx.random.uniform().backend).toBe(other);
    mx.setDefaultBackend(native);
    mx.random.seed(0);
  });
});

describe("a backend without optional parts", () => {
  test("runs compiled functions as they are written, with their state", () => {
    mx.setDefaultBackend(bare);
    const state = { total: mx.array(1) };
    const add = (x: A) => {
      state.total = state.total.add(x);
      return state.total.multiply(2);
    };
    const step = mx.compile(add, { state });
    const two = mx.array(2);
    expect([step(two).item(), step(two).item(), state.total.item()]).toEqual([6, 10, 5]);
    const promised = mx.compile(async (x: A) => x);
    expectError(() => promised(two), "TypeError", "KIND", "promise");
  });

  test("refuses what it lacks by name", () => {
    const array = on(bare, () => mx.array([1, 2]));
    mx.setDefaultBackend(bare);
    const calls: [string, () => unknown][] = [
      ["grad", () => mx.grad((x: A) => mx.sum(x))(array)],
      ["vjp", () => mx.vjp((x) => [x], [array], [array])],
      ["getActiveMemory", () => mx.getActiveMemory()],
      ["defaultDevice", () => mx.defaultDevice()],
      ["withStream", () => mx.withStream(mx.cpu, () => 1)],
    ];
    for (const [op, call] of calls) {
      expectError(
        call,
        "MLXError",
        "UNSUPPORTED",
        `[${op}] the backend "bare" does not support this`,
      );
    }
    expect(array.add(1).tolist()).toEqual([2, 3]);
  });
});

test("a backend that cannot tie handles to objects is served by a FinalizationRegistry", () => {
  const { track: _, exchange: __, ...rest } = native;
  const plain: Backend = { ...rest, id: "plain" };
  const array = on(plain, () => mx.keep(mx.array([1, 2])));
  expect(array.add(1).tolist()).toEqual([2, 3]);
  array.at(0).assign(5);
  expect(must(array.tolist<number[]>()[0])).toBe(5);
  array.dispose();
  expectError(() => array.item(), "MLXError", "RELEASED", "dispose()");
});
