// What ops do with numbers, where JavaScript has no function for it.

import type { Held } from "./tensor.js";

export const plus = (x: number, y: number): number => x + y;

export const larger = (x: number, y: number): number => Math.max(x, y);
export const smaller = (x: number, y: number): number => Math.min(x, y);

export const and = (x: number, y: number): boolean => x !== 0 && y !== 0;
export const or = (x: number, y: number): boolean => x !== 0 || y !== 0;

/** Products of integers keep their low bits. */
export const times = (x: number, y: number, dtype: Held): number =>
  dtype === "float32" ? x * y : Math.imul(x, y);

/** Integers, rounded down; division by 0 gives 0. */
export const floorDivide = (x: number, y: number): number => (y === 0 ? 0 : Math.floor(x / y));

/** Takes the sign of the divisor. */
export function remainder(x: number, y: number, dtype: Held): number {
  if (y === 0 && dtype !== "float32") return x;
  const rest = x % y;
  return rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest;
}

export function power(x: number, y: number, dtype: Held): number {
  if (dtype === "float32") return x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : x ** y;
  if (y < 0) return 0;
  let result = 1;
  let square = x;
  for (let rest = y; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = Math.imul(result, square);
    square = Math.imul(square, square);
  }
  return result;
}

/** Halves go to the even neighbour. */
export function roundToEven(x: number): number {
  const up = Math.round(x);
  return up - x === 0.5 && up % 2 !== 0 ? up - 1 : up;
}

/** `2 / sqrt(pi) * exp(-x^2) * (x + 2x^3/3 + 4x^5/15 + ...)`: all terms have one sign, so nothing cancels. */
export function erf(x: number): number {
  if (Math.abs(x) > 5) return Math.sign(x);
  let sum = x;
  let term = x;
  for (let n = 1; Math.abs(term) > 1e-9 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** Ascending, NaN last. */
export function order(x: number, y: number): number {
  if (x < y) return -1;
  return x > y ? 1 : Number(Number.isNaN(x)) - Number(Number.isNaN(y));
}
