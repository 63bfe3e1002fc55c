// Functions that bring their own derivatives and batching, in place of those that MLX derives.

import {
  type Backend,
  type Handle,
  rangeError,
  shown,
  Transforms,
  typeError,
} from "@mlx-ts/backend-api";
import { MLXArray } from "../array.js";
import { zerosLike } from "../ops/creation.js";
import { fnArg, refusePromise } from "../scope.js";
import { arraysIn, filled, hole, isPlainObject, type Skeleton, skeletonOf } from "../tree.js";
import { wrapAll } from "../wrap.js";
import { backendOf, type Fn, handlesOf, refuseNodes, traced } from "./trace.js";
import { flatAxes } from "./vmap.js";

/** What rules get for a function's arguments: the one argument, or the list of several. */
export type Primals<F extends Fn> = Parameters<F> extends [infer One] ? One : Parameters<F>;

/** A tree with something else in the places of its arrays. */
export type Replaced<T, R> = T extends MLXArray
  ? R
  : T extends object
    ? { [K in keyof T]: Replaced<T[K], R> }
    : T;

/** Gives a vector-Jacobian product for each array of the primals, in their structure; null is zero. */
export type VjpRule<F extends Fn> = (
  primals: Primals<F>,
  cotangents: ReturnType<F>,
  outputs: ReturnType<F>,
) => unknown;

/** Gives a Jacobian-vector product for each output; a primal without a tangent has null. */
export type JvpRule<F extends Fn> = (
  primals: Primals<F>,
  tangents: Replaced<Primals<F>, MLXArray | null>,
) => unknown;

/** Gives the outputs for batched inputs, and the batch axis of each or null, as trees. */
export type VmapRule<F extends Fn> = (
  inputs: Primals<F>,
  axes: Replaced<Primals<F>, number | null>,
) => readonly [outputs: unknown, axes: unknown];

/** A function with rules of its own; see {@link customFunction}. */
export interface CustomFunction<F extends Fn> {
  (...args: Parameters<F>): ReturnType<F>;
  /**
   * Sets what gradients use.
   *
   * @param rule - `(primals, cotangents, outputs)` to one product for each array of the primals
   * @returns the same function
   */
  vjp(rule: VjpRule<F>): CustomFunction<F>;
  /**
   * Sets what `mx.jvp` uses.
   *
   * @param rule - `(primals, tangents)` to one product for each output
   * @returns the same function
   */
  jvp(rule: JvpRule<F>): CustomFunction<F>;
  /**
   * Sets what `mx.vmap` uses.
   *
   * @param rule - `(inputs, axes)` to `[outputs, axes]`
   * @returns the same function
   */
  vmap(rule: VmapRule<F>): CustomFunction<F>;
}

/** The rules that were set, as they are called: with trees, whose types the setters have checked. */
interface Rules {
  vjp?: (primals: unknown, cotangents: unknown, outputs: unknown) => unknown;
  jvp?: (primals: unknown, tangents: unknown) => unknown;
  vmap?: (inputs: unknown, axes: unknown) => unknown;
}

/** What the graph keeps of one call. It must not lead to the call's arrays, which would live as long. */
class Call {
  /** The structure of the result, once the function has run. */
  output: Skeleton | undefined;

  constructor(
    readonly backend: Backend,
    readonly fn: Fn,
    readonly rules: Readonly<Rules>,
    readonly input: Skeleton,
  ) {}

  readonly forward = (handles: readonly Handle[]): Handle[] =>
    traced("customFunction", this.backend, handles, (arrays) => {
      const result = this.fn(...filled<never[]>(this.input, arrays));
      this.output ??= skeletonOf(result);
      return result;
    });

  /** The arguments with other things for their arrays: one argument alone, or the list. */
  #primals(items: readonly unknown[]): unknown {
    const args = filled<unknown[]>(this.input, items);
    return args.length === 1 ? args[0] : args;
  }

  #outputs(items: readonly unknown[]): unknown {
    return filled(this.output ?? skeletonOf(undefined), items);
  }

  vjp(rule: NonNullable<Rules["vjp"]>) {
    return (
      primals: readonly Handle[],
      cotangents: readonly Handle[],
      outputs: readonly Handle[],
    ) =>
      traced(
        "customFunction.vjp",
        this.backend,
        [...primals, ...cotangents, ...outputs],
        (arrays) => {
          const given = arrays.slice(0, primals.length);
          const rest = arrays.slice(primals.length);
          const products = rule(
            this.#primals(given),
            this.#outputs(rest.slice(0, cotangents.length)),
            this.#outputs(rest.slice(cotangents.length)),
          );
          refusePromise("customFunction.vjp", products);
          const { tree } = this.input;
          const single = Array.isArray(tree) && tree.length === 1;
          return aligned("vjp", single ? tree[0] : tree, products, given.length).map(
            (product, i) => product ?? zerosLike(given[i] as MLXArray),
          );
        },
      );
  }

  jvp(rule: NonNullable<Rules["jvp"]>) {
    return (primals: readonly Handle[], tangents: readonly Handle[], argnums: readonly number[]) =>
      traced("customFunction.jvp", this.backend, [...primals, ...tangents], (arrays) => {
        const sparse = new Array<MLXArray | null>(primals.length).fill(null);
        argnums.forEach((n, i) => {
          sparse[n] = arrays[primals.length + i] ?? null;
        });
        const products = rule(
          this.#primals(arrays.slice(0, primals.length)),
          this.#primals(sparse),
        );
        refusePromise("customFunction.jvp", products);
        return aligned("jvp", this.output?.tree, products);
      });
  }

  vmap(rule: NonNullable<Rules["vmap"]>) {
    return (inputs: readonly Handle[], axes: readonly (number | null)[]) => {
      let outAxes: (number | null)[] = [];
      const outputs = traced("customFunction.vmap", this.backend, inputs, (arrays) => {
        const pair = rule(this.#primals(arrays), this.#primals(axes));
        refusePromise("customFunction.vmap", pair);
        if (!Array.isArray(pair) || pair.length !== 2) {
          throw typeError(
            `[customFunction.vmap] the rule must return [outputs, axes], got ${shown(pair)}`,
          );
        }
        // Axes of arrays that have their batch already.
        outAxes = flatAxes("input", pair[0], pair[1]);
        return pair[0];
      });
      return { outputs, axes: outAxes };
    };
  }
}

