// A mutant is a good backend with one thing broken. The conformance kit must notice each of them, or it
// would not notice the same mistake in an engine. Here: what a mutant is, and how one op is replaced.

import {
  type Backend,
  type DType,
  type ExtensionToken,
  type Handle,
  type OpName,
  type Ops,
  opTable,
  Scalar,
} from "@mlx-ts/backend-api";

/** A good backend with one thing broken. */
export interface Mutant {
  /** The op or part that is broken, and how, in a few words. */
  readonly name: string;
  /** What is wrong. */
  readonly wrong: string;
  /** The kit's groups that look at this part. */
  readonly groups: readonly string[];
  /** Whether the mistake is that something throws or leaks; else a wrong result must be seen. */
  readonly throws?: true;
  /** The part of the good backend that is broken, or by which the mistake can be seen at all. */
  readonly needs?: ExtensionToken<unknown>;
  /** Breaks a good backend. */
  readonly broken: (good: Backend) => Backend;
}

/** What the wrong body of an op works with: the good ops, and elements as numbers. */
export interface Bench {
  /** The good ops; what they make and the body does not return is released. */
  readonly ops: Ops;
  shape(a: Handle): readonly number[];
  dtype(a: Handle): DType;
  /** The elements of a real array. */
  numbers(a: Handle): number[];
  array(shape: readonly number[], dtype: DType, numbers: ArrayLike<number>): Handle;
}

type AnyOp = (...args: unknown[]) => Handle | Handle[];

const listed = (result: Handle | readonly Handle[]): Handle[] => [result].flat() as Handle[];

function benchOf(good: Backend, made: Set<Handle>): Bench {
  const noted = <T extends Handle | Handle[]>(result: T): T => {
    for (const handle of listed(result)) made.add(handle);
    return result;
  };
  const ops = Object.fromEntries(
    Object.entries(good.ops).map(([name, op]) => [
      name,
      (...args: unknown[]) => noted((op as AnyOp)(...args)),
    ]),
  ) as unknown as Ops;
  return {
    ops,
    shape: (a) => good.aval(a).shape,
    dtype: (a) => good.aval(a).dtype,
    numbers: (a) =>
      Array.from<number | bigint, number>(good.toHostSync(ops.astype(a, "float64")).data, Number),
    array: (shape, dtype, numbers) =>
      ops.astype(
        noted(good.fromHost({ shape, dtype: "float64", data: Float64Array.from(numbers) })),
        dtype,
      ),
  };
}

/** The wrong body of an op. */
export type Body<K extends OpName> = (
  bench: Bench,
  ...args: Parameters<Ops[K]>
) => ReturnType<Ops[K]>;

/** What a body returns, as the caller's own; all else that it makes is released. */
export function owning(
  good: Backend,
  body: (bench: Bench) => Handle | readonly Handle[],
): Handle[] {
  const made = new Set<Handle>();
  const result = body(benchOf(good, made));
  // An operand that is returned becomes the caller's by a second handle.
  const owned = listed(result).map((a) => (made.delete(a) ? a : good.retain(a)));
  good.release([...made]);
  return owned;
}

/** A backend with another body for one op. */
export function withOp<K extends OpName>(good: Backend, op: K, body: Body<K>): Backend {
  const replaced = (...args: Parameters<Ops[K]>): Handle | Handle[] => {
    let several = false;
    const owned = owning(good, (bench) => {
      const result = body(bench, ...args) as Handle | Handle[];
      several = Array.isArray(result);
      return result;
    });
    return several ? owned : (owned[0] as Handle);
  };
  return { ...inherited(good), ops: { ...good.ops, [op]: replaced } };
}

/** All members of a backend, which may be an instance of a class. */
export function inherited(good: Backend): Backend {
  return {
    id: `mutant of ${good.id}`,
    apiVersion: good.apiVersion,
    ops: good.ops,
    provenance: (op) => good.provenance(op),
    aval: (a) => good.aval(a),
    fromHost: (tensor) => good.fromHost(tensor),
    toHostSync: (a) => good.toHostSync(a),
    toHost: (a) => good.toHost(a),
    eval: (arrays) => good.eval(arrays),
    evalAsync: (arrays) => good.evalAsync(arrays),
    retain: (a) => good.retain(a),
    release: (arrays) => good.release(arrays),
    devices: () => good.devices(),
    extension: (token) => good.extension(token),
  };
}

/** A mutant with another body for one op; the group of its family must notice. */
export const wrongOp = <K extends OpName>(op: K, wrong: string, body: Body<K>): Mutant => ({
  name: op,
  wrong,
  groups: [opTable[op].family],
  broken: (good) => withOp(good, op, body),
});

type BinaryOp =
  | "add"
  | "divide"
  | "floorDivide"
  | "lessEqual"
  | "maximum"
  | "multiply"
  | "power"
  | "remainder"
  | "rightShift"
  | "subtract";

/** As {@link wrongOp}, for two arrays; what has a number beside it stays right. */
export const wrongBinary = (
  op: BinaryOp,
  wrong: string,
  body: (bench: Bench, a: Handle, b: Handle) => Handle | undefined,
): Mutant =>
  wrongOp<BinaryOp>(op, wrong, (bench, ...[a, b]) => {
    const right = () => bench.ops[op](a, b);
    return a instanceof Scalar || b instanceof Scalar ? right() : (body(bench, a, b) ?? right());
  });
