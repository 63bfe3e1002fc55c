// Running folds along one axis.

import {
  array,
  axisOrNull,
  bool,
  dtypeOrNull,
  type Example,
  type Family,
  int,
  keyword,
  type Op,
} from "./schema.js";

function scanned(
  name: string,
  doc: string,
  example: Example,
  hasDtype: boolean,
  tier: Op["tier"],
  aliases: readonly string[] = [],
  cpp?: string,
): Op {
  return {
    name,
    tier,
    doc,
    args: [
      array("a", "`[...]`"),
      axisOrNull("axis", "the axis to run along; `null` runs over the flattened array", {
        default: "null",
      }),
      keyword(bool("reverse", "runs from the end", { default: "false" })),
      keyword(
        bool("inclusive", "whether the i-th result includes the i-th element", { default: "true" }),
      ),
      ...(hasDtype
        ? [
            keyword(
              dtypeOrNull("dtype", "dtype of the result; `null` keeps `a`'s", { default: "null" }),
            ),
          ]
        : []),
    ],
    returns: "an array of `a`'s shape, or one axis of its size where `axis` is `null`",
    throws: "RangeError for an axis out of bounds",
    examples: [example],
    method: true,
    aliases,
    ...(cpp ? { cpp } : {}),
  };
}

export const scan: Family = {
  name: "scan",
  doc: "running folds along one axis",
  ops: [
    scanned(
      "cumsum",
      "Running sum.",
      ["mx.cumsum(mx.array([1, 2, 3]))", "[1,3,6]"],
      true,
      "required",
      ["cumulativeSum"],
    ),
    scanned(
      "cumprod",
      "Running product.",
      ["mx.cumprod(mx.array([1, 2, 3]))", "[1,2,6]"],
      true,
      "required",
      ["cumulativeProd"],
    ),
    scanned(
      "cummax",
      "Running maximum.",
      ["mx.cummax(mx.array([1, 3, 2]))", "[1,3,3]"],
      false,
      "composed",
      undefined,
      "running_extreme(a, axis, reverse, inclusive, true, s)",
    ),
    scanned(
      "cummin",
      "Running minimum.",
      ["mx.cummin(mx.array([2, 1, 3]))", "[2,1,1]"],
      false,
      "composed",
      undefined,
      "running_extreme(a, axis, reverse, inclusive, false, s)",
    ),
    scanned(
      "logcumsumexp",
      "Running {@link logsumexp}.",
      ["mx.logcumsumexp(mx.array([0]))", "[0]"],
      false,
      "composed",
    ),
    {
      name: "diff",
      tier: "composed",
      doc: "Differences of neighbours along an axis, `n` times over.",
      args: [
        array("a", "`[...]`, any dtype but bool"),
        int("n", "how often; at most 4096", { default: "1" }),
        int("axis", "the axis", { default: "-1" }),
      ],
      returns: "an array of `a`'s dtype, whose axis is `n` shorter",
      throws: "RangeError for an axis out of bounds, and for a negative or too large `n`",
      examples: [["mx.diff(mx.array([1, 4, 9]))", "[3,5]"]],
      cpp: "mx::diff(a, order(a, n, axis), axis, s)",
    },
  ],
};
