// Writes the conformance kit's goldens: `--check` writes nothing and fails where a file differs.
//
//     node --import tsx --conditions=@mlx-ts/source packages/backend-api/scripts/conformance/record.ts
//
// Core's goldens are calls in Python's words with what Python gave. Each is run here on a backend that notes
// the raw ops; the expected values stay Python's. What is kept, and why not all, stands in select.ts.

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as mx from "../../../core/src/index.js";
import {
  argOf,
  arrayOf,
  type GoldenArray as CoreArray,
  functionOf,
  type GoldenCase,
  goldens,
} from "../../../core/test/golden.js";
import { nativeBackend } from "../../../native/src/index.js";
import {
  type Derivative,
  type GoldenArray,
  type GoldenElement,
  type GoldenProgram,
  pack,
  packArray,
  packDerivative,
} from "../../src/conformance/goldens/format.js";
import { decode } from "../../src/conformance/values.js";
import { type Backend, type HostTensor, MLXError } from "../../src/index.js";
import { recorder, type Step, type Traced } from "./recorder.js";
import { keepAll, select, selectDerivatives } from "./select.js";

const coreGoldens = new URL("../../../core/test/goldens/", import.meta.url);

/** Whether the cases of a golden file are calls of ops: not derivatives, nor functions from files. */
function areCalls(name: string): boolean {
  const file = JSON.parse(readFileSync(new URL(name, coreGoldens), "utf8"));
  const cases: readonly object[] = file.cases ?? [];
  return cases.length > 0 && !("metadata" in file) && !cases.some((golden) => "wrt" in golden);
}

/** The families of goldens that are calls. */
const families = readdirSync(coreGoldens)
  .filter((name) => name.endsWith(".json") && areCalls(name))
  .map((name) => name.replace(".json", ""))
  .sort();

const elementOf = (value: number | bigint): GoldenElement => {
  if (typeof value === "bigint")
    return Number.isSafeInteger(Number(value)) ? Number(value) : `${value}`;
  if (Number.isNaN(value)) return "nan";
  return Number.isFinite(value) ? value : value > 0 ? "inf" : "-inf";
};

const inputs: GoldenArray[] = [];
const record = recorder(nativeBackend, (tensor: HostTensor) => {
  const { shape, dtype } = tensor;
  return inputs.push({ shape, dtype, data: decode(tensor).map(elementOf) }) - 1;
});
mx.setDefaultBackend(record.backend as unknown as Backend);

/** Runs a golden call; what it throws is what Python throws too, or core's tests would fail. */
function run(golden: GoldenCase, arrays: readonly mx.MLXArray[]): readonly Step[] | undefined {
  record.begin();
  try {
    const args = golden.args.map((arg) => argOf(arg, arrays));
    const named = Object.entries(golden.kw ?? {}).map(([key, arg]) => [key, argOf(arg, arrays)]);
    if (named.length > 0) args.push(Object.fromEntries(named));
    let result = functionOf(golden.op)(...args);
    if (golden.then) {
      const [op, ...rest] = golden.then;
      result = functionOf(op)(result, ...rest);
    }
    // The last step's results must be the call's, all of them in order.
    const steps = record.end();
    const origins = [result]
      .flat()
      .map((array) => ((array as mx.MLXArray).handle as Traced).origin);
    const last = (steps?.length ?? 0) - 1;
    const direct = origins.every(
      (origin, part) => JSON.stringify(origin) === JSON.stringify({ step: last, part }),
    );
    return direct ? steps : undefined;
  } catch (error) {
    // What MLX has on other devices only says nothing about the arguments.
    const steps = record.end();
    return error instanceof MLXError && error.code === "UNSUPPORTED" ? undefined : steps;
  }
}

function program(
  golden: GoldenCase,
  steps: readonly Step[] | undefined,
): GoldenProgram | undefined {
  const last = steps?.at(-1);
  if (!steps || !last) return undefined;
  // Errors that core throws itself say nothing about a backend.
  if (golden.error ? !last.threw : golden.out === undefined || last.threw) return undefined;
  const calls = steps.map(({ op, args }) => [op, ...args] as const);
  if (golden.error) return { steps: calls, error: true };
  return { steps: calls, out: [golden.out].flat() as CoreArray[] };
}

/** What core's goldens of derivatives have beside the call. */
interface CoreDerivative extends GoldenCase {
  readonly wrt: readonly number[];
  readonly cotangent: { readonly in: number };
  readonly tangents: readonly { readonly in: number }[];
  /** The engine lacks some. */
  readonly tangent?: CoreArray;
}

/** Doubles as float32: the kit differentiates in what every backend has. */
function single(array: GoldenArray): GoldenArray {
  if (array.dtype !== "float64") return array;
  const data = array.data.map((value) =>
    typeof value === "number" ? Number(value.toPrecision(8)) : value,
  );
  return { ...array, dtype: "float32", data };
}

