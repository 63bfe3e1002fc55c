// Affine packing: codes q of few bits with w = scale * q + bias, a scale and a bias for each group.

import { type Handle, Scalar } from "../../backend.js";
import type { DType } from "../../dtype.js";
import type { Front } from "../front.js";
import { type Packing, packed, unpacked } from "../packing.js";

/** The least distance of two codes. */
const leastScale = Math.fround(1e-7);

/** Elements by groups: `[..., n / groupSize, groupSize]`. */
export function byGroups<H extends Handle>({ ops, shape }: Front<H>, w: H, groupSize: number): H {
  const sizes = shape(w);
  return ops.reshape(w, [...sizes.slice(0, -1), (sizes.at(-1) ?? 0) / groupSize, groupSize]);
}

/** Scales and biases `[..., groups, 1]`: an end of each group and, where it can be, 0 are codes. */
function steps<H extends Handle>({ ops }: Front<H>, groups: H, bits: number): [H, H] {
  const high = ops.max(groups, [-1], true);
  const low = ops.min(groups, [-1], true);
  const range = ops.divide(ops.subtract(high, low), new Scalar(2 ** bits - 1));
  const size = ops.maximum(range, new Scalar(leastScale));
  if (bits === 1) return [size, low];
  // Codes start at the end that is farther from 0.
  const below = ops.greater(ops.abs(low), ops.abs(high));
  const signed = ops.where(below, size, ops.negative(size));
  const edge = ops.where(below, low, high);
  const code = ops.round(ops.divide(edge, signed), 0);
  const near = ops.equal(code, new Scalar(0));
  return [ops.where(near, signed, ops.divide(edge, code)), ops.where(near, new Scalar(0), edge)];
}

/** Words, scales and biases. */
export function affineQuantize<H extends Handle>(
  f: Front<H>,
  w: H,
  { groupSize, bits }: Packing,
): H[] {
  const { ops } = f;
  const shape = f.shape(w);
  const groups = ops.astype(byGroups(f, w, groupSize), "float32");
  const [scale, bias] = steps(f, groups, bits);
  const codes = ops.clip(
    ops.round(ops.divide(ops.subtract(groups, bias), scale), 0),
    new Scalar(0),
    new Scalar(2 ** bits - 1),
  );
  const words = packed(f, ops.reshape(ops.astype(codes, "uint32"), shape), bits);
  const part = (a: H) => ops.astype(ops.squeeze(a, [-1]), f.dtype(w));
  return [words, part(scale), part(bias)];
}

/** The matrix of words, scales and biases. */
export function affineDequantize<H extends Handle>(
  f: Front<H>,
  words: H,
  scales: H,
  biases: H,
  { groupSize, bits }: Packing,
  dtype: DType,
): H {
  const { ops } = f;
  const codes = unpacked(f, words, bits);
  const groups = ops.astype(byGroups(f, codes, groupSize), f.dtype(scales));
  const scaled = ops.multiply(groups, ops.expandDims(scales, [-1]));
  const w = ops.add(scaled, ops.expandDims(biases, [-1]));
  return ops.astype(ops.reshape(w, f.shape(codes)), dtype);
}
