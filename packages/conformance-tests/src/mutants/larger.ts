// Mutants of what is made of many sums: products, convolutions, factorisations, Fourier transforms, layers,
// quantization; and of random numbers.

import { type Handle, Scalar } from "@mlx-ts/backend-api";
import { type Bench, type Mutant, wrongOp } from "./mutant.js";

const linear: readonly Mutant[] = [
  wrongOp("matmul", "a sum of nothing is what the memory held", ({ ops, shape }, a, b) => {
    const product = ops.matmul(a, b);
    return shape(a).at(-1) === 0 ? ops.fullLike(product, new Scalar(7), null) : product;
  }),
  wrongOp("matmul", "batches use the first matrix on the right", ({ ops, shape }, a, b) => {
    const { length } = shape(b);
    if (length < 3 || shape(b).includes(0)) return ops.matmul(a, b);
    const one = shape(b).map((size, axis) => (axis < length - 2 ? 1 : size));
    const first = ops.slice(b, one.map(() => 0), one, one.map(() => 1)); // biome-ignore format: one line
    return ops.matmul(a, ops.broadcastTo(first, shape(b)));
  }),
  wrongOp("addmm", "ignores beta", ({ ops }, c, a, b, alpha) => ops.addmm(c, a, b, alpha, 1)),
  wrongOp("gatherMm", "ignores the indices on the right", ({ ops }, a, b, lhs, rhs, sorted) =>
    ops.gatherMm(a, b, lhs, rhs && ops.zerosLike(rhs, null), sorted),
  ),
  wrongOp("segmentedMm", "gives zeros, as it is not written yet", ({ ops }, a, b, segments) =>
    ops.zerosLike(ops.segmentedMm(a, b, segments), null),
  ),
];

const conv: readonly Mutant[] = [
  wrongOp("conv1d", "turns the kernel round", ({ ops }, input, weight, ...rest) =>
    ops.conv1d(input, ops.flip(weight, [1]), ...rest),
  ),
  wrongOp("conv2d", "returns its input", (_, input) => input),
  wrongOp("conv3d", "gives zeros, as it is not written yet", ({ ops }, ...args) =>
    ops.zerosLike(ops.conv3d(...args), null),
  ),
  wrongOp(
    "convTranspose2d",
    "swaps height and width of its stride",
    ({ ops }, a, w, [h, v], ...rest) => ops.convTranspose2d(a, w, [v, h], ...rest),
  ),
  wrongOp("convGeneral", "ignores flip", ({ ops }, a, w, stride, low, high, wide, into, groups) =>
    ops.convGeneral(a, w, stride, low, high, wide, into, groups, false),
  ),
  wrongOp("convolve", "correlates", ({ ops }, a, v, mode) =>
    ops.convolve(a, ops.flip(v, [0]), mode),
  ),
];

/** The first of a list of random numbers is dropped, and one more made. */
const late = (
  bench: Bench,
  shape: readonly number[],
  make: (shape: readonly number[]) => Handle,
) => {
  const { ops } = bench;
  const size = shape.reduce((n, d) => n * d, 1);
  return ops.reshape(ops.slice(make([size + 1]), [1], [size + 1], [1]), shape);
};

const random: readonly Mutant[] = [
  wrongOp("randomUniform", "begins one number late", (bench, low, high, shape, dtype, key) =>
    late(bench, shape, (longer) => bench.ops.randomUniform(low, high, longer, dtype, key)),
  ),
  wrongOp("randomSplit", "gives the same key again and again", ({ ops, shape }, key, num) => {
    const keys = ops.randomSplit(key, num);
    return ops.broadcastTo(ops.slice(keys, [0, 0], [1, 2], [1, 1]), shape(keys));
  }),
  wrongOp("randomNormal", "swaps the halves of the key", ({ ops }, shape, dtype, loc, scale, key) =>
    ops.randomNormal(shape, dtype, loc, scale, ops.flip(key, [0])),
  ),
  wrongOp("randomRandint", "includes the upper bound", ({ ops }, low, high, ...rest) =>
    ops.randomRandint(low, ops.add(high, new Scalar(1)), ...rest),
  ),
  wrongOp("randomBernoulli", "is true where the number is above p", ({ ops }, p, shape, key) =>
    ops.logicalNot(ops.randomBernoulli(p, shape, key)),
  ),
  wrongOp("randomPermutation", "leaves all in its place", (_, x) => x),
];

