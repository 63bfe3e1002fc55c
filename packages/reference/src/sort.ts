// Order: the places of extremes, and of all elements in order.

import { type Dense, zeros } from "./array.js";
import { comparisons } from "./binary.js";
import { indexing } from "./indexing.js";
import { rowsOf } from "./places.js";
import { opened, scalarOp, type Value } from "./values.js";

const isMissing = (x: Value) => Number.isNaN(x);

/** A kernel for the place of the element that wins over all before it. */
function place(op: string, by: typeof comparisons.less) {
  return (a: Dense, axis: number): Dense => {
    const wins = scalarOp<2>(op, by, a.dtype);
    const { shape, starts, steps } = rowsOf(a.shape, [axis]);
    const x = opened(a);
    const result = zeros(shape, "uint32");
    for (const [i, start] of starts.entries()) {
      let best = x[start] as Value;
      for (let k = 1; k < steps.length; k++) {
        const value = x[start + (steps[k] as number)] as Value;
        if (!wins(value, best) && (!isMissing(value) || isMissing(best))) continue;
        best = value;
        result.data[i] = k;
      }
    }
    return result;
  };
}

function argsort(a: Dense, axis: number): Dense {
  const less = scalarOp<2>("argsort", comparisons.less, a.dtype);
  const { starts, steps } = rowsOf(a.shape, [axis]);
  const x = opened(a);
  const result = zeros(a.shape, "uint32");
  /** Negative where the first comes before; NaN comes last. */
  const order = (v: Value, w: Value): number => {
    if (less(v, w) || (isMissing(w) && !isMissing(v))) return -1;
    return less(w, v) || (isMissing(v) && !isMissing(w)) ? 1 : 0;
  };
  for (const start of starts) {
    const at = (k: number) => x[start + (steps[k] as number)] as Value;
    // Sorting in JavaScript keeps the order of equals.
    const sorted = Uint32Array.from(steps.keys()).sort((i, j) => order(at(i), at(j)));
    for (const [k, from] of sorted.entries()) result.data[start + (steps[k] as number)] = from;
  }
  return result;
}

export const sort = {
  argmax: place("argmax", comparisons.greater),
  argmin: place("argmin", comparisons.less),
  argsort,
  sort: (a: Dense, axis: number) => indexing.takeAlongAxis(a, argsort(a, axis), axis),
};
