// Kernels in Metal and CUDA that users write, part of `mx.fast`: their source is checked here, their launches
// in ./kernel-launch.ts; making and running them is the engine's.

import {
  type Backend,
  Kernels,
  type KernelsExtension,
  type MathMode,
  rangeError,
  shown,
  typeError,
  UnsupportedError,
} from "@mlx-ts/backend-api";
import { backendOf, boolArg, choiceArg } from "./arguments.js";
import type { MLXArray } from "./array.js";
import { defaultBackend } from "./backend.js";
import {
  bytesArg,
  callable,
  expectCount,
  identifierArg,
  identifiersArg,
  type Kernel,
  type LaunchOptions,
  launchNames,
  launchOf,
  textArg,
} from "./kernel-launch.js";
import { keywords } from "./keywords.js";
import { listArg } from "./library-arguments.js";
import { named, placeOf } from "./options.js";
import { isPlainObject } from "./tree.js";
import { wrapAll } from "./wrap.js";

export type { Kernel, KernelOptions, LaunchOptions } from "./kernel-launch.js";

/** What {@link metalKernel} and {@link cudaKernel} take by name. */
export interface KernelSourceOptions {
  /** Code that stands before the function. Default: `""`. */
  header?: string | undefined;
  /** Copy inputs with gaps first. Default: `true`. */
  ensureRowContiguous?: boolean | undefined;
}

/** Options of {@link metalKernel}. */
export interface MetalKernelOptions extends KernelSourceOptions {
  /** Declare outputs as atomics. Default: `false`. */
  atomicOutputs?: boolean | undefined;
  /** `mathMode`: "safe" keeps infinities and NaN as IEEE says. Default: `{ mathMode: "safe" }`. */
  compileOptions?: { mathMode?: MathMode | undefined } | null | undefined;
}

/** Options of {@link cudaKernel}. */
export interface CudaKernelOptions extends KernelSourceOptions {
  /** Dynamic shared memory in bytes. Default: `0`. */
  sharedMemory?: number | undefined;
}

/** Options of {@link precompiledCudaKernel}, of which all but the last four must be given. */
export interface PrecompiledCudaKernelOptions extends LaunchOptions {
  /** The function's name in the code. */
  name: string;
  /** PTX or cubin. */
  compiledSource: Uint8Array;
  /** Further arguments: numbers are float32, bigints int32. */
  scalars: readonly (number | bigint | boolean)[];
  /** Dynamic shared memory in bytes. Default: `0`. */
  sharedMemory?: number | undefined;
  /** Copy inputs with gaps first. Default: `false`. */
  ensureRowContiguous?: boolean | undefined;
}

const precompiledNames = [
  ...launchNames,
  "name",
  "compiledSource",
  "scalars",
  "sharedMemory",
  "ensureRowContiguous",
] as const;

function extension(op: string, backend: Backend): KernelsExtension {
  const found = backend.extension(Kernels);
  if (found === undefined) throw new UnsupportedError(op, backend.id);
  return found;
}

/** The arguments that kernels in both languages have. */
function sourceOf(
  op: string,
  name: string,
  inputNames: readonly string[],
  outputNames: readonly string[],
  source: string,
  { header = "", ensureRowContiguous = true }: KernelSourceOptions,
) {
  const outputs = identifiersArg(op, "outputNames", outputNames);
  if (outputs.length === 0) throw rangeError(`[${op}] outputNames is empty, name at least one`);
  return {
    name: identifierArg(op, "name", name),
    inputNames: identifiersArg(op, "inputNames", inputNames),
    outputNames: outputs,
    source: textArg(op, "source", source),
    header: textArg(op, "header", header),
    ensureRowContiguous: boolArg(op, "ensureRowContiguous", ensureRowContiguous),
  };
}

function mathModeOf(options: MetalKernelOptions["compileOptions"]): MathMode {
  const op = "metalKernel";
  if (options === undefined || options === null) return "safe";
  if (!isPlainObject(options)) {
    throw typeError(`[${op}] compileOptions must be a plain object, got ${shown(options)}`);
  }
  const [unknown] = Object.keys(options).filter((key) => key !== "mathMode");
  if (unknown !== undefined) {
    throw typeError(`[${op}] there is no compile option "${unknown}"; there is mathMode`, "OPTION");
  }
  const { mathMode = "safe" } = options as { mathMode?: unknown };
  return choiceArg(op, "compileOptions.mathMode", mathMode, ["safe", "relaxed", "fast"]);
}

/**
 * Makes a kernel from the body of a function in Metal. The head is written from the names: inputs are
 * `const device T*`, outputs `device T*`, and `<input>_shape`, `<input>_strides`, `<input>_ndim` and the
 * thread attributes of Metal exist where the body names them. Whoever calls it often keeps it.
 *
 * @param name - a name for the kernel
 * @param inputNames - the inputs' names in the body
 * @param outputNames - the outputs' names in the body, at least one
 * @param source - the body
 * @param header - code that stands before the function; default `""`
 * @param ensureRowContiguous - copy inputs with gaps first; default `true`
 * @param atomicOutputs - declare outputs as atomics; default `false`
 * @param compileOptions - `mathMode`: `"safe"`, `"relaxed"` or `"fast"`; default `null`, which is safe
 * @returns a {@link Kernel}, which runs on a Mac's GPU; elsewhere its call throws
 * @throws TypeError or RangeError for arguments that no kernel could have
 * @throws MLXError UNSUPPORTED, at the call, where the engine has no Metal
 * @example
 * ```ts
 * const double = mx.fast.metalKernel(
 *   "double_it",
 *   ["inp"],
 *   ["out"],
 *   "uint i = thread_position_in_grid.x; out[i] = 2 * inp[i];",
 * );
 * typeof double; // "function"
 * ```
 * @see Python: `mlx.core.fast.metal_kernel`
 */
