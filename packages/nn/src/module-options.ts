// What the methods of modules take in their options, all but files' and freezing's (./freezing.ts).

import type { DType } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { flagArg, functionArg } from "./arguments.js";
import type { Module } from "./module.js";
import type { MemberFilter } from "./module-tree.js";

/** An argument that may be given by name: `false` or `{ strict: false }`. */
export type Strict = boolean | { readonly strict?: boolean | undefined };

/** Options of {@link Module.filterAndMap}. */
export interface FilterAndMapOptions<T> {
  /** Maps the leaves. Default: as they are. */
  readonly mapFn?: ((value: unknown) => T) | null | undefined;
  /** What is not entered. Default: all but modules, lists and plain objects. */
  readonly isLeafFn?: MemberFilter | null | undefined;
}

/** Options of {@link Module.apply}. */
export interface ApplyOptions {
  /** Which members to map. Default: all parameters. */
  readonly filterFn?: MemberFilter | null | undefined;
}

/** Options of {@link Module.train}. */
export interface TrainOptions {
  /** `false` for evaluation. Default: `true`. */
  readonly mode?: boolean | undefined;
}

/** Says which dtypes {@link Module.setDtype} converts; null stands for all. */
export type DtypePredicate = ((dtype: DType) => boolean) | null;

/** Options of {@link Module.setDtype}. */
export interface SetDtypeOptions {
  /** Which dtypes to convert. Default: floats. */
  readonly predicate?: DtypePredicate | undefined;
}

/** Reads it; it is true unless it is given. */
export function strictArg(op: string, strict: Strict): boolean {
  const given = mx.keywords<{ strict?: boolean }>(op, ["strict"], [strict]);
  return flagArg(op, "strict", given.strict ?? true);
}

/** Says which dtypes are converted: floats unless a predicate is given, all for null. */
export function dtypeTest(op: string, predicate: DtypePredicate | undefined) {
  if (predicate === null) return () => true;
  return functionArg(op, "predicate", predicate ?? isFloat);
}

const floats: readonly DType[] = ["float16", "bfloat16", "float32", "float64"];
/** What {@link Module.setDtype} converts by default. */
export const isFloat = (dtype: DType): boolean => floats.includes(dtype);
