// Compiled functions: traced once for each combination of shapes, dtypes and constants, then replayed
// by the engine. Captured state (modules, optimizers, the random state) enters as hidden inputs and is
// replaced by hidden outputs, so that a whole training step is one call.

import {
  type Backend,
  Compile,
  type CompiledFunction,
  type CompileExtension,
  type Handle,
  MLXError,
  shown,
  typeError,
} from "@mlx-ts/backend-api";
import type { MLXArray } from "../array.js";
import { Life, release } from "../lifetime.js";
import { fnArg, own, refusePromise } from "../scope.js";
import { arraysIn, isPlainObject, type Place, placesOf, put, signature } from "../tree.js";
import { wrapAll } from "../wrap.js";
import { backendOf, type Fn, handlesOf, refill, refuseNodes, traced } from "./trace.js";

/** Options of {@link compile}. */
export interface CompileOptions {
  /** Trees that the function reads besides its arguments: modules, optimizers, `mx.random.state`. */
  inputs?: unknown;
  /** Trees whose arrays the function replaces; they must be among `inputs` too where it reads them. */
  outputs?: unknown;
  /** Trees that the function reads and replaces: short for the same `inputs` and `outputs`. */
  state?: unknown;
  /** Do not trace anew for other shapes; shapes read inside stay those of the first call. Default: `false`. */
  shapeless?: boolean;
}

/** What one trace leaves behind: the shape of its result, and how much state it replaces. */
interface Trace {
  readonly result: unknown;
  readonly stateCount: number;
}

/** Compilation for engines that have none: the function runs in every call, on the arrays themselves. */
const uncompiled = (backend: Backend): CompileExtension => ({
  compile: () => ({
    call: (fn, inputs) => ({
      outputs: [...fn(inputs.map((handle) => backend.retain(handle)))],
      trace: 0,
    }),
    dispose() {},
  }),
});

const optionNames = ["inputs", "outputs", "state", "shapeless"];

function checkOptions(options: unknown): asserts options is CompileOptions {
  if (!isPlainObject(options)) {
    throw typeError(
      `[compile] the options must be a plain object, got ${shown(options)}`,
      "OPTION",
    );
  }
  for (const key of Object.keys(options)) {
    if (optionNames.includes(key)) continue;
    throw typeError(
      `[compile] there is no option "${key}"; the options are ${optionNames.join(", ")}`,
      "OPTION",
    );
  }
}

let compiling = true;

/**
 * Turns compilation off in this thread: compiled functions then run as they are written.
 *
 * @example
 * ```ts
 * const double = mx.compile((x: mx.MLXArray) => x.add(x));
 * mx.disableCompile(); // for example to look into `double` with a debugger
 * double(mx.array([1])).tolist(); // [2]
 * mx.enableCompile();
 * ```
 * @see Python: `mlx.core.disable_compile`
 */
export function disableCompile(): void {
  compiling = false;
}

/**
 * Turns compilation on again, which is the default.
 *
 * @example
 * ```ts
 * mx.disableCompile();
 * mx.enableCompile();
 * mx.compile((x: mx.MLXArray) => x.add(x))(mx.array([1])).tolist(); // [2]
 * ```
 * @see Python: `mlx.core.enable_compile`
 */
export function enableCompile(): void {
  compiling = true;
}

/**
 * Compiles a function: its first call traces it, later calls with the same shapes replay the trace.
 *
 * Numbers, strings and booleans among the arguments are constants: a new value traces anew, so pass a
 * changing learning rate as an array. Everything else that the function reads is baked in, unless it is
 * captured by the options. On a backend that compiles nothing the function runs each time.
 *
 * @param fn - synchronous; takes and returns trees of arrays
 * @param options - `inputs`, `outputs`, `state`: captured trees; `shapeless`
 * @returns a function of the same arguments
 * @throws TypeError when `fn` is no function, or an argument is a module (capture it by `state`)
 * @throws RangeError when `fn` reads a value during the trace (`item`, `eval`, `tolist`)
 * @example
 * ```ts
 * const gelu = mx.compile((x: mx.MLXArray) => mx.multiply(x, mx.sigmoid(mx.multiply(x, 1.702))));
 * gelu(mx.array([0])).tolist(); // [0]
 * ```
 * @see Python: `mlx.core.compile`
 */
export function compile<F extends Fn>(fn: F, options: CompileOptions = {}): F {
  fnArg("compile", fn);
  checkOptions(options);
  const { inputs = options.state, outputs = options.state, shapeless = false } = options;
  const wrapper = new CompiledWrapper(fn, inputs, outputs, shapeless);
  const call = (...args: never[]) => (compiling ? wrapper.call(args) : fn(...args));
  return call as F;
}

