// Kernels in Metal and CUDA that users write, part of `mx.fast`. What a kernel needs is checked here, since
// a GPU that gets wrong sizes says nothing or ends the process; making and running it is the engine's.

import {
  type Backend,
  type DType,
  type Extent,
  type Handle,
  type KernelFunction,
  type KernelLaunch,
  Kernels,
  type KernelsExtension,
  type MathMode,
  rangeError,
  shown,
  type TemplateValue,
  typeError,
  UnsupportedError,
} from "@mlx-ts/backend-api";
import {
  arraysArg,
  backendOf,
  boolArg,
  choiceArg,
  dtypeArg,
  floatOrNullArg,
  intArg,
  intsArg,
} from "./arguments.js";
import type { ArrayLike, MLXArray } from "./array.js";
import { defaultBackend } from "./backend.js";
import { isDType } from "./dtype.js";
import { keywords } from "./keywords.js";
import { named, placeOf, type StreamOptions } from "./options.js";
import { isPlainObject } from "./tree.js";
import { wrapAll } from "./wrap.js";

export type { Extent, MathMode, TemplateValue } from "@mlx-ts/backend-api";

/** What every launch of a kernel says. */
export interface LaunchOptions extends StreamOptions {
  /** One array for each input. */
  inputs: readonly ArrayLike[];
  /** The shape of each output. */
  outputShapes: readonly (readonly number[])[];
  /** The dtype of each output. */
  outputDtypes: readonly DType[];
  /** Threads in all, along x, y and z. */
  grid: Extent;
  /** Threads of one group; at most 1024 together. */
  threadgroup: Extent;
  /** What outputs hold before the kernel runs; `null` leaves them as they come. Default: `null`. */
  initValue?: number | null | undefined;
}

/** One call of a {@link Kernel}. */
export interface KernelOptions extends LaunchOptions {
  /** Template arguments: whole numbers, booleans and dtypes by name. Default: `null`. */
  template?: readonly (readonly [name: string, value: TemplateValue])[] | null | undefined;
  /** Print the generated source. Default: `false`. */
  verbose?: boolean | undefined;
}

/** A kernel that was made from source: call it for one array for each output. */
export type Kernel = (options: KernelOptions) => MLXArray[];

/** What {@link metalKernel} and {@link cudaKernel} take by name. */
interface SourceOptions {
  /** Code that stands before the function. Default: `""`. */
  header?: string | undefined;
  /** Copy inputs with gaps first. Default: `true`. */
  ensureRowContiguous?: boolean | undefined;
}

/** Options of {@link metalKernel}. */
export interface MetalKernelOptions extends SourceOptions {
  /** Declare outputs as atomics. Default: `false`. */
  atomicOutputs?: boolean | undefined;
  /** `mathMode`: "safe" keeps infinities and NaN as IEEE says. Default: `{ mathMode: "safe" }`. */
  compileOptions?: { mathMode?: MathMode | undefined } | null | undefined;
}

