// Products of matrices and vectors.

import { array, type Family, float, int, keyword } from "./schema.js";

export const linear: Family = {
  name: "linear",
  doc: "products of matrices and vectors",
  ops: [
    {
      name: "matmul",
      tier: "required",
      doc: "Matrix product; leading axes broadcast, a vector acts as a row or a column.",
      args: [array("a", "`[..., m, k]` or `[k]`"), array("b", "`[..., k, n]` or `[k]`")],
      returns: "`[..., m, n]`",
      throws: "RangeError for inner sizes that differ, scalars, or integer dtypes",
      examples: [["mx.matmul(mx.array([[1, 2]]), mx.array([[3], [4]]))", "[[11]]"]],
    },
    {
      name: "addmm",
      tier: "composed",
      doc: "Matrix product plus a term: $\\alpha\\, a b + \\beta\\, c$.",
      args: [
        array("c", "broadcasts to the product"),
        array("a", "`[..., m, k]`"),
        array("b", "`[..., k, n]`"),
        float("alpha", "factor of the product", { default: "1" }),
        float("beta", "factor of `c`", { default: "1" }),
      ],
      returns: "`[..., m, n]`",
      throws: "RangeError for shapes that do not fit or integer dtypes",
      examples: [["mx.addmm(mx.array([1]), mx.array([[1, 2]]), mx.array([[3], [4]]))", "[[12]]"]],
    },
    {
      name: "inner",
      tier: "composed",
      doc: "Sum of products over the last axes.",
      args: [array("a", "`[..., k]`"), array("b", "`[..., k]`")],
      returns: "the leading axes of both",
      throws: "RangeError for last axes of different size",
      examples: [["mx.inner(mx.array([1, 2]), mx.array([3, 4]))", "11"]],
    },
    {
      name: "outer",
      tier: "composed",
      doc: "All products of two flattened arrays.",
      args: [array("a", "`m` elements"), array("b", "`n` elements")],
      returns: "`[m, n]`",
      examples: [["mx.outer(mx.array([1, 2]), mx.array([3, 4]))", "[[3,4],[6,8]]"]],
    },
    {
      name: "vecdot",
      tier: "composed",
      doc: "Dot product along one axis; leading axes broadcast.",
      args: [
        array("a", "`[..., k]`"),
        array("b", "`[..., k]`"),
        keyword(int("axis", "the axis", { default: "-1" })),
      ],
      returns: "the broadcast shape without the axis",
      throws: "RangeError for an axis out of bounds or sizes that differ",
      examples: [["mx.vecdot(mx.array([1, 2]), mx.array([3, 4]))", "11"]],
    },
  ],
};
