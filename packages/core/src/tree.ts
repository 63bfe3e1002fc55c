// Trees: arrays in lists, objects, maps and objects that name their tree keys (modules, optimizers).
// Everything else is a leaf that carries no arrays.

import { rangeError, shown, typeError } from "@mlx-ts/backend-api";
import { MLXArray } from "./array.js";

/**
 * An object with a method of this name is a tree node: the method names the properties that belong to
 * the tree.
 */
export const treeKeys: unique symbol = Symbol.for("mlx-ts.treeKeys") as never;

/** A method of this name says, as text, what a compiled function must trace anew for when it changes. */
export const treeConstants: unique symbol = Symbol.for("mlx-ts.treeConstants") as never;

/** A class whose instances are tree nodes. */
export interface TreeNode {
  [treeKeys](): readonly string[];
  [treeConstants]?(): string;
}

/** Whether an object says which of its properties belong to a tree. */
export const isTreeNode = (value: object): value is TreeNode => treeKeys in value;

/**
 * Whether a value is an object literal, or an object without a prototype.
 *
 * @param value - anything
 * @returns `false` for lists, maps and instances of classes
 * @example
 * ```ts
 * mx.isPlainObject({ axis: 0 }); // true
 * mx.isPlainObject([0]); // false
 * ```
 */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** A container of a tree whose items can be replaced: a list, a map, a plain object or a tree node. */
type Holder = unknown[] | Map<unknown, unknown> | Record<string, unknown>;

/** Where an array stands in a tree. */
export interface Place {
  readonly array: MLXArray;
  readonly holder: Holder;
  readonly key: unknown;
}

/** Puts another array in a place of a tree. */
export function put({ holder, key }: Place, value: MLXArray): void {
  if (holder instanceof Map) holder.set(key, value);
  else (holder as Record<string, unknown>)[key as string] = value;
}

type Visit = (array: MLXArray, holder: Holder, key: unknown) => void;

/** Trees that nest deeper than this are refused: they contain themselves. */
const mostLevels = 500;

/** The depth of a tree's children, if there may be any. */
export function deeper(depth: number): number {
  if (depth < mostLevels) return depth + 1;
  throw rangeError(`[tree] the tree nests more than ${mostLevels} levels; does it contain itself?`);
}

/** Longer lists are refused: to walk the holes of `new Array(2 ** 32 - 1)` would take minutes. */
export const mostItems = 2 ** 24;

/** The items of a list in a tree; some may be holes, which `map` would skip and `Array.from` does not. */
export function itemsOf<T extends readonly unknown[]>(list: T): T {
  if (list.length <= mostItems) return list;
  throw rangeError(`[tree] a list has ${list.length} items, in a tree it has ${mostItems} at most`);
}

/** Visits every array of a tree, in order. Training steps walk their state each time: no closures here. */
function visitArrays(tree: unknown, visit: Visit, depth = 0): void {
  if (typeof tree !== "object" || tree === null) return;
  const below = deeper(depth);
  if (Array.isArray(tree)) {
    const items: unknown[] = itemsOf(tree);
    for (let i = 0; i < items.length; i++) visitItem(items[i], items, i, visit, below);
  } else if (tree instanceof Map) {
    for (const [key, item] of tree) visitItem(item, tree, key, visit, below);
  } else {
    const keys = isTreeNode(tree) ? tree[treeKeys]() : isPlainObject(tree) ? Object.keys(tree) : [];
    const node = tree as Record<string, unknown>;
    for (const key of keys) visitItem(node[key], node, key, visit, below);
  }
}

function visitItem(item: unknown, holder: Holder, key: unknown, visit: Visit, depth: number): void {
  if (item instanceof MLXArray) visit(item, holder, key);
  else visitArrays(item, visit, depth);
}

/** The places of a tree's arrays, in order. */
export function placesOf(tree: unknown): Place[] {
  const places: Place[] = [];
  visitArrays(tree, (array, holder, key) => void places.push({ array, holder, key }));
  return places;
}

/**
 * The arrays of a tree, in order.
 *
 * @param tree - an array, or lists, plain objects, maps, modules and optimizers of arrays
 * @returns a list; an array that the tree holds twice is there twice
 * @throws RangeError for a tree that contains itself
 * @example
 * ```ts
 * mx.arraysIn({ w: mx.ones([2]), rest: [mx.zeros([1]), 3] }).length; // 2
 * ```
 */
export function arraysIn(tree: unknown): MLXArray[] {
  if (tree instanceof MLXArray) return [tree];
  const out: MLXArray[] = [];
  visitArrays(tree, (array) => void out.push(array));
  return out;
}

/**
 * Copies the containers of a tree and maps its arrays.
 *
 * @param tree - lists, plain objects and maps; other values are kept as they are
 * @param fn - gives each array's counterpart
 * @returns a tree of the same structure
 * @throws TypeError when `fn` is no function, RangeError for a tree that contains itself
 * @example
 * ```ts
 * const doubled = mx.mapArrays({ w: mx.ones([2]), name: "w" }, (a) => a.add(a));
 * doubled.w.tolist(); // [2, 2]
 * doubled.name; // "w"
 * ```
 */
export function mapArrays<T>(tree: T, fn: (array: MLXArray) => MLXArray): T {
  if (typeof fn !== "function") {
    throw typeError(`[mapArrays] a function was expected, got ${shown(fn)}`);
  }
  return mapped(tree, isArray, fn as (leaf: unknown) => unknown) as T;
}

