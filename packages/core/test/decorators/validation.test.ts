// `withValidation` over the native backend: what it refuses, and that it gives every handle back.

import {
  type Backend,
  type Checked,
  Memory,
  type Ops,
  Scalar,
  withValidation,
} from "@mlx-ts/backend-api";
import { nativeBackend } from "@mlx-ts/native";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as mx from "../../src/index.js";
import { expectError } from "../errors.js";

const checked = withValidation(nativeBackend);
const { ops } = checked;
const live = (): number => nativeBackend.extension(Memory)?.liveHandles() ?? Number.NaN;

let before = 0;
beforeEach(() => {
  before = live();
});
afterEach(() => {
  expect(live(), "handles that are still alive").toBe(before);
});

const floats = (...values: number[]): Checked =>
  checked.fromHost({ shape: [values.length], dtype: "float32", data: Float32Array.from(values) });
const indices = (...values: number[]): Checked =>
  checked.fromHost({ shape: [values.length], dtype: "int32", data: Int32Array.from(values) });

/** Runs with arrays that are released at the end. */
function holding(arrays: readonly Checked[], body: () => void): void {
  try {
    body();
  } finally {
    checked.release(arrays);
  }
}

describe("handles", () => {
  test("are refused after their release, by ops and everything else", () => {
    const a = floats(1, 2);
    checked.release([a]);
    const uses: [string, () => unknown][] = [
      ["exp", () => ops.exp(a)],
      ["add", () => ops.add(new Scalar(1), a)],
      ["concatenate", () => ops.concatenate([a], 0)],
      ["array", () => checked.aval(a)],
      ["read", () => checked.toHostSync(a)],
      ["eval", () => checked.eval([a])],
      ["retain", () => checked.retain(a)],
      ["release", () => checked.release([a])],
    ];
    for (const [op, use] of uses) {
      expectError(use, "MLXError", "RELEASED", `[${op}] the array was released before`);
    }
  });

  test("released twice in one call are refused, and released once", () => {
    const a = floats(1);
    const b = floats(2);
    expectError(() => checked.release([a, a, b]), "MLXError", "RELEASED", "[release]");
    checked.release([b]);
  });

  test("of another backend are refused, also plain integers of the engine itself", () => {
    const other = withValidation(withValidation(nativeBackend));
    const foreign = other.fromHost({ shape: [], dtype: "bool", data: Uint8Array.of(1) });
    const raw = nativeBackend.fromHost({ shape: [], dtype: "bool", data: Uint8Array.of(1) });
    const message = /"withValidation\(native\)".*do not mix/;
    expectError(() => ops.exp(foreign), "MLXError", "BACKEND_MISMATCH", message);
    expectError(() => ops.exp(raw as never), "MLXError", "BACKEND_MISMATCH", message);
    expectError(() => ops.stack([raw as never], 0), "MLXError", "BACKEND_MISMATCH", message);
    other.release([foreign]);
    nativeBackend.release([raw]);
  });

  test("that stand for one array are released one by one", () => {
    const a = floats(1, 2);
    const second = checked.retain(a);
    checked.release([a]);
    expect(Array.from(checked.toHostSync(second).data, Number)).toEqual([1, 2]);
    checked.release([second]);
  });
});

describe("indices", () => {
  test("out of bounds are refused with op and value, before the engine clamps them", () => {
    const a = floats(1, 2, 3);
    const two = floats(5, 6);
    const wrong = indices(0, 3);
    const low = indices(-4, 0);
    holding([a, two, wrong, low], () => {
      const calls: [string, () => unknown][] = [
        ["take] indices holds 3", () => ops.take(a, wrong, 0)],
        ["take] indices holds -4", () => ops.take(a, low, null)],
        ["takeAlongAxis] indices holds 3", () => ops.takeAlongAxis(a, wrong, 0)],
        ["putAlongAxis] indices holds 3", () => ops.putAlongAxis(a, wrong, two, 0)],
        ["scatterAddAxis] indices holds -4", () => ops.scatterAddAxis(a, low, two, 0)],
        ["gather] indices[0] holds 3", () => ops.gather(a, [wrong], [0], [1])],
        ["gather] indices[0] holds 3 with 2 elements", () => ops.gather(a, [wrong], [0], [2])],
      ];
      for (const [message, call] of calls) {
        expectError(call, "RangeError", "INDEX", `[${message}`);
      }
      const rows = ops.reshape(two, [2, 1]);
      for (const op of [
        "scatter",
        "scatterAdd",
        "scatterProd",
        "scatterMax",
        "scatterMin",
      ] as const) {
        const call = () => ops[op](a, [wrong], rows, [0]);
        expectError(call, "RangeError", "INDEX", `[${op}] indices[0] holds 3`);
      }
      checked.release([rows]);
    });
  });

  test("inside are not touched, negative ones included", () => {
    const a = floats(1, 2, 3);
    const good = indices(-3, 2);
    const taken = ops.take(a, good, 0);
    expect(Array.from(checked.toHostSync(taken).data, Number)).toEqual([1, 3]);
    checked.release([a, good, taken]);
  });

  test("of wrong arguments leave the refusal to the call", () => {
    const a = floats(1, 2, 3);
    const good = indices(0);
    holding([a, good], () => {
      expectError(() => ops.take(a, good, 5), "RangeError", null, "axis");
      expectError(() => ops.gather(a, [good], [1], [1]), "RangeError", "SHAPE", "axis 1");
    });
  });
});

