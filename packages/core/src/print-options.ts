// How many digits arrays are printed with. The printing itself is in ./format.ts.

import { rangeError, shown, typeError } from "@mlx-ts/backend-api";
import { keywords } from "./keywords.js";

/**
 * How arrays are printed.
 *
 * @see Python: `mlx.core.PrintOptions`
 */
export interface PrintOptions {
  /** Digits after the point of floats; -1 is up to six significant digits, trailing zeros left out. */
  readonly precision: number;
}

/** What a caller may give of {@link PrintOptions}. */
export type PrintOptionsArgument = Partial<PrintOptions>;

/** More digits than any float64 has. */
const mostDigits = 100;

let current: PrintOptions = { precision: -1 };

function optionsOf(op: string, given: unknown): PrintOptions {
  const { precision = -1 } = keywords<PrintOptionsArgument>(op, ["precision"], [given]);
  if (typeof precision !== "number")
    throw typeError(`[${op}] precision must be an integer, got ${shown(precision)}`);
  if (!Number.isInteger(precision) || precision < -1 || precision > mostDigits) {
    throw rangeError(
      `[${op}] precision must be an integer from 0 to ${mostDigits}, or -1 for the default; got ${precision}`,
    );
  }
  return { precision };
}

/**
 * Sets how arrays are printed from now on, on this thread.
 *
 * @param precision - digits after the point of floats, from 0 to 100, or -1 for the default: up to six
 * significant digits; or an object with it
 * @throws TypeError and RangeError for anything else
 * @example
 * ```ts
 * mx.setPrintoptions({ precision: 3 });
 * String(mx.array([1, 0.12345])); // "array([1.000, 0.123], dtype=float32)"
 * mx.setPrintoptions(); // the default again
 * ```
 * @see Python: `mlx.core.set_printoptions`
 */
export function setPrintoptions(precision?: number | PrintOptionsArgument): void {
  current = optionsOf("setPrintoptions", precision);
}

/**
 * How arrays are printed now.
 *
 * @example
 * ```ts
 * mx.getPrintoptions().precision; // -1
 * ```
 * @see Python: `mlx.core.get_printoptions`
 */
export function getPrintoptions(): PrintOptions {
  return current;
}

/**
 * Sets how arrays are printed until the end of the block.
 *
 * @param precision - as for {@link setPrintoptions}
 * @returns a disposable that puts the former options back: hold it with `using`
 * @throws TypeError and RangeError as {@link setPrintoptions}
 * @example
 * ```ts
 * {
 *   using options = mx.printoptions({ precision: 2 });
 *   String(mx.array(Math.PI)); // "array(3.14, dtype=float32)"
 * }
 * String(mx.array(Math.PI)); // "array(3.14159, dtype=float32)"
 * ```
 * @see Python: `with mlx.core.printoptions(precision=2):`
 */
export function printoptions(precision?: number | PrintOptionsArgument): PrintOptions & Disposable {
  const former = current;
  current = optionsOf("printoptions", precision);
  return {
    ...current,
    [Symbol.dispose]() {
      current = former;
    },
  };
}
