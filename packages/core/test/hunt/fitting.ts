// Hostile calls whose arguments fit each other, so that they pass MLX's own checks and reach its loops:
// convolutions, indices out of range, cut points, slices by lists, and empty axes.

import * as mx from "../../src/index.js";
import type { Call } from "./calls.js";
import type { Draws } from "./draws.js";

export type Maker = (draws: Draws) => Call;

export const integers = [
  "int8",
  "uint8",
  "int16",
  "uint16",
  "int32",
  "uint32",
  "int64",
  "uint64",
] as const;
export const reals = [
  "float32",
  "float16",
  "bfloat16",
  "float64",
  "int32",
  "uint8",
  "bool",
] as const;

export const filled = (shape: readonly number[], dtype: mx.DType): mx.MLXArray =>
  mx
    .arange(shape.reduce((n, d) => n * d, 1))
    .reshape(shape)
    .astype(dtype);

export const sizes = (draws: Draws, ndim: number): number[] =>
  Array.from({ length: ndim }, () => draws.pick([0, 1, 1, 2, 3, 5, 8]));

/** An array, plain, transposed, reversed, repeated by a stride of 0, or with gaps. */
export function view(
  draws: Draws,
  shape: readonly number[],
  dtype: mx.DType,
): [string, () => mx.MLXArray] {
  const kind = draws.below(5);
  const text = `${["plain", "turned", "reversed", "spread", "gapped"][kind]}([${shape}], ${dtype})`;
  const make = (): mx.MLXArray => {
    if (kind === 1) return mx.transpose(filled([...shape].reverse(), dtype));
    if (kind === 2) return mx.flip(filled(shape, dtype));
    if (kind === 3 && shape.length > 0) return mx.broadcastTo(filled([1], dtype), shape);
    if (kind === 4 && shape.length > 0) {
      const wide = filled(
        shape.map((n) => 2 * n),
        dtype,
      );
      return mx.slice(
        wide,
        shape.map(() => 0),
        shape.map((n) => 2 * n),
        shape.map(() => 2),
      );
    }
    return filled(shape, dtype);
  };
  return [text, make];
}

export const call = (text: string, run: () => unknown): Call => ({ text, run });

const convolution: Maker = (draws) => {
  const axes = draws.chance(0.5) ? 1 : 2;
  const groups = draws.pick([1, 1, 2, 3, 0, -1]);
  const channels = draws.pick([0, 1, 2, 3, 6]);
  const far = [1, 1, 2, 3, 0, -1, 100, 2 ** 20, 0x7fffffff];
  const input = [draws.pick([0, 1, 2]), ...sizes(draws, axes), channels * Math.max(1, groups)];
  const weight = [draws.pick([0, 1, 2, 6]), ...sizes(draws, axes), channels];
  const dtype = draws.pick(reals);
  const [a, makeA] = view(draws, input, dtype);
  const [b, makeB] = view(draws, weight, dtype);
  const numbers = [draws.pick(far), draws.pick([0, ...far]), draws.pick(far), groups] as const;
  return call(`conv${axes}d(${a}, ${b}, ${numbers})`, () =>
    axes === 1 ? mx.conv1d(makeA(), makeB(), ...numbers) : mx.conv2d(makeA(), makeB(), ...numbers),
  );
};

export const farIndices = (draws: Draws, shape: readonly number[]): [string, () => mx.MLXArray] => {
  const dtype = draws.pick(integers);
  const shift = draws.pick([0, 0, -1, -3, 1, 7, 100, -100, 2 ** 31 - 1, -(2 ** 31), 2 ** 40]);
  const lazy = draws.chance(0.5);
  const [text, make] = view(draws, shape, "int64");
  return [
    `${text} + ${shift} as ${dtype}${lazy ? "" : " evaluated"}`,
    () => {
      const indices = mx.add(make(), BigInt(shift)).astype(dtype);
      if (!lazy) mx.eval(indices);
      return indices;
    },
  ];
};

