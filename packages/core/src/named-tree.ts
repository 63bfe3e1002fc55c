// Trees of arrays as flat lists of names, and those names in checkpoint files: code is camelCase
// (selfAttn.qProj), files are snake_case (self_attn.q_proj). Which objects are trees: ./tree.ts.

import { shown, typeError } from "@mlx-ts/backend-api";
import { MLXArray } from "./array.js";
import { deeper, isPlainObject } from "./tree.js";

/** Arrays in nested plain objects and lists. */
export interface ArrayTree {
  readonly [key: string]: ArrayBranch;
}

/** What stands in an {@link ArrayTree}: an array, a list or another tree. */
export type ArrayBranch = MLXArray | ArrayTree | readonly ArrayBranch[];

/**
 * Lists the arrays of a tree with their names in dot notation.
 *
 * @param tree - plain objects and lists of arrays; other values are passed over
 * @param prefix - what names start with; default none
 * @returns pairs of name and array, in the tree's order
 * @example
 * ```ts
 * const names = mx.treeFlatten({ layers: [{ weight: mx.ones([2]) }] }).map(([name]) => name);
 * names; // ["layers.0.weight"]
 * ```
 * @see Python: `mlx.utils.tree_flatten`
 */
export function treeFlatten(tree: unknown, prefix = ""): [name: string, array: MLXArray][] {
  return flattened(tree, textArg("treeFlatten", "the prefix", prefix), 0);
}

function flattened(tree: unknown, prefix: string, depth: number): [string, MLXArray][] {
  if (tree instanceof MLXArray) return [[prefix, tree]];
  const dot = prefix === "" ? "" : `${prefix}.`;
  const below = deeper(depth);
  if (Array.isArray(tree)) return tree.flatMap((item, i) => flattened(item, `${dot}${i}`, below));
  if (!isPlainObject(tree)) return [];
  return Object.entries(tree).flatMap(([key, item]) => flattened(item, `${dot}${key}`, below));
}

function textArg(op: string, name: string, value: unknown): string {
  if (typeof value === "string") return value;
  throw typeError(`[${op}] ${name} must be text, got ${shown(value)}`);
}

/** The entries of {@link treeUnflatten}, checked. */
function entriesArg(entries: unknown): (readonly [name: string, array: MLXArray])[] {
  const list =
    typeof entries === "object" &&
    entries !== null &&
    Symbol.iterator in entries &&
    !ArrayBuffer.isView(entries) &&
    !(entries instanceof MLXArray)
      ? [...(entries as Iterable<unknown>)]
      : [entries];
  return list.map((entry) => {
    const [name, array] = Array.isArray(entry) ? entry : [];
    if (typeof name === "string" && array instanceof MLXArray) return [name, array];
    throw typeError(`[treeUnflatten] pairs of name and array were expected, got ${shown(entry)}`);
  });
}

/** A tree while it grows. */
interface Node {
  [key: string]: Node | MLXArray;
}

/**
 * Builds a tree from names in dot notation: the reverse of {@link treeFlatten}.
 *
 * @param entries - pairs of name and array; a step of digits is a place in a list
 * @returns nested plain objects and lists; list places that no name fills hold `{}`
 * @throws TypeError when a name passes through an array
 * @example
 * ```ts
 * mx.treeUnflatten([["layers.0.weight", mx.ones([2])]]); // { layers: [{ weight: array([1, 1]) }] }
 * ```
 * @see Python: `mlx.utils.tree_unflatten`
 */
export function treeUnflatten(
  entries: Iterable<readonly [name: string, array: MLXArray]>,
): ArrayTree {
  const root: Node = Object.create(null);
  for (const [name, array] of entriesArg(entries)) {
    const steps = name.split(".");
    const last = steps.pop() ?? "";
    let node = root;
    for (const step of steps) {
      let next = node[step];
      if (next instanceof MLXArray) {
        throw typeError(`[treeUnflatten] "${name}" passes through "${step}", which is an array`);
      }
      if (next === undefined) {
        next = Object.create(null) as Node;
        node[step] = next;
      }
      node = next;
    }
    node[last] = array;
  }
  return withLists(root) as ArrayTree;
}

function withLists(node: Node): ArrayBranch {
  const keys = Object.keys(node);
  const branch = (item: Node | MLXArray): ArrayBranch =>
    item instanceof MLXArray ? item : withLists(item);
  if (keys.length > 0 && keys.every((key) => /^(0|[1-9]\d{0,5})$/.test(key))) {
    const length = 1 + Math.max(...keys.map(Number));
    return Array.from({ length }, (_, i) => {
      const item = node[String(i)];
      return item === undefined ? {} : branch(item);
    });
  }
  return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, branch(item)]));
}

/**
 * A parameter's name in a checkpoint file: each capital becomes `_` and its small letter. Steps that
 * start with a capital, such as Mamba's `A_log`, stay as they are.
 *
 * @param name - as in code
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
