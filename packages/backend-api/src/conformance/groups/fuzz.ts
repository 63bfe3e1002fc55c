// Seeded programs of several ops on arrays of random shapes, dtypes and forms, run on the backend and on one
// that is known to be right. Runs that are given no reference count these cases as unsupported.

import { type Aval, type Backend, type Handle, type HostTensor, Scalar } from "../../backend.js";
import type { DType } from "../../dtype.js";
import type { OpName } from "../../ops/index.js";
import { type Case, type Context, check, Mismatch } from "../case.js";
import { difference } from "../compare.js";
import { decode, sizeOf, tensor } from "../values.js";
import { canTake, forms, viewed } from "../views.js";
import { generator } from "./seeded.js";

const programs = 200;

const dtypes: readonly DType[] = ["float32", "float32", "int32", "bool", "uint32"];

type Draw = () => number;

const below = (draw: Draw, n: number): number => Math.floor(draw() * n);
const pick = <T>(draw: Draw, list: readonly T[]): T => list[below(draw, list.length)] as T;

/** A call of a program: the arrays stand for their numbers until it is known on which side it runs. */
interface Call {
  readonly op: OpName;
  readonly args: (array: (i: number) => Handle) => readonly unknown[];
}

const shapeOf = (draw: Draw): number[] =>
  Array.from({ length: below(draw, 4) }, () => pick(draw, [0, 1, 2, 3, 4, 2, 3]));

/** Numbers that sums and products keep exactly, so that order does not matter. */
function input(draw: Draw): HostTensor {
  const shape = shapeOf(draw);
  const dtype = pick(draw, dtypes);
  const element: Readonly<Record<string, () => number>> = {
    bool: () => below(draw, 2),
    float32: () => below(draw, 64) / 8 - 4,
    uint32: () => below(draw, 12),
  };
  const one = element[dtype] ?? (() => below(draw, 12) - 6);
  return tensor(shape, dtype, Array.from({ length: sizeOf(shape) }, one));
}

/** Whether shapes broadcast. */
const fits = (a: readonly number[], b: readonly number[]): boolean =>
  Array.from({ length: Math.min(a.length, b.length) }, (_, i) => [
    a.at(-1 - i),
    b.at(-1 - i),
  ]).every(([x, y]) => x === y || x === 1 || y === 1);

function shuffled(draw: Draw, rank: number): number[] {
  const axes = Array.from({ length: rank }, (_, i) => i);
  for (let i = rank - 1; i > 0; i--) {
    const j = below(draw, i + 1);
    [axes[i], axes[j]] = [axes[j] as number, axes[i] as number];
  }
  return axes;
}

/** Starts, stops and steps of a slice, backward ones among them. */
function sliceOf(draw: Draw, shape: readonly number[]): number[][] {
  const parts = shape.map((size) => {
    const [from, to] = [below(draw, size + 1), below(draw, size + 1)];
    if (draw() < 0.6 || size === 0)
      return [Math.min(from, to), Math.max(from, to), 1 + below(draw, 2)];
    return [size - 1 - below(draw, size), -size - 1, -1 - below(draw, 2)];
  });
  return [0, 1, 2].map((part) => parts.map((of) => of[part] as number));
}

