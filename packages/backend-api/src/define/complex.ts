// Complex numbers from and to their parts, without a kernel that takes them apart: converting to float32
// gives the real part.

import type { Handle } from "../backend.js";
import type { Front } from "./front.js";

/** One complex number. */
const constant = <H extends Handle>(f: Front<H>, re: number, im: number): H =>
  f.constant({ shape: [], dtype: "complex64", data: Float32Array.of(re, im) });

/** Each number of an array times `i`, or times `-i`. */
export const timesI = <H extends Handle>(f: Front<H>, a: H, sign: 1 | -1 = 1): H =>
  f.ops.multiply(a, constant(f, 0, sign));

export const realPart = <H extends Handle>(f: Front<H>, a: H): H => f.kernels.astype(a, "float32");

/** Imaginary parts; where the real part is infinite the product has none, and this is NaN. */
export const imaginaryPart = <H extends Handle>(f: Front<H>, a: H): H =>
  realPart(f, timesI(f, a, -1));

/** Complex numbers of their parts, which are float32. */
export function complexOf<H extends Handle>(f: Front<H>, re: H, im: H): H {
  const { ops } = f;
  // Only finite numbers survive a product with i; the others are put in their place.
  const finite = ops.isfinite(im);
  const infinite = ops.where(ops.isposinf(im), constant(f, 0, Infinity), constant(f, 0, -Infinity));
  const special = ops.where(ops.isnan(im), constant(f, 0, Number.NaN), infinite);
  const known = f.kernels.astype(ops.where(finite, im, ops.zerosLike(im, null)), "complex64");
  return ops.add(f.kernels.astype(re, "complex64"), ops.where(finite, timesI(f, known), special));
}
