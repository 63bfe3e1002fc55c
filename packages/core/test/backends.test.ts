// Two backends at once: their arrays do not mix, each op runs where its arrays are, and what a backend lacks
// is refused by name.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Backend, ExtensionToken } from "@mlx-ts/backend-api";
import { afterEach, describe, expect, test } from "vitest";
import * as mx from "../src/index.js";
import { expectError } from "./errors.js";
import { must } from "./golden.js";
import { needs } from "./needs.js";

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
      expectError(call, "MLXError", "BACKEND_MISMATCH", '"other"');
      expectError(call, "MLXError", "BACKEND_MISMATCH", `"${native.id}"`);
    }
  });

  test("are computed each on its own, also in one eval", async () => {
    const mine = mx.array([1, 2]).add(1);
    const foreign = on(other, () => mx.array([10]).add(1));
    mx.eval([mine, { foreign }]);
    await mx.asyncEval(mine, foreign);
    expect([mine.tolist(), foreign.tolist()]).toEqual([[2, 3], [11]]);
    expect([mine.backend.id, foreign.backend.id]).toEqual([native.id, "other"]);
  });

  test("numbers and lists go where the array is, wherever the default is", () => {
    const foreign = on(other, () => mx.array([1, 2]));
    expect(mx.add(1, foreign).backend).toBe(other);
    expect(mx.add([5, 6], foreign).tolist()).toEqual([6, 8]);
    expect(mx.stack([[1, 2], foreign]).backend).toBe(other);
  });

  test("gradients are of the array's backend, wherever the default is", () => {
    needs("gradients");
    const foreign = on(other, () => mx.array([1, 2]));
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

  test("changes for a function by withBackend, whatever that does", () => {
    expect(mx.withBackend(other, () => [mx.zeros([2]), mx.defaultBackend()])).toEqual([
      expect.objectContaining({ backend: other }),
      other,
    ]);
    const nested = mx.withBackend(other, () => mx.withBackend(bare, () => mx.array([1])));
    expect(nested.backend).toBe(bare);
    expect(mx.withBackend(other, () => mx.tidy(() => mx.ones([2]).add(1))).tolist()).toEqual([
      2, 2,
    ]);
    expect(() =>
      mx.withBackend(other, () => {
        throw new Error("mine");
      }),
    ).toThrow("mine");
    expectError(
      () => mx.withBackend(other, () => Promise.resolve(1)),
      "TypeError",
      "KIND",
      "[withBackend] the function returned a promise",
    );
    expectError(() => mx.withBackend({} as never, () => 1), "TypeError", "KIND", "[withBackend]");
    expectError(() => mx.withBackend(other, 3 as never), "TypeError", "KIND", "[withBackend]");
    expect(mx.defaultBackend()).toBe(native);
  });
});

describe("the random state", () => {
  const draw = () => mx.random.uniform({ shape: [2] }).tolist();

  test("is each backend's own, from one seed", () => {
    mx.random.seed(7);
    const first = [draw(), draw()];
    expect(mx.withBackend(other, () => [draw(), draw()])).toEqual(first);
    const third = draw();
    expect(mx.withBackend(other, draw)).toEqual(third);
    expect(mx.withBackend(other, () => mx.random.state.key?.backend)).toBe(other);
    expect(mx.random.state.key?.backend).toBe(native);
  });

  test("starts anew everywhere after a seed, wherever that was set", () => {
    const first = mx.withBackend(other, () => {
      mx.random.seed(7);
      return draw();
    });
    expect(draw()).toEqual(first);
    mx.withBackend(other, () => mx.random.state.key?.dispose());
    mx.random.seed(0);
  });
});

describe("toBackend", () => {
  test("copies any dtype and shape, bit for bit", () => {
    for (const dtype of ["bool", "int64", "float16", "bfloat16", "complex64", "float32"] as const) {
      const mine = mx.array(
        [
          [1, 0],
          [3, 4],
        ],
        dtype,
      ).T;
      const copy = mine.toBackend(other);
      expect([copy.backend, copy.dtype, copy.shape]).toEqual([other, dtype, [2, 2]]);
      expect(copy.tolist()).toEqual(mine.tolist());
    }
    const empty = mx.toBackend(mx.zeros([0, 3]), other);
    expect([empty.shape, mx.toBackend(mx.array(2), other).item()]).toEqual([[0, 3], 2]);
  });

  test("gives a second array on the array's own backend", () => {
    const mine = mx.array([1, 2]);
    const second = mine.toBackend(native);
    mine.dispose();
    expect(second.tolist()).toEqual([1, 2]);
  });

  test("refuses what is no array, no backend, or released", () => {
    expectError(() => mx.toBackend([1] as never, other), "TypeError", "KIND", "[toBackend]");
    expectError(() => mx.array([1]).toBackend(3 as never), "TypeError", "KIND", "[toBackend]");
    const gone = mx.array([1]);
    gone.dispose();
    expectError(() => gone.toBackend(other), "MLXError", "RELEASED", "[toBackend]");
  });
});