/** Options of {@link cudaKernel}. */
export interface CudaKernelOptions extends SourceOptions {
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

const launchNames = [
  ...["inputs", "outputShapes", "outputDtypes", "grid", "threadgroup", "initValue"],
] as const;
const callNames = [...launchNames, "template", "verbose"] as const;
const precompiledNames = [
  ...launchNames,
  ...["name", "compiledSource", "scalars", "sharedMemory", "ensureRowContiguous"],
] as const;

function extension(op: string, backend: Backend): KernelsExtension {
  const found = backend.extension(Kernels);
  if (found === undefined) throw new UnsupportedError(op, backend.id);
  return found;
}

function textArg(op: string, name: string, value: unknown): string {
  if (typeof value === "string") return value;
  throw typeError(`[${op}] ${name} must be a string, got ${shown(value)}`);
}

/** Names become parts of the program. */
function identifierArg(op: string, name: string, value: unknown): string {
  const text = textArg(op, name, value);
  if (/^[A-Za-z_]\w*$/.test(text)) return text;
  throw rangeError(`[${op}] ${name} is ${shown(text)}, it must be a name as C++ has them`);
}

function listArg(op: string, name: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw typeError(`[${op}] ${name} must be a list, got ${shown(value)}`);
}

const identifiersArg = (op: string, name: string, value: unknown): string[] =>
  listArg(op, name, value).map((item, i) => identifierArg(op, `${name}[${i}]`, item));

function bytesArg(op: string, name: string, value: unknown): number {
  const bytes = intArg(op, name, value);
  if (bytes >= 0) return bytes;
  throw rangeError(`[${op}] ${name} is ${bytes}, a number of bytes must not be negative`);
}

function shapeArg(op: string, name: string, value: unknown): readonly number[] {
  const shape = intsArg(op, name, listArg(op, name, value));
  if (shape.every((size) => size >= 0)) return shape;
  throw rangeError(`[${op}] ${name} is ${shown(shape)}, sizes must not be negative`, "SHAPE");
}

function extentArg(op: string, name: string, value: unknown): Extent {
  const [x, y, z, ...more] = intsArg(op, name, listArg(op, name, value));
  if (x === undefined || y === undefined || z === undefined || more.length > 0) {
    throw rangeError(`[${op}] ${name} must be three counts, got ${shown(value)}`);
  }
  if (Math.min(x, y, z) >= 1) return [x, y, z];
  throw rangeError(`[${op}] ${name} is ${shown(value)}, counts must be at least 1`);
}

/** No GPU that Metal or CUDA run on has larger groups. */
const mostThreads = 1024;

/** A launch whose sizes a GPU can take. */
function launchOf(op: string, options: LaunchOptions, backend: Backend): KernelLaunch<Handle> {
  const outputShapes = listArg(op, "outputShapes", options.outputShapes).map((shape, i) =>
    shapeArg(op, `outputShapes[${i}]`, shape),
  );
  const outputDtypes = listArg(op, "outputDtypes", options.outputDtypes).map((dtype, i) =>
    dtypeArg(op, `outputDtypes[${i}]`, dtype),
  );
  const threadgroup = extentArg(op, "threadgroup", options.threadgroup);
  const threads = threadgroup.reduce((all, n) => all * n, 1);
  if (threads > mostThreads) {
    throw rangeError(`[${op}] threadgroup has ${threads} threads, it may have ${mostThreads}`);
  }
  return {
    inputs: arraysArg(op, "inputs", options.inputs, backend),
    outputShapes,
    outputDtypes,
    grid: extentArg(op, "grid", options.grid),
    threadgroup,
    initValue: floatOrNullArg(op, "initValue", options.initValue ?? null),
  };
}

function expectCount(op: string, name: string, list: readonly unknown[], count: number): void {
  if (list.length === count) return;
  throw rangeError(`[${op}] ${name} has ${list.length} items, the kernel was made for ${count}`);
}

function templateArg(op: string, value: unknown): (readonly [string, TemplateValue])[] {
  return listArg(op, "template", value).map((pair, i) => {
    const [name, argument, ...more] = listArg(op, `template[${i}]`, pair);
    if (more.length > 0) {
      throw rangeError(`[${op}] template[${i}] must be a name and a value, got ${shown(pair)}`);
    }
    const place = `template[${i}][1]`;
    const known = typeof argument === "boolean" || isDType(argument);
    return [
      identifierArg(op, `template[${i}][0]`, name),
      known ? argument : intArg(op, place, argument),
    ] as const;
  });
}

/** The function that users call. */
function callable(
  op: string,
  backend: Backend,
  kernel: KernelFunction<Handle>,
  inputs: number,
  outputs: number,
): Kernel {
  return (options) => {
    named<KernelOptions>(op, options, callNames, 0);
    const launch = launchOf(op, options, backend);
    expectCount(op, "inputs", launch.inputs, inputs);
    expectCount(op, "outputShapes", launch.outputShapes, outputs);
    expectCount(op, "outputDtypes", launch.outputDtypes, outputs);
    const template = templateArg(op, options.template ?? []);
    const verbose = boolArg(op, "verbose", options.verbose ?? false);
    const at = placeOf(op, options.stream);
    return wrapAll(backend, kernel({ ...launch, template, verbose }, at));
  };
}

/** The arguments that kernels in both languages have. */
function sourceOf(
  op: string,
  name: string,
  inputNames: readonly string[],
  outputNames: readonly string[],
  source: string,
  { header = "", ensureRowContiguous = true }: SourceOptions,
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
  const options = keywords<MetalKernelOptions>("metalKernel", names, [
    ...given,
    isLast ? { compileOptions: last } : last,
  ]);
  return options;
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
