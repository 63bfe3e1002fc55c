// Walking a module's tree: which members belong to it, selecting them as plain objects and lists,
// printing them, and finding the places where arrays or modules are replaced. The class itself is in ./module.ts.

import { rangeError, shown, typeError } from "@mlx-ts/backend-api";
import {
  type ArrayTree,
  type Branch,
  fileName,
  isPlainObject,
  MLXArray,
  type Tree,
} from "@mlx-ts/core";
import type { Module } from "./module.js";

/** A module's arrays by name, as `parameters()` gives them and `update()` takes them. */
export type ParameterTree = ArrayTree;

/** A module's submodules by name, as `children()` gives them and `updateModules()` takes them. */
export type ModuleTree = Tree<Module>;

/** Decides about a member: the module that holds it, its key (`list.0` inside lists), and the value. */
export type MemberFilter = (module: Module, key: string, value: unknown) => boolean;

/** What a module remembers of its training. */
export interface TrainingState {
  training: boolean;
  /** Names of members, or paths in lists and plain objects. */
  readonly frozen: Set<string>;
}

/** Marks modules, also those of another copy of this package, and is where their state lies. */
export const moduleMark: unique symbol = Symbol.for("mlx-ts.Module") as never;

/** Whether a value is a module. */
export const isModule = (value: unknown): value is Module =>
  typeof value === "object" && value !== null && moduleMark in value;

/** What a module, plain object or list is while it is walked. */
export type Holder = Record<string, unknown>;

/** Whether a value is an array or module, or a list or plain object with one somewhere inside. */
export function isMember(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return value instanceof MLXArray || holdsModule(value) || contents(value).some(isMember);
}

/** Whether a value is a module, or a list or plain object with one somewhere inside. */
export const holdsModule = (value: unknown): boolean =>
  isModule(value) || contents(value).some(holdsModule);

const contents = (value: unknown): readonly unknown[] => {
  if (Array.isArray(value)) return value;
  return isPlainObject(value) ? Object.values(value) : [];
};

/** Copies a module's tree as plain objects and lists, with the members that a filter lets through. */
export function select<T>(
  module: Module,
  keep: MemberFilter,
  map: (value: unknown) => T,
  isLeaf: MemberFilter,
): Tree<T> {
  const out: Record<string, Branch<T>> = {};
  for (const [key, value] of Object.entries(module)) {
    if (keep(module, key, value)) out[key] = branch(module, key, value, keep, map, isLeaf);
  }
  return out;
}

function branch<T>(
  module: Module,
  key: string,
  value: unknown,
  keep: MemberFilter,
  map: (value: unknown) => T,
  isLeaf: MemberFilter,
): Branch<T> {
  if (isLeaf(module, key, value)) return map(value);
  if (isModule(value)) return select(value, keep, map, isLeaf);
  // An empty object holds the place of what the filter left out.
  const inside = (step: string | number, item: unknown): Branch<T> => {
    const path = `${key}.${step}`;
    return keep(module, path, item) ? branch(module, path, item, keep, map, isLeaf) : {};
  };
  if (Array.isArray(value)) return value.map((item, i) => inside(i, item));
  if (isPlainObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([k, item]) => [k, inside(k, item)]));
  }
  throw typeError(`[filterAndMap] "${key}" holds ${shown(value)}, which isLeafFn must accept`);
}

/** The default leaf: whatever is no module, list or plain object. */
export const isPlainLeaf: MemberFilter = (_module, _key, value) =>
  !isModule(value) && !Array.isArray(value) && !isPlainObject(value);

/** The modules of a tree with their names in dot notation; those inside them are not entered. */
function modulesIn(tree: unknown, prefix = ""): [name: string, module: Module][] {
  if (isModule(tree)) return [[prefix, tree]];
  if (typeof tree !== "object" || tree === null) return [];
  const dot = prefix === "" ? "" : `${prefix}.`;
  return Object.entries(tree).flatMap(([key, item]) => modulesIn(item, `${dot}${key}`));
}

/** A module, named `""`, and all inside it; each is given before its children are looked for. */
export function* walk(module: Module): Generator<[name: string, module: Module]> {
  // Python's order, the last child first: seeded initialisation depends on it.
  const stack: [string, Module][] = [["", module]];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    yield next;
    stack.push(...modulesIn(next[1].children(), next[0]));
  }
}

