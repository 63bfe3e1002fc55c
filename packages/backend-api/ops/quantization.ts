// Matrices packed into few bits, and products with them. `quantize` itself is by hand, in
// core/src/quantization.ts: how many arrays it gives depends on the mode.

import {
  array,
  arrayOrNull,
  bool,
  choice,
  dtypeOrNull,
  type Family,
  indicesOrNull,
  intOrNull,
  keyword,
} from "./schema.js";

const none = { default: "null" };
const affine = { default: '"affine"' };
const modes = ["affine", "mxfp4", "mxfp8", "nvfp4"] as const;
/** A packed operand takes no biases, so affine packing is out. */
const floatModes = ["mxfp4", "mxfp8", "nvfp4"] as const;

const groupSize = intOrNull(
  "groupSize",
  "how many neighbours in a row share a scale; `null` takes the mode's: 64 for affine, 32 for mxfp4 and mxfp8, 16 for nvfp4",
  none,
);
const bits = intOrNull(
  "bits",
  "bits of one element; `null` takes the mode's: 8 for mxfp8, 4 for the others",
  none,
);
const mode = choice(
  "mode",
  modes,
  "how elements are packed: affine is $s q + b$; the others are floats with a shared scale and no bias",
  affine,
);
const packed = array(
  "w",
  "the packed matrix, uint32 `[..., n, k * bits / 32]`, or `[..., k, n * bits / 32]` without `transpose`",
);
const scales = array("scales", "the scales, `[..., n, k / groupSize]`");
const biases = arrayOrNull("biases", "the biases, of the scales' shape; affine only", none);
const transpose = bool("transpose", "multiply with the transpose of `w`", { default: "true" });
const globalScale = (name: string, doc: string) => arrayOrNull(name, doc, none);
const lhsIndices = indicesOrNull(
  "lhsIndices",
  "which matrix of `x` each product takes, as flat places; kept inside them; `null` takes all in order",
  none,
);
const rhsIndices = indicesOrNull(
  "rhsIndices",
  "which matrix of `w` each product takes, as flat places; kept inside them; `null` takes all in order",
  none,
);
const sortedIndices = keyword(
  bool("sortedIndices", "whether the indices that were given ascend, which may be faster", {
    default: "false",
  }),
);
const refused = "RangeError for shapes, dtypes, group sizes or bits that do not belong together";
const either = array("w", "`[n, k]`: floats, or the packed matrix in uint32");
const eitherScales = arrayOrNull("scales", "the scales of a packed `w`, uint8", none);
const floatMode = choice("mode", floatModes, "how both sides are packed", {
  default: '"nvfp4"',
});

