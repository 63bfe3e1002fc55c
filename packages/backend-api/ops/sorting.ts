// Sorting, and the places of extremes.

import { array, axisOrNull, bool, choice, type Family, int, operandOrNull } from "./schema.js";

const last = { default: "-1" };
const axis = axisOrNull("axis", "the axis; `null` takes the flattened array", last);
const outOfBounds = "RangeError for an axis out of bounds";

export const sorting: Family = {
  name: "sorting",
  doc: "sorting, and the places of extremes",
  ops: [
    {
      name: "argmax",
      tier: "required",
      doc: "Index of the largest element, the first of equals.",
      args: [
        array("a", "`[...]`, any real dtype"),
        axisOrNull("axis", "the axis; `null` takes the flattened array", { default: "null" }),
        bool("keepdims", "keeps the axis with size 1", { default: "false" }),
      ],
      returns: "a uint32 array without the axis",
      throws: `${outOfBounds} and for no elements`,
      examples: [["mx.argmax(mx.array([1, 5, 3]))", "1"]],
      method: true,
    },
    {
      name: "argmin",
      tier: "required",
      doc: "Index of the smallest element, the first of equals.",
      args: [
        array("a", "`[...]`, any real dtype"),
        axisOrNull("axis", "the axis; `null` takes the flattened array", { default: "null" }),
        bool("keepdims", "keeps the axis with size 1", { default: "false" }),
      ],
      returns: "a uint32 array without the axis",
      throws: `${outOfBounds} and for no elements`,
      examples: [["mx.argmin(mx.array([4, 1, 3]))", "1"]],
      method: true,
    },
    {
      name: "sort",
      tier: "required",
      doc: "Elements in ascending order along an axis; NaN comes last.",
      args: [array("a", "`[...]`, any real dtype"), axis],
      returns: "an array of `a`'s dtype; of one axis where `axis` is `null`",
      throws: outOfBounds,
      examples: [["mx.sort(mx.array([3, 1, 2]))", "[1,2,3]"]],
    },
    {
      name: "argsort",
      tier: "required",
      doc: "Indices that put an axis in ascending order.",
      args: [array("a", "`[...]`, any real dtype"), axis],
      returns: "a uint32 array; of one axis where `axis` is `null`",
      throws: outOfBounds,
      examples: [["mx.argsort(mx.array([3, 1, 2]))", "[1,2,0]"]],
    },
    {
      name: "partition",
      tier: "composed",
      doc: "Reorders an axis so that element `kth` is where sorting puts it, smaller ones before it.",
      args: [
        array("a", "`[...]`, any real dtype"),
        int("kth", "the place; negative counts from the end"),
        axis,
      ],
      returns: "an array of `a`'s dtype",
      throws: `${outOfBounds} and \`kth\` out of bounds`,
      examples: [["mx.partition(mx.array([3, 1, 2]), 1).index(1)", "2"]],
    },
    {
      name: "argpartition",
      tier: "composed",
      doc: "Indices that {@link partition} an axis.",
      args: [
        array("a", "`[...]`, any real dtype"),
        int("kth", "the place; negative counts from the end"),
        axis,
      ],
      returns: "a uint32 array",
      throws: `${outOfBounds} and \`kth\` out of bounds`,
      examples: [["mx.argpartition(mx.array([3, 1, 2]), 1).index(1)", "2"]],
    },
    {
      name: "topk",
      tier: "composed",
      doc: "The `k` largest elements along an axis, in no order.",
      args: [array("a", "`[...]`, any real dtype"), int("k", "how many"), axis],
      returns: "an array of `a`'s dtype with `k` elements along the axis",
      throws: `${outOfBounds} and \`k\` beyond the axis`,
      examples: [["mx.sort(mx.topk(mx.array([3, 1, 2]), 2))", "[2,3]"]],
    },
    {
      name: "searchsorted",
      tier: "composed",
      doc: "Where to insert values into a sorted vector so that it stays sorted.",
      args: [
        array("sortedSequence", "`[n]`, ascending"),
        array("values", "`[...]`"),
        choice("side", ["left", "right"], "the place before equal elements, or behind them", {
          default: '"left"',
        }),
      ],
      returns: "a uint32 array of `values`' shape, from 0 to n",
      throws: "RangeError for a sequence of other than one axis",
      examples: [["mx.searchsorted(mx.array([1, 2, 4]), mx.array([2, 3]))", "[1,2]"]],
    },
    {
      name: "unique",
      tier: "composed",
      doc: "Sorted elements without repetitions.",
      args: [
        array("a", "`[...]`, any real dtype; it is flattened"),
        int("size", "how many places the result has; unfilled ones hold `fillValue`"),
        bool("returnIndex", "whether to tell where each stands first", { default: "false" }),
        bool("returnInverse", "whether to tell for each of `a`'s elements which it is", {
          default: "false",
        }),
        bool("returnCounts", "whether to tell how often each occurs", { default: "false" }),
        operandOrNull("fillValue", "one number; `null` takes the smallest element", {
          default: "null",
        }),
      ],
      returns: "the values, then index, inverse and counts as asked for",
      throws: "RangeError for a negative size, and for no elements without `fillValue`",
      examples: [["mx.unique(mx.array([3, 1, 3]), 2)", "[1,3]"]],
      result: "arrays",
      handmade: "unique",
      cpp: "distinct(a, size, returnIndex, returnInverse, returnCounts, fillValue.as_optional(a.dtype()), s)",
    },
  ],
};
