// Folds over axes and running folds: what binary ops do to two values, done to rows of them. Floats are
// summed in float64 and rounded once.

import type { DType } from "@mlx-ts/backend-api";
import type { Dense } from "./array.js";
import { scalars } from "./binary.js";
import { rowsOf } from "./places.js";
import { asValue, blank, closed, opened, type ScalarOp, scalarOp, type Value } from "./values.js";

type ToDType = (dtype: DType) => DType;

/** Sums and products of integers are at least 32 bits wide. */
const widened: ToDType = (dtype) => {
  if (dtype === "bool" || dtype === "int8" || dtype === "int16") return "int32";
  return dtype === "uint8" || dtype === "uint16" ? "uint32" : dtype;
};

const kept: ToDType = (dtype) => dtype;

/** A kernel that folds elements along axes; `empty` is what no elements give. */
function fold(op: string, by: ScalarOp<2>, empty: number, to: ToDType = kept) {
  return (a: Dense, axes: readonly number[]): Dense => {
    const dtype = to(a.dtype);
    const f = scalarOp<2>(op, by, dtype);
    const { shape, starts, steps } = rowsOf(a.shape, axes);
    const x = opened(a);
    const out = blank(shape, dtype);
    for (let i = 0; i < starts.length; i++) {
      const start = starts[i] as number;
      let folded = steps.length > 0 ? (x[start] as Value) : asValue(empty, dtype);
      for (let k = 1; k < steps.length; k++) {
        folded = f(folded, x[start + (steps[k] as number)] as Value);
      }
      out[i] = folded;
    }
    return closed(shape, dtype, out);
  };
}

/** A kernel that keeps what it has folded so far beside every element along an axis. */
function scan(op: string, by: ScalarOp<2>, to: ToDType = kept) {
  return (a: Dense, axis: number): Dense => {
    const dtype = to(a.dtype);
    const f = scalarOp<2>(op, by, dtype);
    const { starts, steps } = rowsOf(a.shape, [axis]);
    const x = opened(a);
    const out = blank(a.shape, dtype);
    if (steps.length === 0) return closed(a.shape, dtype, out);
    for (const start of starts) {
      let folded = x[start] as Value;
      out[start] = folded;
      for (let k = 1; k < steps.length; k++) {
        const place = start + (steps[k] as number);
        folded = f(folded, x[place] as Value);
        out[place] = folded;
      }
    }
    return closed(a.shape, dtype, out);
  };
}

export const reduce = {
  sum: fold("sum", scalars.add, 0, widened),
  prod: fold("prod", scalars.multiply, 1, widened),
  max: fold("max", scalars.maximum, 0),
  min: fold("min", scalars.minimum, 0),
  all: fold("all", scalars.logicalAnd, 1),
  any: fold("any", scalars.logicalOr, 0),
  cumsum: scan("cumsum", scalars.add, (dtype) => (dtype === "bool" ? "int32" : dtype)),
  cumprod: scan("cumprod", scalars.multiply),
};
