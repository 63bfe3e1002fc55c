// Goldens as cases: runs a program of raw ops, compares its results with Python's, and looks whether its
// inputs are as before. Each may be run again with its inputs stored in other ways.

import { type Handle, type HostTensor, Scalar } from "../backend.js";
import { type DType, isDType, promoteTypes } from "../dtype.js";
import { type OpName, opTable, type Tier } from "../ops/index.js";
import { type Case, type Context, check, Mismatch, type Wanted } from "./case.js";
import { largest } from "./compare.js";
import type {
  GoldenArg,
  GoldenArray,
  GoldenElement,
  GoldenFile,
  GoldenProgram,
} from "./goldens/format.js";
import { refusal } from "./refusal.js";
import { arithmeticOf } from "./tolerance.js";
import { decode, sameBits, sizeOf, tensor } from "./values.js";
import { canTake, type Form, viewed } from "./views.js";

const named: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  "-inf": Number.NEGATIVE_INFINITY,
  "-0": -0,
};

const elementOf = (value: GoldenElement): number | bigint =>
  typeof value === "string" ? (named[value] ?? BigInt(value)) : Number(value);

/** A golden array as what a case wants. */
export const wantedOf = ({ shape, dtype, data }: GoldenArray): Wanted => ({
  shape,
  dtype,
  data: data.map(elementOf),
});

/** Takes the view of an input that its golden names. */
function goldenView(context: Context, { shape, view }: GoldenArray, base: Handle): Handle {
  const taken = (op: OpName, ...args: unknown[]): Handle => {
    const result = context.one(op, base, ...args);
    context.drop(base);
    return result;
  };
  if (view === undefined) return base;
  const [first = 0, ...rest] = shape;
  const zeros = shape.map(() => 0);
  switch (view) {
    case "transpose":
      return taken(
        "transpose",
        shape.map((_, i) => shape.length - 1 - i),
      );
    case "reverse":
      return taken(
        "slice",
        zeros.map((_, i) => (i === 0 ? first - 1 : 0)),
        [-first - 1, ...rest],
        zeros.map((_, i) => (i === 0 ? -1 : 1)),
      );
    case "step":
      return taken(
        "slice",
        zeros,
        shape,
        zeros.map((_, i) => (i === shape.length - 1 ? 2 : 1)),
      );
    case "broadcast":
      return taken("broadcastTo", [2, ...shape]);
  }
}

/** Makes an input, as the view that its golden names. */
export const makeInput = (context: Context, spec: GoldenArray): Handle =>
  goldenView(
    context,
    spec,
    context.array(tensor(spec.shape, spec.dtype, spec.data.map(elementOf))),
  );

/** The places of inputs in arguments. */
function placesIn(arg: GoldenArg): number[] {
  if (typeof arg !== "object" || arg === null) return [];
  if (Array.isArray(arg)) return arg.flatMap(placesIn);
  return "in" in arg ? [arg.in] : [];
}

/** The inputs of a program, each once. */
export const stepInputs = ({ steps }: GoldenProgram): number[] => [
  ...new Set(steps.flatMap((step) => placesIn(step.slice(1) as readonly GoldenArg[]))),
];

/** A program's text: how it would be called. */
export function textOf(program: GoldenProgram, inputs: readonly GoldenArray[]): string {
  const show = (arg: GoldenArg): string => {
    if (typeof arg !== "object" || arg === null) return JSON.stringify(arg);
    if (Array.isArray(arg)) return `[${arg.map(show).join(",")}]`;
    if ("in" in arg) {
      const { dtype, shape, view } = inputs[arg.in] as GoldenArray;
      return `${dtype}[${shape}]${view ? ` ${view}` : ""}`;
    }
    if ("step" in arg) return `$${arg.step}${arg.part ? `.${arg.part}` : ""}`;
    return "scalar" in arg ? String(arg.scalar) : (arg as { n: string }).n;
  };
  return program.steps.map(([op, ...args]) => `${op}(${args.map(show).join(", ")})`).join(" ");
}

/** The op that a program is for: the last, whose result is compared. */
const testedOp = ({ steps }: GoldenProgram): OpName => (steps.at(-1) as [OpName])[0];

const tiers: readonly Tier[] = ["required", "composed", "extension"];

/** The highest tier of some ops. */
export const tierOf = (ops: readonly OpName[]): Tier =>
  tiers[Math.max(...ops.map((op) => tiers.indexOf(opTable[op].tier)), 0)] ?? "required";

/** A program and its file's inputs, ready to run. */
export interface Golden {
  readonly program: GoldenProgram;
  readonly inputs: readonly GoldenArray[];
  readonly op: OpName;
  readonly ops: readonly OpName[];
  readonly dtypes: readonly DType[];
  readonly text: string;
}

/** The dtypes that a step computes in, beside those of its inputs and results. */
function between(op: OpName, inputs: readonly GoldenArray[]): DType[] {
  if (opTable[op].family === "fft") return ["complex64"];
  if (opTable[op].family !== "binary") return [];
  return [inputs.map(({ dtype }) => dtype).reduce(promoteTypes, "bool")];
}

/** The dtypes of a program's inputs, results and arguments, and those on the way. */
export function dtypesOf(program: GoldenProgram, inputs: readonly GoldenArray[]): DType[] {
  const used = stepInputs(program).map((i) => inputs[i] as GoldenArray);
  const words = program.steps.flatMap((step) => step.slice(1)).filter((arg) => isDType(arg));
  const arrays = [...used, ...(program.out ?? [])].map(({ dtype }) => dtype);
  const way = program.steps.flatMap(([op]) => between(op, used));
  return [...new Set([...arrays, ...words, ...way])];
}

