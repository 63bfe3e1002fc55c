// What freeze() and unfreeze() take, checked before anything changes, and the members that they mean when
// no keys are given. Each module keeps the names of its frozen members itself (./module.ts).

import { rangeError, shown, typeError } from "@mlx-ts/backend-api";
import * as mx from "@mlx-ts/core";
import { flagArg, optionsArg } from "./arguments.js";
import type { Module } from "./module.js";
import { isMember, isModule, select } from "./module-tree.js";

/** Options of {@link Module.freeze} and {@link Module.unfreeze}. */
export interface FreezeOptions {
  /** Whether submodules are included. Default: `true`. */
  readonly recurse?: boolean | undefined;
  /** Only members of these names. Default: all. */
  readonly keys?: string | readonly string[] | null | undefined;
  /** Whether a name that nothing has is an error. Default: `false`. */
  readonly strict?: boolean | undefined;
}

/** Options that were checked: the names, null for all, and the modules inside that are included. */
export interface Freezing {
  readonly keys: readonly string[] | null;
  readonly inside: readonly Module[];
}

/** Checks the options for a module. */
export function freezing(op: string, module: Module, options: FreezeOptions): Freezing {
  const given = optionsArg<FreezeOptions>(op, ["recurse", "keys", "strict"], options);
  const recurse = flagArg(op, "recurse", given.recurse ?? true);
  const strict = flagArg(op, "strict", given.strict ?? false);
  const keys = given.keys === undefined || given.keys === null ? null : [given.keys].flat();
  const targets = recurse ? module.modules() : [module];
  for (const key of keys ?? []) {
    if (typeof key !== "string") {
      throw typeError(`[${op}] keys must be a name or a list of names, got ${shown(key)}`);
    }
    if (strict && !targets.some((target) => hasMember(target, key))) {
      throw rangeError(
        recurse
          ? `[${op}] no module here has a member "${key}"; its children are searched too`
          : `[${op}] the module has no member "${key}"; with recurse its children are searched too`,
      );
    }
  }
  return { keys, inside: targets.filter((target) => target !== module) };
}

const hasMember = (module: Module, key: string): boolean =>
  Object.hasOwn(module, key) && isMember(module[key as keyof Module]);

/** The names of the arrays that a module holds itself, in lists and plain objects too. */
export const ownArrayKeys = (module: Module): string[] =>
  mx
    .treeFlatten(
      select(
        module,
        (_m, key, value) => !isModule(value) && !key.startsWith("_") && isMember(value),
        (value) => value,
        (_m, _k, value) => value instanceof mx.MLXArray,
      ),
    )
    .map(([name]) => name);
