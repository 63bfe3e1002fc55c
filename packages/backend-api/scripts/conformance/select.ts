// Which recorded programs the kit keeps. Core's goldens are many for each op; the kit travels with the
// package, so of programs that differ in nothing but numbers it keeps one, and none that bind an engine
// to what MLX leaves open.

import { inputsOf } from "../../src/conformance/golden-case.js";
import type {
  GoldenArg,
  GoldenArray,
  GoldenElement,
  GoldenProgram,
} from "../../src/conformance/goldens/format.js";

/** Elements, inputs and results together, from which on numbers and ranks do not make a kind of their own. */
const large = 100;

const numeric = (value: GoldenElement): number => (value === "nan" ? Number.NaN : Number(value));

/** Whether floats are made integers that cannot hold them: engines differ. */
function castsBeyond({ steps }: GoldenProgram, inputs: readonly GoldenArray[]): boolean {
  return steps.some(([op, a, to]) => {
    if (op !== "astype" || typeof to !== "string" || !to.includes("int")) return false;
    const input = typeof a === "object" && a && "in" in a ? inputs[a.in] : undefined;
    if (!input?.dtype.includes("float")) return false;
    return input.data.some((value) => {
      const number = numeric(value);
      return !Number.isFinite(number) || (to.startsWith("u") && number <= -1);
    });
  });
}

/** Whether updates are written to one place twice: any of them may stay. */
function writesTwice({ steps }: GoldenProgram, inputs: readonly GoldenArray[]): boolean {
  const elements = (arg: GoldenArg | undefined): readonly GoldenElement[] =>
    typeof arg === "object" && arg && "in" in arg ? (inputs[arg.in]?.data ?? []) : [];
  return steps.some(([op, , indices]) => {
    if (op === "putAlongAxis") return new Set(elements(indices)).size < elements(indices).length;
    if (op !== "scatter" || !Array.isArray(indices)) return false;
    const lists = indices.map(elements);
    const size = Math.max(0, ...lists.map(({ length }) => length));
    // Lists of one element are broadcast along the others.
    const places = Array.from({ length: size }, (_, i) =>
      lists.map((list) => list[list.length === 1 ? 0 : i]).join(),
    );
    return new Set(places).size < places.length;
  });
}

/** An input's part in the kind of a program. */
const kindOfInput = ({ shape, dtype, view, data }: GoldenArray): string =>
  [
    dtype,
    view ?? "",
    shape.length === 0 ? "0-d" : data.length === 0 ? "empty" : shape.length,
    data.some((value) => typeof value === "string" && Number.isNaN(Number(value))) ? "special" : "",
  ].join(":");

/** Programs of one kind test the same thing: ops, dtypes, forms of arrays, and words and switches. */
function kindOf(
  { steps, out, error }: GoldenProgram,
  inputs: readonly GoldenArray[],
  coarse: boolean,
): string {
  const kind = (arg: GoldenArg): string => {
    if (arg === null || typeof arg === "string" || typeof arg === "boolean") return String(arg);
    if (typeof arg === "number" && coarse) return "number";
    if (typeof arg === "number")
      return arg < 0 ? "-" : arg === 0 ? "0" : Number.isInteger(arg) ? "i" : "f";
    if (Array.isArray(arg)) {
      const members = [...new Set(arg.map(kind))].sort().join("|");
      return `[${arg.length === 0 ? "" : members}]`;
    }
    if ("in" in arg) return kindOfInput(inputs[arg.in] as GoldenArray);
    return "scalar" in arg ? typeof arg.scalar : "n" in arg ? arg.n : "step";
  };
  const shapes = steps.flatMap((step) => step.slice(1).filter((arg) => isInput(arg)));
  const alike = new Set(shapes.map((arg) => `${inputs[(arg as { in: number }).in]?.shape}`)).size;
  const results = (out ?? []).map(({ dtype, shape }) => `${dtype}${shape.length}`);
  const calls = steps.map(([op, ...args]) => [op, args.map(kind)]);
  return JSON.stringify(coarse ? [calls, error] : [calls, alike, results, error]);
}

const isInput = (arg: GoldenArg): boolean => typeof arg === "object" && arg !== null && "in" in arg;

/** Whether MLX's own results may be held against another engine. */
const binds = (program: GoldenProgram, inputs: readonly GoldenArray[]): boolean =>
  !castsBeyond(program, inputs) && !writesTwice(program, inputs);

/**
 * Keeps some programs, and the inputs that they use.
 *
 * @param inputs - of all programs
 * @param programs - of a family, in order
 */
export function select(
  inputs: readonly GoldenArray[],
  programs: readonly GoldenProgram[],
): { inputs: GoldenArray[]; cases: GoldenProgram[] } {
  const kinds = new Set<string>();
  const seen = new Set<string>();
  const kept = programs.filter((program) => {
    if (!binds(program, inputs)) return false;
    const text = JSON.stringify(program);
    if (seen.has(text)) return false;
    seen.add(text);
    const used = inputsOf(program).map((i) => inputs[i] as GoldenArray);
    const size = [...used, ...(program.out ?? [])].reduce((n, { data }) => n + data.length, 0);
    const kind = kindOf(program, inputs, size > large);
    if (kinds.has(kind)) return false;
    kinds.add(kind);
    return true;
  });
  return renumbered(inputs, kept);
}

/**
 * Keeps all programs that may be held against another engine: for those that were written for the kit.
 *
 * @param inputs - of all programs
 * @param programs - of a family, in order
 */
export const keepAll = (
  inputs: readonly GoldenArray[],
  programs: readonly GoldenProgram[],
): { inputs: GoldenArray[]; cases: GoldenProgram[] } =>
  renumbered(
    inputs,
    programs.filter((program) => binds(program, inputs)),
  );

/** The programs with inputs numbered anew, so that only those are written that are used. */
function renumbered(
  inputs: readonly GoldenArray[],
  programs: readonly GoldenProgram[],
): { inputs: GoldenArray[]; cases: GoldenProgram[] } {
  const numbers = new Map<number, number>();
  const moved = (arg: GoldenArg): GoldenArg => {
    if (typeof arg !== "object" || arg === null) return arg;
    if (Array.isArray(arg)) return arg.map(moved);
    if (!("in" in arg)) return arg;
    const number = numbers.get(arg.in) ?? numbers.size;
    numbers.set(arg.in, number);
    return { in: number };
  };
  const cases = programs.map((program) => ({
    ...program,
    steps: program.steps.map(([op, ...args]) => [op, ...args.map(moved)] as const),
  }));
  return { inputs: [...numbers.keys()].map((i) => inputs[i] as GoldenArray), cases };
}