/**
 * The arrays of a rule's result, in the order of a structure's arrays: by the structure where the result
 * has it, else in the result's own order.
 */
function aligned(
  rule: string,
  structure: unknown,
  result: unknown,
  count?: number,
): (MLXArray | null)[] {
  const out: (MLXArray | null)[] = [];
  const fits = (part: unknown, value: unknown): boolean => {
    if (part === hole) {
      if (value !== null && !(value instanceof MLXArray)) return false;
      out.push(value);
      return true;
    }
    if (Array.isArray(part)) {
      return (
        Array.isArray(value) &&
        value.length === part.length &&
        part.every((item, i) => fits(item, value[i]))
      );
    }
    if (part instanceof Map) {
      return value instanceof Map && [...part].every(([key, item]) => fits(item, value.get(key)));
    }
    if (isPlainObject(part)) {
      return (
        isPlainObject(value) && Object.entries(part).every(([key, item]) => fits(item, value[key]))
      );
    }
    return true;
  };
  if (fits(structure, result)) return out;
  const arrays = arraysIn(result);
  if (count === undefined || arrays.length === count) return arrays;
  throw rangeError(
    `[customFunction.${rule}] the rule gave ${shown(result)} with ${arrays.length} arrays, it must give one for each of the ${count} arrays of its primals`,
    "SHAPE",
  );
}

/**
 * Makes a function whose derivatives or batching are given by rules, set by its methods `vjp`, `jvp` and
 * `vmap`. What has no rule is derived from the function; without any, it is called as it is.
 *
 * A compiled function and an array that is not computed yet hold the rules, and what these refer to.
 *
 * @param fn - synchronous; takes and returns trees of arrays, other values in them are constants
 * @returns a function of the same arguments with the methods
 * @throws TypeError when `fn` returns no array, or an argument is a module (pass its parameters)
 * @throws RangeError when a rule's arrays do not have the number and shapes that they must have
 * @example
 * ```ts
 * const clipped = mx
 *   .customFunction((x: mx.MLXArray) => mx.square(x))
 *   .vjp((x, cotangent) => mx.clip(mx.multiply(cotangent, mx.multiply(x, 2)), -1, 1));
 * mx.grad((x: mx.MLXArray) => clipped(x))(mx.array(3)).item(); // 1
 * ```
 * @see Python: `mlx.core.custom_function`
 */
export function customFunction<F extends Fn>(fn: F): CustomFunction<F> {
  fnArg("customFunction", fn);
  const rules: Rules = {};
  const call = (...args: Parameters<F>): ReturnType<F> => {
    const { vjp, jvp, vmap } = rules;
    if (!vjp && !jvp && !vmap) return fn(...args) as ReturnType<F>;
    refuseNodes("customFunction", args, "pass its parameters");
    const inputs = arraysIn(args);
    const backend = backendOf("customFunction", inputs);
    const transforms = backend.extension(Transforms);
    // Without transforms nothing asks for the rules.
    if (transforms === undefined) return fn(...args) as ReturnType<F>;
    const once = new Call(backend, fn, { ...rules }, skeletonOf(args));
    const outputs = transforms.custom(
      {
        fn: once.forward,
        vjp: vjp && once.vjp(vjp),
        jvp: jvp && once.jvp(jvp),
        vmap: vmap && once.vmap(vmap),
      },
      handlesOf("customFunction", inputs),
    );
    return filled(once.output ?? skeletonOf(undefined), wrapAll(backend, outputs));
  };
  const setter =
    (name: keyof Rules) =>
    (rule: unknown): CustomFunction<F> => {
      rules[name] = fnArg(`customFunction.${name}`, rule) as never;
      return custom;
    };
  const custom: CustomFunction<F> = Object.assign(call, {
    vjp: setter("vjp"),
    jvp: setter("jvp"),
    vmap: setter("vmap"),
  });
  return custom;
}
