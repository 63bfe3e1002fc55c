// Functions in .mlxfn files, which Python's MLX reads and writes too, and told to a callback.

import {
  Export,
  type ExportEntry,
  type ExportExtension,
  type FunctionExport,
  type Handle,
  MLXError,
  rangeError,
  shown,
  typeError,
} from "@mlx-ts/backend-api";
import { MLXArray } from "../array.js";
import { keywords } from "../keywords.js";
import { nodeModule } from "../node.js";
import { fnArg, refusePromise } from "../scope.js";
import { isPlainObject, itemsOf } from "../tree.js";
import { wrap, wrapAll } from "../wrap.js";
import { engine, type Fn, handlesOf, traced } from "./trace.js";

const { randomUUID } = nodeModule("node:crypto");
const { renameSync, rmSync } = nodeModule("node:fs");

/** Arrays by name, as an exported function's keyword arguments. */
export type ArrayKeywords = Readonly<Record<string, MLXArray>>;

/** Arguments of exported functions: arrays, and at the end an object of arrays by name. */
export type ExportedArgs = readonly (MLXArray | ArrayKeywords)[];

/** Options of {@link exporter}. */
export interface ExporterOptions {
  /** Whether the function may be called with other shapes of as many axes. Default: `false`. */
  shapeless?: boolean | undefined;
  /** Text to keep in the file. Default: none. */
  metadata?: string | null | undefined;
}

/** Options of {@link exportFunction}. */
export interface ExportOptions extends ExporterOptions {
  /** Arrays that the function gets by name, in one object after the others. Default: none. */
  kwargs?: ArrayKeywords | undefined;
}

/** A path that can be written to or read. */
export function pathArg(op: string, path: unknown): string {
  if (typeof path === "string" && path.includes("\0")) {
    throw new MLXError(`[${op}] ${shown(path)}: a path may not hold a NUL`, "FILE");
  }
  if (typeof path === "string" && path !== "") return path;
  throw typeError(`[${op}] a path was expected, got ${shown(path)}`);
}

/** Parts arguments into arrays in order and arrays by name, whose names are sorted. */
export function partedArgs(
  op: string,
  given: readonly unknown[],
): [positional: MLXArray[], names: string[], named: MLXArray[]] {
  const last = given.at(-1);
  const byName = isPlainObject(last) ? last : {};
  const rest = isPlainObject(last) ? given.slice(0, -1) : given;
  const positional = itemsOf(rest.length === 1 && Array.isArray(rest[0]) ? rest[0] : rest);
  // In the order of bytes, as MLX sorts them.
  const names = Object.keys(byName).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const named = names.map((name) => byName[name]);
  for (const value of [...positional, ...named]) {
    if (value instanceof MLXArray) continue;
    throw typeError(
      `[${op}] the arguments must be arrays, and at the end an object of arrays, got ${shown(value)}`,
    );
  }
  return [[...positional] as MLXArray[], names, named as MLXArray[]];
}

/** The result of an exported function: one array, or a list of them. */
function outputsOf(op: string, result: unknown): readonly MLXArray[] {
  const list: readonly unknown[] = Array.isArray(result) ? itemsOf(result) : [result];
  if (list.length > 0 && list.every((item) => item instanceof MLXArray)) return list;
  throw typeError(
    `[${op}] the function must return an array or a list of arrays, got ${shown(result)}`,
  );
}

function exporterOptions(op: string, options: ExporterOptions): [shapeless: boolean, text: string] {
  const { shapeless = false, metadata } = options;
  if (typeof shapeless !== "boolean") {
    throw typeError(`[${op}] shapeless must be true or false, got ${shown(shapeless)}`);
  }
  if (typeof (metadata ?? "") !== "string") {
    throw typeError(`[${op}] metadata must be text, got ${shown(metadata)}`);
  }
  return [shapeless, metadata ?? ""];
}

/** What the traces of one function go to: a file, which appears when it is closed, or a callback. */
class Session {
  readonly #op: string;
  readonly #fn: Fn;
  readonly #shapeless: boolean;
  readonly #metadata: string;
  readonly #path: string | null;
  readonly #draft: string | null;
  readonly #signatures = new Set<string>();
  #open: FunctionExport<Handle> | undefined;
  #state: "open" | "failed" | "closed" = "open";

