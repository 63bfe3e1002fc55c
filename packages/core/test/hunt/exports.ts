// Hostile calls of everything else that is exported: functions and classes that have no row in the op table,
// found by walking the namespace, called with anything.

import { opTable } from "@mlx-ts/backend-api";
import { families } from "../../../backend-api/ops/index.js";
import * as mx from "../../src/index.js";
import type { Call } from "./calls.js";
import type { Draws } from "./draws.js";
import { aFunction, any } from "./functions.js";
import * as some from "./values.js";

type Any = (...args: unknown[]) => unknown;

/** Something exported that can be called. */
interface Export {
  readonly name: string;
  readonly call: Any;
}

/** For backends and libraries, not for users' values; and `setDefaultBackend`, which has calls by hand. */
const glue = new Set([
  "MLXArray",
  "ArrayAt",
  "keywords",
  "flagArg",
  "intArg",
  "listArg",
  "numberArg",
  "positiveArg",
  "valueAndGradKeeping",
  "setDefaultBackend",
]);

const inTable = new Set(
  families.flatMap(({ namespace, ops }) =>
    ops.flatMap((op) =>
      [op.name, ...(op.aliases ?? [])].map((name) => `${namespace ? `${namespace}.` : ""}${name}`),
    ),
  ),
);

const isClass = (value: Any): boolean => /^class\b/.test(Function.prototype.toString.call(value));

const isNamespace = (value: unknown): value is object =>
  Object.prototype.toString.call(value) === "[object Module]";

function exportsOf(place: object, prefix: string): Export[] {
  return Object.entries(place).flatMap(([key, value]: [string, unknown]): Export[] => {
    const name = `${prefix}${key}`;
    if (prefix === "" && isNamespace(value)) return exportsOf(value, `${key}.`);
    if (typeof value !== "function" || glue.has(key) || inTable.has(name)) return [];
    const fn = value as Any;
    return isClass(fn)
      ? [{ name: `new ${name}`, call: (...args) => Reflect.construct(fn, args) }]
      : [{ name, call: fn }];
  });
}

/** What has no row in the table. */
export const others: readonly Export[] = exportsOf(mx, "");

/** How many functions, classes and ops the hunt knows. */
export const reach = others.length + Object.keys(opTable).length;

/** A call of one of them, with anything. */
export function exportCall(draws: Draws): Call {
  const { name, call } = draws.pick(others);
  const args = Array.from({ length: draws.below(4) }, () =>
    draws.pick([any, any, some.anArray, aFunction])(draws),
  );
  return {
    text: `mx.${name}(${args.map((arg) => arg.text).join(", ")})`,
    run: () => call(...args.map((arg) => arg.make())),
  };
}
