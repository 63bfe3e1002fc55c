// Batching: a function of one example becomes a function of many, without a loop.

import { loopVmap, rangeError, shown, Transforms, typeError } from "@mlx-ts/backend-api";
import { MLXArray } from "../array.js";
import { fnArg, refusePromise } from "../scope.js";
import { arraysIn, deeper, isPlainObject, itemsOf } from "../tree.js";
import { wrapAll } from "../wrap.js";
import { backendOf, type Fn, handlesOf, refill, refuseNodes, traced } from "./trace.js";

/**
 * Which axes are the batch: a number for all arrays of a tree, null for none, or a tree of these that
 * has the structure of the arguments, down to where one number is for all below.
 */
export type VmapAxes = number | null | readonly VmapAxes[] | { readonly [key: string]: VmapAxes };

/** The axes of {@link vmap} by name. */
export interface VmapOptions {
  /** Batch axes of the arguments. Default: 0. */
  inAxes?: VmapAxes | undefined;
  /** Batch axes of the results. Default: 0. */
  outAxes?: VmapAxes | undefined;
}

/** Where an axis belongs: an argument has it already, a result is to get it. */
type Side = "input" | "output";

function axisOf(side: Side, array: MLXArray, axis: number): number {
  if (!Number.isInteger(axis)) throw typeError(`[vmap] an axis must be an integer, got ${axis}`);
  const count = array.ndim + (side === "output" ? 1 : 0);
  if (axis >= -count && axis < count) return axis < 0 ? axis + count : axis;
  throw rangeError(
    `[vmap] axis ${axis} does not exist in an ${side} of shape [${array.shape.join(", ")}]`,
    "SHAPE",
  );
}

/**
 * The axis of every array of a tree, in order.
 *
 * @param side - whether the arrays have the axis, or get it
 * @param tree - arrays, lists, objects and maps; nothing else
 * @param axes - a prefix of the tree
 */
export function flatAxes(side: Side, tree: unknown, axes: unknown): (number | null)[] {
  const out: (number | null)[] = [];
  const visit = (part: unknown, at: unknown, depth: number): void => {
    if (part instanceof MLXArray) {
      if (at !== null && typeof at !== "number") {
        throw typeError(`[vmap] an axis must be an integer or null, got ${shown(at)}`);
      }
      out.push(at === null ? null : axisOf(side, part, at));
      return;
    }
    const below = deeper(depth);
    for (const [item, itsAxes] of children(side, part, at)) visit(item, itsAxes, below);
  };
  visit(tree, axes, 0);
  return out;
}

/** The parts of a container, each with its axes. */
function children(side: Side, part: unknown, axes: unknown): [part: unknown, axes: unknown][] {
  const forAll = axes === null || typeof axes === "number";
  const mismatch = () =>
    rangeError(
      `[vmap] the axes ${shown(axes)} do not fit the ${side} ${shown(part)}: they must have its structure, or be one number`,
    );
  if (Array.isArray(part)) {
    if (forAll) return Array.from(itemsOf(part), (item) => [item, axes]);
    if (!Array.isArray(axes) || axes.length !== part.length) throw mismatch();
    return Array.from(itemsOf(part), (item, i) => [item, axes[i]]);
  }
  if (part instanceof Map) {
    const entries = [...part];
    if (forAll) return entries.map(([, item]) => [item, axes]);
    if (!(axes instanceof Map) || entries.some(([key]) => !axes.has(key))) throw mismatch();
    return entries.map(([key, item]) => [item, axes.get(key)]);
  }
  if (isPlainObject(part)) {
    const entries = Object.entries(part);
    if (forAll) return entries.map(([, item]) => [item, axes]);
    if (!isPlainObject(axes) || entries.some(([key]) => !Object.hasOwn(axes, key))) {
      throw mismatch();
    }
    return entries.map(([key, item]) => [item, axes[key]]);
  }
  throw typeError(
    `[vmap] the ${side} holds ${shown(part)}, it must hold arrays only; let the function read other values from outside`,
  );
}

const optionNames = ["inAxes", "outAxes"];

/** Keys of trees are arguments' keys: an object of these two names alone is the options. */
function isVmapOptions(value: unknown): value is VmapOptions {
  if (!isPlainObject(value)) return false;
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => optionNames.includes(key));
}

/**
 * Makes a function of one example into a function of a batch of them. Ops that MLX has no batching rule for
 * are computed for each example by itself, up to 65,536 examples; on a backend without batching of its own all are.
 *
 * @param fn - synchronous; takes and returns trees of arrays, and sees them without their batch axis
 * @param inAxes - batch axes of the arguments: for one argument its tree, for several a list; default 0.
 *   `{ inAxes, outAxes }` may stand here instead
 * @param outAxes - batch axes of the results; null for a result that does not depend on the batch, which
 *   is then given once; default 0
 * @returns a function of the same arguments with their batch axes
 * @throws TypeError when an argument or result holds anything but arrays
 * @throws RangeError for axes that do not exist, do not fit the trees, or differ in size, and when `fn`
 *   reads a value
 * @example
 * ```ts
 * const dot = (a: mx.MLXArray, b: mx.MLXArray) => mx.sum(mx.multiply(a, b));
 * const rows = mx.array([[1, 2], [3, 4]]);
 * mx.vmap(dot, [0, null])(rows, mx.array([10, 1])).tolist(); // [12, 34]
 * ```
 * @see Python: `mlx.core.vmap`
 */
export function vmap<F extends Fn>(
  fn: F,
  inAxes?: VmapAxes | VmapOptions,
  outAxes?: VmapAxes,
): (...args: Parameters<F>) => ReturnType<F> {
  fnArg("vmap", fn);
  if (isVmapOptions(inAxes) && outAxes !== undefined) {
    throw typeError("[vmap] an argument follows the options object, which ends the call", "OPTION");
  }
  const { inAxes: from = 0, outAxes: to = 0 } = isVmapOptions(inAxes)
    ? inAxes
    : { inAxes, outAxes };
  return (...args) => {
    refuseNodes("vmap", args, "batch its parameters, or let the function read it from outside");
    const axes = inputAxes(args, from);
    if (axes.every((axis) => axis === null)) {
      throw rangeError("[vmap] no argument has a batch axis; give inAxes a number");
    }
    const inputs = arraysIn(args);
    const backend = backendOf("vmap", inputs);
    // Without batching of its own a backend runs the examples one by one.
    const batch = backend.extension(Transforms)?.vmap ?? loopVmap(backend);
    let result: unknown;
    const outputs = batch(
      (tracers) => {
        let resultAxes: (number | null)[] = [];
        const handles = traced("vmap", backend, tracers, (arrays) => {
          result = fn(...(refill(args, arrays) as never[]));
          refusePromise("vmap", result);
          resultAxes = flatAxes("output", result, to);
          return result;
        });
        return { outputs: handles, axes: resultAxes };
      },
      handlesOf("vmap", inputs),
      axes,
    );
    return refill(result, wrapAll(backend, outputs)) as ReturnType<F>;
  };
}

/** As in Python: one argument is the tree itself; an axis in a list may stand for one that is an array. */
function inputAxes(args: readonly unknown[], axes: VmapAxes): (number | null)[] {
  const [only] = args;
  if (args.length !== 1) return flatAxes("input", args, axes);
  const listed = only instanceof MLXArray && Array.isArray(axes) && axes.length === 1;
  return flatAxes("input", only, listed ? axes[0] : axes);
}
