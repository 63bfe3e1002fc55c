// Arrays from numbers, and from arrays of another dtype.

import { type DType, hostConstructor, type Shape } from "@mlx-ts/backend-api";
import { type Dense, zeros } from "./array.js";
import type { Complex } from "./complex.js";
import { asValue, blank, closed, kindOf, opened, type Value, type Values } from "./values.js";

function full(shape: Shape, value: number | bigint | boolean, dtype: DType): Dense {
  const out = blank(shape, dtype);
  const filling = typeof value === "bigint" ? value : asValue(Number(value), dtype);
  for (let i = 0; i < out.length; i++) out[i] = filling;
  return closed(shape, dtype, out);
}

function arange(start: number, step: number, count: number, dtype: DType): Dense {
  const exact = zeros([count], "float64");
  for (let i = 0; i < count; i++) exact.data[i] = start + i * step;
  return astype(exact, dtype);
}

/** A real number as an integer: toward zero, and of NaN and infinity 0. */
const whole = (x: number | bigint): bigint =>
  typeof x === "bigint" ? x : BigInt(Number.isFinite(x) ? Math.trunc(x) : 0);

/** How values become those of another dtype, before the result's storage rounds or wraps them. */
function conversion(from: DType, to: DType): (x: Value) => Value {
  if (kindOf(from) === "complex") {
    const ofReal = conversion("float32", to);
    return (z) => ofReal((z as Complex).re);
  }
  switch (kindOf(to)) {
    case "bool":
      return (x) => (Number(x) === 0 ? 0 : 1);
    case "int":
      // Bigints lose their high bits before they become numbers.
      return (x) => (typeof x === "bigint" ? Number(BigInt.asIntN(32, x)) : x);
    case "big":
      return (x) => whole(x as number | bigint);
    case "float":
      return (x) => Number(x);
    case "complex":
      return (x) => ({ re: Number(x), im: 0 });
  }
}

function astype(a: Dense, dtype: DType): Dense {
  if (a.dtype === dtype) return a;
  const convert = conversion(a.dtype, dtype);
  const x: Values = opened(a);
  const out = blank(a.shape, dtype);
  for (let i = 0; i < x.length; i++) out[i] = convert(x[i] as Value);
  return closed(a.shape, dtype, out);
}

/** The same bits: both arrays share them. */
function view(a: Dense, dtype: DType): Dense {
  const last = a.shape.at(-1);
  const data = new (hostConstructor(dtype))(a.data.buffer);
  const length = data.length / (dtype === "complex64" ? 2 : 1);
  const count = length / a.shape.slice(0, -1).reduce((size, n) => size * n, 1);
  const shape = last === undefined ? [] : [...a.shape.slice(0, -1), count];
  return { shape, dtype, data };
}

export const convert = { full, arange, astype };
export { view };
