// How arguments cross to C++ without objects: lists are written to a scratch buffer and named by their
// position, scalars to a buffer of doubles and named by a negative code, null is a marker. The other
// half is cpp/decode.h.

import { type DType, dtypes, type Operand, type Placement, type Scalar } from "@mlx-ts/backend-api";
import type { RuntimeAddon } from "./addon.js";

/** Stands for null where an integer is expected. */
const NULL = -0x80000000;

/** Enough for every call of usual size; a longer list gets a buffer of its own. */
let ints = new Int32Array(1 << 14);
let top = 0;

const scalarCount = 64;
const doubles = new Float64Array(scalarCount);
const bigints = new BigInt64Array(doubles.buffer);
let nextScalar = 0;

let addon: RuntimeAddon;
let resultBuffer: Int32Array = new Int32Array(0);
let setup: (ints: Int32Array, doubles: Float64Array) => void;

/** Lends the buffers to the addon. */
export function connect(to: RuntimeAddon, error: unknown, memorySize: number): void {
  addon = to;
  setup = (i, d) => addon.setup(i, d, error, memorySize);
  setup(ints, doubles);
  resultBuffer = addon.resultBuffer();
}

/** Writes a list: its length, then its items. A ring: the lists of one call never overlap. */
export function list(items: readonly number[]): number {
  const count = items.length;
  if (count + 1 > ints.length >> 3) {
    // The lists that the call has already written keep their places.
    const grown = new Int32Array((count + 1) * 16);
    grown.set(ints);
    ints = grown;
    setup(ints, doubles);
  } else if (top + count + 1 > ints.length) top = 0;
  const position = top;
  ints[position] = count;
  for (let i = 0; i < count; i++) ints[position + 1 + i] = items[i] as number;
  top = position + count + 1;
  return position;
}

export const listOrNull = (items: readonly number[] | null): number =>
  items === null ? -1 : list(items);

export const intOrNull = (value: number | null): number => (value === null ? NULL : value);

export const handleOrNull = (handle: number | null): number => (handle === null ? NULL : handle);

/** The place of a word among those of a choice. */
export const choice = <T extends string>(words: readonly T[], word: T): number =>
  words.indexOf(word);
export const choiceOrNull = <T extends string>(words: readonly T[], word: T | null): number =>
  word === null ? -1 : words.indexOf(word);

const codes = Object.fromEntries(dtypes.map((d, code) => [d, code])) as Record<DType, number>;

export const dtypeCode = (dtype: DType): number => codes[dtype];
export const dtypeCodeOrNull = (dtype: DType | null): number =>
  dtype === null ? -1 : codes[dtype];

/** The dtype of a code. */
export function dtypeFromCode(code: number): DType {
  const dtype = dtypes[code];
  if (dtype === undefined) throw new Error(`[native] unknown dtype code ${code}`);
  return dtype;
}

function scalar({ value }: Scalar): number {
  const at = nextScalar;
  nextScalar = (nextScalar + 1) % scalarCount;
  if (typeof value === "bigint") {
    bigints[at] = value;
    return ~((at << 2) | 2);
  }
  doubles[at] = typeof value === "number" ? value : value ? 1 : 0;
  return ~((at << 2) | (typeof value === "number" ? 1 : 0));
}

export const operand = (value: Operand<number>): number =>
  typeof value === "number" ? value : scalar(value);
export const operandOrNull = (value: Operand<number> | null): number =>
  value === null ? NULL : operand(value);

/** Where an op runs: 0 default, else a code of cpp/decode.h. */
export function place(at: Placement | undefined): number {
  if (at === undefined) return 0;
  if (at.stream !== undefined) return 3 | (at.stream << 2);
  return (at.device === "cpu" ? 1 : 2) | ((at.index ?? 0) << 2);
}

/** The handles of a call's results, from `from` on. */
export function results(count: number, from = 0): number[] {
  if (count > resultBuffer.length) resultBuffer = addon.resultBuffer();
  const out = new Array<number>(count - from);
  for (let i = from; i < count; i++) out[i - from] = resultBuffer[i] as number;
  return out;
}
