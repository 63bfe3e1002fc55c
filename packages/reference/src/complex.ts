// Complex numbers: what JavaScript's Math has for real ones. They are computed in float64, twice as wide as what
// arrays hold, so that plain formulas are exact enough.

/** A complex number. */
export interface Complex {
  readonly re: number;
  readonly im: number;
}

export const complex = (re: number, im = 0): Complex => ({ re, im });

export const add = (x: Complex, y: Complex) => complex(x.re + y.re, x.im + y.im);
export const subtract = (x: Complex, y: Complex) => complex(x.re - y.re, x.im - y.im);
export const multiply = (x: Complex, y: Complex) =>
  complex(x.re * y.re - x.im * y.im, x.re * y.im + x.im * y.re);
export const negative = (z: Complex) => complex(-z.re, -z.im);
export const conjugate = (z: Complex) => complex(z.re, -z.im);
export const abs = (z: Complex) => Math.hypot(z.re, z.im);
export const scaled = (z: Complex, by: number) => complex(z.re * by, z.im * by);

export function divide(x: Complex, y: Complex): Complex {
  if (y.im === 0) return complex(x.re / y.re, x.im / y.re);
  const norm = y.re * y.re + y.im * y.im;
  return scaled(multiply(x, conjugate(y)), 1 / norm);
}

export const equal = (x: Complex, y: Complex) => x.re === y.re && x.im === y.im;
/** By the real parts, then by the imaginary ones. */
export const less = (x: Complex, y: Complex) => x.re < y.re || (x.re === y.re && x.im < y.im);
export const hasNaN = (z: Complex) => Number.isNaN(z.re) || Number.isNaN(z.im);

export function sign(z: Complex): Complex {
  return z.re === 0 && z.im === 0 ? z : scaled(z, 1 / abs(z));
}

export function sqrt(z: Complex): Complex {
  const root = Math.sqrt((Math.abs(z.re) + abs(z)) / 2);
  if (root === 0) return complex(0, z.im);
  if (z.re >= 0) return complex(root, z.im / (2 * root));
  const upper = z.im > 0 || Object.is(z.im, 0);
  return complex(Math.abs(z.im) / (2 * root), upper ? root : -root);
}

export function exp(z: Complex): Complex {
  const size = Math.exp(z.re);
  // Infinity times a sine of 0 would be NaN.
  return z.im === 0 ? complex(size, z.im) : complex(size * Math.cos(z.im), size * Math.sin(z.im));
}

export function expm1({ re, im }: Complex): Complex {
  const half = Math.sin(im / 2);
  return complex(Math.expm1(re) * Math.cos(im) - 2 * half * half, Math.exp(re) * Math.sin(im));
}

export const log = (z: Complex) => complex(Math.log(abs(z)), Math.atan2(z.im, z.re));

export function log1p({ re, im }: Complex): Complex {
  const angle = Math.atan2(im, 1 + re);
  if (Math.hypot(re, im) < 0.5) return complex(Math.log1p(re * (2 + re) + im * im) / 2, angle);
  return complex(Math.log(Math.hypot(1 + re, im)), angle);
}

export const sin = ({ re, im }: Complex) =>
  complex(Math.sin(re) * Math.cosh(im), Math.cos(re) * Math.sinh(im));
export const cos = ({ re, im }: Complex) =>
  complex(Math.cos(re) * Math.cosh(im), -Math.sin(re) * Math.sinh(im));

export function tanh({ re, im }: Complex): Complex {
  // Beyond it the hyperbolic functions overflow in time, and the result is 1 to all digits.
  if (Math.abs(re) > 40) return complex(Math.sign(re), 0);
  const norm = Math.cosh(2 * re) + Math.cos(2 * im);
  return complex(Math.sinh(2 * re) / norm, Math.sin(2 * im) / norm);
}

export function arcsin(z: Complex): Complex {
  const minus = sqrt(complex(1 - z.re, -z.im));
  const plus = sqrt(complex(1 + z.re, z.im));
  const [{ re }, { im }] = [multiply(minus, plus), multiply(conjugate(minus), plus)];
  return complex(Math.atan2(z.re, re), Math.asinh(im));
}

export const arctan = ({ re, im }: Complex) =>
  complex(
    Math.atan2(2 * re, (1 - im) * (1 + im) - re * re) / 2,
    Math.log1p((4 * im) / ((1 - im) * (1 - im) + re * re)) / 4,
  );

export function power(x: Complex, y: Complex): Complex {
  if (y.re === 0 && y.im === 0) return complex(1);
  return x.re === 0 && x.im === 0 ? complex(0) : exp(multiply(y, log(x)));
}