describe("a backend without optional parts", () => {
  const onBare = <T>(fn: () => T): T => mx.withBackend(bare, fn);

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
    mx.tidy(() => step(two));
    expect(state.total.item()).toBe(7);
    const promised = mx.compile(async (x: A) => x);
    expectError(() => promised(two), "TypeError", "KIND", "promise");
  });

  test("may be the next that a compiled function runs on", () => {
    const double = mx.compile((x: A) => x.add(x));
    for (const backend of [native, bare, native]) {
      const array = on(backend, () => mx.array([1, 2]));
      expect(double(array).tolist()).toEqual([2, 4]);
      expect(double(array).backend).toBe(backend);
    }
  });

  test("refuses what it lacks by name, and says where gradients come from", () => {
    const array = onBare(() => mx.array([1, 2]));
    const calls: [string, () => unknown][] = [
      ["grad", () => mx.grad((x: A) => mx.sum(x))(array)],
      ["vjp", () => mx.vjp((x) => [x], [array], [array])],
      ["getActiveMemory", () => mx.getActiveMemory()],
      ["newStream", () => mx.newStream(mx.cpu)],
      ["withStream", () => mx.withStream(mx.gpu, () => 1)],
      ["einsumPath", () => mx.einsumPath("i->", array)],
    ];
    for (const [op, call] of calls) {
      const message = `[${op}] the backend "bare" does not support this`;
      expectError(() => onBare(call), "MLXError", "UNSUPPORTED", message);
    }
    const [, grad] = must(calls[0]);
    expectError(() => onBare(grad), "MLXError", "UNSUPPORTED", "withAutodiff(backend)");
  });

  test("runs compiled functions each time, with their state", () => {
    let calls = 0;
    const state = { w: onBare(() => mx.array([1, 2])) };
    const step = mx.compile(
      (x: A) => {
        calls++;
        state.w = mx.keep(state.w.add(x));
        return [x, state.w.sum()];
      },
      { state },
    );
    const one = onBare(() => mx.array(1));
    step(one);
    const [same, sum] = step(one);
    expect([calls, sum?.item(), state.w.tolist()]).toEqual([2, 7, [3, 4]]);
    must(same).dispose();
    expect(one.item()).toBe(1);
  });

  test("batches by a loop", () => {
    const rows = onBare(() =>
      mx.array([
        [1, 2],
        [3, 4],
      ]),
    );
    const dot = mx.vmap((a: A, b: A) => mx.sum(mx.multiply(a, b)), [0, null]);
    expect(dot(rows, rows.index(0)).tolist()).toEqual([5, 11]);
    const turned = mx.vmap((a: A) => a.add(1), { inAxes: 1, outAxes: 0 })(rows);
    expect([turned.backend.id, turned.tolist()]).toEqual([
      "bare",
      [
        [2, 4],
        [3, 5],
      ],
    ]);
  });

  test("runs checkpoints, custom functions and depends as they are", () => {
    const x = onBare(() => mx.array([1, 2]));
    expect(
      mx
        .checkpoint((a: A) => mx.exp(a).sum())(x)
        .item(),
    ).toBeCloseTo(Math.E + Math.E ** 2, 4);
    const custom = mx.customFunction((a: A) => a.add(1)).vjp((_, cotangent) => cotangent);
    expect(custom(x).tolist()).toEqual([2, 3]);
    expect(mx.depends([x, x], mx.exp(x)).map((a) => a.tolist())).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  test("has the devices that it names, and contexts of its first one", () => {
    onBare(() => {
      expect(String(mx.defaultDevice())).toBe("Device(cpu, 0)");
      expect([mx.deviceCount(mx.cpu), mx.isAvailable(mx.cpu)]).toEqual([1, true]);
      expect([mx.metal.isAvailable(), mx.cuda.isAvailable()]).toEqual([false, false]);
      expect(mx.withStream(mx.cpu, () => mx.ones([2]).add(1)).tolist()).toEqual([2, 2]);
      mx.stream("cpu").close();
    });
  });

  test("writes and reads npy, npz and safetensors through the host, as the engine does", () => {
    const folder = mkdtempSync(join(tmpdir(), "mlx-ts-"));
    const file = (name: string) => join(folder, name);
    const all = { a: mx.array([[1, 2, 3]], "bfloat16"), b: mx.array(true), ü: mx.zeros([0, 2]) };
    const bareAll = mx.mapArrays(all, (array) => array.toBackend(bare));
    const told = (arrays: object) =>
      Object.entries(arrays)
        .sort(([x], [y]) => (x < y ? -1 : 1))
        .map(([name, a]: [string, A]) => [name, a.backend.id, a.dtype, a.shape, a.tolist()]);
    try {
      for (const [to, from, id] of [
        [all, bare, "bare"],
        [bareAll, native, native.id],
      ] as const) {
        mx.save(file("a.npy"), to.a);
        mx.savez(file("all.npz"), to);
        mx.saveSafetensors(file("all.safetensors"), to, { format: "mlx" });
        const expected = told(all).map(([name, , ...rest]) => [name, id, ...rest]);
        mx.withBackend(from, () => {
          expect(told({ a: mx.load(file("a.npy")) })).toEqual(expected.slice(0, 1));
          expect(told(mx.load(file("all.npz")))).toEqual(expected);
          const [arrays, metadata] = mx.load(file("all.safetensors"), { returnMetadata: true });
          expect([told(arrays), { ...metadata }]).toEqual([expected, { format: "mlx" }]);
        });
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
    expectError(
      () => mx.saveGguf("never.gguf", bareAll),
      "MLXError",
      "UNSUPPORTED",
      '[saveGguf] the backend "bare"',
    );
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