const isArray = (value: unknown): boolean => value instanceof MLXArray;

function mapped(
  tree: unknown,
  isPlace: (value: unknown) => boolean,
  fn: (leaf: unknown) => unknown,
  depth = 0,
): unknown {
  if (isPlace(tree)) return fn(tree);
  if (typeof tree !== "object" || tree === null) return tree;
  const below = deeper(depth);
  const inner = (item: unknown) => mapped(item, isPlace, fn, below);
  if (Array.isArray(tree)) return Array.from(itemsOf(tree), inner);
  if (tree instanceof Map) return new Map([...tree].map(([key, item]) => [key, inner(item)]));
  if (!isTreeNode(tree) && isPlainObject(tree)) {
    return Object.fromEntries(Object.entries(tree).map(([key, item]) => [key, inner(item)]));
  }
  return tree;
}

/** Stands in a {@link Skeleton} where the tree has an array. */
export const hole: unique symbol = Symbol("array");

/** A tree's structure, which keeps none of its arrays alive. */
export interface Skeleton {
  /** The tree with a {@link hole} for each array. */
  readonly tree: unknown;
}

/** The structure of a tree. */
export const skeletonOf = (tree: unknown): Skeleton => ({
  tree: mapped(tree, isArray, () => hole),
});

/** A tree of a structure, with something in the place of each array, in order. */
export function filled<T>({ tree }: Skeleton, items: readonly unknown[]): T {
  let next = 0;
  return mapped(
    tree,
    (value) => value === hole,
    () => items[next++],
  ) as T;
}

/** The first module, optimizer or the like in a tree, whose containers cannot be copied. */
export function nodeIn(tree: unknown, depth = 0): object | undefined {
  if (typeof tree !== "object" || tree === null || tree instanceof MLXArray) return undefined;
  if (isTreeNode(tree)) return tree;
  const items = Array.isArray(tree)
    ? itemsOf(tree)
    : tree instanceof Map
      ? [...tree.values()]
      : isPlainObject(tree)
        ? Object.values(tree)
        : [];
  const below = deeper(depth);
  for (const item of items) {
    const found = nodeIn(item, below);
    if (found) return found;
  }
  return undefined;
}

/** The named parts of a list, map, plain object or module; undefined for a leaf. */
export function partsOf(tree: unknown): [key: unknown, item: unknown][] | undefined {
  if (typeof tree !== "object" || tree === null || tree instanceof MLXArray) return undefined;
  if (Array.isArray(tree)) return Array.from(itemsOf(tree), (item, i) => [i, item]);
  if (tree instanceof Map) return [...tree];
  if (isTreeNode(tree)) {
    const node = tree as unknown as Record<string, unknown>;
    return tree[treeKeys]().map((key) => [key, node[key]]);
  }
  return isPlainObject(tree) ? Object.entries(tree) : undefined;
}

/** A user's test for leaves; without one, nothing that has parts is a leaf. */
export function leafTest(op: string, isLeaf: unknown): (value: unknown) => boolean {
  if (isLeaf === undefined || isLeaf === null) return () => false;
  if (typeof isLeaf === "function") return (value) => Boolean(isLeaf(value));
  throw typeError(`[${op}] isLeaf must be a function, got ${shown(isLeaf)}`);
}

const identities = new WeakMap<object, number>();
/** Symbols are no keys of a WeakMap everywhere. */
const symbols = new Map<symbol, number>();
let nextIdentity = 0;

function identity(value: object | symbol): number {
  const known = typeof value === "symbol" ? symbols : identities;
  let id = known.get(value as never);
  if (id === undefined) {
    id = nextIdentity++;
    known.set(value as never, id);
  }
  return id;
}

/**
 * Everything about a tree that is not an array's content, as text: two trees with equal signatures
 * have arrays in the same places and equal values everywhere else.
 */
export function signature(tree: unknown, depth = 0): string {
  if (tree instanceof MLXArray) return "a";
  switch (typeof tree) {
    case "number":
      return Object.is(tree, -0) ? "n-0" : `n${tree}`;
    case "bigint":
      return `i${tree}`;
    case "boolean":
      return tree ? "t" : "f";
    case "string":
      return `s${tree.length}.${tree}`;
    case "undefined":
      return "u";
    case "symbol":
    case "function":
      return `o${identity(tree)}`;
    case "object":
      break;
  }
  if (tree === null) return "0";
  const below = deeper(depth);
  if (Array.isArray(tree)) {
    const items: readonly unknown[] = itemsOf(tree);
    let text = "[";
    for (let i = 0; i < items.length; i++) text += `${signature(items[i], below)},`;
    return `${text}]`;
  }
  if (tree instanceof Map) {
    let text = "M(";
    for (const [key, item] of tree) text += `${signature(key, below)}:${signature(item, below)},`;
    return `${text})`;
  }
  if (isTreeNode(tree)) {
    const node = `N${identity(tree)}${tree[treeConstants]?.() ?? ""}`;
    return (
      node +
      propertiesSignature(tree as unknown as Record<string, unknown>, tree[treeKeys](), below)
    );
  }
  if (isPlainObject(tree)) return propertiesSignature(tree, Object.keys(tree), below);
  return `o${identity(tree)}`;
}

function propertiesSignature(
  node: Record<string, unknown>,
  keys: readonly string[],
  depth: number,
): string {
  let text = "{";
  // With its length before it, no key can pass for a part of the structure.
  for (const key of keys) text += `${key.length}.${key}:${signature(node[key], depth)},`;
  return `${text}}`;
}
