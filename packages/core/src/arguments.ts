// Checking an op's arguments and turning them into what backends take. One function for each kind of
// the op table; every message names op, argument, value and rule.

import {
  type Backend,
  type DType,
  dtypes,
  type Handle,
  isDType,
  MLXError,
  type Operand,
  rangeError,
  Scalar,
  shown,
  typeError,
} from "@mlx-ts/backend-api";
import { MLXArray } from "./array.js";
import { defaultBackend } from "./backend.js";
import { isTypedArray } from "./host.js";
import { releasedError } from "./lifetime.js";
import { nextKey } from "./random-state.js";
import { mostLevels, type Staged, staged, stagedRows, tooDeep } from "./staging.js";
import { wrap } from "./wrap.js";

/** The backend of the first array among operands, which may nest in lists; else the default one. */
export function backendOf(...operands: readonly unknown[]): Backend {
  for (const operand of operands) {
    if (operand instanceof MLXArray) return operand.backend;
  }
  for (const operand of operands) {
    if (Array.isArray(operand)) {
      const first = firstOf(operand, isArray);
      if (first) return first.backend;
    }
  }
  return defaultBackend();
}

/**
 * The first item of nested lists that a test accepts. Ends at a hole, which is refused where the elements are
 * read: a list may have billions of them. So are lists that nest too deep.
 */
