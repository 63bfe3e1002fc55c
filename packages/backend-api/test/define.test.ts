// `defineBackend`: what it refuses, what kernels are given, whom arrays belong to, and where ops run.

import { describe, expect, test } from "vitest";
import {
  type Backend,
  type BackendDefinition,
  defineBackend,
  extensionToken,
  MLXError,
  Scalar,
  supply,
  UnsupportedError,
} from "../src/index.js";
import { type Tiny, TinyEngine } from "./engine.js";

/** A backend over a new tiny engine. */
function tiny(more: Partial<BackendDefinition<Tiny>> = {}): [Backend<Tiny>, TinyEngine] {
  const engine = new TinyEngine();
  const { arrays, required } = engine;
  return [defineBackend({ id: "tiny", arrays, required, ...more }), engine];
}

const vector = (backend: Backend<Tiny>, ...values: number[]): Tiny =>
  backend.fromHost({ shape: [values.length], dtype: "float32", data: Float32Array.from(values) });

/** A definition without some of its parts. */
const defining = (more: object) => () => tiny(more);

describe("a definition is refused", () => {
  test("when required kernels are missing, with all of their names", () => {
    const { add, sum, ...required } = new TinyEngine().required;
    expect([typeof add, typeof sum]).toEqual(["function", "function"]);
    expect(defining({ required })).toThrow(
      expect.objectContaining({
        name: "TypeError",
        message: '[defineBackend] "tiny" lacks the required kernels add, sum',
      }),
    );
  });

  test("when an override is no optional op of the table", () => {
    expect(defining({ overrides: { softmaxx: () => {} } })).toThrow("overrides softmaxx");
    expect(defining({ overrides: { add: () => {} } })).toThrow("overrides add");
    expect(defining({ overrides: { toString: () => {} } })).toThrow("overrides toString");
  });

  test("when a dtype is missing that every backend has", () => {
    expect(defining({ dtypes: ["bool", "float32"] })).toThrow(
      expect.objectContaining({ code: "DTYPE", message: expect.stringContaining("int32, uint32") }),
    );
  });

  test("when arrays cannot be read, or cannot be held twice", () => {
    const { arrays } = new TinyEngine();
    expect(defining({ arrays: { ...arrays, toHostSync: undefined } })).toThrow("arrays.toHost");
    expect(defining({ arrays: { ...arrays, retain: undefined } })).toThrow("arrays.retain");
  });
});

describe("provenance", () => {
  test("tells kernels and overrides, defaults, and what is missing", () => {
    const [backend] = tiny({ overrides: { square: (a) => a } });
    expect(backend.provenance("add")).toBe("native");
    expect(backend.provenance("square")).toBe("native");
    expect(backend.provenance("softmax")).toBe("composed");
  });
});

describe("kernels are given", () => {
  test("operands of one dtype and shape", () => {
    const [backend, engine] = tiny();
    const a = backend.fromHost({ shape: [2, 1], dtype: "int32", data: Int32Array.of(1, 2) });
    const sum = backend.ops.add(a, vector(backend, 10, 20, 30));
    const [, [x, y]] = engine.calls.at(-1) as [string, [Tiny, Tiny]];
    expect([x.dtype, x.shape, y.dtype, y.shape]).toEqual(["float32", [2, 3], "float32", [2, 3]]);
    expect(backend.toHostSync(sum)).toEqual({
      shape: [2, 3],
      dtype: "float32",
      data: Float32Array.of(11, 21, 31, 12, 22, 32),
    });
  });

  test("numbers as arrays without widening", () => {
    const [backend] = tiny();
    const bytes = backend.fromHost({ shape: [2], dtype: "uint8", data: Uint8Array.of(1, 2) });
    expect(backend.ops.add(bytes, new Scalar(2)).dtype).toBe("uint8");
    expect(backend.ops.add(bytes, new Scalar(2.5)).dtype).toBe("float32");
    expect(() => backend.ops.add(bytes, new Scalar(256))).toThrow(/^\[add\] the number 256/);
  });

  test("axes counted from the front, in order, and none where there is nothing to fold", () => {
    const [backend, engine] = tiny();
    const a = backend.ops.full([2, 3], new Scalar(1), "float32");
    const kept = backend.ops.sum(a, [-1, 0], true);
    expect(engine.calls.find(([op]) => op === "sum")?.[1][1]).toEqual([0, 1]);
    expect([kept.shape, kept.data]).toEqual([[1, 1], [6]]);
    engine.calls.length = 0;
    backend.ops.sum(a, [], false);
    expect(engine.calls).toEqual([]);
    expect(() => backend.ops.sum(a, [2], false)).toThrow("[sum] Invalid axis 2");
    expect(() => backend.ops.sum(a, [0, -2], false)).toThrow("[sum] Duplicate axes");
  });

  test("overrides canonical arguments too", () => {
    const given: unknown[] = [];
    const [backend] = tiny({
      overrides: {
        clip(...args) {
          given.push(...args.slice(0, 3));
          return args[0];
        },
      },
    });
    const a = vector(backend, 1, 2);
    backend.ops.clip(a, new Scalar(0), null);
    expect(given).toEqual([a, expect.objectContaining({ shape: [2], dtype: "float32" }), null]);
  });

  test("their own object as `this`", () => {
    class Kernels {
      readonly factor = 3;
      square(a: Tiny): Tiny {
        return { ...a, data: a.data.map((x) => x * this.factor) };
      }
    }
    const [backend] = tiny({ overrides: { square: Kernels.prototype.square.bind(new Kernels()) } });
    expect(backend.ops.square(vector(backend, 1, 2)).data).toEqual([3, 6]);
    const engine = new TinyEngine();
    const overrides = {
      factor: 3,
      square(a: Tiny): Tiny {
        return engine.make(a.shape, a.dtype, [this.factor]);
      },
    };
    // Only ops may be among the overrides, so the factor is hidden.
    Object.defineProperty(overrides, "factor", { enumerable: false });
    const { arrays, required } = engine;
    const own = defineBackend({ id: "own", arrays, required, overrides });
    expect(own.ops.square(vector(own, 1)).data).toEqual([3]);
  });
});

