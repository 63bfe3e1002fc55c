// Computing in the background: many reads at once, work on the main thread meanwhile, arrays that go
// away during a wait, and failures that nobody waits for.

import { mkdtempSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import * as mx from "../src/index.js";
import { expectError } from "./errors.js";
import { needs } from "./needs.js";

const folder = mkdtempSync(join(tmpdir(), "mlx-ts-async-"));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
/** An array that cannot be computed: its file lost its end after it was opened. */
function broken(): mx.MLXArray {
  needs("files");
  const file = join(folder, `broken-${files++}.safetensors`);
  mx.saveSafetensors(file, { a: mx.ones([1000]) });
  const { a } = mx.load(file);
  truncateSync(file, 200);
  return a as mx.MLXArray;
}

const poisoned = (array: mx.MLXArray) =>
  expectError(() => array.tolist(), "MLXError", "POISONED", "failed earlier");

describe("await a.data()", () => {
  test("gives what toTypedArray gives, for every way an array can lie in memory", async () => {
    const base = mx.arange(24).reshape([2, 3, 4]);
    const all = [
      base,
      base.T,
      base.index(1),
      base.index(0, mx.slice(null, null, -1)),
      mx.broadcastTo(mx.array([1, 2]), [3, 2]),
      mx.zeros([0, 3]),
      mx.array(7),
      base.astype("float16"),
      base.astype("complex64"),
      mx.greater(base, 5),
    ];
    const read = await Promise.all(all.map((array) => array.data()));
    expect(read).toEqual(all.map((array) => array.toTypedArray()));
  });

  test("hundreds of reads wait together while the main thread builds and evaluates", async () => {
    const x = mx.random.normal([64, 64], { key: mx.random.key(0) });
    const chain = (i: number) => {
      let y = mx.add(x, i);
      for (let step = 0; step < 20; step++) y = mx.tanh(mx.matmul(y, x));
      return mx.sum(y);
    };
    const wanted = Array.from({ length: 200 }, (_, i) => chain(i).item());
    const waiting = Array.from({ length: 200 }, (_, i) => chain(i).data());
    // Other work over the same inputs, while those run.
    for (let i = 0; i < 50; i++) {
      const slope = mx.grad((w: mx.MLXArray) => mx.sum(mx.matmul(w, w)))(x);
      mx.eval(slope);
      expect(mx.add(mx.array([i]), 1).tolist()).toEqual([i + 1]);
    }
    const got = await Promise.all(waiting);
    expect(got.map(([value]) => value)).toEqual(wanted);
  });

  test("one array can be read many times at once", async () => {
    const a = mx.add(mx.arange(1000), 1);
    const all = await Promise.all(Array.from({ length: 50 }, () => a.data()));
    expect(all.every((data) => data.length === 1000 && data[999] === 1000)).toBe(true);
  });

  test("arrays may be disposed during the wait", async () => {
    const arrays = Array.from({ length: 40 }, (_, i) =>
      mx.matmul(mx.ones([200, 200]), mx.full([200, 200], i)),
    );
    const waiting = arrays.map((array) => array.data());
    for (const array of arrays) array.dispose();
    const got = await Promise.all(waiting);
    expect(got.map((data) => data[7])).toEqual(arrays.map((_, i) => 200 * i));
  });

  test("a scope may end during the wait", async () => {
    const waiting: Promise<unknown>[] = [];
    mx.tidy(() => {
      waiting.push(mx.matmul(mx.ones([100, 100]), mx.ones([100, 100])).data());
      return undefined;
    });
    expect((await waiting[0]) as Float32Array).toHaveLength(10_000);
  });

  test("a released array rejects", async () => {
    const a = mx.ones([2]);
    a.dispose();
    await expect(a.data()).rejects.toMatchObject({ code: "RELEASED" });
  });

  test("inside a transform it rejects, and the transform goes on", async () => {
    needs("tracing");
    const waiting: Promise<unknown>[] = [];
    const f = mx.compile((x: mx.MLXArray) => {
      waiting.push(x.data());
      return mx.add(x, 1);
    });
    expect(f(mx.array([1])).tolist()).toEqual([2]);
    await expect(waiting[0]).rejects.toMatchObject({ code: expect.any(String) });
  });
});

describe("asyncEval", () => {
  test("settles when arrays of a tree are computed", async () => {
    const tree = { a: mx.add(mx.ones([3]), 1), b: [mx.exp(mx.zeros([2]))] };
    await mx.asyncEval(tree, new Map([["c", mx.ones([2]).add(2)]]));
    expect(tree.a.tolist()).toEqual([2, 2, 2]);
    expect(tree.b[0]?.tolist()).toEqual([1, 1]);
  });

  test("takes trees without arrays", async () => {
    await mx.asyncEval();
    await mx.asyncEval({ a: 1 }, [], null);
  });

  test("a failure rejects, and the arrays refuse to be read", async () => {
    needs("later");
    const sum = mx.sum(broken());
    await expect(mx.asyncEval(sum)).rejects.toMatchObject({ code: expect.any(String) });
    poisoned(sum);
    expect(mx.add(mx.array([1]), 1).tolist()).toEqual([2]);
  });

  test("many failures at once each reject, whichever of them the engine tells", async () => {
    needs("later");
    const sums = Array.from({ length: 20 }, () => mx.sum(broken()));
    const settled = await Promise.allSettled(sums.map((sum) => mx.asyncEval(sum)));
    expect(settled.map(({ status }) => status)).toEqual(sums.map(() => "rejected"));
    for (const sum of sums) poisoned(sum);
  });

  test("a failure leaves arrays alone that were computed before it", async () => {
    needs("later");
    const good = mx.add(mx.ones([4]), 1);
    await mx.asyncEval(good);
    await expect(mx.asyncEval(mx.sum(broken()))).rejects.toMatchObject({
      code: expect.any(String),
    });
    expect(good.tolist()).toEqual([2, 2, 2, 2]);
  });

  test("a failure beside it leaves an array its value or none, never garbage", async () => {
    needs("later");
    const good = mx.add(mx.ones([4]), 1);
    await Promise.allSettled([mx.asyncEval(good), mx.asyncEval(mx.sum(broken()))]);
    let got: unknown;
    try {
      got = good.tolist();
    } catch (error) {
      got = (error as { code?: unknown }).code;
    }
    expect([[2, 2, 2, 2], "POISONED"]).toContainEqual(got);
  });
});

describe("an AbortSignal", () => {
  const reason = new Error("enough");
  const slow = () => {
    const step = mx.full([200, 200], 1 / 200);
    let x = mx.ones([200, 200]);
    for (let i = 0; i < 30; i++) x = mx.matmul(x, step);
    return x;
  };

  test("that is aborted already prevents the start", async () => {
    needs("later");
    const signal = AbortSignal.abort(reason);
    const lazy = mx.sum(broken());
    await expect(mx.evalAsync([lazy], { signal })).rejects.toBe(reason);
    await expect(lazy.data({ signal })).rejects.toBe(reason);
    // It was never computed: its failure is still to come.
    expectError(() => lazy.item(), "MLXError", "FILE", /./);
  });

  test("ends the wait at once, and the arrays come to their values all the same", async () => {
    const stop = new AbortController();
    const [a, b] = [slow(), slow()];
    const waits = [
      mx.evalAsync({ a, b }, { signal: stop.signal }),
      a.data({ signal: stop.signal }),
    ];
    stop.abort(reason);
    for (const wait of waits) await expect(wait).rejects.toBe(reason);
    expect(a.index(0, 0).item()).toBeCloseTo(1);
    expect((await b.data())[7]).toBeCloseTo(1);
  });

  test("by default rejects with an AbortError, or a TimeoutError", async () => {
    const stop = new AbortController();
    const read = slow().data({ signal: stop.signal });
    stop.abort();
    await expect(read).rejects.toMatchObject({ name: "AbortError" });
    const signal = AbortSignal.timeout(0);
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    await expect(mx.evalAsync(mx.ones([2]), { signal })).rejects.toMatchObject({
      name: "TimeoutError",
    });
  });

  test("that never aborts changes nothing, and is let go", async () => {
    needs("later");
    const { signal } = new AbortController();
    const heard: string[] = [];
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
      heard.push("add");
      addEventListener.apply(signal, args);
    };
    signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
      heard.push("remove");
      removeEventListener.apply(signal, args);
    };
    const tree = { a: mx.ones([2]).add(1), rest: [1, "text"] };
    expect(await mx.evalAsync(tree, { signal })).toBe(tree);
    expect(await tree.a.data({ signal })).toEqual(Float32Array.of(2, 2));
    await expect(mx.evalAsync(mx.sum(broken()), { signal })).rejects.toMatchObject({
      code: "FILE",
    });
    expect(heard).toEqual(["add", "remove", "add", "remove", "add", "remove"]);
  });

  test("after the end is of no effect", async () => {
    const stop = new AbortController();
    const data = await mx.ones([2]).data({ signal: stop.signal });
    stop.abort(reason);
    expect(data).toEqual(Float32Array.of(1, 1));
  });

  test("must be one, in an object of its own", async () => {
    for (const options of [null, 1, "signal", { timeout: 1 }, { signal: 1 }, { signal: null }]) {
      const wrong = options as never;
      const rejected = { name: "TypeError", code: "OPTION" };
      await expect(mx.evalAsync(mx.ones([1]), wrong)).rejects.toMatchObject(rejected);
      await expect(mx.ones([1]).data(wrong)).rejects.toMatchObject(rejected);
    }
    await expect(mx.evalAsync(mx.ones([1]), {})).resolves.toBeInstanceOf(mx.MLXArray);
  });
});

