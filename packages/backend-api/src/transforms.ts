// Function transforms that an engine has itself: optional parts of a backend, over lists of handles.
// Trees, scopes and checks of arguments are core's.

import type { Handle } from "./backend.js";
import { extensionToken } from "./extensions.js";

/** A function over handles: it owns those it gets, and gives away those it returns. */
export type HandleFunction<H> = (inputs: readonly H[]) => readonly H[];

/** Function transforms of the engine itself. */
export interface TransformsExtension<H extends Handle = Handle> {
  /**
   * Value and gradient of the first output, which must be a scalar.
   *
   * @param fn - called once with tracers
   * @param inputs - all inputs
   * @param argnums - positions of the inputs to differentiate, ascending
   * @returns all outputs of `fn`, and one gradient for each of `argnums`
   */
  valueAndGrad(
    fn: HandleFunction<H>,
    inputs: readonly H[],
    argnums: readonly number[],
  ): { values: H[]; grads: H[] };
  /**
   * Outputs and vector-Jacobian products.
   *
   * @param fn - called once with tracers
   * @param primals - the inputs
   * @param cotangents - one for each output, of its shape
   */
  vjp(
    fn: HandleFunction<H>,
    primals: readonly H[],
    cotangents: readonly H[],
  ): { values: H[]; vjps: H[] };
  /**
   * Outputs and Jacobian-vector products.
   *
   * @param fn - called once with tracers
   * @param primals - the inputs
   * @param tangents - one for each input, of its shape
   */
  jvp(
    fn: HandleFunction<H>,
    primals: readonly H[],
    tangents: readonly H[],
  ): { values: H[]; jvps: H[] };
  /**
   * Runs a function of one example on a batch of them.
   *
   * @param fn - called once with tracers of one example
   * @param inputs - all inputs
   * @param axes - the batch axis of each input, or null; at least one is not null
   */
  vmap(fn: BatchFunction<H>, inputs: readonly H[], axes: readonly (number | null)[]): H[];
  /**
   * Runs a function whose derivatives or batching are its own.
   *
   * @param rules - the function and what replaces the engine's own rules; the graph holds them
   * @param inputs - all inputs
   */
  custom(rules: CustomRules<H>, inputs: readonly H[]): H[];
  /**
   * Runs a function whose intermediate values are computed again for gradients.
   *
   * @param fn - called now, and once for each gradient; the graph holds it
   * @param inputs - all inputs
   */
  checkpoint(fn: HandleFunction<H>, inputs: readonly H[]): H[];
  /**
   * The inputs, computed after other arrays.
   *
   * @param inputs - what is given back
   * @param dependencies - what is computed before
   */
  depends(inputs: readonly H[], dependencies: readonly H[]): H[];
}

/** A function of one example: it gives its outputs and the batch axis that each is to have, or null. */
export type BatchFunction<H> = (inputs: readonly H[]) => BatchedOutputs<H>;

/** Arrays and the batch axis of each; null: the array is the same for all examples. */
export interface BatchedOutputs<H> {
  readonly outputs: readonly H[];
  readonly axes: readonly (number | null)[];
}

/** A function and the rules that it brings for transforms; handles change hands as in {@link HandleFunction}. */
export interface CustomRules<H> {
  readonly fn: HandleFunction<H>;
  /** One product for each primal. */
  readonly vjp?:
    | ((primals: readonly H[], cotangents: readonly H[], outputs: readonly H[]) => readonly H[])
    | undefined;
  /** One product for each output; `argnums` says which primals have a tangent. */
  readonly jvp?:
    | ((primals: readonly H[], tangents: readonly H[], argnums: readonly number[]) => readonly H[])
    | undefined;
  /** `axes` has the batch axis of each input, or null. */
  readonly vmap?:
    | ((inputs: readonly H[], axes: readonly (number | null)[]) => BatchedOutputs<H>)
    | undefined;
}

/** Token of {@link TransformsExtension}. */
export const Transforms = extensionToken<TransformsExtension>("transforms");

/** A compiled function over handles. */
export interface CompiledFunction<H> {
  /**
   * Runs it, tracing first where shapes, dtypes or `key` are new.
   *
   * @param fn - called where a trace is needed; not kept, since it refers to what the caller holds
   * @param inputs - all inputs, captured state included
   * @param key - stands for everything that is not an array: another key traces anew
   * @returns the outputs, and which trace made them (0, 1, ...)
   */
  call(fn: HandleFunction<H>, inputs: readonly H[], key: number): { outputs: H[]; trace: number };
  /** Forgets all traces; the function may not be called again. */
  dispose(): void;
}

/** Compilation of the engine itself. */
export interface CompileExtension<H extends Handle = Handle> {
  /**
   * Makes a place for the traces of one function.
   *
   * @param shapeless - do not trace anew for other shapes
   */
  compile(shapeless: boolean): CompiledFunction<H>;
}

/** Token of {@link CompileExtension}. */
export const Compile = extensionToken<CompileExtension>("compile");
