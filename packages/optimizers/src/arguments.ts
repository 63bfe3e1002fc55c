// Checks of the optimizers' constructor arguments.

import { rangeError, shown, typeError } from "@mlx-ts/backend-api";

/** A finite number of at least `least`. */
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
