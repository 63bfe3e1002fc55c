// The numbers behind erfinv, from which normal random numbers are made: for the default, and for kernels that give
// them bit by bit as MLX does.

/**
 * The polynomials of $\operatorname{erfinv}(x) / x$ in $t = \log(1 - x^2)$, highest power first: M. Giles' idea, with
 * the coefficients of N. Juffa that MLX uses too. `ends` is for $|t|$ beyond `border`, `middle` for the others.
 *
 * @example
 * ```ts
 * import { erfinvPolynomials } from "@mlx-ts/backend-api";
 *
 * const t = Math.log(1 - 0.5 ** 2);
 * const half = 0.5 * erfinvPolynomials.middle.reduce((sum, c) => sum * t + c, 0);
 * half.toFixed(4); // "0.4769"
 * ```
 */
export const erfinvPolynomials = {
  middle: [
    5.43877832e-9, 1.43285448e-7, 1.22774793e-6, 1.12963626e-7, -5.6153076e-5, -1.47697632e-4,
    2.31468678e-3, 1.15392581e-2, -2.32015476e-1, 8.86226892e-1,
  ],
  ends: [
    3.03697567e-10, 2.93243101e-8, 1.22150334e-6, 2.84108955e-5, 3.93552968e-4, 3.02698812e-3,
    4.83185798e-3, -2.64646143e-1, 8.40016484e-1,
  ],
  border: 6.125,
} as const;
