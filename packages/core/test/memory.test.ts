// Memory figures and limits, what is refused because it could never fit, and the count of live arrays.

import { afterEach, describe, expect, test } from "vitest";
import * as mx from "../src/index.js";
import { expectError } from "./errors.js";
import { needs } from "./needs.js";

const limits = [
  ["setMemoryLimit", mx.setMemoryLimit],
  ["setCacheLimit", mx.setCacheLimit],
  ["setWiredLimit", mx.setWiredLimit],
] as const;

describe("memory figures", () => {
  test("follow what arrays hold", () => {
    mx.clearCache();
    const before = mx.getActiveMemory();
    const a = mx.zeros([256, 1024]);
    mx.eval(a);
    expect(mx.getActiveMemory() - before).toBeGreaterThanOrEqual(2 ** 20);
    mx.resetPeakMemory();
    const b = mx.add(a, 1);
    mx.eval(b);
    expect(mx.getPeakMemory() - before).toBeGreaterThanOrEqual(2 ** 21);
    a.dispose();
    b.dispose();
    expect(mx.getActiveMemory()).toBeLessThanOrEqual(before);
    mx.clearCache();
    expect(mx.getCacheMemory()).toBe(0);
  });
});

describe("limits", () => {
  test.each(limits)("%s returns the previous one", (name, set) => {
    const first = set(2 ** 30);
    // Only Metal keeps memory resident; elsewhere that limit is 0.
    expect([2 ** 30, name === "setWiredLimit" ? 0 : -1]).toContain(set(first));
  });

  test.each(limits)("%s refuses what is no size", (_, set) => {
    for (const bytes of [-1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60]) {
      expectError(() => set(bytes), "RangeError", "VALUE", "is no size");
    }
    for (const bytes of [undefined, null, "1", 10n, {}]) {
      expectError(() => set(bytes as number), "TypeError", "KIND", "a number of bytes");
    }
  });

  test("that are tiny slow the engine down and do not stop it", () => {
    const memory = mx.setMemoryLimit(0);
    const cache = mx.setCacheLimit(0);
    try {
      const a = mx.matmul(mx.ones([50, 50]), mx.ones([50, 50]));
      expect(mx.sum(a).item()).toBe(125_000);
    } finally {
      mx.setMemoryLimit(memory);
      mx.setCacheLimit(cache);
    }
  });
});

describe("getMemoryLimit", () => {
  test("tells the limit and leaves it", () => {
    const first = mx.setMemoryLimit(2 ** 31);
    expect([mx.getMemoryLimit(), mx.getMemoryLimit()]).toEqual([2 ** 31, 2 ** 31]);
    mx.setMemoryLimit(first);
    expect(mx.getMemoryLimit()).toBe(first);
  });
});

describe("getArrayBufferSize", () => {
  const { getArrayBufferSize } = mx;

  test("counts each buffer once, in any number of trees", () => {
    const a = mx.ones([10]);
    const view = a.index(mx.slice(2, 4));
    const other = mx.zeros([1000]).add(1);
    const matrix = a.reshape([2, 5]);
    mx.eval(a, view, matrix, other);
    // As Python's: a view has its whole buffer.
    expect([a, view].map((one) => getArrayBufferSize(one))).toEqual([40, 40]);
    expect(getArrayBufferSize([a, view], { x: a }, new Map([["k", matrix]]))).toBe(40);
    expect(getArrayBufferSize(a, other, mx.array([1, 2, 3], "int32"))).toBe(40 + 4000 + 12);
  });

  test("is 0 where there are no bytes", () => {
    expect([getArrayBufferSize(), getArrayBufferSize(1, "a", null)]).toEqual([0, 0]);
    expect(getArrayBufferSize(mx.zeros([0]))).toBe(0);
  });

  test("refuses arrays that are not computed, or gone", () => {
    const lazy = mx.ones([2]).add(1);
    expectError(
      () => getArrayBufferSize(lazy),
      "RangeError",
      "VALUE",
      "Arrays must be evaluated before querying buffer size",
    );
    lazy.dispose();
    expectError(() => getArrayBufferSize(lazy), "MLXError", "RELEASED", "[getArrayBufferSize]");
  });
});

describe("what could never fit in memory", () => {
  const most = 2 ** 31 - 1;
  const refused = (call: () => unknown) => expectError(call, "MLXError", "OOM", /^\[/);

  test("is refused when it is asked for", () => {
    refused(() => mx.zeros([most, most]));
    refused(() => mx.eye(2 ** 20));
    refused(() => mx.tile(mx.ones([2 ** 10]), [2 ** 20, 2 ** 10]));
    refused(() => mx.random.normal([most, 100]));
    refused(() => mx.conv2d(mx.ones([1, 4, 4, 1]), mx.ones([1, 2, 2, 1]), 2 ** 20, 2 ** 20));
  });

  test("is a view all the same, of which parts can be read", () => {
    needs("views");
    const huge = mx.broadcastTo(mx.array([1, 2]), [most - 1, 2 ** 20, 2]);
    expect(huge.index(7, -1).tolist()).toEqual([1, 2]);
    expect(huge.T.shape).toEqual([2, 2 ** 20, most - 1]);
    mx.eval(huge);
    needs("engine");
    const uses: ((a: mx.MLXArray) => unknown)[] = [mx.sum, mx.sort, mx.exp, mx.argmax, mx.softmax];
    for (const use of uses) refused(() => use(huge));
    refused(() => mx.add(huge, 1));
    refused(() => huge.reshape([2, 2 ** 20, most - 1]));
    refused(() => huge.toTypedArray());
    expectError(() => huge.item(), "RangeError", "SHAPE", "must have one");
  });

  test("as lists is refused, also where no list holds an element", () => {
    const empty = mx.zeros([most, 0]);
    expectError(() => empty.tolist(), "RangeError", "VALUE", "too large for lists");
    expect(String(empty)).toContain("...");
    expect(empty.toTypedArray()).toHaveLength(0);
  });
});

describe("liveArrays", () => {
  let before = 0;
  afterEach(() => expect(mx.liveArrays()).toBe(before));

  test("goes up with an array and down with its end", () => {
    before = mx.liveArrays();
    const a = mx.ones([2]);
    expect(mx.liveArrays()).toBe(before + 1);
    a.dispose();
    a.dispose();
  });

  test("is as before after a scope, also one that threw, and after refused calls", () => {
    needs("gradients");
    before = mx.liveArrays();
    mx.tidy(() => {
      const a = mx.add(mx.ones([2]), 1);
      expect(() => mx.add(a, mx.ones([3]))).toThrow(RangeError);
      expect(() => mx.tidy(() => mx.reshape(a, [5]))).toThrow(RangeError);
    });
    expect(() =>
      mx.tidy(() => {
        mx.grad((x: mx.MLXArray) => {
          mx.add(x, 1);
          throw new Error("mine");
        })(mx.array(1));
      }),
    ).toThrow("mine");
  });
});

test("the collector takes no array that is on its way to an op", async () => {
  // Each call splits a key, of which only the handle is held until the op reads it.
  for (let i = 0; i < 10_000; i++) {
    mx.random.randint(0, 64, [16]);
    if (i % 50 === 0) await new Promise(setImmediate);
  }
  expect(mx.random.randint(0, 1, [2]).tolist()).toEqual([0, 0]);
});