const alongAxis: Maker = (draws) => {
  const shape = sizes(draws, 1 + draws.below(3));
  const axis = draws.below(shape.length);
  const at = draws.chance(0.3) ? axis - shape.length : axis;
  const narrow = shape.map((n, i) => (i === axis ? draws.pick([0, 1, 2, 9]) : n));
  const [a, makeA] = view(draws, shape, draws.pick(reals));
  const [i, makeI] = farIndices(draws, draws.chance(0.8) ? narrow : shape.map(() => 1));
  const [v, makeV] = view(draws, draws.chance(0.7) ? narrow : [], "float32");
  const op = draws.pick(["takeAlongAxis", "putAlongAxis", "scatterAddAxis", "take"] as const);
  const whole = op !== "scatterAddAxis" && draws.chance(0.2);
  return call(`${op}(${a}, ${i}, ${v}, ${whole ? null : at})`, () => {
    const place = whole ? null : at;
    if (op === "takeAlongAxis") return mx.takeAlongAxis(makeA(), makeI(), place);
    if (op === "putAlongAxis") return mx.putAlongAxis(makeA(), makeI(), makeV(), place);
    if (op === "take") return mx.take(makeA(), makeI(), place);
    return mx.scatterAddAxis(makeA(), makeI(), makeV(), at);
  });
};

const edges = [0, 0, 1, 2, 3, 5, 9, -1, -2, -9, 0x7fffffff, -0x7fffffff];
const cuts: Maker = (draws) => {
  const shape = sizes(draws, 1 + draws.below(2));
  const places = Array.from({ length: draws.below(5) }, () => draws.pick(edges));
  const axis = draws.below(shape.length);
  const [a, make] = view(draws, shape, draws.pick(reals));
  return call(`split(${a}, [${places}], ${axis})`, () => mx.split(make(), places, axis));
};

const slices: Maker = (draws) => {
  const shape = sizes(draws, 1 + draws.below(3));
  const list = () => shape.map(() => draws.pick(edges));
  const [start, stop, step] = [list(), list(), list()];
  const [a, make] = view(draws, shape, draws.pick(reals));
  const [u, makeU] = view(draws, draws.chance(0.6) ? [] : sizes(draws, shape.length), "float32");
  return draws.chance(0.5)
    ? call(`slice(${a}, [${start}], [${stop}], [${step}])`, () =>
        mx.slice(make(), start, stop, step),
      )
    : call(`sliceUpdate(${a}, ${u}, [${start}], [${stop}], [${step}])`, () =>
        mx.sliceUpdate(make(), makeU(), start, stop, step),
      );
};

const orders = [
  ["partition", mx.partition],
  ["argpartition", mx.argpartition],
  ["topk", mx.topk],
] as const;
const ordering: Maker = (draws) => {
  const shape = sizes(draws, 1 + draws.below(3));
  const [a, make] = view(draws, shape, draws.pick(reals));
  const axis = draws.chance(0.2) ? null : draws.below(shape.length);
  const kth = draws.pick(edges);
  const [op, order] = draws.pick(orders);
  return call(`${op}(${a}, ${kth}, ${axis})`, () => order(make(), kth, axis));
};

/** Ops along axes, on empty and strange views; some of them inside a gradient. */
const folds = Object.entries({
  ...{ sum: mx.sum, prod: mx.prod, max: mx.max, min: mx.min, mean: mx.mean, std: mx.std },
  ...{ logsumexp: mx.logsumexp, softmax: mx.softmax, cumsum: mx.cumsum, cumprod: mx.cumprod },
  ...{ cummax: mx.cummax, logcumsumexp: mx.logcumsumexp, sort: mx.sort, argsort: mx.argsort },
  ...{ argmax: mx.argmax, argmin: mx.argmin, any: mx.any, flip: mx.flip },
} satisfies Record<string, unknown>) as [string, (a: mx.MLXArray, axis: number) => mx.MLXArray][];

const folding: Maker = (draws) => {
  const shape = sizes(draws, 1 + draws.below(4));
  const [a, make] = view(draws, shape, draws.pick(reals));
  const axis = draws.below(shape.length);
  const [op, fold] = draws.pick(folds);
  const derived = draws.chance(0.4);
  return call(`${derived ? "grad of " : ""}${op}(${a}, ${axis})`, () => {
    if (!derived) return fold(make(), axis);
    return mx.grad((x: mx.MLXArray) => mx.sum(fold(mx.transpose(x), axis)))(
      mx.transpose(make()).astype("float32"),
    );
  });
};

const product: Maker = (draws) => {
  const [m, k, n] = sizes(draws, 3) as [number, number, number];
  const batch = sizes(draws, draws.below(2));
  const dtype = draws.pick(reals);
  const [a, makeA] = view(draws, [...batch, m, k], dtype);
  const [b, makeB] = view(draws, draws.chance(0.8) ? [...batch, k, n] : [k], dtype);
  const added = draws.chance(0.3);
  return call(`${added ? "addmm" : "matmul"}(${a}, ${b})`, () =>
    added ? mx.addmm(mx.array(1, dtype), makeA(), makeB(), 2, 3) : mx.matmul(makeA(), makeB()),
  );
};

