// How decorators take the call of an op apart: which arguments are arrays, and the same call over others.
// Handles may be integers; only the op table tells them from numbers.

import { type Backend, type Handle, Scalar } from "../backend.js";
import { type OpName, type Ops, opTable } from "../ops/index.js";

/** Any op, as a decorator calls it: with the arguments that came. */
export type AnyOp<H> = (...args: unknown[]) => H | H[];

const opNames = Object.keys(opTable) as OpName[];

/** A backend's op, to be called with whatever came. */
export const opOf = <H extends Handle>({ ops }: Backend<H>, op: OpName): AnyOp<H> =>
  (ops[op] as AnyOp<H>).bind(ops);

/** All ops, each made by one function. */
export function everyOp<H extends Handle>(make: (op: OpName) => AnyOp<H>): Ops<H> {
  // The table has every name of the interface.
  return Object.fromEntries(opNames.map((op) => [op, make(op)])) as unknown as Ops<H>;
}

/**
 * An op's arguments with others in place of its arrays. Numbers and nulls that stand for arrays stay.
 *
 * @param map - gets each array that was given, and its argument's place
 */
export function withArrays<A, B>(
  op: OpName,
  args: readonly unknown[],
  map: (array: A, place: number) => B,
): unknown[] {
  const out = [...args];
  for (const place of opTable[op].arrays) {
    const value = out[place];
    if (value === null || value === undefined || value instanceof Scalar) continue;
    out[place] = Array.isArray(value)
      ? value.map((item) => map(item as A, place))
      : map(value as A, place);
  }
  return out;
}

/** An op's result, one array or several, with others in their places. */
export const mapResult = <A, B>(result: A | A[], map: (array: A) => B): B | B[] =>
  Array.isArray(result) ? result.map(map) : map(result);
