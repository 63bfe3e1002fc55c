// 8-bit floats with 4 exponent and 3 mantissa bits (e4m3) by arithmetic alone: to the nearest, halves to even,
// and what is larger than the largest, 448, becomes that; NaN too.

import { type Handle, Scalar } from "../../backend.js";
import type { DType } from "../../dtype.js";
import type { Front } from "../front.js";
import { asArray } from "../operands.js";

const number = (value: number): Scalar => new Scalar(value);

/** The smallest normal number is 2^-6, the smallest of all 2^-9. */
const normal = 2 ** 6;
const smallest = 2 ** -9;

export function toFp8<H extends Handle>(f: Front<H>, x: H): H {
  const { ops } = f;
  const wide = asArray(f, x, "float32");
  const known = ops.where(ops.isnan(wide), number(448), ops.abs(wide));
  // Halving by powers of two finds the exponent without rounding.
  let mantissa = ops.multiply(ops.minimum(known, number(448)), number(normal));
  let exponent = ops.zerosLike(mantissa, null);
  for (const step of [8, 4, 2, 1]) {
    const large = ops.greaterEqual(mantissa, number(2 ** step));
    mantissa = ops.where(large, ops.multiply(mantissa, number(2 ** -step)), mantissa);
    exponent = ops.where(large, ops.add(exponent, number(step)), exponent);
  }
  // A mantissa that rounds up to 16 eighths carries into the exponent by itself.
  const eighths = ops.round(ops.multiply(mantissa, number(8)), 0);
  const code = ops.add(ops.multiply(exponent, number(8)), eighths);
  // Of zeros the reciprocal has the sign.
  const signed = ops.where(ops.equal(wide, number(0)), ops.reciprocal(wide), wide);
  const bits = ops.where(ops.less(signed, number(0)), ops.add(code, number(128)), code);
  return asArray(f, bits, "uint8");
}

export function fromFp8<H extends Handle>(f: Front<H>, x: H, dtype: DType): H {
  const { ops } = f;
  const bits = asArray(f, x, "int32");
  const exponent = ops.bitwiseAnd(ops.rightShift(bits, number(3)), number(15));
  const mantissa = ops.bitwiseAnd(bits, number(7));
  // Without an exponent there is no hidden bit, and the step is that of exponent 1.
  const hidden = ops.where(ops.equal(exponent, number(0)), number(0), number(8));
  const whole = asArray(f, ops.add(mantissa, hidden), "int32");
  const shift = ops.subtract(ops.maximum(exponent, number(1)), number(1));
  const steps = asArray(f, ops.leftShift(whole, shift), "float32");
  const magnitude = ops.multiply(steps, number(smallest));
  // All bits set are NaN; there is no infinity.
  const nan = ops.equal(ops.bitwiseAnd(bits, number(127)), number(127));
  const known = ops.where(nan, number(Number.NaN), magnitude);
  const negative = ops.greaterEqual(bits, number(128));
  return asArray(f, ops.where(negative, ops.negative(known), known), dtype);
}
