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

/** A float of moderate size as Python prints it. */
export const pythonFloat = (value: number): string =>
  Number.isInteger(value) ? value.toFixed(1) : String(value);

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