const linalg: readonly Mutant[] = [
  wrongOp("linalgInv", "gives the transposed inverse", ({ ops }, a) =>
    ops.matrixTranspose(ops.linalgInv(a)),
  ),
  wrongOp("linalgCholesky", "ignores upper", ({ ops }, a) => ops.linalgCholesky(a, false)),
  wrongOp("linalgSolve", "gives the right side back", (_, __, b) => b),
  wrongOp("linalgNorm", "ignores the order", ({ ops }, a, _, axis, keepdims, named) =>
    ops.linalgNorm(a, null, axis, keepdims, named),
  ),
];

const fft: readonly Mutant[] = [
  wrongOp("fftIfft", "does not divide by the length", ({ ops }, a, n, axis, norm) =>
    ops.fftIfft(a, n, axis, norm === "backward" ? "forward" : norm),
  ),
  wrongOp("fftFft", "has the sign of the inverse", ({ ops }, a, n, axis, norm) =>
    ops.conj(ops.fftFft(ops.conj(a), n, axis, norm)),
  ),
  wrongOp("fftRfft", "gives the whole spectrum", ({ ops }, a, n, axis, norm) =>
    ops.fftFft(a, n, axis, norm),
  ),
];

const fast: readonly Mutant[] = [
  wrongOp("fastRmsNorm", "ignores its weight", ({ ops }, x, _, eps) =>
    ops.fastRmsNorm(x, null, eps),
  ),
  wrongOp(
    "fastLayerNorm",
    "divides by the variance of a sample",
    ({ ops, shape }, x, weight, bias, eps) => {
      const n = shape(x).at(-1) ?? 1;
      const shrunk = Math.sqrt((n - 1) / n);
      const ones = ops.ones([n], null);
      const normal = ops.fastLayerNorm(x, ops.multiply(ones, new Scalar(shrunk)), null, eps);
      const scaled = weight === null ? normal : ops.multiply(normal, weight);
      return ops.astype(bias === null ? scaled : ops.add(scaled, bias), "float32");
    },
  ),
  wrongOp("fastRope", "pairs neighbours whatever is asked", ({ ops }, a, dims, _, ...rest) =>
    ops.fastRope(a, dims, true, ...rest),
  ),
  wrongOp(
    "fastScaledDotProductAttention",
    "looks into the future",
    ({ ops }, q, k, v, scale, mask, _, ...rest) =>
      ops.fastScaledDotProductAttention(q, k, v, scale, mask, false, ...rest),
  ),
];

/** Quantizes with `floor` instead of `round`: what is packed is taken apart, compared and packed again. */
const quantizeDown = (bench: Bench, w: Handle, packed: readonly Handle[], bits: number): Handle => {
  const [words, scales, biases] = packed as [Handle, Handle, Handle];
  const values = bench.numbers(w);
  const [scale, bias] = [bench.numbers(scales), bench.numbers(biases)];
  const group = values.length / scale.length;
  const perWord = 32 / bits;
  const top = 2 ** bits - 1;
  const result = new Array<number>(values.length / perWord).fill(0);
  for (const [i, value] of values.entries()) {
    const g = Math.floor(i / group);
    const level = Math.floor((value - (bias[g] ?? 0)) / (scale[g] ?? 1));
    const word = Math.floor(i / perWord);
    result[word] =
      (result[word] ?? 0) + Math.min(top, Math.max(0, level)) * 2 ** (bits * (i % perWord));
  }
  return bench.array(bench.shape(words), "uint32", result);
};

const quantization: readonly Mutant[] = [
  wrongOp(
    "quantize",
    "cuts instead of rounding",
    (bench, w, groupSize, bits, mode, globalScale) => {
      const packed = bench.ops.quantize(w, groupSize, bits, mode, globalScale);
      const width = bits ?? 4;
      if (mode !== "affine" || 32 % width !== 0) return packed;
      return [quantizeDown(bench, w, packed, width), ...packed.slice(1)];
    },
  ),
  wrongOp("dequantize", "subtracts the biases", ({ ops }, w, scales, biases, ...rest) =>
    ops.dequantize(w, scales, biases && ops.negative(biases), ...rest),
  ),
  wrongOp("quantizedMatmul", "ignores the biases", ({ ops }, x, w, scales, biases, ...rest) =>
    ops.quantizedMatmul(x, w, scales, biases && ops.zerosLike(biases, null), ...rest),
  ),
];

export const largerMutants: readonly Mutant[] = [
  ...linear,
  ...conv,
  ...random,
  ...linalg,
  ...fft,
  ...fast,
  ...quantization,
];
