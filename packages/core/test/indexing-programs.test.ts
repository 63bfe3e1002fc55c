// Random programs: chains of reads, updates and moves of axes, against a model of flat lists in this file,
// which finds each element by its coordinates.

import fc from "fast-check";
import { expect, test } from "vitest";
import * as mx from "../src/index.js";
import { must } from "./golden.js";

/** An array of the model: its elements row-major. */
interface Model {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

type Item = number | null | mx.Slice | Picks;
/** An index array: flat, with its shape. */
interface Picks {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

const product = (shape: readonly number[]): number => shape.reduce((n, d) => n * d, 1);

/** The flat place of coordinates, which broadcast from the right. */
function placeOf(shape: readonly number[], at: readonly number[]): number {
  const skipped = at.length - shape.length;
  return shape.reduce((place, n, i) => place * n + (n === 1 ? 0 : must(at[i + skipped])), 0);
}

/** Calls f with all coordinates of a shape, in order. */
function* coordinates(shape: readonly number[]): Generator<number[]> {
  for (let i = 0; i < product(shape); i++) {
    const at: number[] = [];
    let rest = i;
    for (const n of [...shape].reverse()) {
      at.unshift(rest % n);
      rest = Math.floor(rest / n);
    }
    yield at;
  }
}

/** The indices of an axis that a slice takes. */
function taken({ start, stop, step }: mx.Slice, n: number): number[] {
  const by = step ?? 1;
  const cut = (end: number, low: number, high: number) =>
    Math.min(Math.max(end < 0 ? end + n : end, low), high);
  const out: number[] = [];
  if (by > 0) {
    const to = stop === null ? n : cut(stop, 0, n);
    for (let i = start === null ? 0 : cut(start, 0, n); i < to; i += by) out.push(i);
  } else {
    const to = stop === null ? -1 : cut(stop, -1, n - 1);
    for (let i = start === null ? n - 1 : cut(start, -1, n - 1); i > to; i += by) out.push(i);
  }
  return out;
}

/** The shape of an index of all axes, and the flat places of what it takes. */
function indexed(
  shape: readonly number[],
  items: readonly Item[],
): { shape: number[]; flat: number[] } {
  const isPick = (item: Item): item is number | Picks =>
    typeof item === "number" || (item !== null && "data" in item);
  const arrays = items.filter(
    (item): item is Picks => item !== null && typeof item === "object" && "data" in item,
  );
  const rank = Math.max(0, ...arrays.map((array) => array.shape.length));
  const gathered = Array.from({ length: rank }, (_, i) =>
    Math.max(...arrays.map(({ shape }) => shape[i - rank + shape.length] ?? 1)),
  );
  const at = items.flatMap((item, i) => (isPick(item) ? [i] : []));
  const together = at.every((place, i) => i === 0 || place === must(at[i - 1]) + 1);
  const before = arrays.length > 0 && together ? must(at[0]) : 0;

  // The parts of the result: each a function from its own coordinates to indices of axes.
  const parts: { size: number[]; set: (own: number[], source: number[]) => void }[] = [];
  const picking = {
    size: gathered,
    set: (own: number[], source: number[]) => {
      let axis = 0;
      for (const item of items) {
        if (item === null) continue;
        const n = must(shape[axis]);
        if (typeof item === "number") source[axis] = (item + n) % n;
        else if ("data" in item) source[axis] = (must(item.data[placeOf(item.shape, own)]) + n) % n;
        axis++;
      }
    },
  };
  let axis = 0;
  items.forEach((item, i) => {
    if (i === before) parts.push(picking);
    const here = axis;
    if (item !== null) axis++;
    if (isPick(item)) return;
    const own = item === null ? [0] : taken(item, must(shape[here]));
    parts.push({
      size: [own.length],
      set: ([k], source) => {
        if (item !== null) source[here] = must(own[must(k)]);
      },
    });
  });
  if (parts.length === 0 || items.length === 0) parts.push(picking);
  const result = parts.flatMap(({ size }) => size);
  const flat = [...coordinates(result)].map((all) => {
    const source = shape.map(() => 0);
    let used = 0;
    for (const { size, set } of parts) {
      set(all.slice(used, used + size.length), source);
      used += size.length;
    }
    return placeOf(shape, source);
  });
  return { shape: result, flat };
}

/** Decisions, read from a tape of random numbers that fast-check shortens. */
class Tape {
  #next = 0;
  constructor(readonly numbers: readonly number[]) {}
  get ended(): boolean {
    return this.#next >= this.numbers.length;
  }
  below(n: number): number {
    return n === 0 ? 0 : (this.numbers[this.#next++] ?? 0) % n;
  }
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }
}

function someItems(tape: Tape, shape: readonly number[]): Item[] {
  const base = must([[2], [3], [2, 2], [1, 2], []][tape.below(5)]);
  return shape.flatMap((n): Item[] => {
    const kind = tape.below(7);
    const fresh = tape.below(9) === 0 ? [null] : [];
    if (kind < 2 && n > 0) {
      const own = base.map((size) => (tape.below(5) === 0 ? 1 : size));
      const data = Array.from({ length: product(own) }, () => tape.between(-n, n - 1));
      return [{ shape: own, data }, ...fresh];
    }
    if (kind === 2 && n > 0) return [tape.between(-n, n - 1), ...fresh];
    const end = () => (tape.below(3) === 0 ? null : tape.between(-n - 1, n + 1));
    const step = [null, null, 1, 2, -1, -2][tape.below(6)] ?? null;
    return [kind < 5 ? new mx.Slice() : new mx.Slice(end(), end(), step), ...fresh];
  });
}

/** The items as a user writes them: without the last full slices, index arrays as lists or arrays. */
function spelled(tape: Tape, items: readonly Item[]): mx.Index[] {
  const out = items.map((item): mx.Index => {
    if (item === null || typeof item === "number" || item instanceof mx.Slice) return item;
    const array = mx.array([...item.data], "int32").reshape([...item.shape]);
    const asList = item.shape.length > 0 && tape.below(2) === 0;
    return asList ? (array.tolist() as mx.IndexList) : array;
  });
  const isFull = (item: mx.Index | undefined) =>
    item instanceof mx.Slice && item.start === null && item.stop === null && item.step === null;
  while (tape.below(3) > 0 && isFull(out.at(-1))) out.pop();
  return out;
}

const combine = {
  set: (_: number, b: number) => b,
  add: (a: number, b: number) => a + b,
  subtract: (a: number, b: number) => a - b,
  multiply: (a: number, b: number) => a * b,
  maximum: Math.max,
  minimum: Math.min,
} as const;
const updates = Object.keys(combine) as (keyof typeof combine)[];

/** One step on both sides; undefined where it would grow too large. */
function step(tape: Tape, array: mx.MLXArray, model: Model): [string, mx.MLXArray, Model] {
  const { shape, data } = model;
  const kind = tape.below(8);
  if (kind === 0) {
    const axes = shape.map((_, i) => i);
    for (let i = axes.length; i > 1; i--) axes.push(...axes.splice(tape.below(i), 1));
    const turned = axes.map((axis) => must(shape[axis]));
    const moved = [...coordinates(turned)].map((at) => {
      const source = shape.map((_, axis) => must(at[axes.indexOf(axis)]));
      return must(data[placeOf(shape, source)]);
    });
    return [`transpose(${axes})`, array.transpose(axes), { shape: turned, data: moved }];
  }
  if (kind === 1 && shape.length > 0) {
    const axis = tape.below(shape.length);
    const flipped = [...coordinates(shape)].map((at) => {
      const source = at.map((k, i) => (i === axis ? must(shape[i]) - 1 - k : k));
      return must(data[placeOf(shape, source)]);
    });
    return [`flip(${axis})`, mx.flip(array, axis), { shape, data: flipped }];
  }
  if (kind === 2) {
    const reshaped = tape.below(2) === 0 ? [product(shape)] : [...shape, 1].reverse();
    return [`reshape(${reshaped})`, array.reshape(reshaped), { shape: reshaped, data }];
  }
  const items = someItems(tape, shape);
  const part = indexed(shape, items);
  const index = spelled(tape, items);
  const told = index.map((item) =>
    item instanceof mx.Slice ? JSON.stringify(item) : String(item),
  );
  if (kind < 5 && product(part.shape) <= 100) {
    const read = { shape: part.shape, data: part.flat.map((place) => must(data[place])) };
    return [`index(${told.join("; ")})`, array.index(...index), read];
  }
  const update = must(updates[tape.below(updates.length)]);
  // A value of the part's shape, some axes left to broadcasting.
  const lacking = tape.below(part.shape.length + 1);
  const own = part.shape.slice(lacking).map((n) => (tape.below(4) === 0 ? 1 : n));
  const values = Array.from({ length: product(own) }, () => tape.between(-2, 3));
  const value = mx.array(values, "float32").reshape(own);
  const after = [...data];
  [...coordinates(part.shape)].forEach((at, i) => {
    const place = must(part.flat[i]);
    after[place] = combine[update](must(after[place]), must(values[placeOf(own, at)]));
  });
  const text = `at(${told.join("; ")}).${update}([${own}])`;
  if (update === "set" && tape.below(2) === 0) {
    const copy = mx.array(array);
    copy.at(...index).assign(value);
    return [`${text} assigned`, copy, { shape, data: after }];
  }
  return [text, array.at(...index)[update](value), { shape, data: after }];
}

/** Elements up to here stay exact in float32 through one more step. */
const exact = 2 ** 16;

test("random programs of reads, updates and moves agree with a model of flat lists", () => {
  let steps = 0;
  const tape = fc.array(fc.nat({ max: 5039 }), { minLength: 20, maxLength: 220 });
  fc.assert(
    fc.property(tape, (numbers) =>
      mx.tidy(() => {
        const draws = new Tape(numbers);
        const shape = Array.from({ length: draws.between(1, 4) }, () => draws.between(1, 4));
        let model: Model = { shape, data: Array.from({ length: product(shape) }, (_, i) => i) };
        let array = mx.array([...model.data]).reshape(shape);
        const program = [`[${shape}]`];
        while (!draws.ended && program.length < 12) {
          const [text, next, expected] = step(draws, array, model);
          program.push(text);
          [array, model] = [next, expected];
          expect([program, array.shape]).toEqual([program, model.shape]);
          // Adding 0 makes a 0 of -0.
          const elements = [...array.toTypedArray()].map((n) => Number(n) + 0);
          expect([program, elements]).toEqual([program, model.data.map((n) => n + 0)]);
          steps++;
          if (model.data.some((n) => Math.abs(n) > exact)) break;
        }
      }),
    ),
    { numRuns: 300, seed: 4 },
  );
  expect(steps).toBeGreaterThan(1000);
});
