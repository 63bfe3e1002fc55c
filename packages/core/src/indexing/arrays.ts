// Index arrays: handles for what stands as one in an index, and the shape that several have together.

import { type Backend, type Handle, rangeError, shown, typeError } from "@mlx-ts/backend-api";
import { arrayArg, fromValue } from "../arguments.js";
import { MLXArray } from "../array.js";
import { mostLevels, tooDeep } from "../staging.js";
import { type IndexArray, maskCure } from "./plan.js";

const mostIndex = 0x7fffffff;

/** Whether an item is a mask: booleans, in an array or in lists. */
export function isMask(item: unknown, depth = 1): boolean {
  if (item instanceof MLXArray) return item.dtype === "bool";
  if (typeof item === "boolean") return true;
  return Array.isArray(item) && depth <= mostLevels && isMask(item[0], depth + 1);
}

/** Refuses an array that cannot be an index. */
export function checkDType({ dtype }: MLXArray): void {
  if (/^u?int/.test(dtype)) return;
  if (dtype === "bool") {
    throw typeError(`[index] a mask of booleans is no index here; ${maskCure}`, "INDEX");
  }
  throw typeError(
    `[index] an index array has dtype ${dtype}, it must be of integers; use astype("int32")`,
  );
}

/** Refuses a list with anything but integers and integer arrays. */
function check(item: unknown, depth: number): void {
  if (Array.isArray(item)) {
    if (depth > mostLevels) throw tooDeep("index");
    for (const inner of item) check(inner, depth + 1);
  } else if (item instanceof MLXArray) {
    checkDType(item);
  } else if (typeof item === "boolean") {
    throw typeError(`[index] a mask of booleans is no index here; ${maskCure}`, "INDEX");
  } else if (typeof item !== "number") {
    throw typeError(`[index] ${shown(item)} is no index in a list; integers are`, "INDEX");
  } else if (!Number.isInteger(item) || Math.abs(item) > mostIndex) {
    throw rangeError(`[index] an index in a list must be a 32-bit integer, got ${item}`);
  }
}

/** An array as far as indexing needs it. */
export interface Picks {
  readonly handle: Handle;
  readonly shape: readonly number[];
}

/** What is made on the way to a result, and given back with it. */
export interface Between {
  readonly backend: Backend;
  readonly between: Handle[];
  readonly made: MLXArray[];
}

/** The array of an item; one that is made for it is given back later. */
export function indexArray(item: IndexArray, { backend, between, made }: Between): Picks {
  if (item instanceof MLXArray) {
    arrayArg("index", "index", item, backend);
    checkDType(item);
    return item;
  }
  if (Array.isArray(item)) {
    const data = int32s(item);
    if (data !== undefined) {
      const shape = [data.length];
      const handle = backend.fromHost({ shape, dtype: "int32", data });
      between.push(handle);
      return { handle, shape };
    }
    check(item, 1);
  }
  const array = fromValue(
    "index",
    "index",
    item,
    Array.isArray(item) ? "int32" : undefined,
    backend,
  );
  made.push(array);
  return array;
}

/** A flat list of integers as the engine has them; undefined for other lists. */
function int32s(list: readonly unknown[]): Int32Array | undefined {
  // Holes may be billions, for which there is no room.
  if (list.length > 0 && list[list.length - 1] === undefined) return undefined;
  const out = new Int32Array(list.length);
  for (let i = 0; i < list.length; i++) {
    const item = list[i];
    if (typeof item !== "number" || !Number.isInteger(item) || Math.abs(item) > mostIndex) {
      return undefined;
    }
    out[i] = item;
  }
  return out;
}

/** The shape that index arrays broadcast to. */
export function broadcastShape(arrays: readonly Picks[]): readonly number[] {
  const [only] = arrays;
  if (only !== undefined && arrays.length === 1) return only.shape;
  let rank = 0;
  for (const { shape } of arrays) rank = Math.max(rank, shape.length);
  const out = new Array<number>(rank).fill(1);
  for (const { shape } of arrays) {
    for (let i = 0; i < shape.length; i++) {
      const place = rank - shape.length + i;
      const size = shape[i] as number;
      if (size === 1 || size === out[place]) continue;
      if (out[place] !== 1) {
        const shapes = arrays.map((array) => `[${array.shape.join(", ")}]`).join(" and ");
        throw rangeError(`[index] index arrays of shapes ${shapes} do not broadcast`, "SHAPE");
      }
      out[place] = size;
    }
  }
  return out;
}

/** Gives back what was made on the way to a result. */
export function releaseAll({ backend, between, made }: Between): void {
  if (between.length > 0) backend.release(between);
  for (const array of made) array.dispose();
}