export const quantization: Family = {
  name: "quantization",
  doc: "matrices packed into few bits, and products with them",
  header: "quantization.h",
  ops: [
    {
      name: "quantize",
      tier: "composed",
      doc: "Packs the rows of a matrix into few bits, group by group.",
      args: [
        array("w", "`[..., n, k]`, floats"),
        groupSize,
        bits,
        mode,
        keyword(globalScale("globalScale", "a float32 scale of the whole matrix; nvfp4 only")),
      ],
      returns: "the packed matrix, its scales and, for affine, its biases",
      throws: refused,
      result: "arrays",
      handmade: "quantization",
      examples: [
        ["mx.quantize(mx.ones([2, 64])).map((part) => part.shape)", "[[2,8],[2,1],[2,1]]"],
        [
          'mx.quantize(mx.ones([2, 64]), { mode: "mxfp8" }).map((part) => part.shape)',
          "[[2,16],[2,2]]",
        ],
      ],
      cpp: "mlx_ts::quantize(w, groupSize, bits, mode, globalScale, s)",
    },
    {
      name: "dequantize",
      tier: "composed",
      doc: "Unpacks a matrix that {@link quantize} packed; sizes and mode are those it was packed with.",
      args: [
        array("w", "the packed matrix, uint32 `[..., n, k * bits / 32]`"),
        scales,
        biases,
        groupSize,
        bits,
        mode,
        globalScale("globalScale", "the float32 scale of the whole matrix; nvfp4 only"),
        dtypeOrNull(
          "dtype",
          "a float dtype; `null` takes that of scales and biases, bfloat16 where there are none",
          none,
        ),
      ],
      returns: "`[..., n, k]`",
      throws: refused,
      examples: [
        ["mx.dequantize(...mx.quantize(mx.ones([1, 64]))).sum()", "64"],
        [
          'mx.dequantize(...mx.quantize(mx.ones([1, 32]), { mode: "mxfp4" }), { mode: "mxfp4" }).dtype',
          '"bfloat16"',
        ],
      ],
      cpp: "mlx_ts::dequantize(w, scales, biases, groupSize, bits, mode, globalScale, dtype, s)",
    },
    {
      name: "quantizedMatmul",
      tier: "composed",
      doc: "Matrix product with a packed matrix: $x w^T$, or $x w$ without `transpose`.",
      args: [array("x", "`[..., m, k]`"), packed, scales, biases, transpose, groupSize, bits, mode],
      returns: "`[..., m, n]`",
      throws: refused,
      examples: [
        ["mx.quantizedMatmul(mx.ones([1, 64]), ...mx.quantize(mx.ones([2, 64])))", "[[64,64]]"],
      ],
      cpp: "mlx_ts::quantized_matmul(x, w, scales, biases, transpose, groupSize, bits, mode, s)",
    },
    {
      name: "gatherQmm",
      tier: "composed",
      doc: "Products with packed matrices that are picked by index, as a mixture of experts needs.",
      args: [
        array("x", "`[..., m, k]`"),
        packed,
        scales,
        biases,
        lhsIndices,
        rhsIndices,
        transpose,
        groupSize,
        bits,
        mode,
        globalScale("globalScale", "a float32 scale for each matrix of `w`; nvfp4 on a GPU only"),
        sortedIndices,
      ],
      returns: "`[...indices, m, n]`, where `...indices` is the broadcast shape of both indices",
      throws: `${refused}, or for indices into no matrices`,
      examples: [
        [
          "mx.gatherQmm(mx.ones([1, 1, 64]), ...mx.quantize(mx.ones([2, 1, 64])), { rhsIndices: [1] })",
          "[[[64]]]",
        ],
      ],
      cpp: "mlx_ts::gather_qmm(x, w, scales, biases, lhsIndices, rhsIndices, transpose, groupSize, bits, mode, globalScale, sortedIndices, s)",
    },
    {
      name: "qqmm",
      tier: "composed",
      doc: "Matrix product $x w^T$ with both sides packed; `x` is packed on the way, and `w` where it is not yet. A CPU multiplies one row with a packed `w`.",
      args: [
        array("x", "`[..., k]`, floats"),
        either,
        eitherScales,
        groupSize,
        bits,
        floatMode,
        globalScale("globalScaleX", "the float32 scale of `x`; nvfp4 only, with `globalScaleW`"),
        globalScale("globalScaleW", "the float32 scale of `w`; nvfp4 only, with `globalScaleX`"),
      ],
      returns: "`[..., n]`, of `x`'s dtype",
      throws: `${refused}; MLXError where the device has no such product`,
      examples: [
        [
          'mx.qqmm(mx.ones([64]), ...mx.quantize(mx.ones([2, 64]), { mode: "mxfp8" }), { mode: "mxfp8" })',
          "[64,64]",
        ],
      ],
      cpp: "mlx_ts::qqmm(x, w, scales, groupSize, bits, mode, globalScaleX, globalScaleW, s)",
    },
    {
      name: "gatherQqmm",
      tier: "composed",
      doc: "Products as of {@link qqmm}, with matrices that are picked by index. It needs a GPU.",
      args: [
        array("x", "`[..., m, k]`, floats"),
        array("w", "`[..., n, k]`: floats, or the packed matrices in uint32"),
        eitherScales,
        lhsIndices,
        rhsIndices,
        groupSize,
        bits,
        floatMode,
        globalScale("globalScaleX", "the float32 scale of `x`; nvfp4 only, with `globalScaleW`"),
        globalScale("globalScaleW", "the float32 scale of `w`; nvfp4 only, with `globalScaleX`"),
        sortedIndices,
      ],
      returns: "`[...indices, m, n]`, of `x`'s dtype",
      throws: `${refused}; MLXError on a CPU`,
      examples: [
        [
          "mx.isAvailable(mx.gpu) ? mx.gatherQqmm(mx.ones([1, 1, 64]), mx.ones([2, 3, 64]), null, null, [1]).shape : [1, 1, 3]",
          "[1,1,3]",
        ],
      ],
      cpp: "mlx_ts::gather_qqmm(x, w, scales, lhsIndices, rhsIndices, groupSize, bits, mode, globalScaleX, globalScaleW, sortedIndices, s)",
    },
  ],
};