/** Whether a norm is one of singular values, which a backend may lack although it has others. */
const needsSvd = ({ steps }: GoldenProgram, inputs: readonly GoldenArray[]): boolean =>
  steps.some(([op, a, ord, axes, , named]) => {
    if (op !== "linalgNorm") return false;
    const input = typeof a === "object" && a && "in" in a ? inputs[a.in] : undefined;
    const ofMatrix = Array.isArray(axes) ? axes.length === 2 : input?.shape.length === 2;
    return named === "nuc" || (ofMatrix && (ord === 2 || ord === -2));
  });

/** All goldens of a file. */
export function goldensOf({ inputs, cases }: GoldenFile): Golden[] {
  return cases.map((program) => {
    const op = testedOp(program);
    return {
      program,
      inputs,
      op,
      ops: [
        ...new Set([
          op,
          ...program.steps.map(([name]) => name),
          ...(needsSvd(program, inputs) ? (["linalgSvd"] as const) : []),
        ]),
      ],
      dtypes: dtypesOf(program, inputs),
      text: textOf(program, inputs),
    };
  });
}

/** Numbers that are added up for each element of a result: as many as inputs have more. */
function termsOf(inputs: readonly HostTensor[], out: readonly GoldenArray[]): number {
  const most = Math.max(1, ...inputs.map(({ shape }) => sizeOf(shape)));
  const least = Math.max(1, ...out.map(({ shape }) => sizeOf(shape)));
  return Math.max(most / least, ...inputs.map(({ shape }) => Math.max(1, ...shape)));
}

/** The inputs of a program as arrays, and their elements. */
export interface Prepared {
  readonly handles: ReadonlyMap<number, Handle>;
  readonly before: ReadonlyMap<number, HostTensor>;
}

/** Makes the inputs of a program, as views where that is asked. */
export async function makeInputs(context: Context, golden: Golden, form?: Form): Promise<Prepared> {
  const handles = new Map<number, Handle>();
  const before = new Map<number, HostTensor>();
  for (const i of stepInputs(golden.program)) {
    const spec = golden.inputs[i] as GoldenArray;
    const host = tensor(spec.shape, spec.dtype, spec.data.map(elementOf));
    const view = form && spec.view === undefined && canTake(spec.shape, form);
    const handle = view
      ? viewed(context, host, form)
      : goldenView(context, spec, context.array(host));
    handles.set(i, handle);
    before.set(i, spec.view === undefined ? host : await context.read(handle));
  }
  return { handles, before };
}

/** Runs a program's steps. */
export function runSteps(
  context: Context,
  program: GoldenProgram,
  handles: ReadonlyMap<number, Handle>,
): Handle[] {
  const results: Handle[][] = [];
  const given = (arg: GoldenArg): unknown => {
    if (typeof arg !== "object" || arg === null) return arg;
    if (Array.isArray(arg)) return arg.map(given);
    if ("in" in arg) return handles.get(arg.in);
    if ("step" in arg) return results[arg.step]?.[arg.part];
    if ("scalar" in arg) {
      const { scalar, wide } = arg;
      return new Scalar(
        typeof scalar === "boolean"
          ? scalar
          : wide
            ? BigInt(scalar)
            : (elementOf(scalar) as number),
      );
    }
    return named[(arg as { n: string }).n];
  };
  for (const [op, ...args] of program.steps) results.push(context.call(op, ...args.map(given)));
  return results.at(-1) ?? [];
}

/**
 * Runs a golden.
 *
 * @param context - of the case
 * @param golden - the program and what Python gives
 * @param form - how inputs are stored; default: as the golden says
 */
export async function runGolden(context: Context, golden: Golden, form?: Form): Promise<void> {
  const { program, op } = golden;
  const { handles, before } = await makeInputs(context, golden, form);
  if (program.error) {
    await refusal(context, op, () => runSteps(context, program, handles));
  } else {
    const results = runSteps(context, program, handles);
    await compare(context, golden, results, [...before.values()]);
  }
  for (const [i, handle] of handles) {
    const [was, is] = [before.get(i) as HostTensor, await context.read(handle)];
    check(sameBits(was, is), `${op} changed its input: ${decode(is)}, which was ${decode(was)}`);
  }
}

/** Whether words of uint32 are keys or packed numbers, which nobody adds up. */
const packs = (op: OpName): boolean =>
  opTable[op].family === "random" || opTable[op].family === "quantization";

/** Compares results with Python's. */
export async function compare(
  context: Context,
  { program, op }: Golden,
  results: readonly Handle[],
  inputs: readonly HostTensor[],
): Promise<void> {
  const out = program.out ?? [];
  check(results.length === out.length, `${op} gave ${results.length} arrays, not ${out.length}`);
  const terms = termsOf(inputs, out);
  const arithmetic = arithmeticOf(op);
  const summed = arithmetic !== "exact" && arithmetic !== "rounded";
  const addends = inputs.filter(({ dtype }) => !(dtype === "uint32" && packs(op)));
  const scale = summed ? Math.max(0, ...addends.map((host) => largest(decode(host)))) : 0;
  for (const [i, handle] of results.entries()) {
    try {
      await context.expect(handle, wantedOf(out[i] as GoldenArray), { op, terms, scale });
    } catch (error) {
      if (error instanceof Mismatch && out.length > 1)
        throw new Mismatch(`result ${i}: ${error.message}`);
      throw error;
    }
  }
}

/** Cases with ids that are told apart: equal ones are numbered. */
export function numbered(cases: readonly Case[]): Case[] {
  const seen = new Map<string, number>();
  return cases.map((test) => {
    const count = (seen.get(test.id) ?? 0) + 1;
    seen.set(test.id, count);
    return count === 1 ? test : { ...test, id: `${test.id} #${count}` };
  });
}
