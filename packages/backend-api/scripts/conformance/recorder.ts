// A backend that notes which raw ops run on it. Core's own calls then tell how a call in Python's words
// becomes raw ops, so that its golden serves the conformance kit.

import type { GoldenArg } from "../../src/conformance/goldens/format.js";
import { type Backend, type HostTensor, type OpName, opTable, Scalar } from "../../src/index.js";

/** A raw call: what it was given, and whether it threw. */
export interface Step {
  readonly op: OpName;
  readonly args: readonly GoldenArg[];
  readonly threw: boolean;
}

/** A handle of the recording backend: it knows where its array comes from. */
export class Traced {
  constructor(
    readonly handle: number,
    /** An input of the file, or the result of a step; undefined for what is made between calls. */
    public origin: GoldenArg | undefined,
  ) {}
}

/** A number as JSON holds it. */
function numberArg(value: number): GoldenArg {
  if (Number.isNaN(value)) return { n: "nan" };
  if (Object.is(value, -0)) return { n: "-0" };
  return Number.isFinite(value) ? value : { n: value > 0 ? "inf" : "-inf" };
}

function scalarArg({ value }: Scalar): GoldenArg {
  if (typeof value === "bigint") return { scalar: value.toString(), wide: true };
  const plain = typeof value === "number" ? numberArg(value) : value;
  return { scalar: typeof plain === "object" ? (plain as { n: string }).n : (plain as number) };
}

/** The recording backend, and what it noted since `begin`. */
export interface Recorder {
  readonly backend: Backend<Traced>;
  begin(): void;
  /** The steps, or undefined where one has an argument that cannot be written down. */
  end(): readonly Step[] | undefined;
}

/**
 * Wraps a backend so that its raw calls are noted.
 *
 * @param base - runs the ops
 * @param input - takes an array that a call made of host elements into the file
 */
export function recorder(base: Backend<number>, input: (tensor: HostTensor) => number): Recorder {
  let steps: Step[] | undefined;
  let whole = true;

  const noted = (value: unknown): GoldenArg => {
    if (value instanceof Traced) {
      if (value.origin === undefined) whole = false;
      return value.origin ?? null;
    }
    if (value instanceof Scalar) return scalarArg(value);
    if (Array.isArray(value)) return value.map(noted);
    return typeof value === "number" ? numberArg(value) : (value as string | boolean | null);
  };
  const plain = (value: unknown): unknown => {
    if (value instanceof Traced) return value.handle;
    return Array.isArray(value) ? value.map(plain) : value;
  };

  const wrap =
    (op: OpName) =>
    (...args: unknown[]) => {
      const own = args.slice(0, opTable[op].arity).map(noted);
      const run = base.ops[op] as unknown as (...args: unknown[]) => number | number[];
      const step = steps?.length ?? 0;
      try {
        const result = run(...args.map(plain));
        steps?.push({ op, args: own, threw: false });
        const traced = (handle: number, part: number) =>
          new Traced(handle, steps && { step, part });
        return Array.isArray(result) ? result.map(traced) : traced(result, 0);
      } catch (error) {
        steps?.push({ op, args: own, threw: true });
        throw error;
      }
    };
  const names = Object.keys(opTable) as OpName[];
  const ops = Object.fromEntries(names.map((op) => [op, wrap(op)]));

  return {
    backend: {
      id: "recording",
      apiVersion: 1,
      // Each wrapped op has the signature of the op that it wraps.
      ops: ops as unknown as Backend<Traced>["ops"],
      provenance: (op) => base.provenance(op),
      aval: ({ handle }) => base.aval(handle),
      fromHost: (tensor) => new Traced(base.fromHost(tensor), steps && { in: input(tensor) }),
      toHostSync: ({ handle }) => base.toHostSync(handle),
      toHost: ({ handle }) => base.toHost(handle),
      eval: (arrays) => base.eval(arrays.map(({ handle }) => handle)),
      evalAsync: (arrays) => base.evalAsync(arrays.map(({ handle }) => handle)),
      retain: ({ handle, origin }) => new Traced(base.retain(handle), origin),
      release: (arrays) => base.release(arrays.map(({ handle }) => handle)),
      devices: () => base.devices(),
      extension: () => undefined,
    },
    begin() {
      steps = [];
      whole = true;
    },
    end() {
      const done = whole ? steps : undefined;
      steps = undefined;
      return done;
    },
  };
}