describe("dtypes that an engine lacks are refused", () => {
  const dtypes = ["bool", "int32", "uint32", "float32"] as const;

  test("by the op that would make them", () => {
    const [backend] = tiny({ dtypes });
    const a = vector(backend, 1);
    expect(() => backend.ops.astype(a, "float16")).toThrow(
      expect.objectContaining({
        code: "UNSUPPORTED",
        message: expect.stringMatching(/\[astype\].*"tiny".*it has no float16.*bool, int32/),
      }),
    );
    expect(() => backend.ops.zeros([2], "int64")).toThrow(UnsupportedError);
    expect(() => backend.ops.arange(0, 3, 1, "int8")).toThrow(UnsupportedError);
    expect(() => backend.ops.full([], new Scalar(1n), null)).toThrow("it has no int64");
  });

  test("where they come from the host", () => {
    const [backend, engine] = tiny({ dtypes });
    const tensor = { shape: [1], dtype: "float16", data: Uint16Array.of(0) } as const;
    expect(() => backend.fromHost(tensor)).toThrow("it has no float16");
    expect(engine.live.size).toBe(0);
  });
});

test("host elements that do not fill their shape are refused", () => {
  const [backend] = tiny();
  const data = Float32Array.of(1, 2, 3);
  for (const tensor of [
    { shape: [2], dtype: "float32", data } as const,
    { shape: [3], dtype: "complex64", data } as const,
    { shape: [3], dtype: "int32", data } as const,
  ]) {
    expect(() => backend.fromHost(tensor)).toThrow(expect.objectContaining({ code: "SHAPE" }));
  }
});

