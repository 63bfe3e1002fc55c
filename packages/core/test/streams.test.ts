// Streams and the contexts that make them the default: defaults come back in every order of closing, and
// streams that are gone are refused by name.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as mx from "../src/index.js";
import { expectError } from "./errors.js";
import { has, needs } from "./needs.js";

const defaults = () => `${mx.defaultDevice()} ${mx.defaultStream(mx.cpu)}`;
beforeEach(() => needs("streams"));
let before = has("streams") ? defaults() : "";
afterEach(() => expect(defaults(), "the defaults after a test").toBe(before));

const hasGpu = mx.isAvailable(mx.gpu);
const pair = () => [mx.newStream(mx.cpu), mx.newStream(mx.cpu)] as const;
const isDefault = (stream: mx.Stream) => stream.equals(mx.defaultStream(mx.cpu));

describe("a stream", () => {
  test("names its device and equals only itself", () => {
    const [a, b] = pair();
    expect(a.device.equals(mx.cpu)).toBe(true);
    expect(a.equals(new mx.Stream("cpu", a.index))).toBe(true);
    for (const other of [b, mx.cpu, a.index, null, new mx.Stream(mx.gpu, a.index)]) {
      expect(a.equals(other)).toBe(false);
    }
    expect(String(a)).toBe(`Stream(Device(cpu, 0), ${a.index})`);
  });

  test("of one thread is the same each time it is asked for", () => {
    const local = mx.newThreadLocalStream("cpu");
    const same = new mx.ThreadLocalStream(mx.cpu, local.index);
    expect(same.equals(local)).toBe(true);
    expect(local.equals(mx.newThreadLocalStream(mx.cpu))).toBe(false);
    expect(local.device.equals(mx.cpu)).toBe(true);
    expect(String(local)).toBe(`ThreadLocalStream(Device(cpu, 0), ${local.index})`);
    const stream = () => mx.withStream(local, () => String(mx.defaultStream(mx.cpu)));
    expect(stream()).toBe(stream());
    expect(mx.withStream(same, () => String(mx.defaultStream(mx.cpu)))).toBe(stream());
    expect(mx.add(1, 2, { stream: local }).item()).toBe(3);
    mx.synchronize(local);
    for (const index of [-1, 1.5, 2 ** 30, null]) {
      const make = () => new mx.ThreadLocalStream(mx.cpu, index as number);
      expectError(make, "RangeError", "VALUE", "[ThreadLocalStream] the number of a stream");
    }
    const set = () => mx.setDefaultStream(local as never);
    expectError(set, "TypeError", "KIND", "[setDefaultStream] a stream was expected");
  });

  test("may be named by the type of its device", () => {
    expect(mx.add(1, 2, { stream: "cpu" }).item()).toBe(3);
    expect(mx.withStream(mx.DeviceType.cpu, () => mx.add(1, 2)).item()).toBe(3);
    mx.synchronize("cpu");
    mx.synchronize(null);
  });

  test.skipIf(hasGpu)("of a device that the engine lacks is refused, however it is made", () => {
    const makers = [mx.newStream, mx.newThreadLocalStream, mx.newThreadUnsafeStream, mx.stream];
    for (const make of makers) {
      expectError(() => make("gpu"), "RangeError", "VALUE", "this engine has no gpu 0");
      const second = new mx.Device("cpu", 1);
      expectError(() => make(second), "RangeError", "VALUE", "this engine has no cpu 1");
    }
  });
});

describe("a stream context", () => {
  test("lasts until the end of its block, however that is left", () => {
    const [a] = pair();
    {
      using _ = mx.stream(a);
      expect(isDefault(a)).toBe(true);
      expect(mx.sum(mx.ones([4])).item()).toBe(4);
    }
    expect(isDefault(a)).toBe(false);
    const fail = () => {
      using _ = new mx.StreamContext(a);
      throw new Error("mine");
    };
    expect(fail).toThrow("mine");
  });

  test("nests, and closing it twice does nothing", () => {
    const [a, b] = pair();
    const outer = mx.stream(a);
    const inner = mx.stream(b);
    expect(isDefault(b)).toBe(true);
    inner.close();
    expect(isDefault(a)).toBe(true);
    inner.close();
    expect(isDefault(a)).toBe(true);
    outer[Symbol.dispose]();
    outer.close();
  });

  test("that is closed before those inside it closes them too", () => {
    const [a, b] = pair();
    const outer = mx.stream(a);
    const inner = mx.stream(b);
    const innermost = mx.stream(mx.cpu);
    outer.close();
    expect(defaults()).toBe(before);
    innermost.close();
    inner.close();
    expect(defaults()).toBe(before);
  });

  test("that ends inside withStream ends alone what was opened after it", () => {
    const [a, b] = pair();
    const left: mx.StreamContext[] = [];
    mx.withStream(a, () => {
      left.push(mx.stream(b));
      expect(isDefault(b)).toBe(true);
    });
    expect(defaults()).toBe(before);
    left[0]?.close();
  });

  test("puts back defaults that were changed inside", () => {
    const [a, b] = pair();
    {
      using _ = mx.stream(a);
      mx.setDefaultStream(b);
      expect(isDefault(b)).toBe(true);
    }
  });

  test("that is refused changes nothing", () => {
    for (const wrong of [undefined, null, 0, "tpu", {}, mx.ones([1])]) {
      const open = () => mx.stream(wrong as never);
      expectError(open, "TypeError", "KIND", "[stream] a stream or device was expected");
      const run = () => mx.withStream(wrong as never, () => 1);
      expectError(run, "TypeError", "KIND", "[withStream] a stream or device was expected");
    }
    const lost = () => mx.stream(new mx.Stream(mx.cpu, 9999));
    expectError(lost, "RangeError", "VALUE", "does not exist on this thread");
  });
});

