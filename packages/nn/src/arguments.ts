// Checks of the layers' constructor arguments. Arrays are checked by the ops.

import { type DType, dtypes, isDType, rangeError, shown, typeError } from "@mlx-ts/backend-api";
import * as mx from "@mlx-ts/core";
import { MLXArray } from "@mlx-ts/core";

export { flagArg, intArg, numberArg, positiveArg } from "@mlx-ts/core";

/** A function. */
export function functionArg<F extends (...args: never[]) => unknown>(
  op: string,
  name: string,
  value: F,
): F {
  if (typeof value === "function") return value;
  throw typeError(`[${op}] ${name} must be a function, got ${shown(value)}`);
}

/** Tokens to look up; what is no array is left to the look-up. */
export function tokensArg(op: string, x: MLXArray): MLXArray {
  if (!(x instanceof MLXArray) || mx.issubdtype(x.dtype, mx.integer)) return x;
  throw typeError(
    `[${op}] tokens of dtype ${x.dtype} were given, they must be integers; use mx.array(tokens, "int32") or astype("int32")`,
    "DTYPE",
  );
}

/** The array that a function of the caller's returned. */
export function arrayFrom(op: string, name: string, value: unknown): MLXArray {
  if (value instanceof MLXArray) return value;
  throw typeError(`[${op}] ${name} returned ${shown(value)}, it must return an array`);
}

/** A dtype. */
export function dtypeArg(op: string, name: string, value: unknown): DType {
  if (isDType(value)) return value;
  throw typeError(
    `[${op}] ${name} must be a dtype (${dtypes.join(", ")}), got ${shown(value)}`,
    "DTYPE",
  );
}

/** The processes that take part; without a group, all that were launched together. */
export function groupArg(op: string, group: unknown): mx.distributed.Group {
  if (group === undefined || group === null) return mx.distributed.init();
  if (group instanceof mx.distributed.Group) return group;
  throw typeError(`[${op}] group must come from mx.distributed.init(), got ${shown(group)}`);
}

/** Arguments that Python takes by keyword only. */
export function optionsArg<T extends object>(
  op: string,
  names: readonly (keyof T & string)[],
  options: T | undefined,
): T {
  if (options !== undefined && !mx.isPlainObject(options)) {
    const listed = `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
    throw typeError(`[${op}] ${listed} are given by name only: { ${names.join(", ")} }`, "OPTION");
  }
  return mx.keywords<T>(op, names, [options]);
}

/** One integer for all of `count` axes, or one for each. */
export function sizesArg(
  op: string,
  name: string,
  value: unknown,
  count: number,
  least = 1,
): number[] {
  if (!Array.isArray(value))
    return new Array<number>(count).fill(mx.intArg(op, name, value, least));
  if (value.length !== count) {
    throw rangeError(
      `[${op}] ${name} must be an integer or a list of ${count}, got ${shown(value)}`,
    );
  }
  return value.map((item, i) => mx.intArg(op, `${name}[${i}]`, item, least));
}

/** The axis that an activation works along: the last unless it is given. */
export const axisOf = (op: string, axis: unknown): number =>
  mx.keywords<{ axis?: number }>(op, ["axis"], [axis]).axis ?? -1;

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
  return mx.numberArg(op, name, found[name] ?? otherwise);
}
