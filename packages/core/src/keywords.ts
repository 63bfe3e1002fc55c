// Keyword arguments of hand-written functions and constructors: optional arguments by position, in
// Python's order, or by name in one object that ends the call. The ops' own reader is ./options.ts.

import { shown, typeError } from "@mlx-ts/backend-api";
import { isPlainObject } from "./tree.js";

/**
 * Reads the optional arguments of a call, for libraries that follow Python's calling rule.
 *
 * @param op - the function's name, for messages
 * @param names - the optional arguments in Python's order, then those that have no position
 * @param given - what stands at the optional places, in order
 * @returns the arguments by name; those that are `undefined` are left out
 * @throws TypeError for an unknown name, an argument given twice, or one behind the object
 * @example
 * ```ts
 * // new nn.Conv2d(1, 8, 3, 2, { padding: 1 })
 * const { stride = 1, padding = 0 } = mx.keywords<{ stride?: number; padding?: number }>(
 *   "Conv2d",
 *   ["stride", "padding"],
 *   [2, { padding: 1 }],
 * );
 * [stride, padding]; // [2, 1]
 * ```
 */
export function keywords<T extends object>(
  op: string,
  names: readonly (keyof T & string)[],
  given: readonly unknown[],
): T {
  const out: Record<string, unknown> = {};
  for (let i = 0; i < given.length; i++) {
    const value = given[i];
    if (value === undefined) continue;
    if (!isPlainObject(value)) {
      out[names[i] ?? ""] = value;
      continue;
    }
    const more = given.slice(i + 1).find((item) => item !== undefined);
    if (more !== undefined) {
      throw typeError(
        `[${op}] an argument follows the options object, which ends the call: ${shown(more)}`,
        "OPTION",
      );
    }
    return { ...out, ...named(op, names, value, i) } as T;
  }
  return out as T;
}

/** The entries of an options object; the first `from` arguments were given by position. */
function named(
  op: string,
  names: readonly string[],
  options: Readonly<Record<string, unknown>>,
  from: number,
): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    const place = names.indexOf(name);
    if (place < 0) {
      throw typeError(
        `[${op}] there is no option "${name}"; the options are ${names.slice(from).join(", ")}`,
        "OPTION",
      );
    }
    if (place < from) {
      throw typeError(`[${op}] "${name}" was given both by position and in the options`, "OPTION");
    }
    if (value !== undefined) out[name] = value;
  }
  return out;
}
