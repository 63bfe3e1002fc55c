// Trees as flat lists of names, and those names in checkpoint files: code is camelCase
// (selfAttn.qProj), files are snake_case (self_attn.q_proj). Which objects are trees: ./tree.ts.

import { shown, typeError } from "@mlx-ts/backend-api";
import { MLXArray } from "./array.js";
import { keywords } from "./keywords.js";
import { deeper, isPlainObject, itemsOf, leafTest, partsOf } from "./tree.js";

/** Leaves of one type in nested plain objects and lists. */
export interface Tree<L> {
  readonly [key: string]: Branch<L>;
}

/** What stands in a {@link Tree}: a leaf, a list or another tree. */
export type Branch<L> = L | Tree<L> | readonly Branch<L>[];

/** Arrays in nested plain objects and lists. */
export type ArrayTree = Tree<MLXArray>;

/** What stands in an {@link ArrayTree}: an array, a list or another tree. */
export type ArrayBranch = Branch<MLXArray>;

/** Keyword arguments of {@link treeFlatten}. */
export interface TreeFlattenOptions<L> {
  /** What names start with; a leading dot is passed over. Default: none. */
  prefix?: string | undefined;
  /** Says that a list or an object is a leaf. Default: none is. */
  isLeaf?: ((value: unknown) => boolean) | null | undefined;
  /** A list or an object to add to. Default: a new list. */
  destination?: [name: string, leaf: L][] | Record<string, L> | null | undefined;
}

/**
 * Lists the leaves of a tree with their names in dot notation.
 *
 * @typeParam L - what the leaves are; arrays by default
 * @param tree - plain objects, lists, maps and modules; anything else is a leaf, `undefined` is nothing
 * @param prefix - what names start with; `{ prefix, isLeaf, destination }` may stand here instead
 * @param isLeaf - says that a list or an object is a leaf
 * @param destination - a list or an object to add to; default a new list
 * @returns pairs of name and leaf in the tree's order, or the destination
 * @throws RangeError for a tree that contains itself
 * @example
 * ```ts
 * const names = mx.treeFlatten({ layers: [{ weight: mx.ones([2]) }] }).map(([name]) => name);
 * names; // ["layers.0.weight"]
 * mx.treeFlatten({ a: { b: 1 } }, { destination: {} }); // { "a.b": 1 }
 * ```
 * @see Python: `mlx.utils.tree_flatten`
 */
export function treeFlatten<L = MLXArray>(
  tree: unknown,
  prefix?: string | (TreeFlattenOptions<L> & { destination?: [name: string, leaf: L][] | null }),
  isLeaf?: TreeFlattenOptions<L>["isLeaf"],
  destination?: [name: string, leaf: L][] | null,
): [name: string, leaf: L][];
/** Adds the leaves of a tree to an object, by name. */
export function treeFlatten<L = MLXArray>(
  tree: unknown,
  options: TreeFlattenOptions<L> & { destination: Record<string, L> },
): Record<string, L>;
/** Adds the leaves of a tree to an object, by name. */
export function treeFlatten<L = MLXArray>(
  tree: unknown,
  prefix: string | undefined,
  isLeaf: TreeFlattenOptions<L>["isLeaf"],
  destination: Record<string, L>,
): Record<string, L>;
export function treeFlatten(
  tree: unknown,
  ...given: unknown[]
): [name: string, leaf: unknown][] | Record<string, unknown> {
  const names = ["prefix", "isLeaf", "destination"] as const;
  // The fourth place takes an object that is no options.
  const [first, second, third] = given;
  const options = keywords<TreeFlattenOptions<unknown>>("treeFlatten", names, [first, second]);
  const { prefix = "", isLeaf, destination = third ?? [] } = options;
  const found: [string, unknown][] = [];
  const leaf = leafTest("treeFlatten", isLeaf);
  flattened(tree, textArg("treeFlatten", "the prefix", prefix).replace(/^\./, ""), leaf, found, 0);
  if (Array.isArray(destination)) {
    for (const pair of found) destination.push(pair);
    return destination;
  }
  if (isPlainObject(destination)) {
    for (const [name, value] of found) {
      Object.defineProperty(destination, name, {
        value,
        configurable: true,
        enumerable: true,
        writable: true,
      });
    }
    return destination;
  }
  throw typeError(
    `[treeFlatten] the destination must be a list or a plain object, got ${shown(destination)}`,
  );
}

function flattened(
  tree: unknown,
  prefix: string,
  isLeaf: (value: unknown) => boolean,
  out: [string, unknown][],
  depth: number,
): void {
  if (tree === undefined) return;
  const parts = isLeaf(tree) ? undefined : partsOf(tree);
  if (parts === undefined) {
    out.push([prefix, tree]);
    return;
  }
  const dot = prefix === "" ? "" : `${prefix}.`;
  const below = deeper(depth);
  for (const [key, item] of parts) flattened(item, `${dot}${String(key)}`, isLeaf, out, below);
}

