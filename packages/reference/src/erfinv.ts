// The inverse of the error function, bit by bit as MLX computes it, so that normal random numbers are MLX's too.

import { erfinvPolynomials } from "@mlx-ts/backend-api";

const exact = (x: number): number => x;

/** erfinv whose every step, a product and a sum in one, is rounded by `round`. */
function rounding(round: (x: number) => number): (x: number) => number {
  const { border } = erfinvPolynomials;
  const middle = erfinvPolynomials.middle.map(round);
  const ends = erfinvPolynomials.ends.map(round);
  return (x) => {
    const t = round(Math.log(round(1 - x * x)));
    const [first = 0, ...rest] = Math.abs(t) > border ? ends : middle;
    return x * rest.reduce((sum, c) => round(sum * t + c), first);
  };
}

/** Of float32 numbers, as fused multiply-adds give it: the product of two is exact in a float64. */
export const erfinvOfSingle = rounding(Math.fround);

/** Of float64 numbers; the polynomials are good for seven digits. */
export const erfinvOfDouble = rounding(exact);
