// Hostile calls of packed matrices, fused layers and special products: sizes that fit each other or nearly
// do, so that they pass MLX's own checks and reach its kernels; some inside a gradient.

import * as mx from "../../src/index.js";
import type { Call } from "./calls.js";
import type { Draws } from "./draws.js";
import { call, farIndices, type Maker, reals, view } from "./fitting.js";

const modes = ["affine", "mxfp4", "mxfp8", "nvfp4"] as const;
const floats = ["float32", "float32", "float16", "bfloat16", "float64"] as const;
const widths = [0, 0, 32, 64, 64, 128, 16, 33];
const counts = [0, 1, 1, 2, 3, 5];

/** A size, seldom another one. */
const near = (draws: Draws, size: number): number =>
  draws.chance(0.93) ? size : draws.pick([0, 1, size + 1, size * 2, Math.max(0, size - 1)]);

/** The call itself, or the gradient of its sum along its first argument. */
function derivable(
  draws: Draws,
  text: string,
  make: () => mx.MLXArray,
  run: (first: mx.MLXArray) => mx.MLXArray,
): Call {
  if (!draws.chance(0.3)) return call(text, () => run(make()));
  return call(`grad of ${text}`, () => mx.grad((x: mx.MLXArray) => mx.sum(run(x)))(make()));
}

interface Packing {
  readonly groupSize: number | null;
  readonly bits: number | null;
  readonly mode: (typeof modes)[number];
}

function packing(draws: Draws): Packing {
  const mode = draws.pick(modes);
  const exact = draws.chance(0.7);
  const groupSize = exact ? null : draws.pick([0, -64, 1, 16, 32, 64, 128, 2 ** 30]);
  const bits = exact ? null : draws.pick([0, -4, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 32, 64, 2 ** 30]);
  return { groupSize, bits, mode };
}

const packed: Maker = (draws) => {
  const how = packing(draws);
  const shape = [...(draws.chance(0.3) ? [draws.pick(counts)] : []), draws.pick(counts)];
  const [w, make] = view(draws, [...shape, draws.pick(widths)], draws.pick(floats));
  const back = draws.chance(0.5);
  return call(`quantize(${w}, ${JSON.stringify(how)}) ${back ? "and back" : ""}`, () => {
    const [words, scales, biases = null] = mx.quantize(make(), how) as mx.MLXArray[];
    if (words === undefined || scales === undefined) throw new Error("quantize gave nothing");
    return back ? mx.dequantize(words, scales, biases, how) : [words, scales];
  });
};

/** A packed matrix from any words and scales of about the right sizes, not from `quantize`. */
function parts(draws: Draws, how: Packing, batch: readonly number[], n: number, k: number) {
  const affine = how.mode === "affine";
  const bits = how.bits ?? (how.mode === "mxfp8" ? 8 : 4);
  const group = how.groupSize ?? (affine ? 64 : how.mode === "nvfp4" ? 16 : 32);
  const cut = (size: number) => Math.min(1 << 12, Math.max(0, Math.floor(size) || 0));
  const [w, words] = view(draws, [...batch, n, near(draws, cut((k * bits) / 32))], "uint32");
  const sizes = [...batch, near(draws, n), near(draws, cut(k / group))];
  const dtype = affine ? draws.pick(floats) : draws.chance(0.9) ? "uint8" : "float32";
  const [s, scales] = view(draws, draws.chance(0.95) ? sizes : sizes.slice(1), dtype);
  return {
    text: `${w}, ${s}`,
    words,
    scales,
    biases: () => (affine !== draws.chance(0.02) ? mx.zerosLike(scales()) : null),
  };
}

const product: Maker = (draws) => {
  const how = packing(draws);
  const transpose = draws.chance(0.7);
  const [m, n, k] = [draws.pick(counts), draws.pick(counts), draws.pick(widths)];
  const batch = draws.chance(0.4) ? [draws.pick(counts)] : [];
  const w = parts(draws, how, batch, n, k);
  const inner = near(draws, transpose ? k : n);
  const shape = draws.chance(0.85) ? [...(draws.chance(0.7) ? batch : []), m, inner] : [inner];
  const [x, make] = view(draws, shape, draws.pick(floats));
  const options = { ...how, transpose };
  const text = `(${x}, ${w.text}, ${JSON.stringify(options)})`;
  const [l, lhs] = farIndices(draws, [draws.pick(counts)]);
  const [r, rhs] = farIndices(draws, [draws.pick(counts)]);
  if (draws.chance(0.5)) {
    return derivable(draws, `quantizedMatmul${text}`, make, (x) =>
      mx.quantizedMatmul(x, w.words(), w.scales(), w.biases(), options),
    );
  }
  return derivable(draws, `gatherQmm${text} at ${l}, ${r}`, make, (x) => {
    const [lhsIndices, rhsIndices] = [draws.chance(0.7) ? lhs() : null, rhs()];
    const at = { ...options, lhsIndices, rhsIndices, sortedIndices: draws.chance(0.3) };
    return mx.gatherQmm(x, w.words(), w.scales(), w.biases(), at);
  });
};