function textArg(op: string, name: string, value: unknown): string {
  if (typeof value === "string") return value;
  throw typeError(`[${op}] ${name} must be text, got ${shown(value)}`);
}

/** The entries of {@link treeUnflatten}, checked. */
function entriesArg(entries: unknown): (readonly [name: string, leaf: unknown])[] {
  if (isPlainObject(entries)) return Object.entries(entries);
  const list =
    typeof entries === "object" &&
    entries !== null &&
    Symbol.iterator in entries &&
    !ArrayBuffer.isView(entries) &&
    !(entries instanceof MLXArray)
      ? [...(Array.isArray(entries) ? itemsOf(entries) : (entries as Iterable<unknown>))]
      : [entries];
  return list.map((entry) => {
    if (Array.isArray(entry) && entry.length === 2 && typeof entry[0] === "string") {
      return [entry[0], entry[1]];
    }
    throw typeError(`[treeUnflatten] pairs of name and leaf were expected, got ${shown(entry)}`);
  });
}

/** A tree while it grows: an inner node. Leaves may be anything else. */
class Inner {
  readonly parts = new Map<string, unknown>();
}

/**
 * Builds a tree from names in dot notation: the reverse of {@link treeFlatten}.
 *
 * @typeParam L - what the leaves are; arrays by default
 * @param entries - pairs of name and leaf, or an object; a step of digits is a place in a list
 * @returns nested plain objects and lists; list places that no name fills hold `{}`; a leaf whose name
 *   is empty is the whole tree
 * @throws TypeError when a name passes through a leaf
 * @example
 * ```ts
 * mx.treeUnflatten([["layers.0.weight", 1], ["name", 2]]); // { layers: [{ weight: 1 }], name: 2 }
 * ```
 * @see Python: `mlx.utils.tree_unflatten`
 */
export function treeUnflatten<L = MLXArray>(
  entries: Iterable<readonly [name: string, leaf: L]>,
): Tree<L>;
/** Builds a tree from leaves by name. */
export function treeUnflatten<L = MLXArray>(entries: Readonly<Record<string, L>>): Tree<L>;
export function treeUnflatten(entries: unknown): Tree<unknown> {
  const pairs = entriesArg(entries);
  if (pairs.length === 1 && pairs[0]?.[0] === "") return pairs[0][1] as Tree<unknown>;
  const root = new Inner();
  for (const [name, leaf] of pairs) {
    const steps = name.split(".");
    const last = steps.pop() ?? "";
    let node = root;
    for (const step of steps) {
      let next = node.parts.get(step);
      if (next === undefined) {
        next = new Inner();
        node.parts.set(step, next);
      }
      if (!(next instanceof Inner)) {
        throw typeError(`[treeUnflatten] "${name}" passes through "${step}", which is a leaf`);
      }
      node = next;
    }
    if (node.parts.get(last) instanceof Inner) {
      throw typeError(`[treeUnflatten] "${name}" is a leaf, and other names pass through it`);
    }
    node.parts.set(last, leaf);
  }
  return grown(root, 0) as Tree<unknown>;
}

function grown(node: unknown, depth: number): unknown {
  if (!(node instanceof Inner)) return node;
  const { parts } = node;
  const below = deeper(depth);
  const keys = [...parts.keys()];
  if (keys.length > 0 && keys.every((key) => /^(0|[1-9]\d{0,5})$/.test(key))) {
    const length = 1 + Math.max(...keys.map(Number));
    return Array.from({ length }, (_, i) => {
      const key = String(i);
      return parts.has(key) ? grown(parts.get(key), below) : {};
    });
  }
  return Object.fromEntries([...parts].map(([key, item]) => [key, grown(item, below)]));
}

/**
 * A parameter's name in a checkpoint file: each capital becomes `_` and its small letter. Steps that
 * start with a capital, such as Mamba's `A_log`, stay as they are.
 *
 * @param name - as in code
 * @returns the name in snake_case, dots kept
 * @throws TypeError when `name` is no text
 * @example
 * ```ts
 * mx.fileName("selfAttn.qProj.weight"); // "self_attn.q_proj.weight"
 * ```
 */
export const fileName = (name: string): string =>
  everyStep("fileName", name, (step) =>
    step.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
  );

/**
 * A parameter's name in code, from its name in a checkpoint file; the reverse of {@link fileName}.
 *
 * @param name - as in a file
 * @returns the name in camelCase, dots kept
 * @throws TypeError when `name` is no text
 * @example
 * ```ts
 * mx.codeName("self_attn.q_proj.weight"); // "selfAttn.qProj.weight"
 * ```
 */
export const codeName = (name: string): string =>
  everyStep("codeName", name, (step) =>
    step.replace(/(?!^)_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
  );

const everyStep = (op: string, name: string, map: (step: string) => string): string =>
  textArg(op, "the name", name)
    .split(".")
    .map((step) => (/^[a-z]/.test(step) ? map(step) : step))
    .join(".");