const dot = (a: GoldenArray, b: GoldenArray): number =>
  a.data.reduce<number>((sum, value, i) => sum + Number(value) * Number(b.data[i]), 0);

/** Whether both products of a call are of one derivative: MLX's own are not for some. */
function bothAgree(
  golden: CoreDerivative,
  products: readonly GoldenArray[],
  tangent: GoldenArray,
): boolean {
  const backward = products
    .map((product, i) => dot(product, inputs[golden.tangents[i]?.in ?? -1] as GoldenArray))
    .reduce((sum, part) => sum + part, 0);
  const forward = dot(tangent, inputs[golden.cotangent.in] as GoldenArray);
  return Math.abs(backward - forward) <= 1e-3 * (1 + Math.abs(backward));
}

function derivative(
  golden: CoreDerivative,
  steps: readonly Step[] | undefined,
): Derivative | undefined {
  const made = program({ ...golden, out: [] }, steps);
  const wrt = golden.wrt.map((place) => golden.args[place]);
  const inputsOnly = wrt.every((arg) => typeof arg === "object" && arg && "in" in arg);
  if (!made || !inputsOnly || JSON.stringify(made.steps).includes("float64")) return undefined;
  const products = ([golden.out].flat() as CoreArray[]).map(single);
  const agrees = golden.tangent && bothAgree(golden, products, golden.tangent);
  return {
    program: { steps: made.steps },
    wrt: wrt.map((arg) => (arg as { in: number }).in),
    cotangent: golden.cotangent.in,
    tangents: golden.tangents.map((arg) => arg.in),
    products,
    tangent: agrees ? single(golden.tangent) : undefined,
  };
}

/** Core's goldens of a family, as programs on its inputs. */
function recorded<T>(
  family: string,
  take: (golden: GoldenCase, steps: readonly Step[] | undefined) => T | undefined,
): { mlx: string; cases: T[] } {
  const file = goldens(family);
  inputs.length = 0;
  inputs.push(...(file.inputs as GoldenArray[]));
  const cases = mx.tidy(() => {
    const arrays = file.inputs.map((input, i) => {
      const array = arrayOf(input);
      (array.handle as Traced).origin = { in: i };
      return array;
    });
    return file.cases.flatMap((golden) => take(golden, run(golden, arrays)) ?? []);
  });
  return { mlx: file.mlx, cases };
}

/** JSON's numbers lose the sign of zero. */
const signed = (_key: string, value: unknown): unknown => (Object.is(value, -0) ? "-0" : value);

/** A file's text: a line for each input and case. */
const lines = (
  mlx: string,
  rows: { inputs: readonly unknown[]; cases: readonly unknown[] },
): string => {
  const text = (list: readonly unknown[]) =>
    list.map((row) => JSON.stringify(row, signed)).join(",\n");
  return `{"mlx":${JSON.stringify(mlx)},\n"inputs":[\n${text(rows.inputs)}\n],\n"cases":[\n${text(rows.cases)}\n]}\n`;
};

function familyFile(family: string): string {
  const { mlx, cases } = recorded(family, program);
  const keep = family === "pitfalls" ? keepAll : select;
  const packed = pack({ mlx, ...keep(inputs, cases) });
  return lines(mlx, packed);
}

/** Core keeps derivatives in two files; their inputs are put one after the other. */
function derivativesFile(): string {
  const all: { inputs: unknown[]; cases: unknown[] } = { inputs: [], cases: [] };
  let version = "";
  for (const family of ["transforms", "derivatives"]) {
    const { mlx, cases } = recorded(family, (golden, steps) =>
      "wrt" in golden ? derivative(golden as CoreDerivative, steps) : undefined,
    );
    version = mlx;
    const kept = selectDerivatives(inputs.map(single), cases, all.inputs.length);
    all.inputs.push(...kept.inputs.map(packArray));
    all.cases.push(...kept.cases.map(packDerivative));
  }
  return lines(version, all);
}

const check = process.argv.includes("--check");
const stale: string[] = [];
let bytes = 0;
const files = new Map<string, () => string>([
  ...families.map((family) => [family, () => familyFile(family)] as const),
  ["derivatives", derivativesFile],
]);
for (const [name, make] of files) {
  const path = new URL(`../../src/conformance/goldens/${name}.json`, import.meta.url);
  const wanted = make();
  bytes += wanted.length;
  const before = existsSync(path) ? readFileSync(path, "utf8") : undefined;
  if (process.argv.includes("--verbose"))
    console.log(`${name}: ${Math.round(wanted.length / 1000)} kB`);
  if (before === wanted) continue;
  stale.push(name);
  if (!check) writeFileSync(path, wanted);
}
const did = check ? `${stale.length} stale` : `${stale.length} written`;
console.log(`[conformance goldens] ${files.size} files, ${Math.round(bytes / 1000)} kB, ${did}`);
if (check && stale.length > 0) {
  console.error(`${stale.join(", ")}: differ from core's goldens; run this without --check`);
  process.exitCode = 1;
}