class CompiledWrapper {
  readonly #fn: Fn;
  readonly #inputs: unknown;
  readonly #outputs: unknown;
  readonly #shapeless: boolean;
  #backend: Backend | undefined;
  #compiled: CompiledFunction<Handle> | undefined;
  readonly #keys = new Map<string, number>();
  readonly #traces: Trace[] = [];

  constructor(fn: Fn, inputs: unknown, outputs: unknown, shapeless: boolean) {
    this.#fn = fn;
    this.#inputs = inputs;
    this.#outputs = outputs;
    this.#shapeless = shapeless;
  }

  call(args: unknown[]): unknown {
    refuseNodes("compile", args, "capture it instead: compile(fn, { state: [it] })");
    const own = arraysIn(args);
    const places = placesOf(this.#inputs);
    const arrays = own.concat(places.map((place) => place.array));
    const backend = backendOf("compile", arrays);
    const extension = backend.extension(Compile);
    // Traces belong to the engine that made them.
    if (this.#backend !== backend) this.#forget(backend);
    // Where nothing is replayed, no earlier trace is of use.
    if (extension === undefined) this.#traces.length = 0;
    this.#compiled ??= (extension ?? uncompiled(backend)).compile(this.#shapeless);
    const handles = handlesOf("compile", arrays);
    const traceCount = this.#traces.length;
    const { outputs, trace } = this.#compiled.call(
      (tracers) => this.#trace(backend, tracers, args, places),
      handles,
      this.#key(args),
    );
    // A replay leaves the state as it was found: no need to look for its places again.
    const known = this.#outputs === this.#inputs && this.#traces.length === traceCount;
    const targets = known ? places : placesOf(this.#outputs);
    return this.#deliver(wrapAll(backend, outputs), trace, targets);
  }

  /** Starts anew, on another backend. */
  #forget(backend: Backend): void {
    this.#compiled?.dispose();
    this.#compiled = undefined;
    this.#traces.length = 0;
    this.#backend = backend;
  }

  /** A small integer for everything about the call that is not an array's content. */
  #key(args: unknown[]): number {
    const text = `${signature(args)}|${this.#inputs === undefined ? "" : signature(this.#inputs)}`;
    let key = this.#keys.get(text);
    if (key === undefined) {
      key = this.#keys.size;
      this.#keys.set(text, key);
    }
    return key;
  }

  /** Called by the engine: runs the function with tracers in the arguments' and the state's places. */
  #trace(
    backend: MLXArray["backend"],
    tracers: readonly Handle[],
    args: unknown[],
    places: readonly Place[],
  ): Handle[] {
    const before = placesOf(this.#outputs);
    try {
      return traced("compile", backend, tracers, (arrays) => {
        const hidden = arrays.splice(arrays.length - places.length);
        places.forEach((place, i) => {
          put(place, hidden[i] as MLXArray);
        });
        const result = this.#fn(...(refill(args, arrays) as never[]));
        refusePromise("compile", result);
        const state = arraysIn(this.#outputs);
        this.#traces.push({ result, stateCount: state.length });
        return [result, state];
      });
    } finally {
      this.#restore(places, before);
    }
  }

  /** Puts the original arrays back where tracers stand, and lets the tracers go. */
  #restore(places: readonly Place[], before: readonly Place[]): void {
    const originals = new Set([...places, ...before].map((place) => place.array));
    const strangers = arraysIn([this.#inputs, this.#outputs]).filter((a) => !originals.has(a));
    for (const place of before) put(place, place.array);
    for (const place of places) put(place, place.array);
    // The scope has released its tracers; those that an updater owns go here. Arrays that the function
    // found elsewhere and put into the state are not ours.
    for (const array of strangers) {
      if (array.life === Life.owned) release(array, "the end of compile");
    }
  }

  /** Parts outputs into result and state, and puts the state in its places. */
  #deliver(outputs: MLXArray[], index: number, places: readonly Place[]): unknown {
    const trace = this.#traces[index];
    if (trace === undefined)
      throw new MLXError(`[compile] the engine named an unknown trace ${index}`);
    const resultCount = outputs.length - trace.stateCount;
    const state = outputs.splice(resultCount);
    if (state.length > 0) replaceState(places, state);
    return refill(trace.result, outputs);
  }
}

function replaceState(places: readonly Place[], state: readonly MLXArray[]): void {
  if (places.length !== state.length) {
    throw new MLXError(
      `[compile] the captured state has ${places.length} arrays, the trace made ${state.length}; initialise it before the first call (optimizer.init)`,
    );
  }
  for (let i = 0; i < state.length; i++) {
    const place = places[i] as Place;
    const old = place.array;
    const value = state[i] as MLXArray;
    put(place, own(value));
    if (old !== value && old.life === Life.owned) {
      release(old, "a compiled function that replaced it");
    }
  }
}
