// Checks of numbers and flags, for libraries whose classes follow Python's calling rule. Arrays are
// checked by the ops; the ops' own arguments in ./arguments.ts.

import { rangeError, shown, typeError } from "@mlx-ts/backend-api";
import { mostItems } from "./tree.js";

/**
 * Checks an integer that somebody passed to a library's function.
 *
 * @param op - the function's or class's name, for messages
 * @param name - the argument's name
 * @param value - what was passed
 * @param least - the least that it may be; default `1`
 * @returns the integer
 * @throws TypeError when it is no number, RangeError when it is no integer or below `least`
 * @example
 * ```ts
 * mx.intArg("Linear", "inputDims", 784); // 784
 * ```
 */
export function intArg(op: string, name: string, value: unknown, least = 1): number {
  if (typeof value !== "number") {
    throw typeError(`[${op}] ${name} must be an integer, got ${shown(value)}`);
  }
  if (Number.isInteger(value) && value >= least) return value;
  throw rangeError(`[${op}] ${name} is ${value}, it must be an integer of at least ${least}`);
}

/**
 * Checks a number that somebody passed to a library's function.
 *
 * @param op - the function's or class's name, for messages
 * @param name - the argument's name
 * @param value - what was passed
 * @param least - the least that it may be; default none
 * @returns the number
 * @throws TypeError when it is no number, RangeError when it is not finite or below `least`
 * @example
 * ```ts
 * mx.numberArg("Adam", "eps", 1e-8, 0); // 1e-8
 * ```
 */
export function numberArg(
  op: string,
  name: string,
  value: unknown,
  least = Number.NEGATIVE_INFINITY,
): number {
  if (typeof value !== "number") {
    throw typeError(`[${op}] ${name} must be a number, got ${shown(value)}`);
  }
  if (Number.isFinite(value) && value >= least) return value;
  const rule = least === Number.NEGATIVE_INFINITY ? "finite" : `a number of at least ${least}`;
  throw rangeError(`[${op}] ${name} is ${value}, it must be ${rule}`);
}

/**
 * Checks a number above 0 that somebody passed to a library's function.
 *
 * @param op - the function's or class's name, for messages
 * @param name - the argument's name
 * @param value - what was passed
 * @returns the number
 * @throws TypeError when it is no number, RangeError when it is not finite or not above 0
 * @example
 * ```ts
 * mx.positiveArg("LayerNorm", "eps", 1e-5); // 1e-5
 * ```
 */
export function positiveArg(op: string, name: string, value: unknown): number {
  const number = numberArg(op, name, value);
  if (number > 0) return number;
  throw rangeError(`[${op}] ${name} is ${number}, it must be above 0`);
}

/**
 * Checks a truth value that somebody passed to a library's function.
 *
 * @param op - the function's or class's name, for messages
 * @param name - the argument's name
 * @param value - what was passed
 * @returns the truth value
 * @throws TypeError for anything else
 * @example
 * ```ts
 * mx.flagArg("Linear", "bias", false); // false
 * ```
 */
export function flagArg(op: string, name: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw typeError(`[${op}] ${name} must be true or false, got ${shown(value)}`);
}

/**
 * Checks a list that somebody passed to a library's function.
 *
 * @param op - the function's or class's name, for messages
 * @param name - the argument's name
 * @param value - what was passed
 * @returns a copy; holes are `undefined` in it
 * @throws TypeError when it is no list, RangeError when it has more than 2^24 items
 * @example
 * ```ts
 * mx.listArg("joinSchedules", "boundaries", [100]); // [100]
 * ```
 */
export function listArg<T>(op: string, name: string, value: readonly T[]): T[];
/** The same for what nothing is known of. */
export function listArg(op: string, name: string, value: unknown): unknown[];
export function listArg(op: string, name: string, value: unknown): unknown[] {
  if (!Array.isArray(value)) throw typeError(`[${op}] ${name} must be a list, got ${shown(value)}`);
  if (value.length <= mostItems) return Array.from(value);
  // A copy of `new Array(2 ** 32 - 1)` would be more than V8 can hold, which ends the process.
  throw rangeError(`[${op}] ${name} has ${value.length} items, it has ${mostItems} at most`);
}
