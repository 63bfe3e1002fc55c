// Packing as small floats with a shared scale: e2m1 or e4m3 elements, scales that are powers of 2 (the OCP's
// microscaling formats) or e4m3 themselves (nvfp4).

import { type Handle, Scalar } from "../../backend.js";
import type { DType } from "../../dtype.js";
import type { Front } from "../front.js";
import { type Mode, type Packing, packed, unpacked } from "../packing.js";
import { byGroups } from "./affine.js";

/** The numbers of e2m1 by their codes; the last bit is the sign. */
const fp4Values = [0, 0.5, 1, 1.5, 2, 3, 4, 6, -0, -0.5, -1, -1.5, -2, -3, -4, -6] as const;

/** The largest numbers of e2m1 and e4m3. */
const largestFp4 = 6;
const largestFp8 = 448;

/** What a matrix's own scale is a multiple of. */
const globalUnit = largestFp8 * largestFp4;

const largestOf = (bits: number): number => (bits === 4 ? largestFp4 : largestFp8);

/** How many of some bounds numbers are above, as uint32. */
function countAbove<H extends Handle>(
  { ops, kernels, constant }: Front<H>,
  a: H,
  bounds: readonly number[],
  inclusive: boolean,
): H {
  const limits = constant({
    shape: [bounds.length],
    dtype: "float32",
    data: Float32Array.from(bounds),
  });
  const compare = inclusive ? kernels.greaterEqual : kernels.greater;
  const [x, y] = ops.broadcastArrays([ops.expandDims(a, [-1]), limits]) as [H, H];
  return ops.sum(ops.astype(compare(x, y), "uint32"), [-1], false);
}

/** The codes of the nearest numbers of e2m1. In the middle of two the smaller is taken, or the even code. */
function fp4Codes<H extends Handle>(f: Front<H>, a: H, ties: "smaller" | "even"): H {
  const { ops } = f;
  const wide = ops.astype(a, "float32");
  const size = ops.abs(wide);
  const magnitude =
    ties === "smaller"
      ? countAbove(f, size, [0.25, 0.75, 1.25, 1.75, 2.5, 3.5, 5], false)
      : ops.add(
          countAbove(f, size, [0.25, 1.25, 2.5, 5], false),
          countAbove(f, size, [0.75, 1.75, 3.5], true),
        );
  const negative = ops.logicalAnd(
    ops.less(wide, new Scalar(0)),
    ops.greater(magnitude, new Scalar(0)),
  );
  return ops.bitwiseOr(magnitude, ops.leftShift(ops.astype(negative, "uint32"), new Scalar(3)));
}

/** The numbers of codes of e2m1. */
function fp4Numbers<H extends Handle>({ ops, constant }: Front<H>, codes: H, dtype: DType): H {
  const values = constant({
    shape: [fp4Values.length],
    dtype: "float32",
    data: Float32Array.from(fp4Values),
  });
  return ops.take(ops.astype(values, dtype), codes, 0);
}

/**
 * The least powers of 2 that numbers are not above: logarithms rounded up, 0 for 0. A power of 2 must give its own
 * exponent, so the logarithm is taken of what is left beside the nearest power.
 */
function exponents<H extends Handle>(f: Front<H>, exact: H): H {
  const { ops } = f;
  const wide = ops.astype(exact, "float32");
  const near = ops.round(ops.log2(wide), 0);
  const rest = ops.log2(ops.divide(wide, ops.power(new Scalar(2), near)));
  const logarithm = ops.astype(ops.add(near, rest), f.dtype(exact));
  return ops.where(ops.equal(exact, new Scalar(0)), new Scalar(0), ops.ceil(logarithm));
}

/** Words and scales. */
export function floatQuantize<H extends Handle>(
  f: Front<H>,
  w: H,
  { groupSize, bits }: Packing,
  mode: Mode,
  globalScale: H | null,
): H[] {
  const { ops } = f;
  const dtype = f.dtype(w);
  const groups = byGroups(f, w, groupSize);
  const largest = ops.max(ops.abs(groups), [-1], true);
  const exact = ops.divide(largest, new Scalar(largestOf(bits)));
  let scales: H;
  let elements: H;
  if (mode === "nvfp4") {
    const unit =
      globalScale === null
        ? f.scalar(1, "float32")
        : ops.divide(new Scalar(globalUnit), ops.reshape(globalScale, []));
    scales = ops.toFp8(ops.multiply(exact, unit));
    elements = ops.multiply(ops.divide(groups, ops.fromFp8(scales, dtype)), unit);
  } else {
    const power = exponents(f, exact);
    elements = ops.divide(groups, ops.power(new Scalar(2), power));
    scales = ops.astype(ops.add(power, new Scalar(127)), "uint8");
  }
  const codes =
    bits === 4 ? fp4Codes(f, elements, "smaller") : ops.astype(ops.toFp8(elements), "uint32");
  return [packed(f, ops.reshape(codes, f.shape(w)), bits), ops.squeeze(scales, [-1])];
}

/** The matrix of words and scales. */
export function floatDequantize<H extends Handle>(
  f: Front<H>,
  words: H,
  scales: H,
  { groupSize, bits }: Packing,
  mode: Mode,
  globalScale: H | null,
  dtype: DType,
): H {
  const { ops } = f;
  const codes = unpacked(f, words, bits);
  const numbers =
    bits === 4 ? fp4Numbers(f, codes, dtype) : ops.fromFp8(ops.astype(codes, "uint8"), dtype);
  const shared = ops.expandDims(scales, [-1]);
  let factor: H;
  if (mode === "nvfp4") {
    factor = ops.fromFp8(shared, dtype);
    if (globalScale !== null) {
      const unit = ops.divide(ops.reshape(globalScale, []), f.scalar(globalUnit, dtype));
      factor = ops.multiply(factor, unit);
    }
  } else {
    const power = ops.subtract(ops.astype(shared, dtype), new Scalar(127));
    factor = ops.power(new Scalar(2), power);
  }
  return ops.reshape(ops.multiply(byGroups(f, numbers, groupSize), factor), f.shape(codes));
}

/** Rows rounded to what their packing holds, as products of two packed sides take them. */
export function floatRounded<H extends Handle>(
  f: Front<H>,
  x: H,
  { groupSize, bits }: Packing,
  mode: Mode,
): H {
  const { ops } = f;
  const groups = ops.astype(byGroups(f, x, groupSize), "float32");
  const exact = ops.divide(ops.max(ops.abs(groups), [-1], true), new Scalar(largestOf(bits)));
  const scale =
    mode === "nvfp4"
      ? ops.fromFp8(ops.toFp8(exact), "float32")
      : ops.power(new Scalar(2), ops.clip(exponents(f, exact), new Scalar(-127), new Scalar(127)));
  const none = ops.equal(scale, new Scalar(0));
  const elements = ops.where(none, new Scalar(0), ops.divide(groups, scale));
  const rounded =
    bits === 4
      ? fp4Numbers(f, fp4Codes(f, elements, "even"), "float32")
      : ops.fromFp8(ops.toFp8(elements), "float32");
  return ops.astype(ops.reshape(ops.multiply(scale, rounded), f.shape(x)), f.dtype(x));
}
