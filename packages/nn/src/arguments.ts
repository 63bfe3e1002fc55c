// Checks of the layers' constructor arguments. Arrays are checked by the ops.

import { rangeError, shown, typeError } from "@mlx-ts/backend-api";
import * as mx from "@mlx-ts/core";

/** An integer of at least `least`. */
export function intArg(op: string, name: string, value: unknown, least = 1): number {
  if (typeof value !== "number") {
    throw typeError(`[${op}] ${name} must be an integer, got ${shown(value)}`);
  }
  if (Number.isInteger(value) && value >= least) return value;
  throw rangeError(`[${op}] ${name} is ${value}, it must be an integer of at least ${least}`);
}

/** A truth value. */
export function flagArg(op: string, name: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw typeError(`[${op}] ${name} must be true or false, got ${shown(value)}`);
}

/** A function. */
export function functionArg<F extends (...args: never[]) => unknown>(
  op: string,
  name: string,
  value: F,
): F {
  if (typeof value === "function") return value;
  throw typeError(`[${op}] ${name} must be a function, got ${shown(value)}`);
}

/** A finite number. */
export function numberArg(op: string, name: string, value: unknown): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (typeof value !== "number")
    throw typeError(`[${op}] ${name} must be a number, got ${shown(value)}`);
  throw rangeError(`[${op}] ${name} is ${value}, it must be finite`);
}

/** A number above 0, as what keeps norms from dividing by 0. */
export function positiveArg(op: string, name: string, value: unknown): number {
  const number = numberArg(op, name, value);
  if (number > 0) return number;
  throw rangeError(`[${op}] ${name} is ${number}, it must be above 0`);
}

/** One integer for all of `count` axes, or one for each. */
export function sizesArg(
  op: string,
  name: string,
  value: unknown,
  count: number,
  least = 1,
): number[] {
  if (!Array.isArray(value)) return new Array<number>(count).fill(intArg(op, name, value, least));
  if (value.length !== count) {
    throw rangeError(
      `[${op}] ${name} must be an integer or a list of ${count}, got ${shown(value)}`,
    );
  }
  return value.map((item, i) => intArg(op, `${name}[${i}]`, item, least));
}

/** Numbers as a Python tuple, for printing. */
export const tuple = (values: readonly number[]): string =>
  `(${values.join(", ")}${values.length === 1 ? "," : ""})`;

/** A truth value as Python prints it. */
export const python = (value: boolean): string => (value ? "True" : "False");

/** A number as Python prints a float: `1.0`, `0.001`, `1e-05`. */
export function float(value: number): string {
  const [digits = "", exponent] = value.toExponential().split("e");
  const power = Number(exponent);
  if (power < -4 || power >= 16) {
    const size = String(Math.abs(power)).padStart(2, "0");
    return `${digits}e${power < 0 ? "-" : "+"}${size}`;
  }
  // JavaScript writes 0.00001 as a fraction and larger ones with an exponent where Python does not.
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

/** One number, by position or by name. */
export function numberOf<K extends string>(
  op: string,
  name: K,
  value: unknown,
  otherwise: number,
): number {
  const found: Partial<Record<K, unknown>> = mx.keywords(op, [name], [value]);
  return numberArg(op, name, found[name] ?? otherwise);
}