describe("results", () => {
  /** The engine with one op that is wrong. */
  const broken = (wrong: Partial<Ops<number>>): Backend<Checked> =>
    withValidation({ ...nativeBackend, ops: { ...nativeBackend.ops, ...wrong } });

  test("of another shape or dtype than promised are refused, and released", () => {
    const { ops: right } = nativeBackend;
    const a = { shape: [2, 3], dtype: "float32", data: new Float32Array(6) } as const;
    const cases: [string, Partial<Ops<number>>, (b: Backend<Checked>, x: Checked) => unknown][] = [
      [
        '[sum] the backend "native" gave float32[2,1], promised was float32[2]',
        { sum: (x, axis) => right.sum(x, axis, true) },
        (b, x) => b.ops.sum(x, [-1], false),
      ],
      [
        '[equal] the backend "native" gave float32[2,3], promised was bool[2,3]',
        { equal: right.add },
        (b, x) => b.ops.equal(x, x),
      ],
      [
        '[reshape] the backend "native" gave float32[2,3], promised was float32[3,2]',
        { reshape: (x) => nativeBackend.retain(x) },
        (b, x) => b.ops.reshape(x, [3, 2]),
      ],
      [
        '[argmax] the backend "native" gave int32[3], promised was uint32[3]',
        { argmax: () => right.zeros([3], "int32") },
        (b, x) => b.ops.argmax(x, 0, false),
      ],
    ];
    for (const [message, wrong, call] of cases) {
      const backend = broken(wrong);
      const x = backend.fromHost(a);
      expectError(() => call(backend, x), "MLXError", "ENGINE", message);
      backend.release([x]);
    }
  });

  test("that are read must be whole", () => {
    const backend = withValidation({
      ...nativeBackend,
      toHostSync: (a) => ({ ...nativeBackend.toHostSync(a), data: new Float32Array(1) }),
    });
    const a = backend.fromHost({ shape: [2], dtype: "float32", data: new Float32Array(2) });
    expectError(() => backend.toHostSync(a), "MLXError", "ENGINE", "1 elements for float32[2]");
    backend.release([a]);
  });
});

describe("core on a validated backend", () => {
  test("differentiates, batches, compiles and writes through it", () => {
    const on = checked as Backend;
    const result = mx.withBackend(on, () =>
      mx.tidy(() => {
        const x = mx.array([1, 2, 3]);
        const f = (a: mx.MLXArray) => mx.sum(mx.square(mx.take(a, mx.array([0, 2], "int32"))));
        const values = [
          mx.grad(f)(x),
          mx.grad((a: mx.MLXArray) => mx.sum(mx.grad(f)(a)))(x),
          mx.vmap((a: mx.MLXArray) => a.add(1))(x),
          mx.compile(f)(x),
          mx.jvp((a) => mx.exp(a), [mx.array(0)], [mx.array(2)])[1][0],
          mx.checkpoint(f)(x),
        ];
        return values.map((value) => value?.tolist());
      }),
    );
    expect(result).toEqual([[2, 0, 6], [2, 0, 2], [2, 3, 4], 10, 2, 10]);
  });

  test("is refused what the caller did wrong, by name", () => {
    mx.tidy(() => {
      const x = mx.withBackend(checked as Backend, () => mx.array([1, 2, 3]));
      const wrong = () => x.index(mx.withBackend(checked as Backend, () => mx.array([5], "int32")));
      expectError(wrong, "RangeError", "INDEX", "holds 5");
      expectError(() => x.add(mx.array([1])), "MLXError", "BACKEND_MISMATCH", "do not mix");
    });
  });
});
