// What the op table promises of results, as far as operands' shapes and dtypes tell it cheaply. `withValidation`
// holds results against it; ops without a rule here are trusted.

import { type Aval, Scalar } from "../backend.js";
import { normalAxes, normalAxis, sizeOf, withoutAxes, withSize } from "../define/axes.js";
import { broadcastShape } from "../define/operands.js";
import type { DType } from "../dtype.js";
import type { OpName } from "../ops/index.js";

/** What a result must be; what is left out may be anything. */
export interface Promised {
  readonly shape?: readonly number[] | undefined;
  readonly dtype?: DType | undefined;
}

/** Gives the promise for a call: its arguments, with shape and dtype in place of arrays. */
type Rule = (op: OpName, args: readonly unknown[]) => Promised;

// Arguments are what the op table says; rules are asked after the call was accepted.
const avalAt = (args: readonly unknown[], place: number): Aval => args[place] as Aval;

const likeFirst: Rule = (_, args) => ({ shape: avalAt(args, 0).shape });
const boolLikeFirst: Rule = (_, args) => ({ shape: avalAt(args, 0).shape, dtype: "bool" });

/** The array that an update is written to; a number has no shape yet. */
const asWritten: Rule = (_, args) => (args[0] instanceof Scalar ? {} : avalAt(args, 0));

const broadcasting: Rule = (op, args) => {
  const operands = args.filter((arg) => arg instanceof Scalar || isAval(arg));
  const shapes = operands.map((arg) => (arg instanceof Scalar ? [] : (arg as Aval).shape));
  return { shape: broadcastShape(op, shapes) };
};
const isAval = (arg: unknown): boolean =>
  typeof arg === "object" && arg !== null && "shape" in arg && "dtype" in arg;
const comparing: Rule = (op, args) => ({ ...broadcasting(op, args), dtype: "bool" });
const deciding: Rule = () => ({ shape: [], dtype: "bool" });

const reducing: Rule = (op, args) => {
  const { shape } = avalAt(args, 0);
  const axes = normalAxes(op, args[1] as readonly number[] | null, shape.length);
  return {
    shape: args[2]
      ? shape.map((size, i) => (axes.includes(i) ? 1 : size))
      : withoutAxes(shape, axes),
  };
};
const finding: Rule = (op, args) => {
  const { shape } = avalAt(args, 0);
  const axis = args[1] as number | null;
  if (axis === null) return { shape: args[2] ? shape.map(() => 1) : [], dtype: "uint32" };
  const at = normalAxis(op, axis, shape.length);
  return { shape: args[2] ? withSize(shape, at, 1) : withoutAxes(shape, [at]), dtype: "uint32" };
};
/** Along an axis, or the flattened array for null. */
const along =
  (place: number, dtype?: DType): Rule =>
  (_, args) => {
    const { shape } = avalAt(args, 0);
    return { shape: args[place] === null ? [sizeOf(shape)] : shape, dtype };
  };
const filling =
  (dtypePlace: number): Rule =>
  (_, args) => ({
    shape: args[0] as readonly number[],
    dtype: (args[dtypePlace] as DType | null) ?? undefined,
  });

const each = <const N extends OpName>(names: readonly N[], rule: Rule): [N, Rule][] =>
  names.map((name) => [name, rule]);

const rules: ReadonlyMap<OpName, Rule> = new Map<OpName, Rule>([
  ["full", filling(2)],
  ["zeros", filling(1)],
  ["ones", filling(1)],
  ...each(
    ["abs", "negative", "sign", "floor", "ceil", "round", "square", "sqrt", "rsqrt"],
    likeFirst,
  ),
  ...each(["reciprocal", "exp", "expm1", "log", "log2", "log10", "log1p", "sigmoid"], likeFirst),
  ...each(["sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh"], likeFirst),
  ...each(["arcsinh", "arccosh", "arctanh", "erf", "erfinv", "bitwiseInvert"], likeFirst),
  ...each(["nanToNum", "stopGradient", "flip", "roll", "contiguous", "softmax"], likeFirst),
  ...each(["logicalNot", "isnan", "isinf", "isposinf", "isneginf", "isfinite"], boolLikeFirst),
  ...each(["add", "subtract", "multiply", "divide", "floorDivide", "remainder"], broadcasting),
  ...each(["divmod", "power", "maximum", "minimum", "arctan2", "logaddexp"], broadcasting),
  ...each(["where", "clip", "bitwiseAnd", "bitwiseOr", "bitwiseXor"], broadcasting),
  ...each(["leftShift", "rightShift"], broadcasting),
  ...each(["equal", "notEqual", "less", "lessEqual", "greater", "greaterEqual"], comparing),
  ...each(["logicalAnd", "logicalOr", "logicalXor", "isclose"], comparing),
  ...each(["allclose", "arrayEqual"], deciding),
  ...each(["sum", "prod", "max", "min", "minmax", "mean", "median", "variance"], reducing),
  ...each(["std", "logsumexp", "countNonzero"], reducing),
  ...each(["all", "any"], (op, args) => ({ ...reducing(op, args), dtype: "bool" })),
  ...each(["argmax", "argmin"], finding),
  ...each(["cumsum", "cumprod", "cummax", "cummin", "logcumsumexp", "sort"], along(1)),
  ["argsort", along(1, "uint32")],
  ["partition", along(2)],
  ["argpartition", along(2, "uint32")],
  [
    "reshape",
    (_, args) => {
      const shape = args[1] as readonly number[];
      return shape.includes(-1) ? {} : { shape };
    },
  ],
  ["broadcastTo", (_, args) => ({ shape: args[1] as readonly number[] })],
  ["astype", (_, args) => ({ shape: avalAt(args, 0).shape, dtype: args[1] as DType })],
  ...each(["sliceUpdate", "sliceUpdateAdd", "sliceUpdateProd", "sliceUpdateMax"], asWritten),
  ...each(["sliceUpdateMin", "dynamicSliceUpdate", "putAlongAxis", "scatter"], asWritten),
  ...each(["scatterAdd", "scatterProd", "scatterMax", "scatterMin"], asWritten),
  ...each(["scatterAddAxis", "maskedScatter"], asWritten),
]);

/**
 * What the results of a call must be, each of them.
 *
 * @param args - the call's arguments, with shape and dtype in place of arrays
 */
export const promised = (op: OpName, args: readonly unknown[]): Promised =>
  rules.get(op)?.(op, args) ?? {};
