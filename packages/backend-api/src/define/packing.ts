// How matrices are packed into few bits: the modes, their sizes, and packing codes into words of 32 bits.

import { type Handle, Scalar } from "../backend.js";
import { rangeError } from "../errors.js";
import type { Front } from "./front.js";

/** How elements are packed. */
export type Mode = "affine" | "mxfp4" | "mxfp8" | "nvfp4";

/** The sizes of a packing. */
export interface Packing {
  /** How many neighbours share a scale. */
  readonly groupSize: number;
  readonly bits: number;
}

/** What each mode takes, the default first. */
const sizes: Readonly<Record<Mode, { readonly groups: number[]; readonly bits: number[] }>> = {
  affine: { groups: [64, 32, 128], bits: [4, 1, 2, 3, 5, 6, 8] },
  mxfp4: { groups: [32], bits: [4] },
  mxfp8: { groups: [32], bits: [8] },
  nvfp4: { groups: [16], bits: [4] },
};

function oneOf(op: string, what: string, mode: Mode, given: number | null, of: number[]): number {
  const found = given ?? of[0] ?? 0;
  if (of.includes(found)) return found;
  const text = [...of].sort((a, b) => a - b).join(", ");
  throw rangeError(`[${op}] ${what} is ${found}, ${mode} takes ${text}`);
}

/** The sizes that a mode has or takes. */
export function packingOf(
  op: string,
  groupSize: number | null,
  bits: number | null,
  mode: Mode,
): Packing {
  const { groups, bits: widths } = sizes[mode];
  return {
    groupSize: oneOf(op, "groupSize", mode, groupSize, groups),
    bits: oneOf(op, "bits", mode, bits, widths),
  };
}

const isPowerOfTwo = (n: number): boolean => (n & (n - 1)) === 0;

/** Codes `[..., n]` in uint32, each below 2^bits, as a stream of bits in words `[..., n * bits / 32]`. */
export function packed<H extends Handle>(f: Front<H>, codes: H, bits: number): H {
  const { kernels, ops } = f;
  const shape = f.shape(codes);
  const leading = shape.slice(0, -1);
  const n = shape.at(-1) ?? 0;
  const words = (n * bits) / 32;
  // Codes that do not divide a word are cut into their bits first.
  const whole = isPowerOfTwo(bits);
  const pieces = whole
    ? codes
    : ops.bitwiseAnd(
        ops.rightShift(ops.expandDims(codes, [-1]), kernels.arange(0, 1, bits, "uint32")),
        new Scalar(1),
      );
  const width = whole ? bits : 1;
  const inWords = ops.reshape(pieces, [...leading, words, 32 / width]);
  const shifts = kernels.arange(0, width, 32 / width, "uint32");
  return ops.sum(ops.leftShift(inWords, shifts), [-1], false);
}

/** The codes `[..., n]` of words. */
export function unpacked<H extends Handle>(f: Front<H>, words: H, bits: number): H {
  const { kernels, ops } = f;
  const shape = f.shape(words);
  const leading = shape.slice(0, -1);
  const n = ((shape.at(-1) ?? 0) * 32) / bits;
  const whole = isPowerOfTwo(bits);
  const width = whole ? bits : 1;
  const shifts = kernels.arange(0, width, 32 / width, "uint32");
  const pieces = ops.bitwiseAnd(
    ops.rightShift(ops.expandDims(words, [-1]), shifts),
    new Scalar(2 ** width - 1),
  );
  if (whole) return ops.reshape(pieces, [...leading, n]);
  const each = ops.reshape(pieces, [...leading, n, bits]);
  return ops.sum(ops.leftShift(each, kernels.arange(0, 1, bits, "uint32")), [-1], false);
}
