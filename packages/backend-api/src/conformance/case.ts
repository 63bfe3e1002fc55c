// What a case of the kit is, and what it gets to work with. Cases are data and a function; how they are
// run, counted and reported stands in session.ts.

import type { Backend, Handle, HostTensor } from "../backend.js";
import type { DType } from "../dtype.js";
import type { OpName, Tier } from "../ops/index.js";
import type { HandleFunction } from "../transforms.js";
import type { Arithmetic } from "./tolerance.js";

/** What a case needs of a backend; where the backend lacks it, the case is counted as unsupported. */
export interface Requirements {
  /** Ops that are run, the one that is tested first. */
  readonly ops: readonly OpName[];
  readonly dtypes: readonly DType[];
  /** Ids of extension tokens. */
  readonly extensions: readonly string[];
  /** A reference backend, which the run must be given. */
  readonly reference?: boolean;
  /** A count of live handles. */
  readonly live?: boolean;
}

/** One thing that a backend must do. */
export interface Case {
  /** Unique and stable: `group/what`. Known failures are listed by it. */
  readonly id: string;
  /** An op family, or `host-io`, `metadata`, `lifetime`, `forms`, `errors`, `gradients`, ... */
  readonly group: string;
  /** The highest tier among its ops. */
  readonly tier: Tier;
  readonly requires: Requirements;
  /** Throws (or rejects) where the backend is wrong. */
  readonly run: (context: Context) => void | Promise<void>;
}

/** What a case works with. Handles that it makes through the context are released after it. */
export interface Context {
  readonly backend: Backend;
  /** The dtypes that the manifest lists. */
  readonly dtypes: readonly DType[];
  /** A second backend that is known to be right, if the run was given one. */
  readonly reference: Backend | undefined;
  /** Counts live handles, where the backend or the run can. */
  readonly live: (() => number) | undefined;
  /** Makes an array from host elements. */
  array(tensor: HostTensor): Handle;
  /** Calls an op; a single result comes as a list of one. */
  call(op: OpName, ...args: readonly unknown[]): Handle[];
  /** Calls an op that has one result. */
  one(op: OpName, ...args: readonly unknown[]): Handle;
  /** Notes a handle that was made in another way, so that it is released. */
  own<H extends Handle>(handle: H): H;
  /** A function for transforms, which owns its inputs and gives its outputs away, of one that does neither. */
  lift(fn: HandleFunction<Handle>): HandleFunction<Handle>;
  /** Releases handles now. */
  drop(...handles: readonly Handle[]): void;
  /** An array's elements. */
  read(handle: Handle): Promise<HostTensor>;
  /** Fails unless an array is as wanted, within the tolerance of the op. */
  expect(handle: Handle, wanted: Wanted, how?: Closeness): Promise<void>;
}

/** An array that a case wants: elements as numbers, or bigints for 64-bit integers; pairs for complex64. */
export interface Wanted {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly data: readonly (number | bigint)[];
}

/** How near an array must be to the wanted one. */
export interface Closeness {
  /** The op whose tolerance holds; without it elements must be equal. */
  readonly op?: OpName;
  /** Replaces the op's own arithmetic. */
  readonly arithmetic?: Arithmetic;
  /** How many numbers were added up for each element. Default 1. */
  readonly terms?: number;
  /** The size of the numbers that were added up. Default: the largest wanted element. */
  readonly scale?: number;
}

/** What a case throws: the backend is wrong, and how. */
export class Mismatch extends Error {
  override readonly name = "Mismatch";
}

/**
 * Fails a case of your own unless something holds.
 *
 * @param condition - what must hold
 * @param message - what is wrong where it does not
 * @throws Mismatch with the message
 * @example
 * ```ts
 * const sevens: Case = {
 *   id: "mine/full",
 *   group: "mine",
 *   tier: "required",
 *   requires: { ops: ["full"], dtypes: ["float32"], extensions: [] },
 *   async run(context) {
 *     const { data } = await context.read(context.one("full", [2], new Scalar(7), "float32"));
 *     check(data[1] === 7, `full gave ${data}`);
 *   },
 * };
 * const report = await runConformance(nativeBackend, {}, { cases: [sevens], filtered: true });
 * report.counts.passed; // 1
 * ```
 */
export function check(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Mismatch(message);
}
