// What hostile calls pass: arrays of many shapes, dtypes and states, numbers at the edges, and values
// that no op takes. Each value has a text that tells it, and is made when it is used.

import { type Backend, dtypes, shown, UnsupportedError } from "@mlx-ts/backend-api";
import * as mx from "../../src/index.js";
import type { Draws } from "./draws.js";

/** A value to pass, and how it reads. */
export interface Value {
  readonly text: string;
  make(): unknown;
}

export const value = (text: string, make: () => unknown): Value => ({ text, make });

/** Values that are their own text. */
const plain = (...items: readonly unknown[]): Value[] =>
  items.map((item) => value(Object.is(item, -0) ? "-0" : shown(item), () => item));

/** What throwing getters and traps throw: a user's own error travels unchanged. */
export const thrown = Object.assign(new Error("[hostile] thrown by an argument"), {
  code: "HOSTILE",
});
const raise = (): never => {
  throw thrown;
};
const unsupported = (op: string): never => {
  throw new UnsupportedError(op, "stranger");
};

/** A backend of another make, whose arrays must not reach the engine. */
export const stranger = {
  id: "stranger",
  apiVersion: 1,
  ops: new Proxy({}, { get: (_, op) => () => unsupported(String(op)) }),
  provenance: () => "unsupported",
  aval: () => ({ shape: [2], dtype: "float32" }),
  fromHost: () => unsupported("fromHost"),
  toHostSync: () => unsupported("toHostSync"),
  toHost: () => Promise.reject(new UnsupportedError("toHost", "stranger")),
  eval: () => unsupported("eval"),
  evalAsync: () => Promise.reject(new UnsupportedError("evalAsync", "stranger")),
  retain: () => 0,
  release: () => undefined,
  track: () => undefined,
  devices: () => ["cpu"],
  extension: () => undefined,
} as unknown as Backend;

/** A list that contains itself, behind its first item or as it. */
export function recursive(first = false): unknown[] {
  const list: unknown[] = first ? [] : [1];
  list.push(list, 2);
  return list;
}
function deep(levels: number): unknown {
  let list: unknown = 1;
  for (let i = 0; i < levels; i++) list = [list];
  return list;
}
function detached(): Float32Array {
  const data = new Float32Array(4);
  structuredClone(data.buffer, { transfer: [data.buffer] });
  return data;
}
function holes(): unknown[] {
  const list: unknown[] = [1, 2, 3];
  delete list[1];
  return list;
}
function released(): mx.MLXArray {
  const array = mx.array([1, 2]);
  array.dispose();
  return array;
}
const ofHandle = (handle: unknown): mx.MLXArray =>
  new mx.MLXArray(mx.defaultBackend(), handle as never);
const throwingObject = () => Object.defineProperty({}, "axis", { get: raise, enumerable: true });
const throwingProxy = () =>
  new Proxy({}, { get: raise, has: raise, ownKeys: raise, getPrototypeOf: raise });

