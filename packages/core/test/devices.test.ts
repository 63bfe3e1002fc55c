// Devices and streams: ops run where they are told, defaults come back after errors, and what the engine
// lacks is refused by name.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as mx from "../src/index.js";
import { expectError } from "./errors.js";
import { has, needs } from "./needs.js";

beforeEach(() => needs("streams"));

const device = has("streams") ? mx.defaultDevice() : mx.cpu;
const stream = has("streams") ? mx.defaultStream(mx.cpu) : undefined;
afterEach(() => {
  expect(String(mx.defaultDevice()), "the default device after a test").toBe(String(device));
  expect(String(mx.defaultStream(mx.cpu)), "the default stream after a test").toBe(String(stream));
});

const hasGpu = mx.isAvailable(mx.gpu);

describe("devices", () => {
  test("are told apart and checked", () => {
    expect(String(mx.cpu)).toBe("Device(cpu, 0)");
    expect(mx.isAvailable(mx.cpu)).toBe(true);
    expect(mx.isAvailable(new mx.Device("cpu", 3))).toBe(false);
    expectError(() => new mx.Device("tpu" as "cpu"), "TypeError", "KIND", '"tpu"');
    for (const index of [-1, 1.5, Number.NaN, 256, "0", null]) {
      expectError(() => new mx.Device("cpu", index as number), "RangeError", "VALUE", "0 to 255");
    }
    for (const value of [undefined, null, "tpu", 0, {}, mx.defaultStream(mx.cpu)]) {
      const wrong = value as unknown as mx.Device;
      expectError(() => mx.isAvailable(wrong), "TypeError", "KIND", "a device was expected");
      expectError(() => mx.setDefaultDevice(wrong), "TypeError", "KIND", "a device was expected");
      expectError(() => mx.newStream(wrong), "TypeError", "KIND", "a device was expected");
      expectError(() => mx.defaultStream(wrong), "TypeError", "KIND", "a device was expected");
    }
  });

  test("have types, numbers and counts as in Python", () => {
    expect(mx.DeviceType).toEqual({ cpu: "cpu", gpu: "gpu" });
    expect([mx.cpu.type, mx.gpu.type]).toEqual([mx.DeviceType.cpu, mx.DeviceType.gpu]);
    expect(new mx.Device(mx.DeviceType.cpu, 2)).toMatchObject({ type: "cpu", index: 2 });
    expect(new mx.Device(mx.gpu, 1).equals(new mx.Device("gpu", 1))).toBe(true);
    for (const other of [new mx.Device("cpu", 1), mx.gpu, "cpu", null]) {
      expect(mx.cpu.equals(other)).toBe(false);
    }
    expect([mx.deviceCount(mx.cpu), mx.deviceCount("cpu")]).toEqual([1, 1]);
    expect(mx.deviceCount(mx.gpu) > 0).toBe(hasGpu);
    expectError(() => mx.deviceCount("tpu" as "cpu"), "TypeError", "KIND", "[deviceCount]");
    mx.setDefaultDevice("cpu");
    expect(mx.defaultDevice().equals(mx.cpu)).toBe(true);
    mx.setDefaultDevice(device);
  });

  test("beyond their count are refused", () => {
    const second = new mx.Device("cpu", 1);
    const calls = [mx.setDefaultDevice, mx.defaultStream, mx.newStream, mx.deviceInfo];
    for (const call of [...calls, () => mx.add(1, 2, { stream: second })]) {
      expectError(() => call(second), "RangeError", "VALUE", "this engine has no cpu 1");
    }
    expect(mx.isAvailable("cpu")).toBe(true);
  });

  test("say what they are", () => {
    expect(mx.deviceInfo(mx.cpu)).toMatchObject({ device_name: expect.any(String) });
    expect(mx.deviceInfo()).toEqual(mx.deviceInfo(device));
  });

  test.skipIf(hasGpu)("that the engine lacks are refused by name, everywhere", () => {
    const a = mx.ones([2]);
    const refused = (call: () => unknown) =>
      expectError(call, "RangeError", "VALUE", "this engine has no gpu 0; use mx.cpu");
    // Backends of kernels refuse calls in words of their own.
    if (has("engine")) refused(() => mx.add(a, 1, { stream: mx.gpu }));
    refused(() => mx.setDefaultDevice(mx.gpu));
    refused(() => mx.newStream(mx.gpu));
    refused(() => mx.defaultStream(mx.gpu));
    refused(() => mx.withStream(mx.gpu, () => 1));
    refused(() => mx.deviceInfo(mx.gpu));
    refused(() => mx.synchronize(mx.gpu));
  });
});

