// Which recorded programs the kit keeps. Core's goldens are many for each op; the kit travels with the
// package, so of programs that differ in nothing but numbers it keeps one, and none that bind an engine
// to what MLX leaves open.

import { stepInputs } from "../../src/conformance/golden-case.js";
import type {
  Derivative,
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

/** Whether a result says what MLX's CPU engine lacks or gets wrong, not what the op means. */
function ofTheEngine({ steps, error }: GoldenProgram, inputs: readonly GoldenArray[]): boolean {
  const used = steps.flatMap((step) => step.slice(1).filter(isInput));
  const dtypes = used.map((arg) => inputs[(arg as { in: number }).in]?.dtype);
  const halves = dtypes.some((dtype) => dtype === "float16" || dtype === "bfloat16");
  return steps.some(([op, ...args]) => {
    // The CPU has these products in single precision only, and no fused attention.
    if (op === "gatherMm" || op === "blockMaskedMm") return error === true && halves;
    if (op === "fastScaledDotProductAttention") return args[7] === true;
    // Doubles beside floats are solved in single precision.
    if (op.startsWith("linalgSolve")) return new Set(dtypes).size > 1 && error !== true;
    // What becomes of infinities depends on the algorithm.
    return op.startsWith("fft") && used.some((arg) => !finite(inputs[(arg as { in: number }).in]));
  });
}

const finite = (input: GoldenArray | undefined): boolean =>
  input?.data.every((value) => Number.isFinite(numeric(value))) ?? true;

/** Whether vectors whose signs are open, or values whose order is, are the result: the kit has cases by hand. */
const leavesOpen = ({ steps, error }: GoldenProgram): boolean =>
  error !== true &&
  steps.some(
    ([op, , vectors]) =>
      ["linalgQr", "linalgEig", "linalgEigh", "linalgEigvals"].includes(op) ||
      (op === "linalgSvd" && vectors === true),
  );

/** Whether MLX's own results may be held against another engine. */
const binds = (program: GoldenProgram, inputs: readonly GoldenArray[]): boolean =>
  !leavesOpen(program) &&
  !castsBeyond(program, inputs) &&
  !writesTwice(program, inputs) &&
  !ofTheEngine(program, inputs);

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
    const used = stepInputs(program).map((i) => inputs[i] as GoldenArray);
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

/** Numbers inputs anew in the order in which they are used. */
function numbering(from: number) {
  const numbers = new Map<number, number>();
  const place = (input: number): number => {
    const number = numbers.get(input) ?? from + numbers.size;
    numbers.set(input, number);
    return number;
  };
  const moved = (arg: GoldenArg): GoldenArg => {
    if (typeof arg !== "object" || arg === null) return arg;
    if (Array.isArray(arg)) return arg.map(moved);
    return "in" in arg ? { in: place(arg.in) } : arg;
  };
  const program = (given: GoldenProgram): GoldenProgram => ({
    ...given,
    steps: given.steps.map(([op, ...args]) => [op, ...args.map(moved)] as const),
  });
  return { place, program, used: () => [...numbers.keys()] };
}

/** The programs with inputs numbered anew, so that only those are written that are used. */
function renumbered(
  inputs: readonly GoldenArray[],
  programs: readonly GoldenProgram[],
): { inputs: GoldenArray[]; cases: GoldenProgram[] } {
  const { program, used } = numbering(0);
  const cases = programs.map(program);
  return { inputs: used().map((i) => inputs[i] as GoldenArray), cases };
}

/**
 * Derivatives and the inputs that they use.
 *
 * @param inputs - of all derivatives
 * @param derivatives - all of them are kept
 * @param from - the number of the first input
 */
export function selectDerivatives(
  inputs: readonly GoldenArray[],
  derivatives: readonly Derivative[],
  from: number,
): { inputs: GoldenArray[]; cases: Derivative[] } {
  const { place, program, used } = numbering(from);
  const cases = derivatives.map((one) => ({
    ...one,
    program: program(one.program),
    wrt: one.wrt.map(place),
    cotangent: place(one.cotangent),
    tangents: one.tangents.map(place),
  }));
  return { inputs: used().map((i) => inputs[i] as GoldenArray), cases };
}
