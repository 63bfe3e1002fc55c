// Values that no careful program passes, and some that one does: each with the text that makes it, so that
// a call can be told. All from one seeded generator.

import * as mx from "../../src/index.js";

/** A value and the text that tells it. */
export interface Made {
  readonly value: unknown;
  readonly text: string;
}

export const made = (value: unknown, text: string): Made => ({ value, text });

/** What callbacks throw: the library must pass it on as it is. */
export const onPurpose = new Error("thrown by a hostile callback");

/** A seeded generator of numbers in [0, 1): mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const edgeNumbers: readonly number[] = [
  ...[0, -0, 1, -1, 2, 3, 7, 255, 256, 65535, 65536, 46341, 0.5, -2.5, 1e-9, 1e10, 1e308, -1e308],
  ...[2 ** 30, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) + 1, 2 ** 32, 2 ** 53, 2 ** 63],
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
];

const dtypes: readonly mx.DType[] = [
  ...(["bool", "uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64"] as const),
  ...(["float16", "float32", "float64", "bfloat16", "complex64"] as const),
];

class Node implements mx.TreeNode {
  readonly weight = 1;
  [mx.treeKeys](): readonly string[] {
    return ["weight", "missing"];
  }
}

const disposed = (x?: mx.MLXArray) => {
  x?.dispose?.();
  return x;
};

const evaluated = (x?: mx.MLXArray) => {
  mx.eval(x);
  return x;
};

/** An object with a property that makes it look like a promise. */
const thenable = (then: unknown): object => {
  const object: Record<string, unknown> = {};
  object[["th", "en"].join("")] = then;
  return object;
};

/** A function that a transform may be given, by what it does. */
const callbacks: readonly [string, (...args: mx.MLXArray[]) => unknown][] = [
  ["() => undefined", () => undefined],
  ["(x) => x", (x) => x],
  ["(x) => [x, x]", (x) => [x, x]],
  ["(x) => mx.sum(x)", (x) => mx.sum(x as mx.MLXArray)],
  ["(x) => mx.sum(mx.square(x))", (x) => mx.sum(mx.square(x as mx.MLXArray))],
  ["(x) => x.item()", (x) => x?.item?.()],
  ["(x) => { x.dispose(); return x }", disposed],
  ["async (x) => x", async (x) => x],
  ["() => 3", () => 3],
  ["() => ({ then() {} })", () => thenable(() => undefined)],
  ["() => mx.ones([3])", () => mx.ones([3])],
  [
    "() => { throw onPurpose }",
    () => {
      throw onPurpose;
    },
  ],
  [
    "(x) => mx.grad((y) => mx.sum(y))(x)",
    (x) => mx.grad((y: mx.MLXArray) => mx.sum(y))(x as mx.MLXArray),
  ],
  ["(x) => mx.compile((y) => y)(x)", (x) => mx.compile((y: mx.MLXArray) => y)(x as mx.MLXArray)],
  ["(x) => { mx.eval(x); return x }", evaluated],
];

/** Makes values; equal seeds make equal ones. */
export class Values {
  readonly random: () => number;
  /** Sizes that the arrays of one call share often, so that they fit each other. */
  readonly #base: readonly number[];
  /** An array of another backend. */
  readonly #foreign: mx.MLXArray;

  constructor(seed: number, foreign: mx.MLXArray) {
    this.random = seeded(seed);
    this.#base = this.#sizes();
    this.#foreign = foreign;
  }