describe("arrays belong", () => {
  test("to the caller when they are results, and to nobody when they were made on the way", () => {
    const [backend, engine] = tiny();
    const a = vector(backend, 1, 3);
    const deviation = backend.ops.std(a, null, false, 0, null);
    expect(deviation.data).toEqual([1]);
    expect(engine.calls.length).toBeGreaterThan(5);
    expect(engine.live).toEqual(new Set([a, deviation]));
    backend.release([a, deviation]);
    expect(engine.live.size).toBe(0);
  });

  test("to the caller one by one when they are several", () => {
    const [backend, engine] = tiny();
    const a = backend.fromHost({ shape: [2], dtype: "int32", data: Int32Array.of(7, -7) });
    const [quotient, remainder] = backend.ops.divmod(a, new Scalar(2));
    expect([quotient.data, remainder.data]).toEqual([
      [3, -4],
      [1, 1],
    ]);
    expect(engine.live).toEqual(new Set([a, quotient, remainder]));
  });

  test("twice to the caller when a result is an operand", () => {
    const [backend, engine] = tiny();
    const a = vector(backend, 1, 2);
    const same = backend.ops.positive(a);
    expect(same).not.toBe(a);
    backend.release([a]);
    expect(backend.toHostSync(same).data).toEqual(Float32Array.of(1, 2));
    expect(engine.live.size).toBe(1);
  });

  test("to nobody when the call fails on its way", () => {
    const [backend, engine] = tiny();
    const a = vector(backend, 1, 2);
    // The number is an array already when the maximum, which the tiny engine lacks, is asked for.
    expect(() => backend.ops.logaddexp(a, new Scalar(1))).toThrow("the tiny engine has no maximum");
    expect(engine.live).toEqual(new Set([a]));
    expect(backend.ops.add(a, a).data).toEqual([2, 4]);
  });

  test("to the caller also when handles are numbers that look like sizes", () => {
    const engine = new TinyEngine();
    const slots: (Tiny | undefined)[] = [];
    const put = (array: Tiny): number => slots.push(array) - 1;
    const at = (handle: number): Tiny => {
      const array = slots[handle];
      if (array === undefined) throw new Error(`slot ${handle} is empty`);
      return array;
    };
    const numbered = Object.fromEntries(
      Object.entries(engine.required).map(([op, kernel]) => {
        // Of the kernels used here only reshape has an argument that is no handle, the shape.
        const call = kernel as (...args: unknown[]) => Tiny;
        const plain = (arg: unknown) => (typeof arg === "number" ? at(arg) : arg);
        return [op, (...args: unknown[]) => put(call(...args.map(plain)))];
      }),
    ) as unknown as BackendDefinition<number>["required"];
    const backend = defineBackend<number>({
      id: "numbered",
      arrays: {
        aval: at,
        fromHost: (tensor) => put(engine.arrays.fromHost(tensor)),
        toHostSync: (a) => ({ ...at(a), data: Float32Array.from(at(a).data) }),
        release: (a) => {
          at(a);
          slots[a] = undefined;
        },
        retain: (a) => put({ ...at(a) }),
      },
      required: numbered,
    });
    const a = backend.fromHost({ shape: [1, 1], dtype: "float32", data: Float32Array.of(5) });
    // The new array's handle is 1, which is its size too.
    const flat = backend.ops.reshape(a, [1]);
    expect([flat, slots.filter((slot) => slot !== undefined).length]).toEqual([1, 2]);
    backend.release([a, flat]);
    expect(slots).toEqual([undefined, undefined]);
  });

  test("to the garbage collector when the engine has no release", () => {
    const { arrays, required } = new TinyEngine();
    const { release: _release, retain: _retain, ...rest } = arrays;
    const backend = defineBackend({ id: "collected", arrays: rest, required });
    const a = vector(backend, 1, 3);
    expect(backend.ops.variance(a, null, false, 0, null).data).toEqual([1]);
    expect(backend.retain(a)).toBe(a);
    backend.release([a]);
    expect(backend.toHostSync(a).data).toEqual(Float32Array.of(1, 3));
  });
});

describe("placement", () => {
  test("is told to the engine for the call, and taken back, also when it fails", () => {
    const [backend, engine] = tiny({ devices: ["gpu", "cpu"] });
    const a = vector(backend, 1, 2);
    backend.ops.variance(a, null, false, 0, null, { device: "cpu" });
    expect(engine.places).toEqual([{ device: "cpu" }, undefined]);
    expect(() => backend.ops.exp(a, { device: "gpu", stream: 1 })).toThrow("no exp");
    expect(engine.places.slice(2)).toEqual([{ device: "gpu", stream: 1 }, undefined]);
    backend.ops.add(a, a);
    expect(engine.places.length).toBe(4);
    expect(backend.devices()).toEqual(["gpu", "cpu"]);
  });

  test("on a device that the engine lacks is refused before anything runs", () => {
    const [backend, engine] = tiny();
    const a = vector(backend, 1);
    expect(() => backend.ops.add(a, a, { device: "gpu" })).toThrow(
      new MLXError('[add] the backend "tiny" has no device "gpu", it has cpu', "UNSUPPORTED"),
    );
    expect([engine.calls, engine.places]).toEqual([[], []]);
  });
});

describe("reading", () => {
  test("waits where the engine can, and says what to do where it cannot", async () => {
    const engine = new TinyEngine();
    const { toHostSync, ...arrays } = engine.arrays;
    const toHost = async (a: Tiny) => toHostSync?.(a) ?? expect.fail("the engine reads");
    const backend = defineBackend({
      id: "later",
      arrays: { ...arrays, toHost },
      required: engine.required,
    });
    const a = vector(backend, 1, 2);
    expect(() => backend.toHostSync(a)).toThrow("await a.data()");
    expect((await backend.toHost(a)).data).toEqual(Float32Array.of(1, 2));
    const [waiting] = tiny();
    expect((await waiting.toHost(vector(waiting, 3))).data).toEqual(Float32Array.of(3));
  });

  test("asks the engine to compute, at once or soon", async () => {
    const computed: string[] = [];
    const engine = new TinyEngine();
    const backend = defineBackend({
      id: "lazy",
      arrays: { ...engine.arrays, eval: (arrays) => computed.push(`${arrays.length} arrays`) },
      required: engine.required,
    });
    const a = vector(backend, 1);
    backend.eval([a, a]);
    await backend.evalAsync([a]);
    expect(computed).toEqual(["2 arrays", "1 arrays"]);
  });
});

test("parts of an engine are found by their token alone", () => {
  const Clock = extensionToken<{ now(): number }>("test/clock");
  const [backend] = tiny({ extensions: [supply(Clock, { now: () => 7 })] });
  expect(backend.extension(Clock)?.now()).toBe(7);
  expect(backend.extension(extensionToken("test/other"))).toBeUndefined();
});