describe("a failing evaluation", () => {
  test("poisons also what was built before the last good one", () => {
    needs("later");
    const lost = broken();
    const sum = mx.sum(lost);
    const kept = mx.add(mx.ones([2]), 1);
    mx.eval(kept);
    const apart = mx.add(mx.ones([3]), 1);
    expectError(() => mx.eval(sum.add(1)), "MLXError", null, /./);
    // Poisoned, or tried again where the engine had not come to it; but never garbage.
    for (const array of [sum, lost]) expectError(() => array.tolist(), "MLXError", null, /./);
    expect(kept.tolist()).toEqual([2, 2]);
    expect(apart.tolist()).toEqual([2, 2, 2]);
  });

  test("is told by a read that comes before its promise settles", async () => {
    needs("later");
    const sum = mx.sum(broken());
    const done = mx.asyncEval(sum);
    expectError(() => sum.item(), "MLXError", null, /./);
    await expect(done).rejects.toMatchObject({ code: expect.any(String) });
    poisoned(sum);
  });

  test("is told by each of many reads, whoever comes to the engine's error first", async () => {
    needs("later");
    for (let i = 0; i < 100; i++) {
      const sum = mx.sum(broken());
      const done = mx.asyncEval(sum);
      expectError(() => sum.item(), "MLXError", null, /./);
      await expect(done).rejects.toMatchObject({ code: expect.any(String) });
    }
  }, 60_000);

  test("in the background is not blamed on other arrays", async () => {
    needs("later");
    const done = mx.asyncEval(mx.sum(broken()));
    const other = mx.add(mx.arange(3), 1);
    await expect(done).rejects.toMatchObject({ code: expect.any(String) });
    expect(other.tolist()).toEqual([1, 2, 3]);
  });

  test("throws, poisons what took part and spares the rest", () => {
    needs("later");
    const lost = broken();
    const early = mx.add(mx.ones([2]), 1);
    mx.eval(early);
    const sum = mx.sum(lost);
    expectError(() => sum.item(), "MLXError", null, /./);
    poisoned(sum);
    expect(early.tolist()).toEqual([2, 2]);
    expect(mx.ones([2]).tolist()).toEqual([1, 1]);
  });

  test("is told again by what is built on its arrays", () => {
    needs("later");
    const sum = mx.sum(broken());
    expectError(() => mx.eval(sum), "MLXError", null, /./);
    expectError(() => mx.add(sum, 1), "MLXError", "POISONED", "failed earlier");
  });
});
