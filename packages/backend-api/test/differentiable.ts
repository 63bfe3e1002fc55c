// withAutodiff over the counted base, and functions over its handles that own what they should.

import {
  type HandleFunction,
  type OpName,
  type Ops,
  Transforms,
  type TransformsExtension,
  type Variable,
  withAutodiff,
} from "../src/index.js";
import { countedBackend, type Slot } from "./counted.js";

export type V = Variable<Slot>;

export const backend = withAutodiff(countedBackend);

/** Handles made since the innermost function or {@link tidy} began. */
let made: V[] = [];

const noted = (result: V | V[]): V | V[] => {
  made.push(...[result].flat());
  return result;
};

/** The backend's ops; results are released where {@link tidy} or {@link owning} ends. */
export const ops = Object.fromEntries(
  Object.entries(backend.ops).map(([op, call]) => [
    op as OpName,
    (...args: never[]) => noted((call as (...args: never[]) => V | V[])(...args)),
  ]),
) as unknown as Ops<V>;

function within<T>(run: () => T): T {
  const outer = made;
  made = [];
  try {
    return run();
  } finally {
    backend.release(made);
    made = outer;
  }
}

/** Runs, and releases every handle that was made. */
export const tidy = <T>(run: () => T): T => within(run);

/** A function as transforms call it: it owns its inputs, and gives its outputs away. */
export const owning =
  (fn: (...inputs: V[]) => V | readonly V[]): HandleFunction<V> =>
  (inputs) =>
    within(() => {
      made.push(...inputs);
      return [fn(...inputs)].flat().map((output) => backend.retain(output));
    });

/** float64 elements, which make derivatives exact. */
export function array(values: number | readonly number[], shape?: readonly number[]): V {
  const list = typeof values === "number" ? [values] : values;
  const sizes = shape ?? (typeof values === "number" ? [] : [list.length]);
  const data = Float64Array.from(list);
  const handle = backend.fromHost({ shape: sizes, dtype: "float64", data });
  made.push(handle);
  return handle;
}

/** An array's elements. */
export const read = (a: V): number[] => Array.from(backend.toHostSync(a).data, Number);

/** The element of an array that has one. */
export const item = (a: V | undefined): number => (a ? (read(a)[0] ?? Number.NaN) : Number.NaN);

export const transforms = backend.extension(Transforms) as unknown as TransformsExtension<V>;

type Fn = (...inputs: V[]) => V | readonly V[];

/** The gradients of a scalar function. */
export function grad(fn: Fn, ...inputs: V[]): V[] {
  const argnums = inputs.map((_, i) => i);
  const { values, grads } = transforms.valueAndGrad(owning(fn), inputs, argnums);
  made.push(...values, ...grads);
  return grads;
}

/** The derivative of a scalar function of one argument. */
export const slope = (fn: (x: V) => V, at: V): V => grad(fn as Fn, at)[0] as V;

/** Values and products from the left. */
export function vjp(fn: Fn, primals: readonly V[], cotangents: readonly V[]): V[] {
  const { values, vjps } = transforms.vjp(owning(fn), primals, cotangents);
  made.push(...values, ...vjps);
  return vjps;
}

/** Products from the right. */
export function jvp(fn: Fn, primals: readonly V[], tangents: readonly V[]): V[] {
  const { values, jvps } = transforms.jvp(owning(fn), primals, tangents);
  made.push(...values, ...jvps);
  return jvps;
}

/** A function of one example, batched along the first axes. */
export function vmap(fn: Fn, ...inputs: V[]): V[] {
  const outputs = transforms.vmap(
    (examples) => {
      const given = owning(fn)(examples);
      return { outputs: given, axes: given.map(() => 0) };
    },
    inputs,
    inputs.map(() => 0),
  );
  made.push(...outputs);
  return outputs;
}

/** Notes handles that a transform gave. */
export function own(handles: readonly V[]): readonly V[] {
  made.push(...handles);
  return handles;
}