function firstOf<T>(
  list: readonly unknown[],
  accepts: (item: object) => item is T & object,
  depth = 1,
): T | undefined {
  for (let i = 0; i < list.length; i++) {
    const item = list[i];
    if (item === undefined) return undefined;
    if (typeof item !== "object" || item === null) continue;
    if (accepts(item)) return item;
    const found =
      Array.isArray(item) && depth <= mostLevels ? firstOf(item, accepts, depth + 1) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

const isArray = (item: object): item is MLXArray => item instanceof MLXArray;

const isStackable = (item: object): item is object => isArray(item) || isTypedArray(item);

function mismatch(op: string, name: string, array: MLXArray, backend: Backend): MLXError {
  return new MLXError(
    `[${op}] ${name} is an array of the backend "${array.backend.id}", the others are of "${backend.id}"; arrays of two backends do not mix`,
    "BACKEND_MISMATCH",
  );
}

/** The handle of an array; of anything else, the handle of a new array with its elements. */
export function arrayArg(op: string, name: string, value: unknown, backend: Backend): Handle {
  if (value instanceof MLXArray) {
    if (value.backend !== backend) throw mismatch(op, name, value, backend);
    return value.releasedBy === undefined ? value.handle : gone(op, value);
  }
  return fromValue(op, name, value, undefined, backend).handle;
}

export const arrayOrNullArg = (
  op: string,
  name: string,
  value: unknown,
  backend: Backend,
): Handle | null => (value === null ? null : arrayArg(op, name, value, backend));

function gone(op: string, array: MLXArray): never {
  throw releasedError(op, array);
}

/** A new array from numbers, lists or a typed array; arrays inside lists are stacked. */
export const fromValue = (
  op: string,
  name: string,
  value: unknown,
  dtype: DType | undefined,
  backend: Backend,
): MLXArray => wrap(backend, handleFrom(op, name, value, dtype, backend, 1));

/** The handle of a new array; those made on the way are released. */
function handleFrom(
  op: string,
  name: string,
  value: unknown,
  dtype: DType | undefined,
  backend: Backend,
  depth: number,
): Handle {
  if (depth > mostLevels) throw tooDeep(op);
  if (Array.isArray(value) && firstOf(value, isStackable) !== undefined) {
    const rows = stagedRows(op, value, dtype);
    return rows
      ? placed(op, name, rows, backend)
      : stackedFrom(op, name, value, dtype, backend, depth);
  }
  return placed(op, name, staged(op, value, dtype), backend);
}

/** The handle of a new array of a staged tensor's elements. */
function placed(op: string, name: string, { tensor, convert }: Staged, backend: Backend): Handle {
  for (const size of tensor.shape) checkInt(op, name, size);
  return converted(backend, backend.fromHost(tensor), convert);
}

/** The handle of a list's items, stacked. */
function stackedFrom(
  op: string,
  name: string,
  list: readonly unknown[],
  dtype: DType | undefined,
  backend: Backend,
  depth: number,
): Handle {
  const made: Handle[] = [];
  try {
    // Not map, which passes over holes.
    const rows = Array.from(list, (item: unknown): Handle => {
      if (item instanceof MLXArray) return arrayArg(op, name, item, backend);
      const row = handleFrom(op, name, item, dtype, backend, depth + 1);
      made.push(row);
      return row;
    });
    return converted(backend, backend.ops.stack(rows, 0), dtype);
  } finally {
    backend.release(made);
  }
}

/** The handle of another dtype in the place of one, which is released. */
function converted(backend: Backend, handle: Handle, dtype: DType | undefined): Handle {
  if (dtype === undefined) return handle;
  try {
    return backend.ops.astype(handle, dtype);
  } finally {
    backend.release([handle]);
  }
}

/** An array's handle, or a weak scalar for a number. */
export function operandArg(
  op: string,
  name: string,
  value: unknown,
  backend: Backend,
): Operand<Handle> {
  if (value instanceof MLXArray) return arrayArg(op, name, value, backend);
  if (typeof value === "number" || typeof value === "boolean") return new Scalar(value);
  if (typeof value === "bigint") {
    if (BigInt.asIntN(64, value) === value) return new Scalar(value);
    throw rangeError(`[${op}] ${name} is ${value}n, which does not fit a 64-bit integer`);
  }
  return arrayArg(op, name, value, backend);
}

export const operandOrNullArg = (
  op: string,
  name: string,
  value: unknown,
  backend: Backend,
): Operand<Handle> | null => (value === null ? null : operandArg(op, name, value, backend));

export const indicesOrNullArg = (
  op: string,
  name: string,
  value: unknown,
  backend: Backend,
): Handle | null => (value === null ? null : indicesArg(op, name, value, backend));

/** An array's handle; integral numbers become int32, since they are indices or counts. */
export function indicesArg(op: string, name: string, value: unknown, backend: Backend): Handle {
  if (value instanceof MLXArray) return arrayArg(op, name, value, backend);
  // A loop, not every: that would pass over holes, of which a list may have billions.
  const integral = (item: unknown, depth: number): boolean => {
    if (!Array.isArray(item)) return Number.isInteger(item);
    if (depth > mostLevels) return false;
    for (const inner of item) if (!integral(inner, depth + 1)) return false;
    return true;
  };
  if (!integral(value, 1)) return arrayArg(op, name, value, backend);
  const check = (item: unknown): void => {
    if (Array.isArray(item)) item.forEach(check);
    else checkInt(op, name, item);
  };
  check(value);
  return fromValue(op, name, value, "int32", backend).handle;
}

/** A list of index arrays, one for each axis. */
export function indexArraysArg(
  op: string,
  name: string,
  value: unknown,
  backend: Backend,
): Handle[] {
  if (!Array.isArray(value)) {
    throw typeError(`[${op}] ${name} must be a list of index arrays, got ${shown(value)}`);
  }
  return Array.from(value, (item, i) => indicesArg(op, `${name}[${i}]`, item, backend));
}

/** The rows of an array, which stands for their list; a list of millions would take minutes. */
function rows(op: string, name: string, array: MLXArray): MLXArray[] {
  const [count = 0] = array.shape;
  if (count <= 1 << 16) return [...array];
  throw rangeError(`[${op}] ${name} is an array of ${count} rows, too many for a list of arrays`);
}

export function arraysArg(op: string, name: string, value: unknown, backend: Backend): Handle[] {
  const list = value instanceof MLXArray && value.ndim > 0 ? rows(op, name, value) : value;
  if (!Array.isArray(list)) {
    throw typeError(`[${op}] ${name} must be a list of arrays, got ${shown(value)}`);
  }
  const handles = new Array<Handle>(list.length);
  for (let i = 0; i < list.length; i++) {
    const item: unknown = list[i];
    // The place in the list costs a string: only where something may be wrong.
    const plain = item instanceof MLXArray && item.backend === backend && !item.isReleased;
    handles[i] = plain ? item.handle : arrayArg(op, `${name}[${i}]`, item, backend);
  }
  return handles;
}

/** A PRNG key's handle; null takes the next key of the global state. */
export const keyArg = (op: string, name: string, value: unknown, backend: Backend): Handle =>
  value === null ? nextKey(backend).handle : arrayArg(op, name, value, backend);

const INT_MAX = 0x7fffffff;

const isInt = (value: unknown): value is number =>
  typeof value === "number" && value >= -INT_MAX && value <= INT_MAX && Number.isInteger(value);

function checkInt(op: string, name: string, value: unknown): number {
  if (isInt(value)) return value;
  if (typeof value !== "number")
    throw typeError(`[${op}] ${name} must be an integer, got ${shown(value)}`);
  if (!Number.isInteger(value))
    throw rangeError(`[${op}] ${name} must be an integer, got ${value}`);
  throw rangeError(`[${op}] ${name} is ${value}, beyond the 32-bit integers that MLX counts with`);
}

export function intArg(op: string, name: string, value: unknown): number {
  return checkInt(op, name, value);
}

export const intOrNullArg = (op: string, name: string, value: unknown): number | null =>
  value === null ? null : checkInt(op, name, value);

export function floatArg(op: string, name: string, value: unknown): number {
  if (typeof value === "number") return value;
  throw typeError(`[${op}] ${name} must be a number, got ${shown(value)}`);
}

export const floatOrNullArg = (op: string, name: string, value: unknown): number | null =>
  value === null ? null : floatArg(op, name, value);

export function textArg(op: string, name: string, value: unknown): string {
  if (typeof value === "string") return value;
  throw typeError(`[${op}] ${name} must be a string, got ${shown(value)}`);
}

export function boolArg(op: string, name: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw typeError(`[${op}] ${name} must be true or false, got ${shown(value)}`);
}

export const boolOrNullArg = (op: string, name: string, value: unknown): boolean | null =>
  value === null ? null : boolArg(op, name, value);

/** One integer or a list of them, as a list. */
export function intsArg(op: string, name: string, value: unknown): readonly number[] {
  if (typeof value === "number") return [checkInt(op, name, value)];
  if (!Array.isArray(value)) {
    throw typeError(
      `[${op}] ${name} must be an integer or a list of integers, got ${shown(value)}`,
    );
  }
  for (let i = 0; i < value.length; i++) {
    if (!isInt(value[i])) checkInt(op, `${name}[${i}]`, value[i]);
  }
  return value;
}

export const intsOrNullArg = (
  op: string,
  name: string,
  value: unknown,
): readonly number[] | null => (value === null ? null : intsArg(op, name, value));

/** One integer for both places, or two. */
export function pairArg(op: string, name: string, value: unknown): readonly [number, number] {
  const [first, second = first, ...more] = intsArg(op, name, value);
  if (first === undefined || second === undefined || more.length > 0) {
    throw rangeError(`[${op}] ${name} must be one or two integers, got ${shown(value)}`);
  }
  return [first, second];
}

/** One integer for all places, or three. */
export function tripleArg(
  op: string,
  name: string,
  value: unknown,
): readonly [number, number, number] {
  const [first, second = first, third = first, ...more] = intsArg(op, name, value);
  const two = Array.isArray(value) && value.length === 2;
  if (first === undefined || second === undefined || third === undefined || two || more.length) {
    throw rangeError(`[${op}] ${name} must be one or three integers, got ${shown(value)}`);
  }
  return [first, second, third];
}

/** One of some words. */
export function choiceArg<const T extends string>(
  op: string,
  name: string,
  value: unknown,
  words: readonly T[],
): T {
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  const rule = `[${op}] ${name} must be one of ${words.map((word) => `"${word}"`).join(", ")}, got ${shown(value)}`;
  throw typeof value === "string" ? rangeError(rule) : typeError(rule);
}

export const choiceOrNullArg = <const T extends string>(
  op: string,
  name: string,
  value: unknown,
  words: readonly T[],
): T | null => (value === null ? null : choiceArg(op, name, value, words));

export function dtypeArg(op: string, name: string, value: unknown): DType {
  if (isDType(value)) return value;
  throw typeError(
    `[${op}] ${name} must be a dtype (${dtypes.join(", ")}), got ${shown(value)}`,
    "DTYPE",
  );
}

export const dtypeOrNullArg = (op: string, name: string, value: unknown): DType | null =>
  value === null ? null : dtypeArg(op, name, value);