/** A module and those inside it as Python prints them, with names as in checkpoints. */
export function printed(module: Module): string {
  const lines = modulesIn(module.children()).map(([name, child]) =>
    `\n(${fileName(name)}): ${child}`.replaceAll("\n", "\n  "),
  );
  const end = lines.length > 0 ? "\n)" : ")";
  return `${module.constructor.name}(${module.extraRepr()}${lines.join("")}${end}`;
}

/** The leaf of children(): any module. */
export const isChild: MemberFilter = (_module, _key, value) => isModule(value);

/** The leaf of leafModules(): a module that holds no other. */
export const isLeafModule: MemberFilter = (_module, _key, value) =>
  isModule(value) && modulesIn(value.children()).length === 0;

/** A place in a module's tree, and the value that is to stand there. */
export interface Place<T> {
  readonly holder: Holder;
  readonly key: string;
  readonly value: T;
}

/** The places of all arrays in a module, private ones included, and what stands there. */
export function arrayPlaces(holder: unknown): Place<MLXArray>[] {
  if (!isModule(holder) && !Array.isArray(holder) && !isPlainObject(holder)) return [];
  return Object.entries(holder).flatMap(([key, value]) =>
    value instanceof MLXArray
      ? [{ holder: holder as unknown as Holder, key, value }]
      : arrayPlaces(value),
  );
}

/** Says whether an old and a new value may change places. */
interface Kind<T> {
  readonly noun: string;
  /** Whether what stands in the module is to be replaced, rather than entered. */
  ends(current: unknown, value: unknown): boolean;
  fits(value: unknown): value is T;
}

/** Arrays replace arrays. */
export const arrayKind: Kind<MLXArray> = {
  noun: "parameter",
  ends: (current) => current instanceof MLXArray,
  fits: (value) => value instanceof MLXArray,
};

/** Modules replace modules; a plain tree enters one. */
export const moduleKind: Kind<Module> = {
  noun: "submodule",
  ends: (current, value) => isModule(current) && isModule(value),
  fits: isModule,
};

/**
 * The places in a module that a tree names. Nothing is changed here, so that an error leaves the
 * module whole.
 *
 * @param strict - whether a name without a place is an error; else it is passed over
 */
export function placesOf<T>(
  op: string,
  module: object,
  tree: unknown,
  kind: Kind<T>,
  strict: boolean,
): Place<T>[] {
  const places: Place<T>[] = [];
  const enter = (holder: unknown, part: unknown, path: string): void => {
    const isList = Array.isArray(part);
    if (!isList && !isPlainObject(part)) {
      if (!strict) return;
      if (path === "") {
        throw typeError(`[${op}] a tree of ${kind.noun}s was expected, got ${shown(part)}`);
      }
      throw typeError(
        `[${op}] "${path}" was given ${shown(part)}, the module has ${shown(holder)} there`,
      );
    }
    for (const [key, value] of Object.entries(part)) {
      const at = path === "" ? key : `${path}.${key}`;
      const current = isHolder(holder) && Object.hasOwn(holder, key) ? holder[key] : undefined;
      if (current === undefined || !isHolder(holder)) {
        if (strict && !isEmpty(value)) throw missing(op, kind.noun, at, holder);
      } else if (kind.ends(current, value)) {
        if (kind.fits(value)) places.push({ holder, key, value });
        else if (strict) {
          throw typeError(
            `[${op}] the ${kind.noun} "${at}" was given ${shown(value)}, it must be an array`,
          );
        }
      } else enter(current, value, at);
    }
  };
  enter(module, tree, "");
  return places;
}

const isHolder = (value: unknown): value is Holder => typeof value === "object" && value !== null;

const isEmpty = (value: unknown): boolean =>
  isPlainObject(value) && Object.keys(value).length === 0;

function missing(op: string, noun: string, path: string, holder: unknown): RangeError {
  if (Array.isArray(holder)) {
    return rangeError(`[${op}] there is no ${noun} "${path}", the list has ${holder.length} items`);
  }
  return rangeError(
    `[${op}] the module has no ${noun} "${path}"; pass strict = false to ignore it`,
  );
}
