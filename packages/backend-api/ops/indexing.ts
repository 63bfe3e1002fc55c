// Reading and writing parts of arrays by plain ops. `a.index()` and `a.at()` are by hand, in
// core/src/indexing.ts, and end here. Index arrays out of range are clamped, never read past the end.

import { array, axisOrNull, type Family, indices, int, shape } from "./schema.js";

const a = array("a", "`[...]`");

export const indexing: Family = {
  name: "indexing",
  doc: "reading and writing parts of arrays",
  ops: [
    {
      name: "take",
      tier: "composed",
      doc: "Elements at indices along an axis.",
      args: [
        a,
        indices("indices", "integers; negative ones count from the end"),
        axisOrNull("axis", "the axis; `null` takes from the flattened array", { default: "null" }),
      ],
      returns: "an array with `indices`' shape in the axis' place",
      throws: "RangeError for an axis out of bounds; indices out of range are clamped",
      examples: [["mx.take(mx.array([10, 20, 30]), [2, 0])", "[30,10]"]],
      cpp: "axis ? mx::take(a, clamped(indices, a, *axis, s), *axis, s) : mx::take(a, clamped(indices, a, s), s)",
    },
    {
      name: "takeAlongAxis",
      tier: "required",
      doc: "Elements at indices along an axis, one index for each place.",
      args: [
        a,
        indices("indices", "integers, of `a`'s shape but for the axis (or broadcasting to it)"),
        axisOrNull("axis", "the axis; `null` takes from the flattened array", { default: "-1" }),
      ],
      returns: "an array of `indices`' shape",
      throws:
        "RangeError for an axis out of bounds or shapes that do not fit; indices out of range are clamped",
      examples: [
        [
          'mx.takeAlongAxis(mx.array([[1, 2], [3, 4]]), mx.array([[1], [0]], "int32"), 1)',
          "[[2],[3]]",
        ],
      ],
      cpp: "axis ? mx::take_along_axis(a, clamped(indices, a, *axis, s), *axis, s) : mx::reshape(mx::take_along_axis(mx::flatten(a, s), clamped(mx::flatten(indices, s), mx::flatten(a, s), 0, s), 0, s), indices.shape(), s)",
    },
    {
      name: "putAlongAxis",
      tier: "composed",
      doc: "A copy with elements replaced at indices along an axis.",
      args: [
        a,
        indices("indices", "integers, of `a`'s shape but for the axis (or broadcasting to it)"),
        array("values", "what to write; broadcasts to `indices`"),
        axisOrNull("axis", "the axis; `null` takes the flattened array", { default: "null" }),
      ],
      returns: "an array of `a`'s shape and dtype",
      throws:
        "RangeError for an axis out of bounds or shapes that do not fit; indices out of range are clamped",
      examples: [
        [
          'mx.putAlongAxis(mx.array([1, 2, 3]), mx.array([1], "int32"), mx.array([9]), 0)',
          "[1,9,3]",
        ],
      ],
      cpp: "axis ? mx::put_along_axis(a, clamped(indices, a, *axis, s), values, *axis, s) : mx::reshape(mx::put_along_axis(mx::flatten(a, s), clamped(mx::flatten(indices, s), mx::flatten(a, s), 0, s), mx::flatten(values, s), 0, s), a.shape(), s)",
    },
    {
      name: "slice",
      handmade: "slice",
      tier: "required",
      doc: "A rectangular part with a step on each axis, as a view.",
      args: [
        a,
        shape("start", "for each axis, the first index; negative counts from the end"),
        shape("stop", "for each axis, the first index left out"),
        shape(
          "strides",
          "for each axis, the step; not 0, and negative ones walk down; none means 1",
          { default: "[]" },
        ),
      ],
      returns: "an array of as many axes",
      throws: "RangeError for lists of another length than `a` has axes, or a zero step",
      examples: [["mx.slice(mx.arange(6), [1], [5], [2])", "[1,3]"]],
      see: "Python: `a[start:stop:step]`; in C++ `slice(a, start, stop, strides)`",
      cpp: "mx::slice(a, per_axis(a, start), per_axis(a, stop), steps(a, strides), s)",
    },
    {
      name: "sliceUpdate",
      tier: "required",
      doc: "A copy with a rectangular part replaced.",
      args: [
        a,
        array("update", "what to write; broadcasts to the part"),
        shape("start", "for each axis, the first index; negative counts from the end"),
        shape("stop", "for each axis, the first index left out"),
        shape("strides", "for each axis, the step; not 0; none means 1", { default: "[]" }),
      ],
      returns: "an array of `a`'s shape and dtype",
      throws:
        "RangeError for lists of another length than `a` has axes, a zero step, or an update that does not fit",
      examples: [["mx.sliceUpdate(mx.zeros(4), mx.array([7, 8]), [1], [3])", "[0,7,8,0]"]],
      see: "Python: `a[start:stop:step] = update`; in C++ `slice_update`",
      cpp: "mx::slice_update(a, update, per_axis(a, start), per_axis(a, stop), steps(a, strides), s)",
    },
    {
      name: "scatterAddAxis",
      tier: "composed",
      doc: "A copy with values added at indices along an axis; indices that come twice add twice.",
      args: [
        a,
        indices("indices", "integers, of `a`'s shape but for the axis (or broadcasting to it)"),
        array("values", "what to add; broadcasts to `indices`"),
        int("axis", "the axis"),
      ],
      returns: "an array of `a`'s shape and dtype",
      throws:
        "RangeError for an axis out of bounds or shapes that do not fit; indices out of range are clamped",
      examples: [
        [
          'mx.scatterAddAxis(mx.zeros(3), mx.array([1, 1], "int32"), mx.array([2, 3]), 0)',
          "[0,5,0]",
        ],
      ],
      see: "in C++ `scatter_add_axis`; no Python name",
      cpp: "mx::scatter_add_axis(a, clamped(indices, a, axis, s), values, axis, s)",
    },
  ],
};
