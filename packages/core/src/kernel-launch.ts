// One launch of a user's kernel: what every launch says, and the checks of it. A GPU that gets wrong sizes
// says nothing or ends the process.

import {
  type Backend,
  type DType,
  type Extent,
  type Handle,
  type KernelFunction,
  type KernelLaunch,
  rangeError,
  shown,
  type TemplateValue,
  typeError,
} from "@mlx-ts/backend-api";
import { arraysArg, boolArg, dtypeArg, floatOrNullArg, intArg, intsArg } from "./arguments.js";
import type { ArrayLike, MLXArray } from "./array.js";
import { isDType } from "./dtype.js";
import { listArg } from "./library-arguments.js";
import { named, placeOf, type StreamOptions } from "./options.js";
import { wrapAll } from "./wrap.js";

/** What every launch of a kernel says. */
export interface LaunchOptions extends StreamOptions {
  /** One array for each input; a number becomes float32. */
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

/** The options of every launch. */
export const launchNames = [
  "inputs",
  "outputShapes",
  "outputDtypes",
  "grid",
  "threadgroup",
  "initValue",
] as const;
const callNames = [...launchNames, "template", "verbose"] as const;

export function textArg(op: string, name: string, value: unknown): string {
  if (typeof value === "string") return value;
  throw typeError(`[${op}] ${name} must be a string, got ${shown(value)}`);
}

/** Names become parts of the program. */
export function identifierArg(op: string, name: string, value: unknown): string {
  const text = textArg(op, name, value);
  if (/^[A-Za-z_]\w*$/.test(text)) return text;
  throw rangeError(`[${op}] ${name} is ${shown(text)}, it must be a name as C++ has them`);
}

export const identifiersArg = (op: string, name: string, value: unknown): string[] =>
  listArg(op, name, value).map((item, i) => identifierArg(op, `${name}[${i}]`, item));

export function bytesArg(op: string, name: string, value: unknown): number {
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
export function launchOf(
  op: string,
  options: LaunchOptions,
  backend: Backend,
): KernelLaunch<Handle> {
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

export function expectCount(
  op: string,
  name: string,
  list: readonly unknown[],
  count: number,
): void {
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
export function callable(
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
