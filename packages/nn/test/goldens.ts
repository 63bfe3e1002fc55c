// Reading what Python's MLX computed (./goldens), and comparing arrays with it. The optimizers' tests
// use this too.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { DType, MLXArray } from "@mlx-ts/core";
import * as mx from "@mlx-ts/core";
import { expect } from "vitest";

/** An array in a golden file. */
export interface Golden {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly data: readonly (number | boolean | "inf" | "-inf" | "nan")[];
}

/** Arrays by their names in files. */
export type Goldens = Readonly<Record<string, Golden>>;

/** The path of a file among the goldens next to a test: `goldenPath(import.meta.url, file)`. */
export const goldenPath = (test: string, file: string): string =>
  fileURLToPath(new URL(`./goldens/${file}`, test));

/** The cases of a golden file next to a test, by name. */
export function goldens<T>(test: string, name: string): Record<string, T> {
  const { mlx, cases } = JSON.parse(readFileSync(goldenPath(test, `${name}.json`), "utf8"));
  expect(mlx).toBe("0.32.4");
  return cases;
}

/** What a safetensors file holds, read without MLX: each tensor's dtype, shape and bytes. */
export function tensorsIn(file: string): Record<string, unknown> {
  const bytes = readFileSync(file);
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  const { __metadata__, ...entries } = JSON.parse(bytes.subarray(8, start).toString());
  const read = ({ data_offsets: [from, to], ...entry }: { data_offsets: [number, number] }) => ({
    ...entry,
    bytes: bytes.subarray(start + from, start + to).toString("base64"),
  });
  return Object.fromEntries(
    Object.entries(entries).map(([name, entry]) => [
      name,
      read(entry as Parameters<typeof read>[0]),
    ]),
  );
}

const numbers = ({ data }: Golden): number[] =>
  data.map((item) =>
    typeof item === "string"
      ? Number(item.replace("inf", "Infinity").replace("nan", "NaN"))
      : Number(item),
  );

/** The array of a golden. */
export const arrayOf = (golden: Golden): MLXArray =>
  mx
    .array(new Float32Array(numbers(golden)))
    .reshape(golden.shape)
    .astype(golden.dtype);

/** Sums are taken in another order by another BLAS; three steps of bfloat16 beside 1. */
const tolerances: Partial<Record<DType, number>> = {
  float32: 1e-5,
  bfloat16: 0.011,
  float16: 2e-3,
};

/** Expects an array of a golden's shape, dtype and, nearly, values. */
export function expectClose(actual: MLXArray, golden: Golden, what = "array"): void {
  expect(actual.shape, `shape of ${what}`).toEqual(golden.shape);
  expect(actual.dtype, `dtype of ${what}`).toBe(golden.dtype);
  const got = [...(actual.astype("float32").toTypedArray() as Float32Array)];
  const tolerance = tolerances[golden.dtype] ?? 0;
  numbers(golden).forEach((wanted, i) => {
    const value = got[i] ?? Number.NaN;
    const near = Math.abs(value - wanted) <= tolerance * (1 + Math.abs(wanted));
    if (!near) expect(value, `${what}[${i}]`).toBe(wanted);
  });
}

/** Expects a tree of arrays to equal goldens with names as in files. */
export function expectTree(tree: unknown, wanted: Goldens, what = "tree"): void {
  const actual = mx.treeFlatten(tree).map(([name, array]) => [mx.fileName(name), array] as const);
  expect(actual.map(([name]) => name).sort(), what).toEqual(Object.keys(wanted).sort());
  for (const [name, array] of actual) {
    const golden = wanted[name];
    if (golden !== undefined) expectClose(array, golden, `${what}.${name}`);
  }
}

/** Python's keyword arguments as ours. */
export const camelKeys = (options: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(options).map(([key, value]) => [mx.codeName(key), value]));
