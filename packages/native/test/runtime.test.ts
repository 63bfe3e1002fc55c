// What the backend does besides ops: lists of any length over the wire, scalars of every kind, callbacks that
// throw or return nonsense, devices, memory and the switch for index arrays.

import {
  Compile,
  type CompileExtension,
  Memory,
  Scalar,
  Streams,
  Transforms,
  type TransformsExtension,
} from "@mlx-ts/backend-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nativeBackend as native } from "../src/index.js";

const { ops } = native;
const vector = (...values: number[]): number =>
  native.fromHost({ shape: [values.length], dtype: "float32", data: Float32Array.from(values) });
const list = (handle: number): number[] => [...(native.toHostSync(handle).data as Float32Array)];
const transforms = native.extension(Transforms) as TransformsExtension<number>;
const compiling = native.extension(Compile) as CompileExtension<number>;

let before = 0;
const live = (): number => native.extension(Memory)?.liveHandles() ?? 0;
beforeAll(() => {
  before = live();
});
afterAll(() => expect(live(), "handles that the tests left").toBe(before));

describe("the wire", () => {
  test("carries lists longer than its buffer", () => {
    const shape = [1, 3];
    const rows = Array.from({ length: 20_000 }, (_, i) =>
      native.fromHost({ shape, dtype: "float32", data: Float32Array.of(i, i, i) }),
    );
    const joined = ops.concatenate(rows, 0);
    expect(native.aval(joined).shape).toEqual([20_000, 3]);
    expect(list(joined).slice(-3)).toEqual([19_999, 19_999, 19_999]);
    const pieces = ops.split(
      joined,
      Array.from({ length: 4000 }, (_, i) => i + 1),
      0,
    );
    expect(pieces).toHaveLength(4001);
    expect(list(pieces[3999] as number)).toEqual([3999, 3999, 3999]);
    native.release([joined, ...rows, ...pieces]);
  });

  test("carries scalars of every kind, and tells the widest apart", () => {
    const wide = native.fromHost({
      shape: [1],
      dtype: "int64",
      data: BigInt64Array.of(1n),
    });
    const sum = ops.add(wide, new Scalar(2n ** 62n));
    expect(native.item(sum)).toBe(2n ** 62n + 1n);
    const flags = [true, false].map((flag) => ops.add(wide, new Scalar(flag)));
    expect(flags.map((flag) => native.item(flag))).toEqual([2, 1]);
    native.release([wide, sum, ...flags]);
  });
});

describe("callbacks", () => {
  test("that throw leave the engine usable, and their error unchanged", () => {
    const x = vector(1, 2);
    const mine = new TypeError("mine");
    // A callback owns the handles it gets.
    const fail = (tracers: readonly number[]) => {
      native.release(tracers);
      throw mine;
    };
    const compiled = compiling.compile(false);
    for (const call of [
      () => transforms.valueAndGrad(fail, [x], [0]),
      () => transforms.vjp(fail, [x], [x]),
      () => transforms.jvp(fail, [x], [x]),
      () => compiled.call(fail, [x], 0),
    ]) {
      expect(call).toThrow(mine);
    }
    compiled.dispose();
    const sum = ops.sum(x, null, false);
    expect(native.item(sum)).toBe(3);
    native.release([x, sum]);
  });

  test("that return stale handles are refused", () => {
    const x = vector(1);
    const stale = vector(2);
    native.release([stale]);
    const wrong = (tracers: readonly number[]) => {
      native.release(tracers);
      return [stale];
    };
    expect(() => transforms.valueAndGrad(wrong, [x], [0])).toThrow(/released|release/);
    native.release([x]);
  });

  test("of a compiled function that was disposed are gone", () => {
    const x = vector(1);
    const same = (tracers: readonly number[]) => [...tracers];
    const compiled = compiling.compile(false);
    native.release(compiled.call(same, [x], 0).outputs);
    compiled.dispose();
    compiled.dispose();
    expect(() => compiled.call(same, [x], 0)).toThrow("disposed");
    native.release([x]);
  });
});

describe("the runtime", () => {
  test("names its engine and devices", () => {
    expect(native.engineVersion).toMatch(/^\d+\.\d+\.\d+$/);
    expect(native.devices()).toContain("cpu");
    expect(native.extension(Streams)?.defaultDevice().device).toBe(native.devices()[0]);
    expect(native.provenance("add")).toBe("native");
    expect(native.provenance("nothing" as "add")).toBe("unsupported");
  });

  test("refuses host tensors whose elements do not fill their shape", () => {
    const data = Float32Array.of(1, 2);
    for (const shape of [[3], [1], [-2, -1], [2 ** 31 - 1, 2 ** 31 - 1], [2, 0]]) {
      expect(() => native.fromHost({ shape, dtype: "float32", data }), `${shape}`).toThrow(
        RangeError,
      );
    }
  });

  test("keeps index arrays inside their axis, also computed ones", () => {
    const x = vector(10, 20, 30);
    const far = native.fromHost({
      shape: [4],
      dtype: "int32",
      data: Int32Array.of(2 ** 31 - 1, -(2 ** 31), 1, -1),
    });
    const lazy = ops.multiply(far, new Scalar(1));
    const taken = [far, lazy].map((indices) => ops.take(x, indices, 0));
    expect(taken.map(list)).toEqual([
      [30, 10, 20, 30],
      [30, 10, 20, 30],
    ]);
    native.release([x, far, lazy, ...taken]);
  });

  test("awaits what it computes, and refuses stale handles there too", async () => {
    const x = vector(1, 2);
    await native.evalAsync([x]);
    const reading = native.toHost(x);
    native.release([x]);
    expect([...(await reading).data]).toEqual([1, 2]);
    await expect(native.toHost(x)).rejects.toMatchObject({ code: "RELEASED" });
  });
});
