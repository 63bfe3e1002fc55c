// Reading and writing parts of arrays by plain ops. `a.index()` and `a.at()` are by hand, in
// core/src/indexing, and end here. Index arrays out of range are clamped, never read past the end.

import {
  array,
  axisOrNull,
  type Family,
  indexArrays,
  indices,
  int,
  ints,
  type Op,
  operand,
  shape,
} from "./schema.js";

const a = array("a", "`[...]`");

const bounds = [
  shape("start", "for each axis, the first index; negative counts from the end"),
  shape("stop", "for each axis, the first index left out"),
  shape("strides", "for each axis, the step; not 0, and negative ones walk down; none means 1", {
    default: "[]",
  }),
];

/** A slice update that combines the part with what comes; `does` says how. */
const combining = (name: string, python: string, does: string, gives: string): Op => ({
  name,
  python,
  tier: "composed",
  doc: `A copy with a rectangular part ${does}.`,
  args: [operand("a", "`[...]`"), operand("update", "broadcasts to the part"), ...bounds],
  returns: "an array of `a`'s shape and dtype",
  throws:
    "RangeError for lists of another length than `a` has axes, a zero step, or an update that does not fit",
  examples: [[`mx.${name}(mx.array([1, 2, 3, 4]), mx.array([3, 2]), [1], [3])`, gives]],
  see: `Python: \`a.at[start:stop:step]\`; in C++ \`${python}\``,
  cpp: `mx::${python}(a, update, per_axis(a, start), per_axis(a, stop), steps(a, strides), s)`,
});

/** A scatter; `does` says what becomes of the elements that it writes. */
const scattering = (name: string, python: string, does: string, gives: string): Op => ({
  name,
  tier: name === "scatter" || name === "scatterAdd" ? "required" : "composed",
  doc: `A copy with slices ${does}, at places that index arrays give.`,
  args: [
    a,
    indexArrays(
      "indices",
      "for each of `axes`, where slices start: integers that broadcast to one shape `[i...]`; negative ones count from the end",
    ),
    array("updates", "`[i..., u...]`, where `u` has a size for each axis of `a`, none beyond it"),
    ints("axes", "the axes that the index arrays belong to"),
  ],
  returns: "an array of `a`'s shape and dtype",
  throws:
    "RangeError for shapes or axes that do not fit; starts out of range are moved so that their slice lies inside",
  examples: [[`mx.${name}(mx.array([1, 2, 3]), [[0, 2]], mx.array([[5], [2]]), [0])`, gives]],
  see: `in C++ \`${python}\`; no Python name`,
  cpp: `scattered(mx::${python}, a, indices, updates, axes, s)`,
});