  constructor(op: string, path: string | null, fn: Fn, options: ExporterOptions) {
    this.#op = op;
    this.#fn = fn;
    this.#path = path;
    [this.#shapeless, this.#metadata] = exporterOptions(op, options);
    // A trace that fails must not cost the file that was there before.
    this.#draft = path === null ? null : `${path}.${randomUUID()}`;
  }

  trace(given: readonly unknown[]): ExportEntry<MLXArray>[] {
    const op = this.#op;
    if (this.#state !== "open") {
      throw new MLXError(
        `[${op}] the exporter ${this.#state === "closed" ? "was closed" : "failed before"}; make a new one`,
        "RELEASED",
      );
    }
    const [positional, names, named] = partedArgs(op, given);
    const inputs = [...positional, ...named];
    const signature = JSON.stringify([
      names,
      inputs.map((a) => [a.dtype, this.#shapeless ? a.ndim : a.shape]),
    ]);
    if (this.#signatures.has(signature)) {
      throw rangeError(`[${op}] the function was exported with arguments of these shapes before`);
    }
    const [backend, extension] = engine(op, inputs, Export);
    const handles = handlesOf(op, inputs);
    try {
      const open = this.#begin(extension);
      const entries = open.trace(
        (tracers) =>
          traced(op, backend, tracers, (arrays) => {
            const byName = arrays.splice(positional.length);
            const options = Object.fromEntries(names.map((name, i) => [name, byName[i]]));
            const tail = names.length > 0 ? [options] : [];
            return outputsOf(op, this.#fn(...([...arrays, ...tail] as never[])));
          }),
        handles,
        names,
      );
      this.#signatures.add(signature);
      return entries.map((entry) =>
        entry.type === "constants"
          ? {
              type: entry.type,
              constants: entry.constants.map(([name, array]) => [name, wrap(backend, array)]),
            }
          : entry,
      );
    } catch (error) {
      // MLX has noted a trace that it did not finish.
      this.#state = "failed";
      this.#end(false);
      throw error;
    }
  }

  #begin(extension: ExportExtension): FunctionExport<Handle> {
    try {
      this.#open ??= extension.exporter(this.#draft, this.#shapeless, this.#metadata);
      return this.#open;
    } catch (cause) {
      throw this.#unwritten(cause);
    }
  }

  #unwritten(cause: unknown): MLXError {
    const why = cause instanceof Error ? cause.message : String(cause);
    return new MLXError(`[${this.#op}] ${this.#path} could not be written: ${why}`, "FILE", {
      cause,
    });
  }

  close(): void {
    if (this.#state !== "open") return;
    this.#state = "closed";
    this.#end(true);
  }

  #end(good: boolean): void {
    this.#open?.close();
    const draft = this.#draft;
    if (this.#open === undefined || draft === null || this.#path === null) return;
    try {
      if (good) renameSync(draft, this.#path);
      else rmSync(draft, { force: true });
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new MLXError(`[${this.#op}] ${this.#path} could not be written: ${why}`, "FILE", {
        cause,
      });
    }
  }
}

/** Several traces of one function on their way to a file; see {@link exporter}. */
export interface FunctionExporter extends Disposable {
  /**
   * Traces the function with further arguments.
   *
   * @param args - arrays, and at the end an object of arrays by name
   * @throws RangeError for arguments of shapes and dtypes that were exported before
   */
  (...args: ExportedArgs): void;
  /** Ends the file, which appears now; a second call does nothing. */
  close(): void;
}

/**
 * Begins to export a function with several sets of arguments to one file.
 *
 * @param file - path; the file appears when the exporter is closed
 * @param fn - synchronous; takes arrays, and arrays by name in one object after them; returns an array or
 *   a list of arrays. Everything else that it reads is baked in
 * @param options - `shapeless`, `metadata`
 * @returns a function to call with each set of arguments, then `close()`, or hold it with `using`
 * @throws TypeError when `fn` is no function, or gives anything but arrays
 * @throws MLXError (`FILE`) when the file cannot be written
 * @example
 * ```ts
 * const square = mx.exporter("square.mlxfn", (x: mx.MLXArray) => mx.square(x));
 * square(mx.ones([2]));
 * square(mx.ones([3]));
 * square.close();
 * ```
 * @see Python: `mlx.core.exporter`
 */
export function exporter(
  file: string,
  fn: (...args: never[]) => MLXArray | readonly MLXArray[],
  options: ExporterOptions = {},
): FunctionExporter {
  const op = "exporter";
  const session = new Session(
    op,
    pathArg(op, file),
    fnArg(op, fn),
    keywords<ExporterOptions>(op, ["shapeless", "metadata"], [options]),
  );
  const close = () => session.close();
  const call = (...args: ExportedArgs): void => {
    session.trace(args);
  };
  return Object.assign(call, { close, [Symbol.dispose]: close });
}

/**
 * Exports a function to a file, or tells its graph to a callback.
 *
 * @param target - a path; or a function that gets the graph's inputs, keyword inputs, outputs, constants
 *   and ops, one after the other
 * @param fn - synchronous; takes arrays, and arrays by name in one object after them; returns an array or
 *   a list of arrays. Everything else that it reads is baked in
 * @param args - arrays of the shapes and dtypes that it shall be called with
 * @param options - `kwargs`: arrays by name; `shapeless`; `metadata`
 * @throws TypeError for arguments or results that are no arrays
 * @throws MLXError (`FILE`) when the file cannot be written; RangeError for ops that MLX cannot export
 * @example
 * ```ts
 * mx.exportFunction("double.mlxfn", (x: mx.MLXArray) => mx.multiply(x, 2), [mx.ones([2])]);
 * const double = mx.importFunction("double.mlxfn");
 * double(mx.array([1, 2]))[0]?.tolist(); // [2, 4]
 * ```
 * @see Python: `mlx.core.export_function`
 */
export function exportFunction(
  target: string | ((entry: ExportEntry<MLXArray>) => void),
  fn: (...args: never[]) => MLXArray | readonly MLXArray[],
  args: readonly MLXArray[],
  options: ExportOptions = {},
): void {
  const op = "exportFunction";
  if (!Array.isArray(args)) {
    throw typeError(`[${op}] the arguments must be a list of arrays, got ${shown(args)}`);
  }
  const names = ["kwargs", "shapeless", "metadata"] as const;
  const { kwargs, ...rest } = keywords<ExportOptions>(op, names, [options]);
  if (kwargs !== undefined && !isPlainObject(kwargs)) {
    throw typeError(`[${op}] kwargs must be an object of arrays, got ${shown(kwargs)}`);
  }
  const path = typeof target === "function" ? null : pathArg(op, target);
  const session = new Session(op, path, fnArg(op, fn), rest);
  const entries = session.trace([...itemsOf(args), ...(kwargs ? [kwargs] : [])]);
  session.close();
  if (typeof target !== "function") return;
  for (const entry of entries) refusePromise(op, target(entry));
}

/**
 * A function from a file: arrays, and at the end an object of arrays by name, to a list of arrays. It
 * keeps the file open until it is collected, or disposed of by `using`.
 */
export interface ImportedFunction extends Disposable {
  (...args: ExportedArgs): MLXArray[];
}

/**
 * Reads a function from a file that this library or Python's MLX exported.
 *
 * The file is checked before it is used: ops that cannot be checked are refused, and so is a damaged file.
 *
 * The engine runs the function on the first stream of the process for its device. In a Worker beside a thread
 * that computes, and after {@link clearStreams}, its results therefore cannot be read, as in Python: that throws MLXError.
 *
 * @param file - path
 * @param returnMetadata - or `{ returnMetadata }`; `true` gives `[function, metadata]`; default `false`
 * @returns a function that throws RangeError when it is called with shapes or dtypes that it was not
 *   exported with
 * @throws MLXError (`FILE`) when the file is missing or damaged, (`UNSUPPORTED`) for ops that are refused
 * @example
 * ```ts
 * mx.exportFunction("triple.mlxfn", (x: mx.MLXArray) => mx.multiply(x, 3), [mx.ones([])], { metadata: "v1" });
 * const [triple, metadata] = mx.importFunction("triple.mlxfn", { returnMetadata: true });
 * triple(mx.array(2))[0]?.item(); // 6
 * metadata; // "v1"
 * ```
 * @see Python: `mlx.core.import_function`
 */
export function importFunction(
  file: string,
  returnMetadata?: false | { returnMetadata?: false | undefined },
): ImportedFunction;
/** Reads a function from a file, with the text that was written with it. */
export function importFunction(
  file: string,
  returnMetadata: true | { returnMetadata: true },
): [fn: ImportedFunction, metadata: string];
export function importFunction(
  file: string,
  returnMetadata?: boolean | { returnMetadata?: boolean | undefined },
): ImportedFunction | [fn: ImportedFunction, metadata: string] {
  const op = "importFunction";
  const options = keywords<{ returnMetadata?: boolean }>(op, ["returnMetadata"], [returnMetadata]);
  if (typeof (options.returnMetadata ?? false) !== "boolean") {
    throw typeError(
      `[${op}] returnMetadata must be true or false, got ${shown(options.returnMetadata)}`,
    );
  }
  const [backend, extension] = engine(op, [], Export);
  const imported = extension.importFunction(pathArg(op, file));
  const run = (...args: ExportedArgs): MLXArray[] => {
    const [positional, names, named] = partedArgs(op, args);
    const inputs = [...positional, ...named];
    engine(op, inputs, Export);
    return wrapAll(backend, imported.call(handlesOf(op, inputs), names));
  };
  const call: ImportedFunction = Object.assign(run, { [Symbol.dispose]: () => imported.dispose() });
  return options.returnMetadata ? [call, imported.metadata] : call;
}
