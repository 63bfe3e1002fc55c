// Products of matrices and vectors.

import {
  array,
  arrayOrNull,
  arrays,
  bool,
  type Family,
  float,
  indices,
  indicesOrNull,
  int,
  ints,
  keyword,
  text,
} from "./schema.js";

const none = { default: "null" };

export const linear: Family = {
  name: "linear",
  doc: "products of matrices and vectors",
  header: "products.h",
  ops: [
    {
      name: "matmul",
      tier: "required",
      method: true,
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
    {
      name: "kron",
      tier: "composed",
      doc: "Kronecker product: a block of `b` for each element of `a`, times it.",
      args: [array("a", "`[..., m, n]`"), array("b", "`[..., p, q]`")],
      returns: "`[..., m p, n q]`",
      throws: "RangeError for arrays without elements",
      examples: [["mx.kron(mx.array([1, 2]), mx.array([1, 10]))", "[1,10,2,20]"]],
    },
    {
      name: "tensordot",
      tier: "composed",
      doc: "Sum of products over several axes at once.",
      args: [
        array("a", "`[...]`"),
        array("b", "`[...]`"),
        ints("axesA", "the axes of `a` to sum over"),
        ints("axesB", "the axes of `b` that go with them"),
      ],
      returns: "the remaining axes of `a`, then those of `b`",
      throws: "RangeError for axes out of bounds, named twice, or of different size",
      examples: [["mx.tensordot(mx.ones([2, 3]), mx.ones([3, 4]), 1).shape", "[2,4]"]],
      handmade: "tensordot",
      cpp: "tensor_product(a, b, axesA, axesB, s)",
    },
    {
      name: "einsum",
      tier: "composed",
      doc: "Einstein sum: products of arrays, summed over the labels that the output lacks.",
      args: [
        text(
          "subscripts",
          "one letter for each axis, terms split by commas, then an arrow and the output",
        ),
        arrays("operands", "one for each term"),
      ],
      returns: "an array with the output's labels as axes",
      throws: "RangeError for subscripts that do not fit the operands",
      examples: [
        ['mx.einsum("ij,j->i", mx.array([[1, 2], [3, 4]]), mx.array([1, 10]))', "[21,43]"],
      ],
      handmade: "einsum",
      cpp: "einstein_sum(subscripts, operands, s)",
    },
    {
      name: "gatherMm",
      tier: "composed",
      doc: "Products of matrices that are picked by index, as a mixture of experts needs.",
      args: [
        array("a", "`[..., m, k]`"),
        array("b", "`[..., k, n]`"),
        indicesOrNull(
          "lhsIndices",
          "which matrix of `a` each product takes, as flat places; kept inside them; `null` takes all in order",
          none,
        ),
        indicesOrNull(
          "rhsIndices",
          "which matrix of `b` each product takes, as flat places; kept inside them; `null` takes all in order",
          none,
        ),
        keyword(
          bool("sortedIndices", "whether the indices that were given ascend, which may be faster", {
            default: "false",
          }),
        ),
      ],
      returns: "`[...indices, m, n]`, where `...indices` is the broadcast shape of both indices",
      throws:
        "RangeError for inner sizes that differ, indices into no matrices, or on a CPU other dtypes than float32",
      examples: [
        ["mx.gatherMm(mx.ones([1, 2]), mx.array([[[1], [2]], [[3], [4]]]), null, [1])", "[[[7]]]"],
      ],
      cpp: "mlx_ts::gather_mm(a, b, lhsIndices, rhsIndices, sortedIndices, s)",
    },
    {
      name: "blockMaskedMm",
      tier: "composed",
      doc: "Matrix product in which square blocks of the operands or of the result are masked: false leaves a block out, a number scales it.",
      args: [
        array("a", "`[..., m, k]`"),
        array("b", "`[..., k, n]`"),
        int("blockSize", "rows and columns of a block, 32 or 64", { default: "64" }),
        arrayOrNull("maskOut", "one element for each block of the result", none),
        arrayOrNull("maskLhs", "one element for each block of `a`", none),
        arrayOrNull("maskRhs", "one element for each block of `b`", none),
      ],
      returns: "`[..., m, n]`",
      throws:
        "RangeError for masks or sizes that do not fit, another block size, or on a CPU other dtypes than float32",
      examples: [
        ["mx.blockMaskedMm(mx.ones([1, 2]), mx.ones([2, 1]), 32, mx.array([[false]]))", "[[0]]"],
      ],
      cpp: "mlx_ts::block_masked_mm(a, b, blockSize, maskOut, maskLhs, maskRhs, s)",
    },
    {
      name: "segmentedMm",
      tier: "composed",
      doc: "Product of two matrices over segments of the inner axis, each by itself.",
      args: [
        array("a", "`[m, k]`"),
        array("b", "`[k, n]`"),
        indices(
          "segments",
          "`[..., 2]`: where each segment starts and ends; kept inside the inner axis",
        ),
      ],
      returns: "`[..., m, n]`; 0 for an empty segment",
      throws: "RangeError for inner sizes that differ, or operands that are no matrices",
      examples: [
        ["mx.segmentedMm(mx.ones([1, 3]), mx.ones([3, 1]), [[0, 1], [1, 3]])", "[[[1]],[[2]]]"],
      ],
      cpp: "mlx_ts::segmented_mm(a, b, segments, s)",
    },
  ],
};
