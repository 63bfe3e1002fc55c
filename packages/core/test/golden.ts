// Reads the goldens that Python's MLX made (goldens/make_goldens.py tells how and in which format), calls
// our functions with the same arguments, and compares shapes, dtypes and elements.

import { readFileSync } from "node:fs";
import { type HostData, hostConstructor } from "@mlx-ts/backend-api";
import { expect, test } from "vitest";
import * as mx from "../src/index.js";
import { exactDoubles } from "./backends.js";

/** One element as the files hold it. */
export type Element = number | string | boolean;

/** An array as the files hold it. */
export interface GoldenArray {
  readonly shape: readonly number[];
  readonly dtype: mx.DType;
  readonly data: readonly Element[];
  readonly view?: "transpose" | "reverse" | "step" | "broadcast";
}

/** An argument as the files hold it. */
export type GoldenArg =
  | null
  | number
  | boolean
  | string
  | readonly GoldenArg[]
  | { readonly in: number }
  | { readonly slice: readonly (number | null)[] }
  | { readonly n: string }
  | { readonly big: string };

/** One call and what Python gave for it. */
export interface GoldenCase {
  readonly op: string;
  readonly args: readonly GoldenArg[];
  readonly kw?: Readonly<Record<string, GoldenArg>>;
  /** An op on the result and its further arguments. */
  readonly then?: readonly [string, ...GoldenArg[]];
  readonly out?: GoldenArray | readonly GoldenArray[];
  readonly error?: true;
}

/** A file of goldens, with what else a family keeps there. */
export interface Goldens {
  readonly mlx: string;
  readonly inputs: readonly GoldenArray[];
  readonly cases: readonly GoldenCase[];
  readonly [extra: string]: unknown;
}

/** The value itself, which must be there. */
export function must<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error("a value was expected here");
  return value;
}

