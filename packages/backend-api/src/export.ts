// Functions in files: an engine that can write the graph of a function, and read one, says so by this
// optional part.

import type { Handle } from "./backend.js";
import type { DType } from "./dtype.js";
import { extensionToken } from "./extensions.js";
import type { HandleFunction } from "./transforms.js";

/** An array of an exported graph. */
export interface ExportedArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** A parameter of an exported op. */
export type ExportedArgument = number | boolean | string | null | readonly ExportedArgument[];

/** What an export tells of a graph, in this order; `A` stands for an array. */
export type ExportEntry<A> =
  | { readonly type: "inputs"; readonly inputs: readonly ExportedArray[] }
  | {
      readonly type: "keyword_inputs";
      readonly keywords: readonly (readonly [keyword: string, name: string])[];
    }
  | { readonly type: "outputs"; readonly outputs: readonly ExportedArray[] }
  | {
      readonly type: "constants";
      readonly constants: readonly (readonly [name: string, array: A])[];
    }
  | {
      readonly type: "primitive";
      readonly name: string;
      readonly inputs: readonly ExportedArray[];
      readonly outputs: readonly ExportedArray[];
      readonly arguments: readonly ExportedArgument[];
    };

/** An export in progress. */
export interface FunctionExport<H> {
  /**
   * Traces a function and writes its graph.
   *
   * @param fn - called once with tracers
   * @param inputs - arrays of the shapes and dtypes to trace with
   * @param names - names of the last inputs, sorted
   * @returns what the graph is, for an export without a file
   */
  trace(fn: HandleFunction<H>, inputs: readonly H[], names: readonly string[]): ExportEntry<H>[];
  /** Ends the file. */
  close(): void;
}

/** A function from a file. */
export interface ImportedHandles<H> {
  /** What was written with it. */
  readonly metadata: string;
  /**
   * Runs it.
   *
   * @param inputs - arrays of shapes and dtypes that it was traced with
   * @param names - names of the last inputs
   */
  call(inputs: readonly H[], names: readonly string[]): H[];
  /** Forgets it, and closes its file; it may not be called again. */
  dispose(): void;
}

/** Reading and writing functions. */
export interface ExportExtension<H extends Handle = Handle> {
  /**
   * Begins an export.
   *
   * @param file - path; null tells the graph instead
   * @param shapeless - whether shapes are free
   * @param metadata - text to write with it
   */
  exporter(file: string | null, shapeless: boolean, metadata: string): FunctionExport<H>;
  /**
   * Reads a function; refuses a file that is damaged.
   *
   * @param file - path
   */
  importFunction(file: string): ImportedHandles<H>;
  /**
   * The graph of some arrays in the DOT language.
   *
   * @param outputs - arrays that are not computed yet
   * @param named - arrays with names
   */
  toDot(outputs: readonly H[], named: readonly (readonly [name: string, array: H])[]): string;
}

/** Token of {@link ExportExtension}. */
export const Export = extensionToken<ExportExtension>("export");
