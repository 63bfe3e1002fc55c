// Several arrays or shapes brought to one shape: `broadcastArrays`, `meshgrid`, `broadcastShapes`. Arrays come
// one by one, as in Python, or as one list.

import { rangeError } from "@mlx-ts/backend-api";
import { arraysArg, backendOf, boolArg, choiceArg, intsArg } from "../arguments.js";
import type { ArrayLike, MLXArray } from "../array.js";
import { isOptions, named, placeOf, type StreamOptions } from "../options.js";
import { wrapAll } from "../wrap.js";

/** Nobody means more; a list may claim billions of holes. */
const mostArrays = 1 << 16;

/** Arrays one by one or in one list, and the options object that may end the call. */
function arraysAndOptions<T extends StreamOptions>(
  op: string,
  args: readonly unknown[],
  names: readonly string[],
): { given: readonly unknown[]; options: T } {
  const last = args.at(-1);
  const ends = args.length > 0 && isOptions(last);
  const options = ends ? named<T>(op, last, names, 0) : ({} as T);
  const given = ends ? args.slice(0, -1) : args;
  const [only] = given;
  const arrays: readonly unknown[] = given.length === 1 && Array.isArray(only) ? only : given;
  if (arrays.length > mostArrays) {
    throw rangeError(`[${op}] ${arrays.length} arrays were given, at most ${mostArrays} are taken`);
  }
  return { given: arrays, options };
}

/**
 * Repeats axes of size 1 until all arrays have one shape, without copying.
 *
 * @param arrays - `[...]` each; one JavaScript list alone is the list of arrays
 * @returns as many arrays, of one shape
 * @throws RangeError for shapes that do not broadcast
 * @example
 * ```ts
 * const [a, b] = mx.broadcastArrays(mx.ones([2, 1]), mx.ones([3]));
 * [a.shape, b.shape]; // [[2, 3], [2, 3]]
 * ```
 * @see Python: `mlx.core.broadcast_arrays`
 */
export function broadcastArrays(...arrays: readonly ArrayLike[]): MLXArray[];
/** Repeats axes of size 1 until all arrays have one shape; `stream`: where to run. See the first signature. */
export function broadcastArrays(...arrays: readonly [...ArrayLike[], StreamOptions]): MLXArray[];
export function broadcastArrays(...args: readonly unknown[]): MLXArray[] {
  const op = "broadcastArrays";
  const { given, options } = arraysAndOptions<StreamOptions>(op, args, []);
  const at = placeOf(op, options.stream);
  const backend = backendOf(...given);
  return wrapAll(backend, backend.ops.broadcastArrays(arraysArg(op, "arrays", given, backend), at));
}

/** Options of {@link meshgrid}. */
export interface MeshgridOptions extends StreamOptions {
  /** Leaves axes at size 1 where nothing changes. Default: `false`. */
  sparse?: boolean | undefined;
  /** `"xy"`: the first array runs along the second axis; `"ij"`: along the first. Default: `"xy"`. */
  indexing?: "xy" | "ij" | undefined;
}

/**
 * Coordinates of a grid from the coordinates along each axis.
 *
 * @param arrays - `[n]` each; others are flattened; one JavaScript list alone is the list of arrays
 * @returns as many arrays, each with one axis for each array
 * @throws TypeError for arguments of a wrong kind or an unknown option
 * @throws RangeError for more than 64 arrays
 * @example
 * ```ts
 * const [x, y] = mx.meshgrid(mx.array([1, 2]), mx.array([3, 4]));
 * x; // [[1, 2], [1, 2]]
 * y; // [[3, 3], [4, 4]]
 * mx.meshgrid([[1, 2], [3, 4]], { indexing: "ij" })[0]; // [[1, 1], [2, 2]]
 * ```
 * @see Python: `mlx.core.meshgrid`
 */
export function meshgrid(...arrays: readonly ArrayLike[]): MLXArray[];
/** Coordinates of a grid, with options at the end. See the first signature. */
export function meshgrid(...arrays: readonly [...ArrayLike[], MeshgridOptions]): MLXArray[];
export function meshgrid(...args: readonly unknown[]): MLXArray[] {
  const op = "meshgrid";
  const { given, options } = arraysAndOptions<MeshgridOptions>(op, args, ["sparse", "indexing"]);
  const at = placeOf(op, options.stream);
  const backend = backendOf(...given);
  return wrapAll(
    backend,
    backend.ops.meshgrid(
      arraysArg(op, "arrays", given, backend),
      boolArg(op, "sparse", options.sparse ?? false),
      choiceArg(op, "indexing", options.indexing ?? "xy", ["xy", "ij"]),
      at,
    ),
  );
}

/**
 * The shape that shapes broadcast to; sizes only, no arrays.
 *
 * @param shapes - at least one
 * @returns the common shape
 * @throws RangeError for shapes that do not broadcast, a negative size, or no shape
 * @example
 * ```ts
 * mx.broadcastShapes([2, 1], [3]); // [2, 3]
 * ```
 * @see Python: `mlx.core.broadcast_shapes`
 */
export function broadcastShapes(...shapes: readonly (readonly number[])[]): number[] {
  const op = "broadcastShapes";
  if (shapes.length === 0) throw rangeError(`[${op}] no shape was given, it needs at least one`);
  return shapes.reduce<number[]>((joined, given, i) => {
    const shape = intsArg(op, `shapes[${i}]`, given);
    for (const size of shape) {
      if (size < 0)
        throw rangeError(`[${op}] a size of ${size} was given, it must not be negative`, "SHAPE");
    }
    return together(joined, shape);
  }, []);
}

function together(a: readonly number[], b: readonly number[]): number[] {
  const ndim = Math.max(a.length, b.length);
  return Array.from({ length: ndim }, (_, i) => {
    const [m = 1, n = 1] = [a[i - ndim + a.length], b[i - ndim + b.length]];
    if (m === n || n === 1) return m;
    if (m === 1) return n;
    throw rangeError(
      `[broadcastShapes] the shapes [${a.join(", ")}] and [${b.join(", ")}] do not broadcast`,
      "SHAPE",
    );
  });
}
