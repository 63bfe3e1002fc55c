// Checks of the optimizers' constructor arguments, beyond those of core.

import { rangeError, shown, typeError } from "@mlx-ts/backend-api";
import * as mx from "@mlx-ts/core";

/** Two numbers. */
export function twoNumbersArg(
  op: string,
  name: string,
  value: unknown,
): readonly [first: number, second: number] {
  if (!Array.isArray(value) || value.length !== 2) {
    throw typeError(`[${op}] ${name} must be a list of two numbers, got ${shown(value)}`);
  }
  return [mx.numberArg(op, `${name}[0]`, value[0]), mx.numberArg(op, `${name}[1]`, value[1])];
}

/** How slowly two running means change. */
export function betasArg(op: string, value: unknown): readonly [number, number] {
  const betas = twoNumbersArg(op, "betas", value);
  for (const [i, beta] of betas.entries()) {
    if (beta >= 0 && beta < 1) continue;
    throw rangeError(`[${op}] betas[${i}] is ${beta}, it must be at least 0 and below 1`);
  }
  return betas;
}
