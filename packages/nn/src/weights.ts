// Saving a module's parameters to checkpoint files and loading them, with names in the files' style.
// Which names belong together is decided here; the file formats are core's.

import { rangeError, shown, typeError } from "@mlx-ts/backend-api";
import * as mx from "@mlx-ts/core";
import type { ParameterTree } from "./module-tree.js";

/** Parameters by name, in dot notation. */
export type NamedWeights = Iterable<readonly [name: string, array: mx.MLXArray]>;

/** Writes parameters to a file, under their names in files. */
export function saveParameters(file: string, parameters: ParameterTree): void {
  const named = Object.fromEntries(
    mx.treeFlatten(parameters).map(([name, array]) => [mx.fileName(name), array]),
  );
  if (typeof file === "string" && file.endsWith(".safetensors")) mx.saveSafetensors(file, named);
  else if (typeof file === "string" && file.endsWith(".npz")) mx.savez(file, named);
  else {
    throw typeError(
      `[saveWeights] a path that ends in .safetensors or .npz was expected, got ${shown(file)}`,
    );
  }
}

/** The named arrays of a file. */
function read(file: string): [name: string, array: mx.MLXArray][] {
  const loaded: mx.MLXArray | Readonly<Record<string, mx.MLXArray>> = mx.load(file);
  if (!(loaded instanceof mx.MLXArray)) return Object.entries(loaded);
  throw rangeError(
    `[loadWeights] ${file} holds one array without a name; load it with mx.load() and pass [["name", array]]`,
  );
}

/** What is wrong with some weights, in groups. */
class Complaints {
  readonly missing: string[] = [];
  readonly extra: string[] = [];
  readonly shapes: string[] = [];

  /** One error that names every parameter. */
  raise(source: string): void {
    const groups = [
      ["missing", this.missing],
      ["not in the model", this.extra],
      ["wrong shape", this.shapes],
    ] as const;
    const text = groups
      .filter(([, names]) => names.length > 0)
      .map(([title, names]) => `\n  ${title}: ${names.join(", ")}`);
    if (text.length === 0) return;
    const onlyShapes = this.missing.length + this.extra.length === 0;
    throw rangeError(
      `[loadWeights] ${source} the model; pass strict = false to load what fits:${text.join("")}`,
      onlyShapes ? "SHAPE" : "VALUE",
    );
  }
}

/**
 * Matches weights with parameters, by name in code or in files.
 *
 * @param from - a path, or named arrays
 * @param strict - whether names and shapes must match exactly
 * @returns the tree to update the module with
 */
export function matchWeights(
  from: string | NamedWeights,
  parameters: ParameterTree,
  strict: boolean,
): mx.ArrayTree {
  const isFile = typeof from === "string";
  const entries = isFile ? read(from) : listed(from);
  const current = mx.treeFlatten(parameters);
  const names = new Map(current.map(([name]) => [mx.fileName(name), name]));
  for (const [name] of current) names.set(name, name);

  const complaints = new Complaints();
  const found = new Map<string, mx.MLXArray>();
  for (const [given, array] of entries) {
    const name = names.get(given);
    if (name === undefined) complaints.extra.push(given);
    else found.set(name, array);
  }
  for (const [name, old] of current) {
    const array = found.get(name);
    const shown = isFile ? mx.fileName(name) : name;
    if (array === undefined) complaints.missing.push(shown);
    else if (array.shape.join() !== old.shape.join()) {
      complaints.shapes.push(`${shown} is [${array.shape}], the model has [${old.shape}]`);
    }
  }
  if (strict) complaints.raise(isFile ? `${from} does not fit` : "the weights do not fit");
  return mx.treeUnflatten(found);
}

function listed(from: unknown): (readonly [string, mx.MLXArray])[] {
  const isPair = (item: unknown): item is readonly [string, mx.MLXArray] =>
    Array.isArray(item) && typeof item[0] === "string" && item[1] instanceof mx.MLXArray;
  if (typeof from !== "object" || from === null || !(Symbol.iterator in from)) {
    const cure = mx.isPlainObject(from) ? "; use Object.entries() for an object" : "";
    throw typeError(
      `[loadWeights] a path or pairs of name and array were expected, got ${shown(from)}${cure}`,
    );
  }
  const entries: unknown[] = [...(from as Iterable<unknown>)];
  return entries.map((item) => {
    if (isPair(item)) return item;
    throw typeError(`[loadWeights] a pair of name and array was expected, got ${shown(item)}`);
  });
}