  #sizes(): number[] {
    return Array.from({ length: this.int(4) }, () => (this.chance(0.1) ? 0 : 1 + this.int(4)));
  }

  int(below: number): number {
    return Math.floor(this.random() * below);
  }

  chance(probability: number): boolean {
    return this.random() < probability;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.int(items.length)] as T;
  }

  dtype(): Made {
    const dtype = this.pick(dtypes);
    return made(dtype, JSON.stringify(dtype));
  }

  smallInt(): Made {
    const n = this.int(9) - 3;
    return made(n, String(n));
  }

  edge(): Made {
    const n = this.pick(edgeNumbers);
    return made(n, Object.is(n, -0) ? "-0" : String(n));
  }

  /** Sizes, most of them small. */
  shape(): Made {
    const sizes = Array.from({ length: this.int(4) }, () =>
      this.chance(0.08) ? this.edge().value : this.int(4),
    );
    return made(sizes, `[${sizes}]`);
  }

  ints(): Made {
    const items = Array.from({ length: this.int(4) }, () =>
      this.chance(0.15) ? this.edge().value : this.int(7) - 3,
    );
    return made(items, `[${items}]`);
  }

  list(of: () => Made): Made {
    const items = Array.from({ length: this.int(4) }, of);
    return made(
      items.map((item) => item.value),
      `[${items.map((item) => item.text).join(", ")}]`,
    );
  }

  /** A small array: any dtype, any view, sometimes without elements. */
  array(fitting?: readonly number[]): Made {
    const sizes = fitting ?? (this.chance(0.6) ? this.#base : this.#sizes());
    const dtype = this.chance(0.5) ? "float32" : this.pick(dtypes);
    const size = sizes.reduce((n, d) => n * d, 1);
    const flat = Float64Array.from({ length: size }, () =>
      this.chance(0.05) ? Number(this.edge().value) : this.int(9) - (dtype.startsWith("u") ? 0 : 4),
    );
    // Numbers that an integer dtype cannot hold are undefined behaviour in C++, not ours to test here.
    const held = /int|bool/.test(dtype)
      ? flat.map((n) => (Math.abs(n) < 100 ? Math.abs(n) : 1))
      : flat;
    const array = mx.array(held, dtype).reshape(sizes);
    const text = `mx.array([${held}], "${dtype}").reshape([${sizes}])`;
    switch (this.int(sizes.length > 0 && !fitting ? 9 : 4)) {
      case 4:
        return made(array.transpose(), `${text}.transpose()`);
      case 5:
        return made(
          array.index(mx.slice(null, null, -1)),
          `${text}.index(mx.slice(null, null, -1))`,
        );
      case 6:
        return made(
          array.index("...", mx.slice(null, null, 2)),
          `${text}.index("...", mx.slice(null, null, 2))`,
        );
      case 7:
        return made(mx.broadcastTo(array, [2, ...sizes]), `mx.broadcastTo(${text}, [2, ${sizes}])`);
      default:
        return made(array, text);
    }
  }

  /** Arrays that are gone, huge, foreign, failed, or traced long ago. */
  badArray(): Made {
    switch (this.int(6)) {
      case 0: {
        const a = mx.array([1, 2]);
        a.dispose();
        return made(a, "a released array");
      }
      case 1:
        return made(this.#foreign, "an array of another backend");
      case 2: {
        const [m, n] = this.pick([
          [2 ** 31 - 1, 2 ** 31 - 1],
          [2 ** 20, 2 ** 20],
          [0, 2 ** 31 - 1],
        ] as const);
        return made(
          mx.broadcastTo(mx.array([1]), [m, n]),
          `mx.broadcastTo(mx.array([1]), [${m}, ${n}])`,
        );
      }
      case 3: {
        const n = 2 ** 22;
        return made(
          mx.broadcastTo(mx.array(1, "int8"), [n]),
          `mx.broadcastTo(mx.array(1, "int8"), [${n}])`,
        );
      }
      case 4: {
        let carried = mx.array(1);
        mx.grad((x: mx.MLXArray) => {
          carried = x.add(1);
          return mx.sum(x);
        })(mx.array([1]));
        return made(carried, "a tracer carried out of grad");
      }
      default:
        return made(mx.array([Number.NaN, 1e38, -1e38]), "mx.array([NaN, 1e38, -1e38])");
    }
  }

  callback(): Made {
    const [text, value] = this.pick(callbacks);
    return made(value, text);
  }

  device(): Made {
    return this.pick([
      () => made(mx.cpu, "mx.cpu"),
      () => made(mx.gpu, "mx.gpu"),
      () => made(new mx.Device("gpu", 3), 'new mx.Device("gpu", 3)'),
      () => made(new mx.Device("cpu", 9), 'new mx.Device("cpu", 9)'),
      () => made(new mx.Stream(mx.cpu, 999), "new mx.Stream(mx.cpu, 999)"),
      () => made(new mx.Stream(mx.gpu, 0), "new mx.Stream(mx.gpu, 0)"),
    ])();
  }

  /** Anything at all. */
  any(depth = 0): Made {
    switch (this.int(18)) {
      case 0:
        return made(undefined, "undefined");
      case 1:
        return made(null, "null");
      case 2:
        return this.edge();
      case 3:
        return this.pick([true, false].map((b) => made(b, String(b))));
      case 4:
        return this.pick(
          [0n, -1n, 2n ** 63n, 2n ** 64n, -(2n ** 63n), 10n ** 40n].map((n) => made(n, `${n}n`)),
        );
      case 5:
        return this.pick(
          [
            "",
            "x",
            "float32",
            "cpu",
            "axis",
            "...",
            "0:2",
            "::0",
            "1,2",
            "__proto__",
            "\u0000",
            "é".repeat(99),
            "9".repeat(40),
          ].map((s) => made(s, JSON.stringify(s))),
        );
      case 6:
        return made(Symbol("s"), 'Symbol("s")');
      case 7:
        return this.callback();
      case 8:
        return this.badArray();
      case 9:
        return this.device();
      case 10:
        return depth < 3 ? this.list(() => this.any(depth + 1)) : this.ints();
      case 11:
        return this.options(["axis", "stream", "dtype", "key", "shape"]);
      case 12:
        return this.odd();
      case 13:
        return this.typed();
      case 14:
        return this.shape();
      case 15:
        return this.ints();
      case 16:
        return this.slice();
      default:
        return this.array();
    }
  }

  slice(): Made {
    const part = () =>
      this.chance(0.3) ? null : Number(this.chance(0.3) ? 2 ** 31 - 1 : this.smallInt().value);
    const [start, stop, step] = [part(), part(), this.chance(0.7) ? null : part() || 1];
    return made(new mx.Slice(start, stop, step), `mx.slice(${start}, ${stop}, ${step})`);
  }

  /** An options object of some names, right and wrong ones. */
  options(names: readonly string[]): Made {
    const keys = [...names, "nonsense", "Axis", "__proto__", "constructor", "toString"];
    const entries = Array.from(
      { length: 1 + this.int(2) },
      () => [this.pick(keys), this.any(2)] as const,
    );
    return made(
      Object.fromEntries(entries.map(([key, item]) => [key, item.value])),
      `{ ${entries.map(([key, item]) => `${JSON.stringify(key)}: ${item.text}`).join(", ")} }`,
    );
  }

  typed(): Made {
    return this.pick([
      () => made(new Float32Array(0), "new Float32Array(0)"),
      () => made(Float64Array.of(Number.NaN, 1e300), "Float64Array.of(NaN, 1e300)"),
      () => made(new Uint8ClampedArray(3), "new Uint8ClampedArray(3)"),
      () => made(new BigInt64Array(2), "new BigInt64Array(2)"),
      () => made(BigUint64Array.of(2n ** 64n - 1n), "BigUint64Array.of(2n ** 64n - 1n)"),
      () =>
        made(new Int32Array(new SharedArrayBuffer(8)), "new Int32Array(new SharedArrayBuffer(8))"),
      () => made(new DataView(new ArrayBuffer(4)), "new DataView(new ArrayBuffer(4))"),
      () => made(new ArrayBuffer(4), "new ArrayBuffer(4)"),
      () => made(Buffer.from("abc"), 'Buffer.from("abc")'),
      () =>
        made(
          new Float32Array(new ArrayBuffer(16), 4, 2),
          "new Float32Array(new ArrayBuffer(16), 4, 2)",
        ),
      () => {
        const gone = new Float32Array(4);
        structuredClone(gone, { transfer: [gone.buffer] });
        return made(gone, "a detached Float32Array");
      },
    ])();
  }

  odd(): Made {
    return this.pick([
      () => made({}, "{}"),
      () => made(Object.create(null), "Object.create(null)"),
      () => made({ length: 2, 0: 1, 1: 2 }, "{ length: 2, 0: 1, 1: 2 }"),
      () => made(new Map([["a", mx.array(1)]]), 'new Map([["a", mx.array(1)]])'),
      () => made(new Set([1]), "new Set([1])"),
      () => made(new Date(0), "new Date(0)"),
      () => made(/x/, "/x/"),
      () => made(new Node(), "a tree node"),
      () => made(new Proxy({}, {}), "new Proxy({}, {})"),
      () => made(Promise.resolve(1), "Promise.resolve(1)"),
      () => made(new Error("an argument"), 'new Error("an argument")'),
      () => made(new Array(3), "new Array(3)"),
      () => made([[1, 2], [3]], "[[1, 2], [3]]"),
      () => made([1, "2", null], '[1, "2", null]'),
      () => made([[]], "[[]]"),
      () => made(mx, "mx"),
      () => made(mx.random.state, "mx.random.state"),
      () => made(Object(3), "Object(3)"),
      () => made(thenable(1), "{ then: 1 }"),
      () => {
        const cycle: unknown[] = [];
        cycle.push(cycle);
        return made(cycle, "a list that contains itself");
      },
      () => {
        const cycle: Record<string, unknown> = {};
        cycle.self = cycle;
        return made(cycle, "an object that contains itself");
      },
      () => {
        let deep: unknown = 1;
        for (let i = 0; i < 2000; i++) deep = [deep];
        return made(deep, "a list 2000 levels deep");
      },
    ])();
  }
}