describe("clearStreams", () => {
  // Default streams are made anew, so they have other names afterwards.
  const clear = () => {
    mx.clearStreams();
    before = defaults();
  };

  test("lets this thread go on, with all that was computed", async () => {
    const [own] = pair();
    const computed = mx.add(mx.ones([3]), 1, { stream: own });
    mx.eval(computed);
    const double = mx.compile((x: mx.MLXArray) => mx.multiply(x, 2));
    expect(double(computed).tolist()).toEqual([4, 4, 4]);
    mx.random.seed(7);
    const [drawn, next] = [mx.random.uniform(), mx.random.uniform()].map((a) => a.item());
    mx.random.seed(7);
    expect(mx.random.uniform().item()).toBe(drawn);
    clear();
    expect(computed.tolist()).toEqual([2, 2, 2]);
    expect(await mx.sum(computed).data()).toEqual(Float32Array.of(6));
    expect(double(computed).tolist()).toEqual([4, 4, 4]);
    expect(mx.random.uniform().item()).toBe(next);
    expect(
      mx
        .grad((x: mx.MLXArray) => mx.square(x))(mx.array(3))
        .item(),
    ).toBe(6);
  });

  test("waits for work in flight", async () => {
    const [own] = pair();
    const step = mx.full([200, 200], 1 / 200);
    let x = mx.ones([200, 200]);
    for (let i = 0; i < 20; i++) x = mx.matmul(x, step, { stream: own });
    const done = mx.asyncEval(x);
    const read = mx.add(x, 1).data();
    clear();
    await done;
    expect((await read)[0]).toBeCloseTo(2);
    expect(x.index(0, 0).item()).toBeCloseTo(1);
  });

  test("leaves streams that are refused from then on", () => {
    const [own] = pair();
    const local = mx.newThreadLocalStream(mx.cpu);
    const old = mx.defaultStream(mx.cpu);
    clear();
    const gone = (call: () => unknown) =>
      expectError(call, "RangeError", "VALUE", "was destroyed by mx.clearStreams()");
    for (const stream of [own, local, old]) {
      gone(() => mx.add(1, 2, { stream }));
      gone(() => mx.stream(stream));
      gone(() => mx.synchronize(stream));
    }
    gone(() => mx.setDefaultStream(own));
    expect(mx.add(1, 2, { stream: mx.newStream(mx.cpu) }).item()).toBe(3);
    clear();
  });

  test("makes what was not computed refuse to be", () => {
    const [own] = pair();
    const lazy = mx.add(mx.ones([2]), 1, { stream: own });
    clear();
    expectError(() => lazy.tolist(), "MLXError", "ENGINE", "There is no Stream");
    expectError(() => lazy.tolist(), "MLXError", "POISONED", "failed earlier");
    expect(mx.ones([2]).add(1).tolist()).toEqual([2, 2]);
  });

  test("spares the streams that belong to no thread", () => {
    const free = mx.newThreadUnsafeStream(mx.cpu);
    const lazy = mx.add(mx.ones([2], { stream: free }), 1, { stream: free });
    mx.setDefaultStream(free);
    mx.clearStreams();
    expect(isDefault(free)).toBe(true);
    expect(lazy.tolist()).toEqual([2, 2]);
    expect(mx.add(1, 2, { stream: free }).item()).toBe(3);
    mx.setDefaultStream(mx.newStream(mx.cpu));
    before = defaults();
  });

  test("is refused inside transforms and contexts, which need their streams", () => {
    const refused = (words: string) => () => {
      expectError(mx.clearStreams, "RangeError", "VALUE", words);
      return mx.ones([1]);
    };
    mx.withStream(mx.cpu, refused("a stream context is open"));
    needs("engine");
    const inTransform = refused("called inside a transform");
    mx.compile(inTransform)();
    mx.grad((x: mx.MLXArray) => {
      inTransform();
      return mx.sum(x);
    })(mx.ones([2]));
  });
});
