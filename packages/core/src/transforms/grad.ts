// Gradients of functions over trees of arrays. Trees are flattened here; the engine sees lists.

import {
  type Backend,
  type Handle,
  rangeError,
  shown,
  Transforms,
  typeError,
} from "@mlx-ts/backend-api";
import { MLXArray } from "../array.js";
import { fnArg, passOn, refusePromise } from "../scope.js";
import { arraysIn } from "../tree.js";
import { wrapAll } from "../wrap.js";
import { engine, type Fn, handlesOf, refill, refuseNodes, traced } from "./trace.js";

/** The tree of gradients of a tree: its arrays' places hold gradients, the rest is as it was. */
export type Gradient<T> = T extends MLXArray
  ? MLXArray
  : T extends (...args: never[]) => unknown
    ? T
    : T extends object
      ? { [K in keyof T]: Gradient<T[K]> }
      : T;

/** The gradients with respect to some arguments: one tree for a number, a list for a list. */
export type Gradients<F extends Fn, N extends number | readonly number[]> = N extends number
  ? Gradient<Parameters<F>[N]>
  : { [K in keyof N]: N[K] extends number ? Gradient<Parameters<F>[N[K]]> : never };

function positions(op: string, argnums: number | readonly number[], count: number): number[] {
  if (typeof argnums !== "number" && !Array.isArray(argnums)) {
    throw typeError(`[${op}] argnums must be an integer or a list of them, got ${shown(argnums)}`);
  }
  if (typeof argnums !== "number" && argnums.length > count) {
    throw rangeError(
      `[${op}] argnums names ${argnums.length} arguments, the call has ${count} arguments`,
    );
  }
  const list: number[] = typeof argnums === "number" ? [argnums] : [...argnums];
  if (list.length === 0) throw rangeError(`[${op}] argnums is empty, it must name an argument`);
  for (const n of list) {
    if (!Number.isInteger(n)) throw typeError(`[${op}] argnums must be integers, got ${shown(n)}`);
    if (n < 0 || n >= count) {
      throw rangeError(`[${op}] argnums names argument ${n}, the call has ${count} arguments`);
    }
  }
  if (new Set(list).size < list.length) {
    throw rangeError(`[${op}] argnums names an argument twice: ${shown(list)}`);
  }
  return list;
}

/** The scalar to differentiate: the result itself, or its first item. */
function lossOf(op: string, result: unknown): MLXArray {
  const first: unknown = Array.isArray(result) ? result[0] : result;
  if (!(first instanceof MLXArray)) {
    throw typeError(
      `[${op}] the function must return a scalar array, or a list that starts with one, got ${shown(result)}`,
    );
  }
  if (first.ndim > 0) {
    throw rangeError(
      `[${op}] the function returned an array of shape [${first.shape}], it must be a scalar; reduce it with mx.sum or mx.mean`,
      "SHAPE",
    );
  }
  return first;
}

/**
 * A function that computes another's value and gradient together.
 *
 * @param fn - returns a scalar array, or a list that starts with one; further items are passed through
 * @param argnums - which arguments to differentiate; each may be a tree of arrays; default 0
 * @returns a function of the same arguments that returns `[value, gradients]`
 * @throws TypeError when `fn` is no function or returns no array, or a differentiated argument has none
 * @throws RangeError when the value is no scalar or `argnums` is out of range
 * @example
 * ```ts
 * const f = mx.valueAndGrad((x: mx.MLXArray) => mx.sum(mx.square(x)));
 * const [value, grad] = f(mx.array([1, 2]));
 * value.item(); // 5
 * grad.tolist(); // [2, 4]
 * ```
 * @see Python: `mlx.core.value_and_grad`
 */
export function valueAndGrad<F extends Fn, const N extends number | readonly number[] = 0>(
  fn: F,
  argnums?: N,
): (...args: Parameters<F>) => [ReturnType<F>, Gradients<F, N>] {
  return valueAndGradKeeping("valueAndGrad", fn, argnums, undefined);
}

/**
 * {@link valueAndGrad} for libraries that trace functions with state, such as modules: arrays that the
 * function leaves in the state stay alive.
 *
 * @param op - the name for messages
 * @param fn - returns a scalar array, or a list that starts with one
 * @param argnums - which arguments to differentiate
 * @param kept - gives the state's tree, asked for when the function has run
 * @returns a function of the same arguments that returns `[value, gradients]`
 * @throws as {@link valueAndGrad}
 * @example
 * ```ts
 * const state = { last: mx.array(0) };
 * const f = (x: mx.MLXArray) => mx.sum((state.last = mx.square(x)));
 * const [value] = mx.valueAndGradKeeping("f", f, 0, () => state)(mx.array([3]));
 * value.item(); // 9
 * state.last.tolist(); // [9]
 * ```
 */
export function valueAndGradKeeping<F extends Fn, const N extends number | readonly number[] = 0>(
  op: string,
  fn: F,
  argnums: N | undefined,
  kept: (() => unknown) | undefined,
): (...args: Parameters<F>) => [ReturnType<F>, Gradients<F, N>] {
  fnArg(op, fn);
  return (...args) => {
    const { backend, result, values, gradients } = differentiated(op, fn, argnums ?? 0, args, kept);
    return [refill(result, wrapAll(backend, values)), gradients] as never;
  };
}

/** A call, differentiated: what the function gave, with the handles of its arrays, and the gradients. */
interface Differentiated {
  readonly backend: Backend;
  readonly result: unknown;
  readonly values: readonly Handle[];
  readonly gradients: unknown;
}

