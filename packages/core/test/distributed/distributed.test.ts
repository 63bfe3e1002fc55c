// Communication in a group of one, which is what a process has that nobody launched: every exchange gives
// back its array, and what makes no sense is refused.

import { describe, expect, test } from "vitest";
import * as mx from "../../src/index.js";
import { expectError } from "../errors.js";
import { stranger } from "../hunt/values.js";

const { distributed } = mx;
const exchanges = ["allSum", "allMax", "allMin", "allGather", "sumScatter"] as const;

describe("a group of one", () => {
  test("is what init gives where nothing was launched", () => {
    for (const group of [
      distributed.init(),
      distributed.init(false),
      distributed.init(false, "ring"),
      distributed.init({ strict: false, backend: "ring" }),
      distributed.init(undefined, { backend: "any" }),
    ]) {
      expect(group).toBeInstanceOf(distributed.Group);
      expect([group.rank(), group.size()]).toEqual([0, 1]);
    }
  });

  test("is no group where init shall be strict", () => {
    for (const backend of ["any", "ring", "mpi", "nccl", "jaccl"] as const) {
      expectError(() => distributed.init(true, backend), "MLXError", "ENGINE", /initial|provide/);
      expectError(() => distributed.init({ strict: true, backend }), "MLXError", "ENGINE", /./);
    }
  });

  test("cannot be split", () => {
    const group = distributed.init();
    expectError(() => group.split(0), "MLXError", "ENGINE", "Cannot split");
    expectError(() => group.split(-1), "RangeError", "VALUE", "must not be negative");
    expectError(() => group.split("a" as never), "TypeError", "KIND", "[split] color");
    expectError(() => group.split(0, 0.5), "RangeError", "VALUE", "[split] key");
  });

  test.each(exchanges)("%s gives the array itself", (name) => {
    const exchange = distributed[name];
    const group = distributed.init();
    const x = mx.array([[1, 2]]);
    expect(exchange(x).tolist()).toEqual([[1, 2]]);
    expect(exchange(x, { group, stream: mx.cpu }).tolist()).toEqual([[1, 2]]);
    expect(exchange(x, { group: null }).tolist()).toEqual([[1, 2]]);
    expect(exchange([1, 2]).tolist()).toEqual([1, 2]);
    expect(exchange(3).dtype).toBe("float32");
    expect(exchange(mx.zeros([0, 2], "int8"))).toMatchObject({ shape: [0, 2], dtype: "int8" });
    expect(
      mx
        .grad((a: mx.MLXArray) => mx.sum(exchange(a)))(x)
        .tolist(),
    ).toEqual([[1, 1]]);
  });

  test("has nobody to send to or to receive from", () => {
    const refused = (call: () => unknown) =>
      expectError(call, "RangeError", "VALUE", "singleton group");
    refused(() => distributed.send(mx.ones([2]), 0));
    refused(() => distributed.recv([2], "float32", 0));
    refused(() => distributed.recv(2, "float32", 1));
    refused(() => distributed.recvLike(mx.ones([2]), 0));
  });
});

describe("wrong calls", () => {
  test("of init are refused by name", () => {
    const { init } = distributed;
    expectError(() => init(false, "foo" as "any"), "RangeError", "VALUE", "'foo' was provided");
    expectError(() => init(false, 1 as never), "TypeError", "KIND", "[init] backend must be");
    expectError(() => init(1 as never), "TypeError", "KIND", "[init] strict must be");
    expectError(() => init({ nonsense: 1 } as never), "TypeError", "OPTION", '"nonsense"');
    const factory = () => () => new Uint8Array();
    const positional = () => init(false, "jaccl", factory as never);
    expectError(positional, "TypeError", "OPTION", "allGatherFactory is given by name");
    const ring = () => init({ backend: "ring", allGatherFactory: factory });
    expectError(ring, "RangeError", "VALUE", 'for the backend "jaccl", not for "ring"');
    const wrong = () => init({ backend: "jaccl", allGatherFactory: 1 as never });
    expectError(wrong, "TypeError", "KIND", "allGatherFactory must be a function");
  });

  test("of isAvailable are refused, and unknown names are not available", () => {
    const { isAvailable } = distributed;
    expect([isAvailable(), isAvailable("any"), isAvailable("ring")]).toEqual([true, true, true]);
    expect([isAvailable("foo"), isAvailable("")]).toEqual([false, false]);
    expectError(() => isAvailable(1 as never), "TypeError", "KIND", "[distributed.isAvailable]");
  });

  test.each(exchanges)("of %s are refused by name", (name) => {
    const exchange = distributed[name] as (x: unknown, options?: unknown) => mx.MLXArray;
    expectError(() => exchange("text"), "TypeError", null, `[${name}]`);
    expectError(() => exchange(1, { axis: 0 }), "TypeError", "OPTION", 'no option "axis"');
    expectError(() => exchange(1, 2), "TypeError", "OPTION", "must be a plain object");
    expectError(() => exchange(1, { group: {} }), "TypeError", "KIND", "group must come from");
    const foreign = new mx.MLXArray(stranger, 1);
    expectError(() => exchange(foreign), "MLXError", "UNSUPPORTED", `[${name}]`);
    const gone = mx.ones([1]);
    gone.dispose();
    expectError(() => exchange(gone), "MLXError", "RELEASED", `[${name}]`);
  });

  test("of send and recv are refused by name", () => {
    const { send, recv, recvLike } = distributed;
    expectError(() => send(mx.ones([1]), 0.5), "RangeError", "VALUE", "[send] dst");
    expectError(() => recv([1], "int" as never, 0), "TypeError", "DTYPE", "[recv] dtype");
    expectError(() => recv("a" as never, "int8", 0), "TypeError", "KIND", "[recv] shape");
    expectError(() => recv([-1], "int8", 0), "RangeError", "VALUE", "must not be negative");
    expectError(() => recvLike(mx.ones([1]), null as never), "TypeError", "KIND", "[recvLike] src");
  });
});