const drawing: Maker = (draws) => {
  const shape = sizes(draws, draws.below(4));
  const kind = draws.below(4);
  const [p, make] = view(draws, sizes(draws, 2), "float32");
  const count = draws.pick([0, 1, 5, -1, 2 ** 31 - 1]);
  return call(`random ${kind} [${shape}] ${p} ${count}`, () => {
    const key = mx.random.key(3);
    if (kind === 0) return mx.random.categorical(make(), { numSamples: count, key });
    if (kind === 1) return mx.random.bernoulli(make(), shape, { key });
    if (kind === 2) return mx.random.permutation(make(), count > 1 ? 1 : 0, { key });
    return mx.random.randint(make().astype("int32"), 5, shape, { key });
  });
};

/** Matrices as linear algebra wants them, some of them singular, empty, or with NaN or infinity inside. */
const decomposition: Maker = (draws) => {
  const { norm, solve, solveTriangular, svd, cross, ...rest } = mx.linalg;
  const n = draws.pick([0, 1, 2, 3, 3, 5, 40]);
  const m = draws.chance(0.7) ? n : draws.pick([0, 1, 4, 70]);
  const shape = [...sizes(draws, draws.below(2)), m, n];
  const dtype = draws.pick(["float32", "float32", "float64", "complex64", "float16"] as const);
  const [text, make] = view(draws, shape, draws.chance(0.9) ? "float32" : "int32");
  const noise = draws.pick([0, 1, Number.NaN, Number.POSITIVE_INFINITY, 1e38, 1e-40]);
  const name = draws.pick(Object.keys(rest) as (keyof typeof rest)[]);
  const option = draws.pick([undefined, false, true, "L", "U"]);
  const kind = draws.below(5);
  return call(`${kind} ${name}(${text} as ${dtype} + ${noise} on the diagonal, ${option})`, () => {
    const a = mx.add(make().astype(dtype), mx.multiply(mx.eye(m, n), noise));
    if (kind === 0) return [solve(a, a), solveTriangular(a, a), cross(a, a)];
    if (kind === 1) return [svd(a), norm(a, 2), norm(a, "nuc")];
    const op = rest[name] as (...args: readonly unknown[]) => unknown;
    return option === undefined ? op(a) : op(a, option);
  });
};

/** Signals, sizes of transforms around theirs, and frames that may not fit them. */
const transform: Maker = (draws) => {
  const shape = sizes(draws, 1 + draws.below(2));
  const [text, make] = view(draws, shape, draws.pick(reals));
  const size = draws.pick([null, 0, 1, 2, 3, 7, 16, 64, -1, 2 ** 20, 2 ** 30, 2 ** 31 - 1]);
  const hop = draws.pick([null, 0, 1, 2, 5, -1, 2 ** 31 - 1]);
  const axis = draws.pick([-1, -1, 0, 1, -2, 3]);
  const kind = draws.pick([
    "fft",
    "ifft",
    "rfft",
    "irfft",
    "fftn",
    "irfftn",
    "stft",
    "istft",
  ] as const);
  const padMode = draws.pick(["reflect", "constant", "edge"] as const);
  const center = draws.chance(0.6);
  const length = draws.pick([null, 9]);
  return call(`${kind}(${text}, ${size}, ${hop}, ${axis}, ${padMode}, ${center})`, () => {
    const a = make();
    if (kind === "stft") return mx.fft.stft(a, size ?? 4, hop, { padMode, center });
    if (kind === "istft") return mx.fft.istft(a, size, hop, { center, length });
    if (kind === "fftn" || kind === "irfftn")
      return mx.fft[kind](a, size === null ? null : [size], [axis]);
    return mx.fft[kind](a, size, axis);
  });
};

/** Name and maker of each. */
export const fitting: readonly (readonly [string, Maker])[] = [
  ["fit", convolution],
  ["fit", alongAxis],
  ["fit", cuts],
  ["fit", slices],
  ["fit", ordering],
  ["fit", folding],
  ["fit", folding],
  ["fit", product],
  ["fit", drawing],
  ["fit", decomposition],
  ["fit", decomposition],
  ["fit", transform],
  ["fit", transform],
];
