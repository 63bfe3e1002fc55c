// Sorting, and the places of extremes.

import { array, axisOrNull, bool, type Family, int } from "./schema.js";

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
  ],
};