const bothPacked: Maker = (draws) => {
  const how = packing(draws);
  const mode = how.mode as "mxfp4";
  const [n, k] = [draws.pick(counts), draws.pick(widths)];
  const w = parts(draws, how, [], n, k);
  const [x, make] = view(draws, [draws.pick([1, 1, 0, 2]), near(draws, k)], draws.pick(floats));
  const gathered = draws.chance(0.3);
  return call(`${gathered ? "gatherQqmm" : "qqmm"}(${x}, ${w.text}, ${JSON.stringify(how)})`, () =>
    gathered
      ? mx.gatherQqmm(make(), w.words(), { ...how, mode, rhsIndices: [0] })
      : mx.qqmm(make(), w.words(), draws.chance(0.9) ? w.scales() : null, { ...how, mode }),
  );
};

const gatheredMm: Maker = (draws) => {
  const [m, k, n] = [draws.pick(counts), draws.pick(counts), draws.pick(counts)];
  const dtype = draws.chance(0.9) ? "float32" : draws.pick(reals);
  const [a, make] = view(draws, [draws.pick(counts), m, k], dtype);
  const [b, makeB] = view(draws, [draws.pick(counts), near(draws, k), n], dtype);
  const [l, lhs] = farIndices(draws, [draws.pick(counts)]);
  const [r, rhs] = farIndices(draws, [draws.pick(counts)]);
  const sortedIndices = draws.chance(0.3);
  const one = draws.chance(0.4);
  return derivable(draws, `gatherMm(${a}, ${b}, ${one ? null : l}, ${r})`, make, (x) =>
    mx.gatherMm(x, makeB(), one ? null : lhs(), rhs(), { sortedIndices }),
  );
};

const maskedMm: Maker = (draws) => {
  const size = () => draws.pick([0, 1, 31, 33, 65]);
  const [m, k, n] = [size(), size(), size()];
  const block = draws.pick([32, 32, 64, 64, 0, 16, -32]);
  const tiles = (length: number) => near(draws, Math.ceil(length / Math.abs(block || 1)));
  const batch = draws.chance(0.3) ? [draws.pick(counts)] : [];
  const [a, make] = view(draws, [...(draws.chance(0.8) ? batch : []), m, k], "float32");
  const [b, makeB] = view(
    draws,
    [...(draws.chance(0.5) ? batch : []), near(draws, k), n],
    "float32",
  );
  const mask = (rows: number, columns: number) =>
    draws.chance(0.4)
      ? (["null", () => null] as const)
      : view(
          draws,
          draws.chance(0.8) ? [...batch, tiles(rows), tiles(columns)] : [],
          draws.pick(["bool", "float32"]),
        );
  const [out, lhs, rhs] = [mask(m, n), mask(m, k), mask(k, n)];
  return derivable(
    draws,
    `blockMaskedMm(${a}, ${b}, ${block}, ${out[0]}, ${lhs[0]}, ${rhs[0]})`,
    make,
    (x) => mx.blockMaskedMm(x, makeB(), block, out[1](), lhs[1](), rhs[1]()),
  );
};

const segmentedMm: Maker = (draws) => {
  const [m, k, n] = [draws.pick(counts), draws.pick(counts), draws.pick(counts)];
  const dtype = draws.pick(reals);
  const [a, make] = view(draws, [m, k], dtype);
  const [b, makeB] = view(draws, [near(draws, k), n], dtype);
  const [s, segments] = farIndices(draws, [draws.pick(counts), near(draws, 2)]);
  return call(`segmentedMm(${a}, ${b}, ${s})`, () => mx.segmentedMm(make(), makeB(), segments()));
};

const norm: Maker = (draws) => {
  const shape = [draws.pick(counts), draws.pick(counts)];
  const [x, make] = view(draws, shape, draws.pick(reals));
  const [w, weight] = view(draws, [near(draws, shape[1] ?? 0)], draws.pick(reals));
  const eps = draws.pick([1e-5, 0, -1, Number.NaN, 1e300]);
  const layer = draws.chance(0.5);
  return derivable(draws, `${layer ? "layer" : "rms"}Norm(${x}, ${w}, ${eps})`, make, (x) =>
    layer ? mx.fast.layerNorm(x, weight(), weight(), eps) : mx.fast.rmsNorm(x, weight(), eps),
  );
};

