// Ops on each element by itself: one loop, and a table of what it does to single values of each kind. Floats are
// computed in float64 and rounded when the result is closed.

import type { DType } from "@mlx-ts/backend-api";
import type { Dense } from "./array.js";
import * as c from "./complex.js";
import { erf } from "./erf.js";
import { erfinvOfDouble, erfinvOfSingle } from "./erfinv.js";
import { roundEven } from "./halves.js";
import { blank, closed, opened, type ScalarOp, scalarOp } from "./values.js";

type Unary = ScalarOp<1>;

const table = {
  abs: {
    bool: (x) => x,
    int: Math.abs,
    big: (x) => (x < 0n ? -x : x),
    float: Math.abs,
    complex: c.abs,
  },
  negative: { int: (x) => -x, big: (x) => -x, float: (x) => -x, complex: c.negative },
  sign: {
    bool: (x) => x,
    int: Math.sign,
    big: (x) => (x > 0n ? 1n : x < 0n ? -1n : 0n),
    float: (x) => (x > 0 ? 1 : x < 0 ? -1 : 0),
    complex: c.sign,
  },
  floor: { float: Math.floor },
  ceil: { float: Math.ceil },
  round: { float: roundEven },
  sqrt: { float: Math.sqrt, complex: c.sqrt },
  exp: { float: Math.exp, complex: c.exp },
  expm1: { float: Math.expm1, complex: c.expm1 },
  log: { float: Math.log, complex: c.log },
  log1p: { float: Math.log1p, complex: c.log1p },
  sin: { float: Math.sin, complex: c.sin },
  cos: { float: Math.cos, complex: c.cos },
  arcsin: { float: Math.asin, complex: c.arcsin },
  arctan: { float: Math.atan, complex: c.arctan },
  tanh: { float: Math.tanh, complex: c.tanh },
  erf: { float: erf },
  logicalNot: { bool: (x) => 1 - x },
  bitwiseInvert: { bool: (x) => 1 - x, int: (x) => ~x, big: (x) => ~x },
} as const satisfies Record<string, Unary>;

type Name = keyof typeof table;

/** A kernel that does the same to every element. */
export function elementwise(op: string, by: Unary, to = (dtype: DType) => dtype) {
  return (a: Dense): Dense => {
    const f = scalarOp<1>(op, by, a.dtype);
    const dtype = to(a.dtype);
    const x = opened(a);
    const out = blank(a.shape, dtype);
    for (let i = 0; i < x.length; i++) out[i] = f(x[i] as never);
    return closed(a.shape, dtype, out);
  };
}

const kernels = Object.fromEntries(
  Object.entries(table).map(([op, by]) => [op, elementwise(op, by)]),
) as Record<Name, (a: Dense) => Dense>;

export const unary = {
  ...kernels,
  abs: elementwise("abs", table.abs, (dtype) => (dtype === "complex64" ? "float32" : dtype)),
};

const erfinvs = {
  single: elementwise("erfinv", { float: erfinvOfSingle }),
  double: elementwise("erfinv", { float: erfinvOfDouble }),
};

/** An override: normal random numbers are made of it, and are MLX's own to the bit. */
export const erfinv = (a: Dense): Dense => erfinvs[a.dtype === "float64" ? "double" : "single"](a);
