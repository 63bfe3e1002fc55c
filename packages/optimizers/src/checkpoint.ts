// Checkpoints of a training run: models, optimizers and the random state in one file, so that a run goes on
// as if it had not been interrupted.

import { rangeError, shown, typeError } from "@mlx-ts/backend-api";
import * as mx from "@mlx-ts/core";
import { type ArrayTree, MLXArray } from "@mlx-ts/core";
import { Optimizer, type Updatable } from "./optimizer.js";

/** A model as checkpoints need it: an `nn.Module`, or anything with these methods. */
export interface Restorable extends Updatable {
  /** Takes arrays by name; refuses names and shapes that do not fit. */
  loadWeights(weights: Iterable<readonly [name: string, array: MLXArray]>): unknown;
}

/** What a checkpoint holds: models and optimizers, by names of letters and digits. */
export type CheckpointParts = Readonly<Record<string, Restorable | Optimizer>>;

/** The random state's part, which every checkpoint has. */
const randomPart = "random";

/**
 * Writes models, optimizers and the random state to one safetensors file, which appears whole or not at all.
 *
 * Names are those of the parts, then Python's: `model.layers.0.weight`, `optimizer.learning_rate`, `random.key`.
 *
 * @param file - a path; `.safetensors` is appended where it is missing
 * @param parts - models and optimizers by names of your choice, `{ model, optimizer }`
 * @param metadata - text by name, for example the epoch
 * @throws TypeError for parts that are neither, and metadata that is no text
 * @throws RangeError for a part's name with other characters than letters and digits, and for `random`
 * @throws MLXError (`FILE`) when it cannot be written
 * @example
 * ```ts
 * optim.saveCheckpoint("run.safetensors", { model, optimizer }, { epoch: "3" });
 * const { epoch } = optim.loadCheckpoint("run.safetensors", { model, optimizer });
 * epoch; // "3"
 * ```
 * @see Python: `mx.save_safetensors(file, tree_flatten({"model": ..., "optimizer": ...}, destination={}))`
 */
export function saveCheckpoint(
  file: string,
  parts: CheckpointParts,
  metadata: Readonly<Record<string, string>> = {},
): void {
  const trees = Object.entries(partsArg("saveCheckpoint", parts)).map(
    ([name, part]): [string, ArrayTree] => [
      name,
      part instanceof Optimizer ? part.state : part.parameters(),
    ],
  );
  const { key } = mx.random.state;
  // Without a key nothing was drawn yet.
  if (key !== null) trees.push([randomPart, { key }]);
  const named = mx
    .treeFlatten(Object.fromEntries(trees))
    .map(([name, array]) => [mx.fileName(name), array]);
  mx.saveSafetensors(file, Object.fromEntries(named), metadata);
}

/**
 * Loads what {@link saveCheckpoint} wrote: training goes on to the very losses that it would have had.
 *
 * A step that was compiled before goes on too, without a new trace; give optimizers their state by `init` before
 * they are loaded, so that one that is compiled later is traced once.
 *
 * @param file - a path
 * @param parts - models and optimizers under the names that they were saved by, made as those were
 * @returns the metadata
 * @throws RangeError for parts that the file lacks or that were not given, and parameters that do not fit
 * @throws TypeError for parts that are neither
 * @throws MLXError (`FILE`) when the file is missing or damaged
 * @example
 * ```ts
 * optim.saveCheckpoint("run.safetensors", { model, optimizer });
 * optim.loadCheckpoint("run.safetensors", { model, optimizer });
 * ```
 */
export function loadCheckpoint(file: string, parts: CheckpointParts): Record<string, string> {
  const op = "loadCheckpoint";
  const entries = Object.entries(partsArg(op, parts));
  return mx.tidy(() => {
    const [arrays, metadata] = mx.load(file, "safetensors", true);
    const found = new Map<string, [name: string, array: MLXArray][]>();
    for (const [name, array] of Object.entries(arrays)) {
      const dot = name.indexOf(".");
      const part = mx.codeName(name.slice(0, Math.max(dot, 0)));
      found.set(part, [...(found.get(part) ?? []), [name.slice(dot + 1), array]]);
    }
    const [[, key] = []] = found.get(randomPart) ?? [];
    found.delete(randomPart);
    checkParts(op, file, [...found.keys()], Object.keys(parts));
    // Models first: they check what they are given.
    for (const [name, part] of entries) {
      if (!(part instanceof Optimizer)) part.loadWeights(found.get(name) ?? []);
    }
    for (const [name, part] of entries) {
      if (part instanceof Optimizer) part.restore(found.get(name) ?? []);
    }
    if (key !== undefined) setRandomKey(key);
    return metadata;
  });
}

function setRandomKey(key: MLXArray): void {
  const old = mx.random.state.key;
  mx.random.state.key = mx.own(key);
  mx.replace(old, "loadCheckpoint(), which loaded the random state");
}

/** The file has what is asked for, and nothing else: a part that is forgotten would start anew unnoticed. */
function checkParts(
  op: string,
  file: string,
  found: readonly string[],
  asked: readonly string[],
): void {
  const missing = asked.filter((name) => !found.includes(name));
  const extra = found.filter((name) => !asked.includes(name));
  if (missing.length + extra.length === 0) return;
  const has = found.length > 0 ? found.join(", ") : "no part";
  throw rangeError(`[${op}] ${file} has ${has}; asked for were ${asked.join(", ")}`);
}

function partsArg(op: string, parts: CheckpointParts): CheckpointParts {
  if (!mx.isPlainObject(parts)) {
    throw typeError(
      `[${op}] parts by name were expected, { model, optimizer }, got ${shown(parts)}`,
    );
  }
  for (const [name, part] of Object.entries(parts)) {
    if (!/^[a-z][a-zA-Z0-9]*$/.test(name) || name === randomPart) {
      throw rangeError(
        `[${op}] a part cannot be named "${name}", it takes letters and digits, and "${randomPart}" is the random state`,
      );
    }
    if (part instanceof Optimizer || isRestorable(part)) continue;
    throw typeError(`[${op}] ${name} must be a model or an optimizer, got ${shown(part)}`);
  }
  return parts;
}

const isRestorable = (value: unknown): value is Restorable =>
  typeof value === "object" &&
  value !== null &&
  !(value instanceof MLXArray) &&
  "parameters" in value &&
  "loadWeights" in value;
