// The value of an update on its way to the engine: in a dtype that never widens the array, with the axes
// that the op wants, and what is made on the way given back.

import {
  type Backend,
  type DType,
  type Handle,
  type Operand,
  type Ops,
  rangeError,
  Scalar,
  typeError,
} from "@mlx-ts/backend-api";
import { arrayArg, fromValue, operandArg } from "../arguments.js";
import { type ArrayLike, MLXArray } from "../array.js";
import { type Between, releaseAll } from "./arrays.js";
import { added, type Plan } from "./plan.js";

/** What becomes of the part. */
export type Update = "set" | "add" | "subtract" | "multiply" | "divide" | "maximum" | "minimum";

const isFloat = (dtype: DType): boolean => /float|complex/.test(dtype);

/** One update of an array; what it makes on its way is given back at its end. */
export class Writing implements Between {
  declare readonly backend: Backend;
  declare readonly handle: Handle;
  declare readonly dtype: DType;
  /** Arrays made from what came as numbers and lists. */
  declare readonly made: MLXArray[];
  declare readonly between: Handle[];

  constructor(array: MLXArray) {
    this.handle = array.live("at");
    this.backend = array.backend;
    this.dtype = array.dtype;
    this.made = [];
    this.between = [];
  }

  get ops(): Ops {
    return this.backend.ops;
  }

  /** A result on the way to the next one. */
  passing(out: Handle): Handle {
    this.between.push(out);
    return out;
  }

  /** An array for a value that is none: a list takes the array's dtype, a number where it can. */
  array(value: unknown): MLXArray {
    const widens = typeof value === "number" && !Number.isInteger(value) && !isFloat(this.dtype);
    if (typeof value === "number" && !widens) checkFits(value, this.dtype);
    const dtype = widens ? undefined : this.dtype;
    const array = fromValue("at", "value", value, dtype, this.backend);
    this.made.push(array);
    return array;
  }

  /** A number in a shape, of the array's dtype where that holds it. */
  filled(value: Scalar["value"], shape: readonly number[]): Handle {
    const { ops, dtype } = this;
    const isFloat32 = typeof value === "number" && (isFloat(dtype) || Math.abs(value) <= 2 ** 24);
    if (!isFloat32) return this.passing(ops.broadcastTo(this.array(value).handle, shape));
    const widens = !Number.isInteger(value) && !isFloat(dtype);
    if (!widens) checkFits(value, dtype);
    return this.passing(ops.full(shape, new Scalar(value), widens ? null : dtype));
  }

  release(): void {
    releaseAll(this);
  }
}

/** An integer that its dtype cannot hold would wrap round, which Python refuses. */
function checkFits(value: number, dtype: DType): void {
  const [, unsigned, bits] = /^(u?)int(\d+)$/.exec(dtype) ?? [];
  if (bits === undefined) return;
  const span = 2 ** Number(bits);
  const low = unsigned ? 0 : -span / 2;
  if (value >= low && value < low + span) return;
  throw rangeError(
    `[at] the number ${value} does not fit the array's dtype ${dtype}; convert the array with astype first`,
  );
}

/** A number as it is, or an array with its shape. */
export interface Value {
  readonly operand: Operand<Handle>;
  readonly shape: readonly number[];
}

const noAxes: readonly number[] = [];

/**
 * The value as the engine combines it: a difference is the sum with the negative, a quotient the product
 * with the reciprocal, as in MLX.
 */
export function operandFor(writing: Writing, update: Update, value: ArrayLike): Value {
  switch (update) {
    case "subtract":
      return negated(writing, value);
    case "divide":
      return inverted(writing, value);
    default: {
      const number =
        typeof value === "number" || typeof value === "boolean" || typeof value === "bigint";
      if (!number) return { operand: handleOf(writing, value), shape: shapeOf(writing, value) };
      return { operand: operandArg("at", "value", value, writing.backend), shape: noAxes };
    }
  }
}

function handleOf(writing: Writing, value: ArrayLike): Handle {
  return value instanceof MLXArray
    ? arrayArg("at", "value", value, writing.backend)
    : writing.array(value).handle;
}

/** The value was the first to be made, if it was. */
const shapeOf = ({ made }: Writing, value: ArrayLike): readonly number[] =>
  value instanceof MLXArray ? value.shape : (made[0]?.shape ?? noAxes);

function negated(writing: Writing, value: ArrayLike): Value {
  const { ops, dtype } = writing;
  if (typeof value === "number" && isFloat(dtype)) {
    return { operand: new Scalar(-value), shape: noAxes };
  }
  let handle = handleOf(writing, value);
  // The negative of an unsigned value is right in its own dtype only.
  const wraps =
    value instanceof MLXArray && value.dtype !== dtype && /^uint|bool/.test(value.dtype);
  if (wraps) handle = writing.passing(ops.astype(handle, dtype));
  return { operand: writing.passing(ops.negative(handle)), shape: shapeOf(writing, value) };
}

function inverted(writing: Writing, value: ArrayLike): Value {
  const { ops, dtype } = writing;
  if (!isFloat(dtype)) {
    throw typeError(
      `[at] a part of an array of ${dtype} cannot be divided, since MLX multiplies by the reciprocal; convert it with astype("float32") first`,
      "DTYPE",
    );
  }
  if (typeof value === "number" && dtype === "float32") {
    return { operand: new Scalar(Math.fround(1 / Math.fround(value))), shape: noAxes };
  }
  const handle = handleOf(writing, value);
  return { operand: writing.passing(ops.reciprocal(handle)), shape: shapeOf(writing, value) };
}

/** The error for a value that does not broadcast to the part. */
export function misfit(value: readonly number[], plan: Plan): Error {
  const part = plan.layout.map((axis) => (axis === added ? 1 : plan.counts[axis]));
  const arrays = plan.arrays.length > 0 ? " beside what its index arrays pick" : "";
  return rangeError(
    `[at] a value of shape [${value.join(", ")}] does not broadcast to the part's shape [${part.join(", ")}]${arrays}`,
    "SHAPE",
  );
}

/**
 * The sizes of a value along the axes of the part, of which there are `rank`; leading ones that are too
 * many are left out, and the axes that the value lacks have size 1.
 */
export function sizesOf(value: readonly number[], rank: number, plan: Plan): number[] {
  const extra = value.length - rank;
  for (let i = 0; i < extra; i++) if (value[i] !== 1) throw misfit(value, plan);
  const sizes: number[] = [];
  for (let i = 0; i < rank; i++) sizes.push(value[i + extra] ?? 1);
  return sizes;
}
