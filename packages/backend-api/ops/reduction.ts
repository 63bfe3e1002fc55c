// Ops that fold axes: sums, extremes, means, and softmax, which normalises along axes.

import {
  array,
  axesOrNull,
  bool,
  type Example,
  type Family,
  int,
  intOrNull,
  keyword,
  type Op,
} from "./schema.js";

const axis = axesOrNull("axis", "axes to reduce; `null` reduces all", { default: "null" });
const keepdims = bool("keepdims", "keeps reduced axes with size 1", { default: "false" });

/** A fold that is a function only. */
function fold(name: string, doc: string, example: Example, more: Partial<Op> = {}): Op {
  return {
    name,
    tier: "required",
    doc,
    args: [array("a", "`[...]`"), axis, keepdims],
    returns: "an array without the reduced axes",
    throws: "RangeError for an axis out of bounds",
    examples: [example],
    ...more,
  };
}

/** A fold that is a method too. */
const reduce: typeof fold = (name, doc, example, more) =>
  fold(name, doc, example, { method: true, ...more });

const correction = keyword(
  intOrNull("correction", "the array API's name of `ddof`, before which it goes", {
    default: "null",
  }),
);
const ddof = int("ddof", "subtracted from the count that divides", { default: "0" });

const overAxes = (name: string, last: string): string =>
  `axis ? mx::${name}(a, *axis, keepdims, ${last}, s) : mx::${name}(a, keepdims, ${last}, s)`;

export const reduction: Family = {
  name: "reduction",
  doc: "ops that fold axes",
  ops: [
    reduce("sum", "Sum over axes; small integers and bools become int32 or uint32.", [
      "mx.sum(mx.array([[1, 2], [3, 4]]), 0)",
      "[4,6]",
    ]),
    reduce("prod", "Product over axes; small integers and bools become int32 or uint32.", [
      "mx.prod(mx.array([2, 3, 4]))",
      "24",
    ]),
    reduce(
      "max",
      "Largest element; NaN wins.",
      ["mx.max(mx.array([[1, 5], [3, 4]]), 1)", "[5,4]"],
      {
        throws: "RangeError for an axis out of bounds and for reducing no elements",
      },
    ),
    reduce(
      "min",
      "Smallest element; NaN wins.",
      ["mx.min(mx.array([[1, 5], [3, 4]]), 1)", "[1,3]"],
      {
        throws: "RangeError for an axis out of bounds and for reducing no elements",
      },
    ),
    fold(
      "minmax",
      "Smallest and largest element, in one: {@link min} and {@link max}.",
      ["mx.minmax(mx.array([3, 1, 2])).map((part) => part.item())", "[1,3]"],
      {
        tier: "composed",
        returns: "the minimum and the maximum, without the reduced axes",
        throws: "RangeError for an axis out of bounds and for reducing no elements",
        result: ["min", "max"],
      },
    ),
    fold(
      "countNonzero",
      "How many elements are not zero.",
      ["mx.countNonzero(mx.array([[1, 0], [3, 4]]), { axis: 0 })", "[2,1]"],
      {
        tier: "composed",
        args: [array("a", "`[...]`"), keyword(axis), keyword(keepdims)],
        returns: "an int32 array without the reduced axes",
      },
    ),
    reduce(
      "all",
      "Whether all elements are nonzero.",
      ["mx.all(mx.array([true, false]))", "false"],
      {
        returns: "a bool array without the reduced axes",
      },
    ),
    reduce("any", "Whether any element is nonzero.", ["mx.any(mx.array([true, false]))", "true"], {
      returns: "a bool array without the reduced axes",
    }),
    reduce(
      "mean",
      "Arithmetic mean; integers become float32.",
      ["mx.mean(mx.array([1, 2, 3]))", "2"],
      { tier: "composed" },
    ),
    fold(
      "median",
      "Median: the middle element, or the mean of the two in the middle; NaN where there is one.",
      ["mx.median(mx.array([5, 1, 3, 2]))", "2.5"],
      {
        tier: "composed",
        returns: "a float array without the reduced axes",
        throws: "RangeError for an axis out of bounds and for reducing no elements",
      },
    ),
    reduce(
      "variance",
      "Variance: $\\frac{1}{n - ddof}\\sum (a - \\bar a)^2$. On the namespace and as a method it is `var`.",
      ["mx.var(mx.array([1, 3]))", "1"],
      {
        python: "var",
        tier: "composed",
        args: [array("a", "`[...]`"), axis, keepdims, ddof, correction],
        cpp: overAxes("var", "correction.value_or(ddof)"),
      },
    ),
    reduce(
      "std",
      "Standard deviation: the square root of the variance.",
      ["mx.std(mx.array([1, 3]))", "1"],
      {
        tier: "composed",
        args: [array("a", "`[...]`"), axis, keepdims, ddof, correction],
        cpp: overAxes("std", "correction.value_or(ddof)"),
      },
    ),
    reduce(
      "logsumexp",
      "$\\log \\sum e^a$ without overflow.",
      ["mx.logsumexp(mx.array([1000]))", "1000"],
      {
        tier: "composed",
        returns: "a float array without the reduced axes",
        cpp: "axis ? mx::logsumexp(in_floats(a, s), *axis, keepdims, s) : mx::logsumexp(in_floats(a, s), keepdims, s)",
      },
    ),
    {
      name: "softmax",
      tier: "composed",
      doc: "Exponentials divided by their sum along axes: $e^{a_i} / \\sum_j e^{a_j}$.",
      args: [
        array("a", "`[...]`"),
        axesOrNull("axis", "axes to normalise along; `null` takes all", { default: "null" }),
        keyword(bool("precise", "computes in float32 or better", { default: "false" })),
      ],
      returns: "a float array of `a`'s shape",
      throws: "RangeError for an axis out of bounds",
      examples: [["mx.softmax(mx.array([0, 0]))", "[0.5,0.5]"]],
      cpp: "axis ? mx::softmax(in_floats(a, s), *axis, precise, s) : mx::softmax(in_floats(a, s), precise, s)",
    },
  ],
};
