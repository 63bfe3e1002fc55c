// Einstein sums by pairs: repeated labels become diagonals, labels that nobody else needs are summed, and
// operands are multiplied two at a time, as matrices where labels are summed over both.

import type { Handle } from "../../backend.js";
import type { LinearOps } from "../../ops/index.js";
import { sizeOf } from "../axes.js";
import type { Front } from "../front.js";
import { subscriptsOf } from "../subscripts.js";

/** An operand and the label of each of its axes. */
interface Term<H extends Handle> {
  readonly array: H;
  readonly labels: readonly string[];
}

type Labels = readonly string[];
type Test = (label: string) => boolean;

/** The first axis whose label stood before; -1 where there is none. */
const repeatedAxis = (labels: Labels): number =>
  labels.findIndex((label, axis) => labels.indexOf(label) !== axis);

/** Labels of two terms after they are multiplied and what is not needed is summed. */
const joinedLabels = (a: Labels, b: Labels, needed: Test): Labels => [
  ...a.filter((label) => !b.includes(label) || needed(label)),
  ...b.filter((label) => !a.includes(label)),
];

/** Whether the output or another term has a label. */
const neededBy =
  (terms: readonly Term<Handle>[], output: Labels): Test =>
  (label) =>
    output.includes(label) || terms.some(({ labels }) => labels.includes(label));

/**
 * The pair to multiply next: of those that share a label, or of all where none does, the one after which the
 * operands are smallest.
 */
function nextPair(
  terms: readonly Term<Handle>[],
  output: Labels,
  sizes: ReadonlyMap<string, number>,
): [number, number] {
  const elements = (labels: Labels) => sizeOf(labels.map((label) => sizes.get(label) ?? 1));
  let pair: [number, number] = [0, 1];
  let best = { shares: false, growth: Number.POSITIVE_INFINITY };
  for (const [j, b] of terms.entries()) {
    for (const [i, a] of terms.slice(0, j).entries()) {
      const shares = a.labels.some((label) => b.labels.includes(label));
      if (best.shares && !shares) continue;
      const others = terms.filter((_, k) => k !== i && k !== j);
      const made = joinedLabels(a.labels, b.labels, neededBy(others, output));
      const growth = elements(made) - elements(a.labels) - elements(b.labels);
      if (shares === best.shares && growth >= best.growth) continue;
      best = { shares, growth };
      pair = [i, j];
    }
  }
  return pair;
}

export const einsumDefault = <H extends Handle>(f: Front<H>): LinearOps<H>["einsum"] => {
  /** A term's array with its axes in another order. */
  const ordered = ({ array, labels }: Term<H>, order: Labels): H =>
    f.ops.transpose(
      array,
      order.map((label) => labels.indexOf(label)),
    );

  const sizesIn = ({ array, labels }: Term<H>, of: Labels): number[] =>
    of.map((label) => f.shape(array)[labels.indexOf(label)] ?? 1);

  /** A term in which every label stands once and is needed. */
  const alone = (term: Term<H>, needed: Test): Term<H> => {
    let { array, labels } = term;
    for (let last = repeatedAxis(labels); last >= 0; last = repeatedAxis(labels)) {
      const label = labels[last] as string;
      const first = labels.indexOf(label);
      array = f.ops.diagonal(array, 0, first, last);
      labels = [...labels.filter((_, axis) => axis !== first && axis !== last), label];
    }
    const axes = labels.flatMap((label, axis) => (needed(label) ? [] : [axis]));
    return {
      array: axes.length > 0 ? f.ops.sum(array, axes, false) : array,
      labels: labels.filter(needed),
    };
  };

  /** Two terms multiplied, and summed over the labels of both that are not needed. */
  const multiplied = (a: Term<H>, b: Term<H>, needed: Test): Term<H> => {
    const shared = a.labels.filter((label) => b.labels.includes(label));
    const batch = shared.filter(needed);
    const inner = shared.filter((label) => !needed(label));
    const rows = a.labels.filter((label) => !shared.includes(label));
    const columns = b.labels.filter((label) => !shared.includes(label));
    const labels = [...batch, ...rows, ...columns];
    const left = [...sizesIn(a, batch), ...sizesIn(a, rows)];
    const right = sizesIn(b, columns);
    if (inner.length === 0) {
      const x = f.ops.reshape(ordered(a, [...batch, ...rows]), [...left, ...columns.map(() => 1)]);
      const apart = [...sizesIn(b, batch), ...rows.map(() => 1), ...right];
      const y = f.ops.reshape(ordered(b, [...batch, ...columns]), apart);
      return { array: f.ops.multiply(x, y), labels };
    }
    // An axis of size 1 repeats, in a sum as well.
    const ofB = sizesIn(b, inner);
    const long = sizesIn(a, inner).map((size, i) => (size === 1 ? (ofB[i] as number) : size));
    const x = f.ops.broadcastTo(ordered(a, [...batch, ...rows, ...inner]), [...left, ...long]);
    const y = f.ops.broadcastTo(ordered(b, [...batch, ...inner, ...columns]), [
      ...sizesIn(b, batch),
      ...long,
      ...right,
    ]);
    const product = f.ops.matmul(
      f.ops.reshape(x, [...sizesIn(a, batch), sizeOf(sizesIn(a, rows)), sizeOf(long)]),
      f.ops.reshape(y, [...sizesIn(b, batch), sizeOf(long), sizeOf(right)]),
    );
    const whole = f.shape(product).slice(0, batch.length);
    return { array: f.ops.reshape(product, [...whole, ...sizesIn(a, rows), ...right]), labels };
  };

  return (subscripts, operands) => {
    const { inputs, output } = subscriptsOf(subscripts);
    const wanted = [...output];
    const given = operands.map((array, i): Term<H> => ({ array, labels: [...(inputs[i] ?? "")] }));
    const sizes = new Map<string, number>();
    for (const { array, labels } of given) {
      for (const [axis, label] of labels.entries()) {
        // Sizes of one label are equal or 1; one of 0 wins over 1.
        if ((sizes.get(label) ?? 1) === 1) sizes.set(label, f.shape(array)[axis] as number);
      }
    }
    let terms = given.map((term, i) =>
      alone(
        term,
        neededBy(
          given.filter((_, j) => j !== i),
          wanted,
        ),
      ),
    );
    while (terms.length > 1) {
      const [i, j] = nextPair(terms, wanted, sizes);
      const others = terms.filter((_, k) => k !== i && k !== j);
      const [a, b] = [terms[i] as Term<H>, terms[j] as Term<H>];
      terms = [...others, multiplied(a, b, neededBy(others, wanted))];
    }
    return ordered(terms[0] as Term<H>, wanted);
  };
};
