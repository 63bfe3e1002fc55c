// The ops of a backend that differentiates: the base's own where no transform asks, else made of required
// ones, each of which is recorded with its rule.

import type { Aval, Handle, Placement } from "../backend.js";
import { Scalar } from "../backend.js";
import { defineBackend } from "../define/define.js";
import type { Overrides, RequiredKernels } from "../define/kernels.js";
import { over } from "../define/over.js";
import { dtypeKind } from "../dtype.js";
import { UnsupportedError } from "../errors.js";
import { type OpName, type Ops, opTable } from "../ops/index.js";
import { type Graph, type Pulled, Variable } from "./graph.js";
import { rulesOver } from "./rules/index.js";
import type { RuleTools } from "./rules/rule.js";

type AnyFunction = (...args: never[]) => unknown;

/** A rule as it is called when its op is no longer known by name. */
type AnyRule<V> = (args: readonly unknown[], ct: V, out: V) => readonly ((() => V) | undefined)[];

const opNames = Object.keys(opTable) as OpName[];

/** Arguments that are rounded or packed bits: a composition of them would have a gradient of zeros. */
const packed: Partial<Record<OpName, readonly number[]>> = {
  toFp8: [0],
  fromFp8: [0],
  quantizedMatmul: [1],
  gatherQmm: [1],
  qqmm: [0, 1],
  gatherQqmm: [0, 1],
};

/** An op's arguments with other things for its arrays, which stand alone or in lists. */
function mapOperands<V extends object>(
  args: readonly unknown[],
  isOperand: (arg: unknown) => arg is V,
  change: (operand: V) => unknown,
): unknown[] {
  return args.map((arg) => {
    if (isOperand(arg)) return change(arg);
    if (Array.isArray(arg) && isOperand(arg[0])) return arg.map(change);
    return arg;
  });
}

/** The ops, and where rules run. */
export interface Recorder<H extends Handle> {
  readonly ops: Ops<Variable<H>>;
  aval(variable: Variable<H>): Aval;
  zerosLike(variable: Variable<H>): Variable<H>;
  /** Runs a rule where its op ran. */
  placed<T>(at: Placement | undefined, run: () => T): T;
}

/**
 * The ops over a graph.
 *
 * @param graph - whose base computes
 */
export function recorderOver<H extends Handle>(graph: Graph<H>): Recorder<H> {
  type V = Variable<H>;
  const { base } = graph;
  const isVariable = (arg: unknown): arg is V => arg instanceof Variable;
  // Filled below: rules, which are part of the ops, only use them in calls.
  const ops = {} as Ops<V>;
  const aval = (variable: V): Aval => base.aval(graph.handle(variable));
  const dtype = (variable: V) => aval(variable).dtype;

  const tools: RuleTools<V> = {
    ops,
    shape: (a) => aval(a).shape,
    dtype,
    conj: (a) => (dtypeKind(dtype(a)) === "complex" ? ops.conj(a) : a),
    zerosLike: (a) => ops.full(aval(a).shape, new Scalar(0), dtype(a)),
  };
  const rules: Readonly<Record<string, AnyRule<V>>> = rulesOver(tools) as never;

  const engine = over(base);
  let at: Placement | undefined;
  const place = (to: Placement | undefined): void => {
    at = to;
    engine.arrays.place?.(to);
  };

  /** A required kernel that leaves a node behind, where one of its arrays has one. */
  const recording =
    (kernel: AnyFunction, rule: AnyRule<V> | undefined) =>
    (...args: unknown[]): V => {
      const operands: V[] = [];
      const handles = mapOperands(args, isVariable, (operand) => {
        operands.push(operand);
        return graph.handle(operand);
      });
      const result = kernel(...(handles as never[])) as H;
      if (!rule || !operands.some((operand) => graph.isRecorded(operand))) {
        return graph.fresh(result);
      }
      // The node holds the arrays; a second list of them here would keep them alive.
      let count = 0;
      const pattern = mapOperands(args, isVariable, () => new Place(count++));
      const pull = ({ cotangents, inputs, results, wanted }: Pulled<H>) => {
        const filled = mapOperands(pattern, isPlace, ({ index }) => inputs[index]);
        const [cotangent] = cotangents as [V];
        const [out] = results as [V];
        const gradients = rule(filled, cotangent, out);
        return wanted.map((isWanted, i) => (isWanted ? gradients[i]?.() : undefined));
      };
      return graph.record(operands, [result], pull, at)[0] as V;
    };

  const required = Object.fromEntries(
    Object.entries(engine.required).map(([op, kernel]) => [op, recording(kernel, rules[op])]),
  ) as unknown as RequiredKernels<V>;

  const refuse = (op: OpName): never => {
    throw new UnsupportedError(
      op,
      `withAutodiff(${base.id})`,
      "no gradient of it is known here; compute it outside the transform, or of stopGradient(x)",
    );
  };

  /** Ops that are made of no others: their gradients would need rules of their own. */
  const refused = Object.fromEntries(
    opNames.filter((op) => opTable[op].tier === "extension").map((op) => [op, () => refuse(op)]),
  );
  const overrides: Overrides<V> = { ...refused, stopGradient: (a) => graph.detached(a) };

  const composed = defineBackend<V>({
    id: base.id,
    arrays: {
      aval,
      fromHost: (tensor) => graph.fresh(base.fromHost(tensor)),
      toHostSync: (a) => base.toHostSync(graph.handle(a)),
      release: (a) => graph.release([a]),
      retain: (a) => graph.share(a),
      place,
    },
    required,
    overrides,
    devices: base.devices(),
  }).ops;

  const isRecorded = (arg: unknown): boolean =>
    isVariable(arg)
      ? graph.isRecorded(arg)
      : Array.isArray(arg) && isVariable(arg[0]) && arg.some(isRecorded);

  for (const op of opNames) {
    const direct = base.ops[op] as (...args: unknown[]) => H | H[];
    const recorded = composed[op] as (...args: unknown[]) => V | V[];
    const { arity } = opTable[op];
    const call = (...args: unknown[]): V | V[] => {
      if (args.some(isRecorded)) {
        if (packed[op]?.some((place) => isRecorded(args[place]))) refuse(op);
        const results = recorded(...args);
        for (const result of [results].flat()) graph.made(result);
        return results;
      }
      const handles = mapOperands(args, isVariable, (operand) => graph.handle(operand));
      // A rule names no place; it runs where its op ran.
      if (at && handles.length === arity) handles.push(at);
      const results = direct(...handles);
      const wrapped = (handle: H): V => graph.made(graph.fresh(handle));
      return Array.isArray(results) ? results.map(wrapped) : wrapped(results);
    };
    Object.assign(ops, { [op]: call });
  }

  return {
    ops,
    aval,
    zerosLike: tools.zerosLike,
    placed(to, run) {
      const before = at;
      place(to);
      try {
        return run();
      } finally {
        place(before);
      }
    },
  };
}

/** Stands for an array in the arguments that a node keeps. */
class Place {
  constructor(readonly index: number) {}
}

const isPlace = (arg: unknown): arg is Place => arg instanceof Place;
