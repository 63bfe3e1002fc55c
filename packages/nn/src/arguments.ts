// Checks of the layers' constructor arguments. Arrays are checked by the ops.

import { rangeError, shown } from "@mlx-ts/backend-api";
import * as mx from "@mlx-ts/core";

export { flagArg, intArg, numberArg } from "@mlx-ts/core";

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

/** Numbers as a Python tuple, for printing. */
export const tuple = (values: readonly number[]): string =>
  `(${values.join(", ")}${values.length === 1 ? "," : ""})`;

/** A truth value as Python prints it. */
export const python = (value: boolean): string => (value ? "True" : "False");

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
