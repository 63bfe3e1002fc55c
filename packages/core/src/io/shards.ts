// Models in several safetensors files, with an index that says which file holds which array: the layout of
// Hugging Face.

import {
  type Backend,
  type Handle,
  itemsize,
  type Placement,
  rangeError,
  shown,
  typeError,
} from "@mlx-ts/backend-api";
import type { MLXArray } from "../array.js";
import { nodeModule } from "../node.js";
import { isPlainObject } from "../tree.js";
import { compute, type Metadata, type NamedArrays, toWrite } from "./names.js";
import { Draft, fileError, pathOf } from "./paths.js";
import { checkSafetensors, jsonObject, safetensorsHead, textsArg } from "./safetensors.js";
import { fileSource, type Source } from "./source.js";
import { writerOf } from "./writer.js";

const { writeFileSync } = nodeModule("node:fs");
const { basename, dirname, join } = nodeModule("node:path");

const ending = ".safetensors";
/** How the index of shards ends. */
export const indexEnding = ".safetensors.index.json";
/** An index of more bytes is none. */
const longestIndex = 100_000_000;

/** Which array is in which file. */
function weightMap(source: Source): Map<string, string> {
  if (source.size > longestIndex) throw source.damaged("it is too long for an index");
  const { weight_map: map } = jsonObject(source, source.read(0, source.size));
  if (!isPlainObject(map)) throw source.damaged("its weight_map is missing");
  const files = new Map<string, string>();
  for (const [name, file] of Object.entries(map)) {
    // A name with a path in it would read files elsewhere.
    if (typeof file !== "string" || file !== basename(file) || !file.endsWith(ending)) {
      throw source.damaged(`it has ${shown(file)} for "${name}", no ${ending} file beside it`);
    }
    files.set(name, file);
  }
  return files;
}

/** The arrays that an index names, and the text of all its files. */
export function readShards(
  index: string,
  backend: Backend,
  place: Placement | undefined,
): [Map<string, MLXArray>, Map<string, string>] {
  const source = fileSource(index, backend);
  const opened: Source[] = [source];
  try {
    const files = weightMap(source);
    const heads = new Map(
      [...new Set(files.values())].map((file) => {
        const shard = fileSource(join(dirname(index), file), backend, place);
        opened.push(shard);
        return [file, { shard, ...safetensorsHead(shard) }] as const;
      }),
    );
    // All heads are good before the first array is made.
    const found = [...files].map(([name, file]) => {
      const head = heads.get(file);
      const span = head?.spans.get(name);
      if (head && span) return [name, () => head.shard.array(span)] as const;
      throw source.damaged(`"${name}" is not in ${file}, where it should be`);
    });
    const metadata = [...heads.values()].flatMap((head) => [...head.metadata]);
    return [new Map(found.map(([name, array]) => [name, array()])), new Map(metadata)];
  } finally {
    for (const each of opened) each.close();
  }
}

/** Options of {@link saveShardedSafetensors}. */
export interface ShardOptions {
  /** The most bytes of arrays in one file; a larger array gets a file of its own. Default 5e9. */
  maxShardSize?: number | undefined;
  /** Text by name, in every file. */
  metadata?: Readonly<Metadata> | null | undefined;
}

function optionsArg(op: string, options: unknown): ShardOptions & { maxShardSize: number } {
  if (!isPlainObject(options)) {
    throw typeError(`[${op}] the options must be a plain object, got ${shown(options)}`, "OPTION");
  }
  const { maxShardSize = 5e9, metadata, ...unknown } = options;
  const [key] = Object.keys(unknown);
  if (key !== undefined) {
    throw typeError(
      `[${op}] there is no option "${key}"; the options are maxShardSize, metadata`,
      "OPTION",
    );
  }
  if (typeof maxShardSize !== "number") {
    throw typeError(`[${op}] maxShardSize must be a number of bytes, got ${shown(maxShardSize)}`);
  }
  if (!(maxShardSize > 0)) {
    throw rangeError(`[${op}] maxShardSize is ${maxShardSize}, it must be positive`);
  }
  return { maxShardSize, metadata: metadata as ShardOptions["metadata"] };
}

