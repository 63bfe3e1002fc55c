// Trees as mlx.utils has them: mapping, reducing and merging their leaves. Leaves are what is no list, map,
// plain object or module. Names of leaves and flat lists are in ./named-tree.ts.

import { rangeError, shown, typeError } from "@mlx-ts/backend-api";
import type { MLXArray } from "./array.js";
import type { Tree } from "./named-tree.js";
import { fnArg } from "./scope.js";
import { deeper, isPlainObject, leafTest, partsOf } from "./tree.js";

/** A tree of the same structure with other leaves; of a tree of any depth, a tree of any depth. */
export type MappedTree<T, R> = T extends MLXArray
  ? R
  : T extends (...args: never[]) => unknown
    ? R
    : T extends Map<infer K, infer V>
      ? Map<K, MappedTree<V, R>>
      : T extends Tree<infer L>
        ? // Part by part, a tree of any depth would have no end.
          Tree<L> extends T
          ? Tree<R>
          : { [K in keyof T]: MappedTree<T[K], R> }
        : T extends object
          ? { [K in keyof T]: MappedTree<T[K], R> }
          : unknown extends T
            ? unknown
            : R;

/** Keyword arguments of {@link treeMap}. */
export interface LeafOptions {
  /** Says that a list or an object is a leaf. Default: none is. */
  isLeaf?: ((value: unknown) => boolean) | null | undefined;
}

/** Keyword arguments of {@link treeMapWithPath}. */
export interface PathOptions extends LeafOptions {
  /** What paths start with. Default: nothing. */
  path?: string | null | undefined;
}

/** Parts an options object from trees that precede it: its keys are of the options alone. */
function optionsOf<O extends object>(
  rest: readonly unknown[],
  names: readonly string[],
): [trees: readonly unknown[], options: Partial<O>] {
  const last = rest.at(-1);
  const keys = isPlainObject(last) ? Object.keys(last) : [];
  const named = keys.length > 0 && keys.every((key) => names.includes(key));
  return named ? [rest.slice(0, -1), last as Partial<O>] : [rest, {}];
}

/** The part of another tree that stands where `key` stands in the first. */
function partAt(op: string, tree: unknown, key: unknown): unknown {
  const found = partsOf(tree)?.find(([name]) => name === key);
  if (found) return found[1];
  throw rangeError(`[${op}] a further tree lacks "${String(key)}", which the first has`);
}

/** A container like another, with other parts; modules become plain objects. */
function rebuilt(tree: unknown, parts: [key: unknown, item: unknown][]): unknown {
  if (Array.isArray(tree)) return parts.map(([, item]) => item);
  if (tree instanceof Map) return new Map(parts);
  return Object.fromEntries(parts as [string, unknown][]);
}

type Visit = (path: string, leaves: unknown[]) => unknown;

function mapped(
  op: string,
  visit: Visit,
  trees: readonly unknown[],
  isLeaf: (value: unknown) => boolean,
  path: string,
  depth = 0,
): unknown {
  const [tree, ...rest] = trees;
  const parts = isLeaf(tree) ? undefined : partsOf(tree);
  if (parts === undefined) return tree === undefined ? undefined : visit(path, [...trees]);
  const below = deeper(depth);
  const dot = path === "" ? "" : `${path}.`;
  return rebuilt(
    tree,
    parts.map(([key, item]) => {
      const others = rest.map((other) => partAt(op, other, key));
      const inner = `${dot}${String(key)}`;
      return [key, mapped(op, visit, [item, ...others], isLeaf, inner, below)];
    }),
  );
}

/**
 * A tree of the same structure, with a function of each leaf in its place.
 *
 * @typeParam R - what `fn` gives
 * @typeParam L - what the leaves are; arrays by default
 * @param fn - gets a leaf, and the leaves in its place in the further trees
 * @param tree - lists, maps, plain objects and modules (which become objects); `undefined` stays
 * @param rest - further trees that have at least this structure; `{ isLeaf }` may end the call
 * @returns a new tree, of lists, maps and objects
 * @throws RangeError when a further tree lacks a part
 * @example
 * ```ts
 * mx.treeMap((n: number) => n + 1, { a: 1, b: [2, 3] }); // { a: 2, b: [3, 4] }
 * ```
 * @see Python: `mlx.utils.tree_map`
 */
export function treeMap<R, L = MLXArray, T = unknown>(
  fn: (leaf: L, ...rest: L[]) => R,
  tree: T,
  ...rest: unknown[]
): MappedTree<T, R> {
  fnArg("treeMap", fn);
  const [trees, { isLeaf }] = optionsOf<LeafOptions>(rest, ["isLeaf"]);
  const visit: Visit = (_, [leaf, ...others]) => fn(leaf as L, ...(others as L[]));
  return mapped("treeMap", visit, [tree, ...trees], leafTest("treeMap", isLeaf), "") as never;
}

/**
 * {@link treeMap} with a function that also gets the path of each leaf in dot notation.
 *
 * @typeParam R - what `fn` gives
 * @typeParam L - what the leaves are; arrays by default
 * @param fn - gets the path, a leaf, and the leaves in its place in the further trees
 * @param tree - lists, maps, plain objects and modules (which become objects)
 * @param rest - further trees that have at least this structure; `{ isLeaf, path }` may end the call
 * @returns a new tree, of lists, maps and objects
 * @throws RangeError when a further tree lacks a part
 * @example
 * ```ts
 * mx.treeMapWithPath((path: string, n: number) => `${path}=${n}`, { a: [1, 2] }); // { a: ["a.0=1", "a.1=2"] }
 * ```
 * @see Python: `mlx.utils.tree_map_with_path`
 */
