// `withFallback`: ops that the first backend lacks run on the second, through the host.

import {
  type Backend,
  Contractions,
  type ExtensionToken,
  Memory,
  type OpName,
  type Ops,
  Scalar,
  UnsupportedError,
  withFallback,
  withRecording,
} from "@mlx-ts/backend-api";
import { nativeBackend } from "@mlx-ts/native";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as mx from "../../src/index.js";
import { expectError } from "../errors.js";

const live = (): number => nativeBackend.extension(Memory)?.liveHandles() ?? Number.NaN;

let before = 0;
beforeEach(() => {
  before = live();
});
afterEach(() => {
  expect(live(), "handles that are still alive").toBe(before);
});

const lacked: readonly OpName[] = ["linalgSvd", "exp", "logaddexp"];

const refusing = (op: OpName) => () => {
  throw new UnsupportedError(op, "small");
};

/** An engine that lacks some ops, and says so; `power` it has, but not for integers. */
const small: Backend<number> = {
  ...nativeBackend,
  id: "small",
  ops: {
    ...nativeBackend.ops,
    ...(Object.fromEntries(lacked.map((op) => [op, refusing(op)])) as Partial<Ops<number>>),
    power(a, b) {
      if (typeof a === "number" && nativeBackend.aval(a).dtype === "int32") {
        throw new UnsupportedError("power", "small", "it has no int32 power");
      }
      return nativeBackend.ops.power(a, b);
    },
  },
  provenance: (op) => (lacked.includes(op) ? "unsupported" : "native"),
};

const helping = withRecording(nativeBackend);
const both = withFallback(small, helping);
const array = (...values: number[]): number =>
  both.fromHost({ shape: [values.length], dtype: "float32", data: Float32Array.from(values) });
const values = (a: number): number[] => Array.from(both.toHostSync(a).data, Number);

beforeEach(() => helping.clear());

describe("an op", () => {
  test("of the first backend runs there", () => {
    const a = array(1, 2);
    const b = both.ops.add(a, new Scalar(1));
    expect([values(b), helping.lines]).toEqual([[2, 3], []]);
    both.release([a, b]);
  });

  test("that the first lacks runs on the second, with all its operands", () => {
    const a = array(0, 1);
    const b = both.ops.exp(a);
    const c = both.ops.logaddexp(a, new Scalar(0), { device: "cpu", stream: 0 });
    expect(values(b)[1]).toBeCloseTo(Math.E, 5);
    expect(values(c)[0]).toBeCloseTo(Math.log(2), 5);
    expect(helping.lines.filter((line) => line.includes("exp("))).toEqual([
      "%2 float32[2] = exp(%1 float32[2])",
      '%4 float32[2] = logaddexp(%3 float32[2], 0, { device: "cpu" })',
    ]);
    both.release([a, b, c]);
  });

  test("of several results brings all of them back", () => {
    const a = both.fromHost({ shape: [2, 2], dtype: "float32", data: Float32Array.of(3, 0, 0, 4) });
    const parts = both.ops.linalgSvd(a, true);
    expect(parts.map((part) => both.aval(part).shape)).toEqual([[2, 2], [2], [2, 2]]);
    expect(values(parts[1] as number)).toEqual([4, 3]);
    both.release([a, ...parts]);
  });

  test("that the first refuses at the call is retried on the second", () => {
    const a = both.fromHost({ shape: [2], dtype: "int32", data: Int32Array.of(2, 3) });
    const b = both.ops.power(a, new Scalar(2));
    expect(values(b)).toEqual([4, 9]);
    both.release([a, b]);
  });

  test("that fails for another reason fails", () => {
    const a = array(1, 2);
    const b = array(1, 2, 3);
    expect(() => both.ops.add(a, b)).toThrow("broadcast");
    expect(() => both.ops.logaddexp(a, b)).toThrow("broadcast");
    both.release([a, b]);
  });

  test("that both lack is refused with the first one's reason", () => {
    const neither = withFallback(small, { ...small, id: "smaller" });
    const a = array(1);
    expectError(() => neither.ops.exp(a), "MLXError", "UNSUPPORTED", '[exp] the backend "small"');
    expect([neither.provenance("exp"), neither.runsOn("exp")]).toEqual(["unsupported", undefined]);
    both.release([a]);
  });
});

test("provenance and runsOn tell what runs where", () => {
  expect([both.provenance("exp"), both.runsOn("exp")]).toEqual(["native", "withRecording(native)"]);
  expect([both.provenance("add"), both.runsOn("add")]).toEqual(["native", "small"]);
  expect([both.id, both.devices()]).toEqual([
    "withFallback(small, withRecording(native))",
    small.devices(),
  ]);
});

describe("optional parts", () => {
  test("are the first one's, and transforms refuse to cut gradients by carrying", () => {
    mx.withBackend(both as Backend, () =>
      mx.tidy(() => {
        const x = mx.array([1, 2]);
        expect(
          mx
            .grad((a: mx.MLXArray) => mx.sum(mx.square(a)))(x)
            .tolist(),
        ).toEqual([2, 4]);
        const f = (a: mx.MLXArray) => mx.sum(mx.exp(a));
        for (const call of [
          () => mx.grad(f)(x),
          () => mx.vmap(f)(mx.array([[1, 2]])),
          () => mx.compile(f)(x),
          () => mx.jvp(f, [x], [x]),
        ]) {
          expectError(call, "MLXError", "UNSUPPORTED", /\[exp\].*withAutodiff\(withFallback/);
        }
        expect(f(x).item()).toBeCloseTo(Math.E + Math.E ** 2, 4);
      }),
    );
  });

  test("einsumPath comes from the second where the first has none", () => {
    const bare: Backend<number> = {
      ...small,
      extension: <E>(_: ExtensionToken<E>): E | undefined => undefined,
    };
    const carried = withFallback(bare, nativeBackend);
    const a = array(1, 2);
    const [path] = carried.extension(Contractions)?.einsumPath("i,i->", [a, a]) ?? [];
    expect(path).toEqual([[0, 1]]);
    expect(carried.extension(Memory)).toBe(undefined);
    both.release([a]);
  });
});