/** Fills files in order. */
function shardsOf(
  arrays: Readonly<NamedArrays>,
  handles: ReadonlyMap<string, Handle>,
  most: number,
): { shards: Map<string, Handle>[]; total: number } {
  const shards = [new Map<string, Handle>()];
  let [current, filled, total] = [shards[0] as Map<string, Handle>, 0, 0];
  for (const [name, handle] of handles) {
    const { size, dtype } = arrays[name] as MLXArray;
    const bytes = size * itemsize(dtype);
    if (filled + bytes > most && current.size > 0) {
      current = new Map();
      shards.push(current);
      filled = 0;
    }
    current.set(name, handle);
    filled += bytes;
    total += bytes;
  }
  return { shards, total };
}

/**
 * Writes arrays to safetensors files of limited size with an index, as Hugging Face does:
 * `model-00001-of-00002.safetensors`, ..., `model.safetensors.index.json`. What fits in one file is written as
 * one, without index. `mx.load` reads the index.
 *
 * @param file - path or `file:` URL of the single file, for example `model.safetensors`
 * @param arrays - by name, of any dtype but float64; computed now
 * @param options - `maxShardSize` in bytes (default 5e9), `metadata`
 * @returns the paths of the written files, the index last. Files that were there under other names stay
 * @throws MLXError (`FILE`) when one cannot be written; then none is replaced but for those before it
 * @throws TypeError for values that are no arrays, metadata that is no text, and float64
 * @example
 * ```ts
 * const arrays = { a: mx.ones([2]), b: mx.zeros([2]) };
 * mx.saveShardedSafetensors("sharded.safetensors", arrays, { maxShardSize: 8 }).length; // 3
 * mx.load("sharded.safetensors.index.json").b; // [0, 0]
 * ```
 * @see Python: `huggingface_hub.save_torch_state_dict`
 */
export function saveShardedSafetensors(
  file: string | URL,
  arrays: Readonly<NamedArrays>,
  options: ShardOptions = {},
): string[] {
  const op = "saveShardedSafetensors";
  const path = pathOf(op, file);
  if (path === undefined) throw typeError(`[${op}] a path was expected, got ${shown(file)}`);
  const { maxShardSize, metadata } = optionsArg(op, options);
  const written = toWrite(op, arrays);
  checkSafetensors(op, arrays);
  const texts = textsArg(op, metadata);
  const writer = writerOf(written.backend);
  compute(written);

  const stem = path.endsWith(ending) ? path.slice(0, -ending.length) : path;
  const { shards, total } = shardsOf(arrays, written.handles, maxShardSize);
  const number = (i: number) => String(i).padStart(5, "0");
  const names = shards.map((_, i) =>
    shards.length === 1
      ? `${stem}${ending}`
      : `${stem}-${number(i + 1)}-of-${number(shards.length)}${ending}`,
  );
  if (shards.length > 1) names.push(`${stem}${indexEnding}`);

  const drafts: Draft[] = [];
  let current = path;
  try {
    for (const [i, name] of names.entries()) {
      current = name;
      const draft = new Draft(op, name, ending);
      drafts.push(draft);
      const shard = shards[i];
      if (shard === undefined) writeFileSync(draft.path, indexText(names, shards, total));
      else writer.saveSafetensors(draft.path, shard, texts);
    }
    // The index comes last: until then it names the old files.
    for (const [i, draft] of drafts.entries()) {
      current = names[i] ?? path;
      draft.publish();
    }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    if (why.includes(current)) throw cause;
    throw fileError(op, current, `it could not be written: ${why}`, cause);
  } finally {
    for (const draft of drafts) draft.discard();
  }
  return names;
}

function indexText(
  names: readonly string[],
  shards: readonly ReadonlyMap<string, Handle>[],
  total: number,
): string {
  const entries = shards.flatMap((shard, i) =>
    [...shard.keys()].map((name) => [name, basename(names[i] ?? "")] as const),
  );
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  const index = { metadata: { total_size: total }, weight_map: Object.fromEntries(entries) };
  return `${JSON.stringify(index, null, 2)}\n`;
}