export const indexing: Family = {
  name: "indexing",
  doc: "reading and writing parts of arrays",
  header: "scatter.h",
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
      args: [a, ...bounds],
      returns: "an array of as many axes",
      throws: "RangeError for lists of another length than `a` has axes, or a zero step",
      examples: [["mx.slice(mx.arange(6), [1], [5], [2])", "[1,3]"]],
      see: "Python: `a[start:stop:step]`; in C++ `slice(a, start, stop, strides)`",
      cpp: "mx::slice(a, per_axis(a, start), per_axis(a, stop), steps(a, strides), s)",
    },
    {
      name: "dynamicSlice",
      handmade: "slice",
      overloads: "slice",
      tier: "composed",
      doc: "A rectangular part that starts where an array says.",
      args: [
        a,
        indices("start", "a list of integers, one for each of `axes`"),
        ints("axes", "the axes that start there; the others start at 0"),
        shape("sliceSize", "for each axis of `a`, the size of the part"),
      ],
      returns: "an array of shape `sliceSize`",
      throws:
        "RangeError for sizes or axes that do not fit; starts out of range are moved so that the part lies inside",
      examples: [["mx.slice(mx.arange(6), mx.array([2], 'int32'), [0], [3])", "[2,3,4]"]],
      see: "Python: `mlx.core.slice`",
      cpp: "dynamic_slice(a, start, axes, sliceSize, s)",
    },
    {
      name: "sliceUpdate",
      handmade: "slice",
      tier: "required",
      doc: "A copy with a rectangular part replaced.",
      args: [
        operand("a", "`[...]`"),
        operand("update", "what to write; broadcasts to the part"),
        ...bounds,
      ],
      returns: "an array of `a`'s shape and dtype",
      throws:
        "RangeError for lists of another length than `a` has axes, a zero step, or an update that does not fit",
      examples: [["mx.sliceUpdate(mx.zeros(4), mx.array([7, 8]), [1], [3])", "[0,7,8,0]"]],
      see: "Python: `a[start:stop:step] = update`; in C++ `slice_update`",
      cpp: "mx::slice_update(a, update, per_axis(a, start), per_axis(a, stop), steps(a, strides), s)",
    },
    {
      name: "dynamicSliceUpdate",
      handmade: "slice",
      overloads: "sliceUpdate",
      tier: "composed",
      doc: "A copy with a rectangular part, that starts where an array says, replaced.",
      args: [
        a,
        array("update", "what to write; its shape is that of the part"),
        indices("start", "a list of integers, one for each of `axes`"),
        ints("axes", "the axes that start there; the others start at 0"),
      ],
      returns: "an array of `a`'s shape and dtype",
      throws:
        "RangeError for sizes or axes that do not fit; starts out of range are moved so that the part lies inside",
      examples: [
        ["mx.sliceUpdate(mx.zeros(4), mx.array([7, 8]), mx.array([1], 'int32'), [0])", "[0,7,8,0]"],
      ],
      see: "Python: `mlx.core.slice_update`",
      cpp: "dynamic_slice_update(a, update, start, axes, s)",
    },
    combining("sliceUpdateAdd", "slice_update_add", "added to", "[1,5,5,4]"),
    combining("sliceUpdateProd", "slice_update_prod", "multiplied", "[1,6,6,4]"),
    combining("sliceUpdateMax", "slice_update_max", "raised to at least the update", "[1,3,3,4]"),
    combining("sliceUpdateMin", "slice_update_min", "lowered to at most the update", "[1,2,2,4]"),
    {
      name: "gather",
      tier: "required",
      doc: "Slices of one size, from places that index arrays give.",
      args: [
        a,
        indexArrays(
          "indices",
          "for each of `axes`, where slices start: integers that broadcast to one shape `[i...]`; negative ones count from the end",
        ),
        ints(
          "axes",
          "the axes that the index arrays belong to; slices start at 0 along the others",
        ),
        shape("sliceSizes", "for each axis of `a`, the size of a slice"),
      ],
      returns: "an array of shape `[i..., ...sliceSizes]`",
      throws:
        "RangeError for sizes or axes that do not fit; starts out of range are moved so that their slice lies inside",
      examples: [["mx.gather(mx.arange(5), [[0, 3]], [0], [2])", "[[0,1],[3,4]]"]],
      see: "in C++ `gather`; no Python name",
      cpp: "gathered(a, indices, axes, sliceSizes, s)",
    },
    scattering(
      "scatter",
      "scatter",
      "replaced; of several for one place the last stays",
      "[5,2,2]",
    ),
    scattering("scatterAdd", "scatter_add", "added to, several for one place as well", "[6,2,5]"),
    scattering(
      "scatterProd",
      "scatter_prod",
      "multiplied, several for one place as well",
      "[5,2,6]",
    ),
    scattering("scatterMax", "scatter_max", "raised to at least the updates", "[5,2,3]"),
    scattering("scatterMin", "scatter_min", "lowered to at most the updates", "[1,2,2]"),
    {
      name: "maskedScatter",
      tier: "composed",
      doc: "A copy with values, in their order, at the places where a mask is true.",
      args: [
        a,
        array("mask", "bool, of the shape of `a`'s leading axes"),
        array(
          "value",
          "a scalar, or what broadcasts to `a`'s remaining axes; or with one more axis in front, along which lies a value for each true place",
        ),
      ],
      returns: "an array of `a`'s shape and dtype",
      throws:
        "TypeError for a mask that is not bool; RangeError for shapes that do not fit; MLXError, when it is computed, for fewer values than true places",
      examples: [
        [
          "mx.maskedScatter(mx.array([1, 2, 3]), mx.array([true, false, true]), mx.array([8, 9]))",
          "[8,2,9]",
        ],
      ],
      see: "Python: `a[mask] = value`; in C++ `masked_scatter`",
      cpp: "scattered_by_mask(a, mask, value, s)",
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