function differentiated(
  op: string,
  fn: Fn,
  wanted: number | readonly number[],
  args: readonly unknown[],
  kept: (() => unknown) | undefined,
): Differentiated {
  const nums = positions(op, wanted, args.length);
  const trees = nums.map((n) => args[n]);
  refuseNodes(op, trees, "differentiate its parameters, or use nn.valueAndGrad(model, fn)");
  const inputs = arraysIn(trees);
  if (inputs.length === 0) {
    throw typeError(`[${op}] argument ${nums.join(", ")} holds no array to differentiate`);
  }
  const [backend, transforms] = engine(op, inputs, Transforms);
  let result: unknown;
  const body = (arrays: readonly MLXArray[]): unknown => {
    const filled = refill(trees, arrays);
    const full = [...args];
    nums.forEach((n, i) => {
      full[n] = filled[i];
    });
    result = fn(...(full as never[]));
    refusePromise(op, result);
    lossOf(op, result);
    return result;
  };
  const { values, grads } = transforms.valueAndGrad(
    (tracers) => traced(op, backend, tracers, body, kept),
    handlesOf(op, inputs),
    inputs.map((_, i) => i),
  );
  // An optimizer that consumes gradients may release them at once.
  const gradients = refill(trees, passOn(wrapAll(backend, grads)));
  return {
    backend,
    result,
    values,
    gradients: typeof wanted === "number" ? gradients[0] : gradients,
  };
}

/**
 * A function that computes another's gradient.
 *
 * @param fn - returns a scalar array, or a list that starts with one
 * @param argnums - which arguments to differentiate; each may be a tree of arrays; default 0
 * @returns a function of the same arguments that returns the gradients
 * @throws TypeError when `fn` is no function or returns no array, or a differentiated argument has none
 * @throws RangeError when the value is no scalar or `argnums` is out of range
 * @example
 * ```ts
 * const slope = mx.grad((x: mx.MLXArray) => mx.square(x));
 * slope(mx.array(3)).item(); // 6
 * ```
 * @see Python: `mlx.core.grad`
 */
export function grad<F extends Fn, const N extends number | readonly number[] = 0>(
  fn: F,
  argnums?: N,
): (...args: Parameters<F>) => Gradients<F, N> {
  fnArg("grad", fn);
  return (...args) => {
    const { backend, values, gradients } = differentiated(
      "grad",
      fn,
      argnums ?? 0,
      args,
      undefined,
    );
    backend.release(values);
    return gradients as never;
  };
}

function listArg(op: string, name: string, list: readonly MLXArray[]): readonly MLXArray[] {
  // findIndex looks at holes, and stops at the first of what may be billions.
  if (Array.isArray(list) && list.findIndex((item) => !(item instanceof MLXArray)) < 0) return list;
  throw typeError(`[${op}] ${name} must be a list of arrays, got ${shown(list)}`);
}

/**
 * A function's values and its vector-Jacobian products.
 *
 * @param fn - takes arrays, returns a list of arrays
 * @param primals - the arguments
 * @param cotangents - one for each value, of its shape
 * @returns the values, and one product for each primal
 * @throws RangeError for cotangents of wrong number or shape
 * @example
 * ```ts
 * const [values, products] = mx.vjp((x: mx.MLXArray) => [mx.square(x)], [mx.array(3)], [mx.array(1)]);
 * products[0]?.item(); // 6
 * ```
 * @see Python: `mlx.core.vjp`
 */
export function vjp(
  fn: (...args: MLXArray[]) => readonly MLXArray[] | MLXArray,
  primals: readonly MLXArray[],
  cotangents: readonly MLXArray[],
): [values: MLXArray[], products: MLXArray[]] {
  fnArg("vjp", fn);
  const all = [...listArg("vjp", "primals", primals), ...listArg("vjp", "cotangents", cotangents)];
  const [backend, transforms] = engine("vjp", all, Transforms);
  const { values, vjps } = transforms.vjp(
    (tracers) => traced("vjp", backend, tracers, (arrays) => fn(...arrays)),
    handlesOf("vjp", primals),
    handlesOf("vjp", cotangents),
  );
  return [wrapAll(backend, values), wrapAll(backend, vjps)];
}

/**
 * A function's values and its Jacobian-vector products.
 *
 * @param fn - takes arrays, returns a list of arrays
 * @param primals - the arguments
 * @param tangents - one for each primal, of its shape
 * @returns the values, and one product for each value
 * @throws RangeError for tangents of wrong number or shape
 * @example
 * ```ts
 * const [values, products] = mx.jvp((x: mx.MLXArray) => [mx.square(x)], [mx.array(3)], [mx.array(1)]);
 * products[0]?.item(); // 6
 * ```
 * @see Python: `mlx.core.jvp`
 */
export function jvp(
  fn: (...args: MLXArray[]) => readonly MLXArray[] | MLXArray,
  primals: readonly MLXArray[],
  tangents: readonly MLXArray[],
): [values: MLXArray[], products: MLXArray[]] {
  fnArg("jvp", fn);
  const all = [...listArg("jvp", "primals", primals), ...listArg("jvp", "tangents", tangents)];
  const [backend, transforms] = engine("jvp", all, Transforms);
  const { values, jvps } = transforms.jvp(
    (tracers) => traced("jvp", backend, tracers, (arrays) => fn(...arrays)),
    handlesOf("jvp", primals),
    handlesOf("jvp", tangents),
  );
  return [wrapAll(backend, values), wrapAll(backend, jvps)];
}