/** Values that are wrong in most places. */
const junk: readonly Value[] = [
  ...plain(null, true, false, "", "x", "0", "float32", "a\0b", {}, [], [[]], [[1], [2, 3]], -0),
  ...plain([null], ["x"], [1, "x"], [1.5], [-1], { axis: 0 }, { nope: 1 }, { stream: 3 }),
  ...plain(10n, -1n, 2n ** 64n, -(2n ** 63n), 2n ** 63n, [2n ** 70n], [1n, 2]),
  ...plain({ re: 1, im: -2 }, [1, { re: 0, im: Number.NaN }], { re: 1, im: "2" }),
  value("undefined", () => undefined),
  value("[undefined]", () => [undefined]),
  value("[NaN]", () => [Number.NaN]),
  value("[Infinity, 0]", () => [Number.POSITIVE_INFINITY, 0]),
  value("a list with a hole", holes),
  value("a list with an array and a hole", () => [mx.array(1), ...holes()].concat(new Array(1))),
  value("new Array(5)", () => new Array(5)),
  value("new Array(2 ** 32 - 1)", () => new Array(2 ** 32 - 1)),
  value("[new Array(2 ** 32 - 1)]", () => [new Array(2 ** 32 - 1)]),
  value("Symbol()", () => Symbol("s")),
  value("[Symbol()]", () => [Symbol("s")]),
  value("() => 1", () => () => 1),
  value("new Date()", () => new Date(0)),
  value("new Map()", () => new Map([["a", 1]])),
  value("new Set()", () => new Set([1])),
  value("a promise", () => Promise.resolve(1)),
  value("/x/", () => /x/),
  value("a list in itself", () => recursive()),
  value("a list as its own first item", () => recursive(true)),
  value("60 levels", () => deep(60)),
  value("20,000 levels", () => deep(20000)),
  value("a throwing getter", throwingObject),
  value("a throwing proxy", throwingProxy),
  value("a proxy of [1, 2]", () => new Proxy([1, 2], {})),
  value("{ stream: mx.gpu }", () => ({ stream: mx.gpu })),
  value("{ stream: mx.cpu }", () => ({ stream: mx.cpu })),
  value("{ stream: number 99 }", () => ({ stream: new mx.Stream(mx.cpu, 99) })),
  value("{ stream: number NaN }", () => ({ stream: new mx.Stream(mx.cpu, Number.NaN) })),
  value("{ stream: number 2^30 }", () => ({ stream: new mx.Stream(mx.cpu, 2 ** 30) })),
  value("{ stream: cpu 7 }", () => ({ stream: new mx.Device("cpu", 7) })),
  value("mx.cpu", () => mx.cpu),
  value("mx.slice(1)", () => mx.slice(1)),
  value("new DataView()", () => new DataView(new ArrayBuffer(8))),
  value("new ArrayBuffer(8)", () => new ArrayBuffer(8)),
  value("Float32Array [1, 2]", () => Float32Array.of(1, 2)),
  value("Int8Array []", () => new Int8Array(0)),
  value("BigInt64Array", () => BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n)),
  value("Float64Array [NaN, 1e300]", () => Float64Array.of(Number.NaN, 1e300)),
  value("a shared Float32Array", () => new Float32Array(new SharedArrayBuffer(8))),
  value("a detached Float32Array", detached),
  value("[a detached Float32Array]", () => [detached()]),
  value("[Float32Array [1, 2], [3, 4]]", () => [Float32Array.of(1, 2), [3, 4]]),
  value("a proxy of an array", () => new Proxy(mx.array([1, 2]), {})),
  value("array of another backend", () => new mx.MLXArray(stranger, 1)),
  value("[own, another backend's]", () => [mx.array([1]), new mx.MLXArray(stranger, 1)]),
  value("array of a wild handle", () => ofHandle(123456789)),
  value("array of a negative handle", () => ofHandle(-7)),
  value("array of handle NaN", () => ofHandle(Number.NaN)),
  value("array of handle {}", () => ofHandle({})),
  value("released array", released),
  value("[array, released]", () => [mx.array([1, 2]), released()]),
];

export const aJunk = (draws: Draws): Value => draws.pick(junk);

const max = 0x7fffffff;
const edges = [
  ...[-1, -2, -3, -4, 4, 5, 7, 8, 16, 100, 1000, max, max - 1, -max, -max - 1, max + 1],
  ...[2 ** 20, 2 ** 16, 2 ** 24, -(2 ** 20), 2 ** 32, 2 ** 53, -(2 ** 53), 1.5, 1e300, -1e300],
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 5e-324, 1e-30],
];

/** A number that fits most places, or one at an edge. */
export const aNumber = (draws: Draws): Value => {
  const n = draws.chance(0.6) ? draws.below(4) : draws.pick(edges);
  return value(Object.is(n, -0) ? "-0" : String(n), () => n);
};

const numbers = (draws: Draws, count: number, odd: number): Value => {
  const list = Array.from({ length: count }, () =>
    draws.chance(odd) ? draws.pick(edges) : draws.below(4),
  );
  return value(`[${list.join(", ")}]`, () => [...list]);
};

/** Integers in a list. */
export const someNumbers = (draws: Draws): Value => numbers(draws, draws.below(5), 0.2);

const hugeShapes = [
  ...[[max], [max, max], [max, max, max], [max, 0], [0, max, max, max, max], [2 ** 16, 2 ** 16]],
  ...[
    [2 ** 20, 2 ** 20],
    [1, max],
    [2, max, 1],
    [max, 2, 3],
  ],
];
/** Shapes of views that no op can walk through. */
const hugeViews = [
  ...[
    [max, max],
    [2 ** 20, 2 ** 20],
    [max, 0],
    [0, max, max, max, max],
    [1, max, 1, max],
  ],
];
const smallShapes = [
  ...[[], [0], [1], [2], [3], [7], [17], [2, 3], [3, 3], [3, 2], [0, 3], [3, 0], [0, 0]],
  ...[
    [2, 0, 3],
    [1, 4, 1],
    [2, 5, 3],
    [1, 4, 4, 1],
    [2, 5, 5, 3],
    [1, 1, 1, 1, 1],
    [2, 3, 3, 1],
  ],
  ...[[2, 1, 2, 1, 2, 1, 2], [1, 0, 4, 2], [64], [5, 40], [3000]],
];