const rope: Maker = (draws) => {
  const d = draws.pick([2, 4, 8, 0, 3]);
  const shape = [draws.pick(counts), draws.pick(counts), draws.pick(counts), d];
  const [a, make] = view(draws, draws.chance(0.7) ? shape : shape.slice(1), draws.pick(floats));
  const dims = draws.pick([d, d, 2, 0, -2, 3, 2 ** 31 - 2]);
  const [o, far] = farIndices(draws, [near(draws, shape[0] ?? 0)]);
  const [f, freqs] = view(
    draws,
    [near(draws, Math.max(0, dims % 16) / 2)].map(Math.floor),
    "float32",
  );
  const both = draws.pick([0, 0, 1, 2]);
  const base = both === 1 ? null : draws.pick([1e4, 0, -1, Number.POSITIVE_INFINITY]);
  const near0 = draws.pick([0, 3, -5, 2 ** 31 - 1]);
  const whole = draws.chance(0.5);
  return derivable(draws, `rope(${a}, ${dims}, ${base}, ${whole ? near0 : o}, ${f})`, make, (x) =>
    mx.fast.rope(x, dims, {
      traditional: draws.chance(0.5),
      base,
      scale: draws.pick([1, 0, 1e30]),
      offset: whole ? near0 : far(),
      freqs: both === 0 ? null : freqs(),
    }),
  );
};

const attention: Maker = (draws) => {
  const [b, h, t, u, d] = [1, 2, 3, 4, 5].map(() => draws.pick(counts)) as [
    ...[number, number, number, number, number],
  ];
  const g = draws.pick([h, h, 1, 2, 0]);
  const dtype = draws.pick(floats);
  const [q, make] = view(draws, [b, h, t, d], dtype);
  const [k, keys] = view(draws, [near(draws, b), g, u, near(draws, d)], dtype);
  const [v, values] = view(draws, [b, near(draws, g), near(draws, u), draws.pick(counts)], dtype);
  const shapes = [[], [u], [t, u], [h, 1, u], [b, h, t, u], [near(draws, t), near(draws, u)]];
  const [m, mask] = view(draws, draws.pick(shapes), draws.pick(["bool", dtype, "int32"]));
  const [, sinks] = view(draws, [near(draws, h)], dtype);
  const kind = draws.below(3);
  const words = ["null", "causal", m][kind];
  return derivable(draws, `attention(${q}, ${k}, ${v}, ${words})`, make, (x) =>
    mx.fast.scaledDotProductAttention(x, keys(), values(), {
      scale: draws.pick([1, 0, Number.NaN]),
      mask: kind === 0 ? null : kind === 1 ? "causal" : mask(),
      sinks: draws.chance(0.3) ? sinks() : null,
      forceFused: draws.chance(0.05),
    }),
  );
};

const crossEntropy: Maker = (draws) => {
  const shape = [draws.pick(counts), draws.pick(counts)];
  const [x, make] = view(draws, shape, draws.pick(floats));
  const [t, targets] = farIndices(draws, [near(draws, shape[0] ?? 0)]);
  return derivable(draws, `crossEntropy(${x}, ${t})`, make, (x) =>
    mx.fast.crossEntropy(x, targets()),
  );
};

const gatedDelta: Maker = (draws) => {
  const [b, t, h, d, e] = [1, 2, 3, 4, 5].map(() => draws.pick(counts)) as [
    ...[number, number, number, number, number],
  ];
  const g = draws.pick([h, h, 2 * h, 1]);
  const dtype = draws.pick(floats);
  const [q, make] = view(draws, [b, t, h, d], dtype);
  const others = [
    [b, near(draws, t), h, d],
    [b, t, g, e],
    [b, t, near(draws, g)],
    [b, t, g],
    [b, g, e, near(draws, d)],
    [b, near(draws, t)],
  ].map((shape) => view(draws, shape, dtype)[1]) as (() => mx.MLXArray)[];
  return derivable(draws, `gatedDeltaUpdate(${q}, ${t} ${h} ${g} ${d} ${e})`, make, (x) => {
    const [k, v, gamma, beta, state, mask] = others.map((other) => other()) as [
      ...[mx.MLXArray, mx.MLXArray, mx.MLXArray, mx.MLXArray, mx.MLXArray, mx.MLXArray],
    ];
    const start = draws.chance(0.5) ? state : null;
    const [out] = mx.fast.gatedDeltaUpdate(
      x,
      k,
      v,
      gamma,
      beta,
      start,
      draws.chance(0.5) ? mask : null,
    );
    return out;
  });
};

/** Name and maker of each. */
export const fused: readonly (readonly [string, Maker])[] = [
  ...[packed, product, product, bothPacked, gatheredMm, maskedMm, segmentedMm],
  ...[norm, rope, attention, attention, crossEntropy, gatedDelta],
].map((maker) => ["fused", maker] as const);