/** Reads a family's goldens. */
export function goldens(family: string): Goldens {
  const file = new URL(`goldens/${family}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")) as Goldens;
}

const named: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  "-inf": Number.NEGATIVE_INFINITY,
};

/** One element as a number, or as a bigint beyond 2^53. */
function element(value: Element): number | bigint {
  if (typeof value === "string") return named[value] ?? BigInt(value);
  return Number(value);
}

/** An array made of host bits, for the dtypes that `mx.array` does not take from numbers. */
function fromBits(shape: readonly number[], dtype: mx.DType, data: HostData): mx.MLXArray {
  const backend = mx.defaultBackend();
  const raw = new mx.MLXArray(backend, backend.fromHost({ shape, dtype, data }));
  const array = mx.array(raw);
  raw.dispose();
  return array;
}

/** An array of the files as ours. */
export function arrayOf({ shape, dtype, data, view }: GoldenArray): mx.MLXArray {
  const values = data.map(element);
  let array: mx.MLXArray;
  if (dtype === "complex64") array = fromBits(shape, dtype, Float32Array.from(values, Number));
  else if (dtype.endsWith("int64")) {
    const bits = new (hostConstructor(dtype))(values.length) as BigInt64Array;
    for (let i = 0; i < values.length; i++) bits[i] = BigInt(must(values[i]));
    array = fromBits(shape, dtype, bits);
  } else {
    const flat = Float64Array.from(values, Number);
    array = mx.reshape(mx.array(flat, dtype), shape);
  }
  switch (view ?? "none") {
    case "none":
      return array;
    case "transpose":
      return mx.transpose(array);
    case "reverse":
      return array.index(mx.slice(null, null, -1));
    case "step":
      return array.index("...", mx.slice(null, null, 2));
    case "broadcast":
      return mx.broadcastTo(array, [2, ...shape]);
  }
}

/** An argument of the files as ours. */
export function argOf(arg: GoldenArg, inputs: readonly mx.MLXArray[]): unknown {
  if (typeof arg !== "object" || arg === null) return arg;
  if (Array.isArray(arg)) return arg.map((item: GoldenArg) => argOf(item, inputs));
  if ("in" in arg) return must(inputs[arg.in]);
  if ("slice" in arg) return new mx.Slice(...(arg.slice as [number, number, number]));
  if ("n" in arg) return must(named[arg.n]);
  if ("big" in arg) return BigInt(arg.big);
  throw new Error(`unknown argument ${JSON.stringify(arg)}`);
}

/** How far results may be off: relative and absolute. */
const tolerance: Partial<Record<mx.DType, readonly [number, number]>> = {
  float16: [2e-3, 1e-3],
  bfloat16: [1.6e-2, 1e-2],
  float32: [2e-5, 1e-6],
  complex64: [2e-5, 1e-6],
  float64: exactDoubles ? [1e-6, 1e-7] : [1e-12, 1e-14],
};

function close(
  got: number,
  wanted: number,
  [relative, absolute]: readonly [number, number],
): boolean {
  if (Object.is(got, wanted) || got === wanted) return true;
  if (Number.isNaN(wanted)) return Number.isNaN(got);
  // Any number is within a share of an infinity.
  if (!Number.isFinite(wanted)) return false;
  return Math.abs(got - wanted) <= absolute + relative * Math.abs(wanted);
}

/** Why an array is not what Python has, or undefined where it is. */
export function difference(
  got: mx.MLXArray,
  wanted: GoldenArray,
  within: readonly [relative: number, absolute: number] = tolerance[wanted.dtype] ?? [0, 0],
): string | undefined {
  if (got.dtype !== wanted.dtype) return `dtype ${got.dtype}, not ${wanted.dtype}`;
  if (`${got.shape}` !== `${wanted.shape}`) return `shape [${got.shape}], not [${wanted.shape}]`;
  const data = got.toTypedArray();
  if (data.length !== wanted.data.length)
    return `${data.length} elements, not ${wanted.data.length}`;
  for (let i = 0; i < data.length; i++) {
    const value = must(data[i]);
    const golden = element(must(wanted.data[i]));
    const same =
      typeof value === "bigint" || typeof golden === "bigint"
        ? BigInt(value) === BigInt(golden)
        : close(value, golden, within);
    if (!same) return `element ${i} is ${value}, not ${golden}`;
  }
  return undefined;
}

type Call = (...args: unknown[]) => unknown;

/** The ops that only methods offer: the array comes first, then a value for updates, then the index. */
function methodOf(op: string): Call {
  const [, name = "", update] = op.split(".");
  if (name === "index") {
    return (a, ...items) => (a as mx.MLXArray).index(...(items as mx.Index[]));
  }
  return (a, value, ...items) => {
    const array = update === "assign" ? mx.array(a as mx.MLXArray) : (a as mx.MLXArray);
    const part = array.at(...(items as mx.Index[]));
    const out = Reflect.apply(Reflect.get(part, must(update)) as Call, part, [value]);
    return update === "assign" ? array : out;
  };
}

/** A function of the namespace by its dotted name, or a method of arrays by `a.` and its name. */
export function functionOf(op: string): Call {
  if (op.startsWith("a.")) return methodOf(op);
  let place: unknown = mx;
  for (const name of op.split(".")) place = (place as Record<string, unknown>)[name];
  if (typeof place !== "function") throw new Error(`there is no function ${op}`);
  return place as Call;
}

/** Why a thrown value is not an error of ours, or undefined where it is. */
export function untyped(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return `threw ${String(thrown)}, which is no Error`;
  const code = (thrown as { code?: unknown }).code;
  if (typeof code !== "string") return `threw an error without a code: ${thrown.message}`;
  if (!thrown.message.startsWith("[")) return `threw a message without its op: ${thrown.message}`;
  return undefined;
}

/** Relative and absolute tolerances that replace those of some dtypes. */
export type Tolerances = Partial<Record<mx.DType, readonly [number, number]>>;

/** Calls, and says how the result differs from the golden. */
function differs(golden: GoldenCase, call: () => unknown, within?: Tolerances): string | undefined {
  let result: unknown;
  try {
    result = call();
    if (golden.then) {
      const [op, ...args] = golden.then;
      result = functionOf(op)(result, ...args);
    }
    mx.eval(result);
  } catch (thrown) {
    // What a backend lacks is no difference: the test is not run there, see lacking.ts.
    if (thrown instanceof mx.UnsupportedError && !golden.error) throw thrown;
    if (golden.error) return untyped(thrown);
    return `threw ${String(thrown)}`;
  }
  if (golden.error) return `gave ${String(result)}, where Python refuses`;
  const wanted = [must(golden.out)].flat() as GoldenArray[];
  const got = [result].flat() as mx.MLXArray[];
  if (got.length !== wanted.length) return `${got.length} arrays, not ${wanted.length}`;
  for (let i = 0; i < got.length; i++) {
    const array = must(wanted[i]);
    const why = difference(must(got[i]), array, within?.[array.dtype]);
    if (why) return got.length > 1 ? `array ${i}: ${why}` : why;
  }
  return undefined;
}

/** A case as a person would write it. */
function told({ op, args, kw }: GoldenCase, inputs: readonly GoldenArray[]): string {
  const show = (arg: GoldenArg): string => {
    if (typeof arg === "object" && arg !== null && "in" in arg) {
      const { shape, dtype, view } = must(inputs[arg.in]);
      return `${dtype}[${shape}]${view ? ` (${view})` : ""}`;
    }
    return Array.isArray(arg) ? `[${arg.map(show)}]` : JSON.stringify(arg);
  };
  const options = kw ? `, ${JSON.stringify(kw)}` : "";
  return `${op}(${args.map(show).join(", ")}${options})`;
}

type Except = (golden: GoldenCase) => boolean;

/** One test for each op of a family: all its goldens, but those of `except`, whose test is another. */
export function testGoldens(
  family: string,
  { except = () => false, within }: { except?: Except; within?: Tolerances } = {},
): void {
  const file = goldens(family);
  const groups = new Map<string, GoldenCase[]>();
  for (const golden of file.cases) {
    if (except(golden)) continue;
    const group = groups.get(golden.op);
    if (group) group.push(golden);
    else groups.set(golden.op, [golden]);
  }
  for (const [op, cases] of groups) {
    test(`${op} gives what Python gives, in ${cases.length} cases`, () =>
      checkAll(cases, file, { within }));
  }
}

/** Runs cases, and expects no difference in any. */
export function checkAll(
  cases: readonly GoldenCase[],
  file: Pick<Goldens, "inputs">,
  { asMethods = true, within }: { asMethods?: boolean; within?: Tolerances | undefined } = {},
): void {
  const failures: string[] = [];
  mx.tidy(() => {
    const inputs = file.inputs.map(arrayOf);
    for (const golden of cases) {
      const args = golden.args.map((arg) => argOf(arg, inputs));
      const named = Object.entries(golden.kw ?? {}).map(([key, arg]) => [key, argOf(arg, inputs)]);
      if (named.length > 0) args.push(Object.fromEntries(named));
      const op = functionOf(golden.op);
      const why =
        differs(golden, () => op(...args), within) ?? (asMethods && asMethod(golden, args));
      if (why) failures.push(`${told(golden, file.inputs)}: ${why}`);
    }
  });
  expect(failures).toEqual([]);
}

/** The same call as a method, where the first argument is an array that has it. */
function asMethod(golden: GoldenCase, [self, ...rest]: readonly unknown[]): string | undefined {
  const name = golden.op === "variance" ? "var" : golden.op;
  const method = self instanceof mx.MLXArray ? Reflect.get(self, name) : undefined;
  if (typeof method !== "function") return undefined;
  const why = differs(golden, () => Reflect.apply(method, self, rest));
  return why && `as a method ${why}`;
}