/** Sizes of the axes, most of them sensible. */
export const aShape = (draws: Draws): Value => {
  if (draws.chance(0.15)) return numbers(draws, draws.below(4), 0.6);
  const shape = draws.pick(draws.chance(0.25) ? hugeShapes : smallShapes);
  return value(`[${shape.join(", ")}]`, () => [...shape]);
};

/** What an array went through before the call: views, lazy results, and states of its buffer. */
const states: readonly (readonly [string, (a: mx.MLXArray) => mx.MLXArray])[] = [
  ["", (a) => a],
  [".T", (a) => a.T],
  [".add(1)", (a) => mx.add(a, 1)],
  ["[::-1]", (a) => (a.ndim > 0 ? a.index(mx.slice(null, null, -1)) : a)],
  ["[1:]", (a) => (a.ndim > 0 ? a.index(mx.slice(1, null)) : a)],
  [".flip", (a) => mx.flip(a)],
  [" * 1e9", (a) => mx.multiply(a.astype("float32"), 1e9).astype(a.dtype)],
  [" / 0", (a) => mx.divide(mx.subtract(a, a), 0).astype(a.dtype)],
  [" - 5", (a) => mx.subtract(a.astype("int32"), 5).astype(a.dtype)],
  [" spread", (a) => mx.broadcastTo(a, [3, ...a.shape])],
  [" as float16", (a) => mx.astype(a, "float16")],
];

function made(shape: readonly number[], dtype: mx.DType): mx.MLXArray {
  const size = shape.reduce((n, d) => n * d, 1);
  return mx.arange(size).reshape(shape).astype(dtype);
}

/** An array that an op may take. */
export const anArray = (draws: Draws, family: readonly mx.DType[] = dtypes): Value => {
  if (draws.chance(0.06)) {
    const shape = draws.pick(hugeViews);
    const dtype = draws.pick(family);
    return value(`broadcastTo(1, [${shape}], ${dtype})`, () =>
      mx.broadcastTo(mx.array(1, dtype), shape),
    );
  }
  const shape = draws.pick(smallShapes);
  const dtype = draws.chance(0.4) && family.includes("float32") ? "float32" : draws.pick(family);
  const [name, state] = draws.pick(states);
  return value(`arr([${shape}], ${dtype})${name}`, () => state(made(shape, dtype)));
};

const integers = dtypes.filter((dtype) => /^u?int/.test(dtype));

/** Indices: out of range, of any integer dtype, computed or known, now and then no integers at all. */
export const someIndices = (draws: Draws): Value => {
  if (draws.chance(0.1)) return anArray(draws);
  if (draws.chance(0.3)) return draws.chance(0.5) ? aNumber(draws) : someNumbers(draws);
  const far = draws.pick([0, 1, 5, 1e4, 3e9, -1, -4, -1e4, -3e9]);
  const base = anArray(draws, integers);
  return value(`${base.text} + ${far}`, () => {
    const array = base.make() as mx.MLXArray;
    return mx.add(array.astype("int64"), BigInt(far)).astype(array.dtype);
  });
};

export const aDType = (draws: Draws): Value => {
  const dtype = draws.pick(dtypes);
  return value(dtype, () => dtype);
};

/** A PRNG key, now and then of a bad shape or dtype. */
export const aKey = (draws: Draws): Value => {
  if (draws.chance(0.6)) return value("key(1)", () => mx.random.key(1));
  return draws.chance(0.5) ? value("null", () => null) : anArray(draws);
};

/** A list of arrays, some of them the same. */
export function someArrays(draws: Draws): Value {
  const first = anArray(draws);
  const items = Array.from({ length: draws.below(4) }, () =>
    draws.chance(0.5) ? first : anArray(draws),
  );
  return value(`[${items.map((item) => item.text).join(", ")}]`, () =>
    items.map((item) => item.make()),
  );
}
