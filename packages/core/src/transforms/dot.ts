// Graphs of arrays that are not computed yet, as pictures for Graphviz.

import { Export, MLXError, shown, typeError } from "@mlx-ts/backend-api";
import { MLXArray } from "../array.js";
import { nodeModule } from "../node.js";
import { refusePromise } from "../scope.js";
import { isPlainObject } from "../tree.js";
import { pathArg } from "./export.js";
import { engine, handlesOf } from "./trace.js";

const { writeFileSync } = nodeModule("node:fs");

/** Options of {@link exportToDot}. */
export interface DotOptions {
  /** Names for arrays of the graph. Default: letters. */
  names?: Readonly<Record<string, MLXArray>> | undefined;
}

function dotOptions(value: unknown): Readonly<Record<string, MLXArray>> {
  if (!isPlainObject(value)) return {};
  const unknown = Object.keys(value).find((key) => key !== "names");
  if (unknown !== undefined) {
    throw typeError(
      `[exportToDot] there is no option "${unknown}"; the options are names`,
      "OPTION",
    );
  }
  const { names = {} } = value;
  if (!isPlainObject(names)) {
    throw typeError(`[exportToDot] names must be an object of arrays, got ${shown(names)}`);
  }
  return names as Readonly<Record<string, MLXArray>>;
}

/**
 * Writes the graph of arrays that are not computed yet in the DOT language.
 *
 * @param file - a path; or a function that gets the text
 * @param arrays - the graph's ends; `{ names }` may follow them
 * @throws TypeError for anything but arrays
 * @throws MLXError (`FILE`) when the file cannot be written
 * @example
 * ```ts
 * const x = mx.array(1);
 * mx.exportToDot("graph.dot", mx.exp(x), { names: { x } });
 * ```
 * @see Python: `mlx.core.export_to_dot`
 */
export function exportToDot(
  file: string | ((text: string) => void),
  ...arrays: readonly (MLXArray | DotOptions)[]
): void {
  const op = "exportToDot";
  const path = typeof file === "function" ? undefined : pathArg(op, file);
  const last = arrays.at(-1);
  const names = dotOptions(last);
  const outputs: readonly unknown[] = isPlainObject(last) ? arrays.slice(0, -1) : arrays;
  for (const array of [...outputs, ...Object.values(names)]) {
    if (!(array instanceof MLXArray)) {
      throw typeError(`[${op}] arrays were expected, got ${shown(array)}`);
    }
  }
  const ends = outputs as readonly MLXArray[];
  const named = Object.entries(names).map(([name, array]) => [name, array.live(op)] as const);
  const [, extension] = engine(op, [...ends, ...Object.values(names)], Export);
  const text = extension.toDot(handlesOf(op, ends), named);
  if (typeof file === "function") refusePromise(op, file(text));
  else if (path !== undefined) write(path, text);
}

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new MLXError(`[exportToDot] ${path} could not be written: ${why}`, "FILE", { cause });
  }
}