export function treeMapWithPath<R, L = MLXArray, T = unknown>(
  fn: (path: string, leaf: L, ...rest: L[]) => R,
  tree: T,
  ...rest: unknown[]
): MappedTree<T, R> {
  const op = "treeMapWithPath";
  fnArg(op, fn);
  const [trees, { isLeaf, path }] = optionsOf<PathOptions>(rest, ["isLeaf", "path"]);
  if (typeof (path ?? "") !== "string") {
    throw typeError(`[${op}] the path must be text, got ${shown(path)}`);
  }
  const visit: Visit = (at, [leaf, ...others]) => fn(at, leaf as L, ...(others as L[]));
  return mapped(op, visit, [tree, ...trees], leafTest(op, isLeaf), path ?? "") as never;
}

/** Keyword arguments of {@link treeReduce}. */
export interface ReduceOptions<A> extends LeafOptions {
  /** What the reduction starts with. Default: the first leaf. */
  initializer?: A | null | undefined;
}

/**
 * Folds the leaves of a tree into one value.
 *
 * @typeParam A - what is gathered
 * @typeParam L - what the leaves are
 * @param fn - gets what is gathered so far and a leaf
 * @param tree - lists, maps, plain objects and modules
 * @param initializer - what to start with; default the first leaf. `{ initializer, isLeaf }` may stand here
 * @param isLeaf - says that a list or an object is a leaf
 * @returns what is gathered; null for a tree without leaves and no initializer
 * @example
 * ```ts
 * mx.treeReduce((sum: number, n: number) => sum + n, { a: [1, 2, 3], b: [4, 5] }, 0); // 15
 * ```
 * @see Python: `mlx.utils.tree_reduce`
 */
export function treeReduce<A, L = A>(
  fn: (gathered: A, leaf: L) => A,
  tree: unknown,
  initializer?: A | ReduceOptions<A> | null,
  isLeaf?: LeafOptions["isLeaf"],
): A {
  fnArg("treeReduce", fn);
  const [trees, options] = optionsOf<ReduceOptions<A>>([initializer], ["initializer", "isLeaf"]);
  if (trees.length === 0 && isLeaf !== undefined) {
    throw typeError(
      "[treeReduce] an argument follows the options object, which ends the call",
      "OPTION",
    );
  }
  const test = leafTest("treeReduce", options.isLeaf ?? isLeaf);
  let gathered: unknown = trees.length === 0 ? options.initializer : initializer;
  const visit = (part: unknown, depth: number): void => {
    const parts = test(part) ? undefined : partsOf(part);
    if (parts) {
      const below = deeper(depth);
      for (const [, item] of parts) visit(item, below);
    } else if (part !== undefined) {
      const first = gathered === undefined || gathered === null;
      gathered = first ? part : fn(gathered as A, part as L);
    }
  };
  visit(tree, 0);
  return (gathered ?? null) as A;
}

/**
 * One tree with the leaves of two. Empty containers and `undefined` are nothing.
 *
 * @param treeA - lists, maps and plain objects
 * @param treeB - lists, maps and plain objects
 * @param mergeFn - decides where both trees have something; without it that is refused
 * @returns a new tree
 * @throws RangeError when both have a leaf in one place and there is no `mergeFn`
 * @example
 * ```ts
 * mx.treeMerge({ a: 1 }, { b: { c: 2 } }); // { a: 1, b: { c: 2 } }
 * ```
 * @see Python: `mlx.utils.tree_merge`
 */
export function treeMerge(
  treeA: unknown,
  treeB: unknown,
  mergeFn?: ((a: never, b: never) => unknown) | null,
): unknown {
  if (mergeFn !== undefined && mergeFn !== null) fnArg("treeMerge", mergeFn);
  return merged(treeA, treeB, (mergeFn ?? undefined) as Merge | undefined, 0);
}

type Merge = (a: unknown, b: unknown) => unknown;

const kindOf = (tree: unknown): string =>
  Array.isArray(tree)
    ? "a list"
    : tree instanceof Map
      ? "a map"
      : partsOf(tree)
        ? "an object"
        : "a leaf";

function merged(a: unknown, b: unknown, merge: Merge | undefined, depth: number): unknown {
  const [partsA, partsB] = [partsOf(a), partsOf(b)];
  const noA = a === undefined || a === null || partsA?.length === 0;
  const noB = b === undefined || b === null || partsB?.length === 0;
  if (partsA?.length === 0 && partsB?.length === 0 && kindOf(a) !== kindOf(b)) {
    throw rangeError(`[treeMerge] ${kindOf(a)} cannot be merged with ${kindOf(b)}`);
  }
  if (noA) return noB && partsA ? a : b;
  if (noB) return a;
  if (partsA && partsB && kindOf(a) === kindOf(b)) {
    const below = deeper(depth);
    const others = new Map(partsB);
    const both: [unknown, unknown][] = partsA.map(([key, item]) => [
      key,
      merged(item, others.get(key), merge, below),
    ]);
    const known = new Set(partsA.map(([key]) => key));
    return rebuilt(a, [...both, ...partsB.filter(([key]) => !known.has(key))]);
  }
  if (merge) return merge(a, b);
  throw rangeError(
    `[treeMerge] both trees have something in one place (${shown(a)} and ${shown(b)}); give mergeFn`,
  );
}