/** Chooses a call that MLX takes. */
function choose(draw: Draw, known: readonly Aval[]): Call {
  const at = below(draw, known.length);
  const { shape, dtype } = known[at] as Aval;
  const rank = shape.length;
  const axis = rank > 0 ? below(draw, rank) : 0;
  const signed = draw() < 0.5 ? axis : axis - rank;
  const keep = draw() < 0.5;

  const one = (op: OpName, ...rest: unknown[]): Call => ({
    op,
    args: (array) => [array(at), ...rest],
  });
  const two = (op: OpName): Call => {
    if (draw() < 0.25) return one(op, new Scalar(pick(draw, [2, 0.5, 3])));
    const partners = known.flatMap((other, i) => (fits(shape, other.shape) ? [i] : []));
    const partner = pick(draw, partners);
    return { op, args: (array) => [array(at), array(partner)] };
  };
  const choices: (() => Call)[] = [
    () => two(pick(draw, ["add", "multiply", "maximum", "minimum"])),
    () => two(pick(draw, ["equal", "less", "greaterEqual", "notEqual", "logicalAnd", "logicalOr"])),
    // Floats that integers cannot hold become any integer.
    () => one("astype", pick(draw, dtype === "float32" ? ["bool"] : ["float32", "int32", "bool"])),
    () => one("transpose", shuffled(draw, rank)),
    () => one("reshape", [sizeOf(shape)]),
    () => one("expandDims", [below(draw, rank + 1)]),
    () => one("broadcastTo", [2, ...shape]),
    () => one(pick(draw, ["sum", "prod", "any", "all"]), allAxes(rank), keep),
  ];
  if (dtype !== "bool") choices.push(() => one(pick(draw, ["abs", "sign", "square", "negative"])));
  if (rank > 0) {
    choices.push(
      () => one("flip", [signed]),
      () => one("sum", [signed], keep),
      () => one("cumsum", signed, draw() < 0.5, draw() < 0.5, null),
      () => one("slice", ...sliceOf(draw, shape)),
      () => ({ op: "concatenate", args: (array) => [[array(at), array(at)], signed] }),
    );
  }
  if (rank > 0 && sizeOf(shape) > 0) {
    choices.push(
      () => one(pick(draw, ["max", "min"]), [signed], keep),
      () => one(pick(draw, ["argmax", "argmin"]), signed, keep),
      () => one(pick(draw, ["sort", "argsort"]), signed),
    );
  }
  return pick(draw, choices)();
}

const allAxes = (rank: number): number[] => Array.from({ length: rank }, (_, i) => i);

/** An array on both sides. */
interface Pair {
  readonly mine: Handle;
  readonly theirs: Handle;
}

async function compared(
  context: Context,
  reference: Backend,
  pair: Pair,
): Promise<string | undefined> {
  const wanted = await reference.toHost(pair.theirs);
  const got = await context.read(pair.mine);
  return difference(got, { ...wanted, data: decode(wanted) }, { relative: 1e-5, ofScale: 1e-6 });
}

async function program(context: Context, seed: number): Promise<void> {
  const { reference } = context;
  check(reference !== undefined, "it is not given a reference");
  const draw = generator(seed + 1);
  for (let i = 0; i < 8; i++) draw();
  const pairs: Pair[] = [];
  const trace: string[] = [];
  try {
    for (let i = 1 + below(draw, 2); i >= 0; i--) {
      const host = input(draw);
      const form = pick(draw, [undefined, ...forms]);
      const viewing = form && canTake(host.shape, form);
      trace.push(`${host.dtype}[${host.shape}]${viewing ? ` ${form}` : ""}`);
      const mine = viewing ? viewed(context, host, form) : context.array(host);
      pairs.push({ mine, theirs: reference.fromHost(host) });
    }
    for (let i = 0; i < 4; i++) {
      const { op, args } = choose(
        draw,
        pairs.map(({ theirs }) => reference.aval(theirs)),
      );
      const side = (of: keyof Pair) => args((place) => (pairs[place] as Pair)[of]);
      trace.push(`${op}(${told(args)})`);
      const run = reference.ops[op] as unknown as (...args: readonly unknown[]) => Handle;
      const pair = { mine: context.one(op, ...side("mine")), theirs: run(...side("theirs")) };
      pairs.push(pair);
      const wrong = await compared(context, reference, pair);
      if (wrong) throw new Mismatch(wrong);
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Mismatch(`${trace.join("; ")}: ${message}`);
  } finally {
    reference.release(pairs.map(({ theirs }) => theirs));
  }
}

/** A call's arguments, arrays by their numbers. */
function told(args: Call["args"]): string {
  const names = new Map<object, string>();
  const shown = args((i) => {
    const name = { array: i };
    names.set(name, `$${i}`);
    return name;
  });
  const text = (arg: unknown): string => {
    if (Array.isArray(arg)) return `[${arg.map(text)}]`;
    if (arg instanceof Scalar) return String(arg.value);
    return typeof arg === "object" && arg !== null ? (names.get(arg) ?? "") : String(arg);
  };
  return shown.map(text).join(", ");
}

/** Cases of seeded programs. */
export const fuzzCases = (): Case[] =>
  Array.from(
    { length: programs },
    (_, seed): Case => ({
      id: `fuzz/program ${seed}`,
      group: "fuzz",
      tier: "composed",
      requires: {
        ops: [],
        dtypes: ["float32", "int32", "uint32", "bool"],
        extensions: [],
        reference: true,
      },
      run: (context) => program(context, seed),
    }),
  );
