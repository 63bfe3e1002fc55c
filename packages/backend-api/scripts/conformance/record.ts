// Writes the conformance kit's goldens: `--check` writes nothing and fails where a file differs.
//
//     node --import tsx --conditions=@mlx-ts/source packages/backend-api/scripts/conformance/record.ts
//
// Core's goldens are calls in Python's words with what Python gave. Each is run here on a backend that notes
// the raw ops; the expected values stay Python's. What is kept, and why not all, stands in select.ts.

import { readFileSync, writeFileSync } from "node:fs";
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
  type GoldenArray,
  type GoldenElement,
  type GoldenFile,
  type GoldenProgram,
  pack,
} from "../../src/conformance/goldens/format.js";
import { decode } from "../../src/conformance/values.js";
import { type Backend, type HostTensor, MLXError } from "../../src/index.js";
import { recorder, type Step, type Traced } from "./recorder.js";
import { keepAll, select } from "./select.js";

/** The families of goldens that are calls. */
const families = [
  "creation",
  "unary",
  "binary",
  "scalars",
  "reduction",
  "scan",
  "sorting",
  "shape",
  "indexing",
  "linear",
  "conv",
  "random",
  "linalg",
  "fft",
  "fast",
  "quantization",
  "pitfalls",
];

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

function fileOf(family: string): GoldenFile {
  const file = goldens(family);
  inputs.length = 0;
  inputs.push(...(file.inputs as GoldenArray[]));
  const cases = mx.tidy(() => {
    const arrays = file.inputs.map((input, i) => {
      const array = arrayOf(input);
      (array.handle as Traced).origin = { in: i };
      return array;
    });
    return file.cases.flatMap((golden) => program(golden, run(golden, arrays)) ?? []);
  });
  const keep = family === "pitfalls" ? keepAll : select;
  return { mlx: file.mlx, ...keep(inputs, cases) };
}

const text = (file: GoldenFile): string => {
  const { mlx, inputs, cases } = pack(file);
  const lines = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).join(",\n");
  return `{"mlx":${JSON.stringify(mlx)},\n"inputs":[\n${lines(inputs)}\n],\n"cases":[\n${lines(cases)}\n]}\n`;
};

const check = process.argv.includes("--check");
const stale: string[] = [];
let [bytes, count] = [0, 0];
for (const family of families) {
  const path = new URL(`../../src/conformance/goldens/${family}.json`, import.meta.url);
  const file = fileOf(family);
  const wanted = text(file);
  bytes += wanted.length;
  count += file.cases.length;
  const before = (() => {
    try {
      return readFileSync(path, "utf8");
    } catch {
      return undefined;
    }
  })();
  if (process.argv.includes("--verbose"))
    console.log(`${family}: ${file.cases.length} cases, ${Math.round(wanted.length / 1000)} kB`);
  if (before === wanted) continue;
  stale.push(family);
  if (!check) writeFileSync(path, wanted);
}
const did = check ? `${stale.length} stale` : `${stale.length} files written`;
console.log(`[conformance goldens] ${count} cases, ${Math.round(bytes / 1000)} kB, ${did}`);
if (check && stale.length > 0) {
  console.error(`${stale.join(", ")}: differ from core's goldens; run this without --check`);
  process.exitCode = 1;
}