describe("streams", () => {
  test("run ops, which give the same as on the default stream", () => {
    const own = mx.newStream(mx.cpu);
    expect(String(own)).not.toBe(String(stream));
    const a = mx.arange(4, { stream: own });
    const b = mx.multiply(a, 2, { stream: own });
    // Work of two streams waits for each other where it must.
    const c = mx.add(b, a);
    const d = mx.sum(mx.matmul(mx.ones([64, 64]), mx.ones([64, 64]), { stream: own }));
    mx.eval(c, d);
    expect(c.tolist()).toEqual([0, 3, 6, 9]);
    expect(d.item()).toBe(64 ** 3);
    mx.synchronize(own);
    mx.synchronize(mx.cpu);
    mx.synchronize();
  });

  test("may be many", () => {
    const all = Array.from({ length: 20 }, () => mx.newStream(mx.cpu));
    expect(new Set(all.map(String)).size).toBe(20);
    const sum = all.reduce((total, s) => mx.add(total, 1, { stream: s }), mx.array(0));
    expect(sum.item()).toBe(20);
  });

  test("that do not exist are refused", () => {
    for (const index of [-1, 2 ** 30, Number.NaN, 1.5, "0"]) {
      const make = () => new mx.Stream(mx.cpu, index as number);
      expectError(make, "RangeError", "VALUE", "the number of a stream");
    }
    for (const index of [99_999, 2 ** 29 - 1]) {
      const lost = new mx.Stream(mx.cpu, index);
      const refused = (call: () => unknown) => expectError(call, "RangeError", null, /stream/);
      refused(() => mx.add(mx.ones([2]), 1, { stream: lost }));
      refused(() => mx.setDefaultStream(lost));
      refused(() => mx.synchronize(lost));
      refused(() => mx.withStream(lost, () => 1));
    }
  });

  test("are told from other values", () => {
    for (const value of [null, "cpu", 0, {}, mx.cpu]) {
      const wrong = value as unknown as mx.Stream;
      expectError(() => mx.setDefaultStream(wrong), "TypeError", "KIND", "a stream was expected");
    }
    for (const value of ["tpu", 0, {}]) {
      const wrong = value as unknown as mx.Stream;
      expectError(() => mx.synchronize(wrong), "TypeError", null, /./);
      expectError(() => mx.withStream(wrong, () => 1), "TypeError", "KIND", "expected");
      expectError(() => mx.add(1, 2, { stream: wrong }), "TypeError", "OPTION", "stream must be");
    }
  });
});

describe("withStream", () => {
  test("sets the defaults for the length of a call", () => {
    const own = mx.newStream(mx.cpu);
    const inside = mx.withStream(own, () => {
      expect(String(mx.defaultStream(mx.cpu))).toBe(String(own));
      return mx.withStream(mx.cpu, () => mx.add(mx.ones([2]), 1));
    });
    expect(String(mx.defaultStream(mx.cpu))).toBe(String(stream));
    expect(inside.tolist()).toEqual([2, 2]);
  });

  test("puts them back when the function throws", () => {
    const own = mx.newStream(mx.cpu);
    expect(() =>
      mx.withStream(own, () => {
        throw new TypeError("mine");
      }),
    ).toThrow("mine");
    expectError(() => mx.withStream(own, 3 as never), "TypeError", "KIND", "a function");
  });

  test("refuses an asynchronous function, whose end it would not wait for", () => {
    const own = mx.newStream(mx.cpu);
    expectError(
      () => mx.withStream(own, () => Promise.reject(new Error("late"))),
      "TypeError",
      "KIND",
      "returned a promise",
    );
  });
});

describe("Metal and CUDA", () => {
  test("are there where the GPU is theirs", () => {
    expect([mx.metal.isAvailable(), mx.cuda.isAvailable()].filter(Boolean)).toHaveLength(
      hasGpu ? 1 : 0,
    );
    expect(mx.metal.isAvailable()).toBe(process.platform === "darwin" && hasGpu);
  });

  test("have Python's older names for memory, which are the same functions", () => {
    const { isAvailable, deviceInfo, startCapture, stopCapture, ...memory } = mx.metal;
    expect(memory).toEqual({
      clearCache: mx.clearCache,
      getActiveMemory: mx.getActiveMemory,
      getCacheMemory: mx.getCacheMemory,
      getPeakMemory: mx.getPeakMemory,
      resetPeakMemory: mx.resetPeakMemory,
      setCacheLimit: mx.setCacheLimit,
      setMemoryLimit: mx.setMemoryLimit,
      setWiredLimit: mx.setWiredLimit,
    });
    expect(deviceInfo()).toEqual(isAvailable() ? mx.deviceInfo(mx.gpu) : {});
    expect([startCapture, stopCapture]).toEqual([expect.any(Function), expect.any(Function)]);
  });

  test("captures take a path that Xcode opens", () => {
    for (const path of [undefined, 0, "", "a.txt", "a\0.gputrace"]) {
      const start = () => mx.metal.startCapture(path as string);
      expectError(start, "TypeError", "KIND", "[metal.startCapture] a path that ends in .gputrace");
    }
  });

  test.skipIf(mx.metal.isAvailable())("captures are refused where there is no Metal", () => {
    const words = "only a Mac's GPU can be captured";
    expectError(() => mx.metal.startCapture("a.gputrace"), "MLXError", "UNSUPPORTED", words);
    expectError(mx.metal.stopCapture, "MLXError", "UNSUPPORTED", words);
  });
});