export function metalKernel(
  name: string,
  inputNames: readonly string[],
  outputNames: readonly string[],
  source: string,
  header?: string | MetalKernelOptions,
  ensureRowContiguous?: boolean | MetalKernelOptions,
  atomicOutputs?: boolean | MetalKernelOptions,
  compileOptions?: MetalKernelOptions["compileOptions"] | MetalKernelOptions,
): Kernel {
  const op = "metalKernel";
  const options = metalOptions([header, ensureRowContiguous, atomicOutputs], compileOptions);
  const { atomicOutputs: atomic = false } = options;
  const base = sourceOf(op, name, inputNames, outputNames, source, options);
  const backend = defaultBackend();
  const kernel = extension(op, backend).metalKernel({
    ...base,
    atomicOutputs: boolArg(op, "atomicOutputs", atomic),
    mathMode: mathModeOf(options.compileOptions),
  });
  return callable(op, backend, kernel, base.inputNames.length, base.outputNames.length);
}

/** In the last place, the compile options and the options are both plain objects: keys tell them apart. */
function metalOptions(given: readonly unknown[], last: unknown): MetalKernelOptions {
  const names = ["header", "ensureRowContiguous", "atomicOutputs", "compileOptions"] as const;
  const isLast = isPlainObject(last) && !("compileOptions" in last);
  return keywords("metalKernel", names, [...given, isLast ? { compileOptions: last } : last]);
}

/**
 * Makes a kernel from the body of a function in CUDA C++, as {@link metalKernel} does from Metal.
 *
 * @param name - a name for the kernel
 * @param inputNames - the inputs' names in the body
 * @param outputNames - the outputs' names in the body, at least one
 * @param source - the body
 * @param header - code that stands before the function; default `""`
 * @param ensureRowContiguous - copy inputs with gaps first; default `true`
 * @param sharedMemory - dynamic shared memory in bytes; default `0`
 * @returns a {@link Kernel}
 * @throws TypeError or RangeError for arguments that no kernel could have
 * @throws MLXError UNSUPPORTED where the engine has no CUDA
 * @example
 * ```ts
 * const make = () => mx.fast.cudaKernel("copy_it", ["inp"], ["out"], "out[0] = inp[0];");
 * typeof make; // "function"
 * ```
 * @see Python: `mlx.core.fast.cuda_kernel`
 */
export function cudaKernel(
  name: string,
  inputNames: readonly string[],
  outputNames: readonly string[],
  source: string,
  header?: string | CudaKernelOptions,
  ensureRowContiguous?: boolean | CudaKernelOptions,
  sharedMemory?: number | CudaKernelOptions,
): Kernel {
  const op = "cudaKernel";
  const options = keywords<CudaKernelOptions>(
    op,
    ["header", "ensureRowContiguous", "sharedMemory"],
    [header, ensureRowContiguous, sharedMemory],
  );
  const base = sourceOf(op, name, inputNames, outputNames, source, options);
  const backend = defaultBackend();
  const kernel = extension(op, backend).cudaKernel({
    ...base,
    sharedMemory: bytesArg(op, "sharedMemory", options.sharedMemory ?? 0),
  });
  return callable(op, backend, kernel, base.inputNames.length, base.outputNames.length);
}

/**
 * Runs a CUDA kernel that was compiled before, to PTX or cubin.
 *
 * @param options - the code, its arguments and the launch
 * @returns one array for each output
 * @throws TypeError or RangeError for arguments that no kernel could have
 * @throws MLXError UNSUPPORTED where the engine has no CUDA
 * @example
 * ```ts
 * typeof mx.fast.precompiledCudaKernel; // "function"
 * ```
 * @see Python: `mlx.core.fast.precompiled_cuda_kernel`
 */
export function precompiledCudaKernel(options: PrecompiledCudaKernelOptions): MLXArray[] {
  const op = "precompiledCudaKernel";
  named<PrecompiledCudaKernelOptions>(op, options, precompiledNames, 0);
  const backend = Array.isArray(options.inputs) ? backendOf(...options.inputs) : defaultBackend();
  const launch = launchOf(op, options, backend);
  if (launch.outputShapes.length === 0) {
    throw rangeError(`[${op}] outputShapes is empty, a kernel has at least one output`);
  }
  expectCount(op, "outputDtypes", launch.outputDtypes, launch.outputShapes.length);
  if (!(options.compiledSource instanceof Uint8Array)) {
    throw typeError(
      `[${op}] compiledSource must be a Uint8Array, got ${shown(options.compiledSource)}`,
    );
  }
  const kernel = {
    ...launch,
    name: identifierArg(op, "name", options.name),
    compiledSource: options.compiledSource,
    scalars: listArg(op, "scalars", options.scalars).map((item, i) => scalarArg(op, i, item)),
    sharedMemory: bytesArg(op, "sharedMemory", options.sharedMemory ?? 0),
    ensureRowContiguous: boolArg(op, "ensureRowContiguous", options.ensureRowContiguous ?? false),
  };
  const at = placeOf(op, options.stream);
  return wrapAll(backend, extension(op, backend).precompiledCudaKernel(kernel, at));
}

function scalarArg(op: string, i: number, value: unknown): number | bigint | boolean {
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value !== "bigint") {
    throw typeError(
      `[${op}] scalars[${i}] must be a number, bigint or boolean, got ${shown(value)}`,
    );
  }
  if (BigInt.asIntN(32, value) === value) return value;
  throw rangeError(`[${op}] scalars[${i}] is ${value}n, which does not fit an int32`);
}
