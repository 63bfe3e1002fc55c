// Fused layers of language models. `rope` and `scaledDotProductAttention` have arguments of several
// kinds, and kernels are objects: core/src/fast.ts and core/src/kernels.ts have them by hand.

import {
  array,
  arrayOrNull,
  bool,
  type Family,
  float,
  floatOrNull,
  indices,
  int,
  keyword,
} from "./schema.js";

const none = { default: "null" };
const eps = float("eps", "is added to the variance, so that no row is divided by 0");

export const fast: Family = {
  name: "fast",
  doc: "fused layers",
  namespace: "fast",
  header: "fast.h",
  ops: [
    {
      name: "rmsNorm",
      tier: "composed",
      doc: "Root mean square normalization of the last axis: $x / \\sqrt{\\mathrm{mean}(x^2) + \\epsilon} \\cdot w$, accumulated in float32.",
      args: [
        array("x", "`[..., n]`, floats"),
        arrayOrNull("weight", "`[n]`; `null` scales nothing"),
        eps,
      ],
      returns: "`[..., n]`",
      throws: "RangeError for a weight of another size, or a dtype that is no real float",
      examples: [["mx.fast.rmsNorm(mx.array([3, -3]), null, 0)", "[1,-1]"]],
    },
    {
      name: "layerNorm",
      tier: "composed",
      doc: "Layer normalization of the last axis: $(x - \\mathrm{mean}(x)) / \\sqrt{\\mathrm{var}(x) + \\epsilon} \\cdot w + b$, accumulated in float32.",
      args: [
        array("x", "`[..., n]`, floats"),
        arrayOrNull("weight", "`[n]`; `null` scales nothing"),
        arrayOrNull("bias", "`[n]`; `null` adds nothing"),
        eps,
      ],
      returns: "`[..., n]`",
      throws: "RangeError for a weight or bias of another size, or a dtype that is no real float",
      examples: [["mx.fast.layerNorm(mx.array([1, 3]), null, null, 0)", "[-1,1]"]],
    },
    {
      name: "rope",
      tier: "composed",
      doc: "Rotary position encoding: turns pairs of features by an angle that grows with the position.",
      args: [
        array("a", "`[b, ..., t, d]`, floats"),
        int("dims", "how many features are turned, even and at most `d`; the others stay"),
        keyword(bool("traditional", "whether neighbours make a pair; else the halves do")),
        keyword(floatOrNull("base", "the base of the frequencies; `null` where `freqs` has them")),
        keyword(float("scale", "factor of the positions")),
        keyword(int("offset", "the first position")),
        keyword(
          arrayOrNull(
            "freqs",
            "`[dims / 2]`: what positions are divided by, in place of powers of `base`",
            none,
          ),
        ),
        keyword(arrayOrNull("offsets", "integers `[]` or `[b]` in place of `offset`", none)),
      ],
      returns: "an array of `a`'s shape and dtype",
      throws: "RangeError for sizes that do not fit, or both or neither of `base` and `freqs`",
      handmade: "fast",
      examples: [
        [
          "mx.fast.rope(mx.ones([1, 1, 2]), 2, { traditional: false, base: 1e4, scale: 1, offset: 0 })",
          "[[[1,1]]]",
        ],
      ],
      cpp: "offsets ? mx::fast::rope(a, dims, traditional, base, scale, *offsets, freqs, s) : mx::fast::rope(a, dims, traditional, base, scale, offset, freqs, s)",
    },
    {
      name: "scaledDotProductAttention",
      tier: "composed",
      doc: "Attention of several heads: $\\mathrm{softmax}(s\\, q k^T + m)\\, v$.",
      args: [
        array("q", "`[b, h, t, d]`"),
        array("k", "`[b, g, u, d]`, where `g` divides `h`"),
        array("v", "`[b, g, u, e]`"),
        keyword(float("scale", "factor of the scores")),
        keyword(
          arrayOrNull("mask", "bool or added to the scores; broadcasts to `[b, h, t, u]`", none),
        ),
        keyword(bool("causal", "whether a query sees no later key", { default: "false" })),
        keyword(arrayOrNull("sinks", "`[h]`: a score that each head adds to its rows", none)),
        keyword(
          bool("forceFused", "fail where the device has no fused kernel", { default: "false" }),
        ),
      ],
      returns: "`[b, h, t, e]`",
      throws: "RangeError for shapes, heads or dtypes that do not fit",
      handmade: "fast",
      examples: [
        [
          "mx.fast.scaledDotProductAttention(mx.ones([1, 1, 1, 2]), mx.ones([1, 1, 3, 2]), mx.ones([1, 1, 3, 2]), { scale: 1 })",
          "[[[[1,1]]]]",
        ],
      ],
      cpp: "mlx_ts::attention(q, k, v, scale, mask, causal, sinks, forceFused, s)",
    },
    {
      name: "crossEntropy",
      tier: "composed",
      doc: "Cross entropy of classes given by number: $\\log \\sum_j e^{x_j} - x_t$. Classes are kept inside the logits' last axis.",
      args: [
        array("logits", "`[..., n]`, floats"),
        indices("targets", "`[...]`, integers in $[0, n)$"),
      ],
      returns: "`[...]`, float32",
      throws: "RangeError for shapes that do not fit or logits that are no floats",
      examples: [["mx.fast.crossEntropy(mx.array([0, -Infinity]), 0)", "0"]],
      cpp: "mlx_ts::cross_entropy(logits, targets, s)",
    },
    {
      name: "gatedDeltaUpdate",
      tier: "composed",
      doc: "The recurrence of gated delta networks: at each step the state decays by `gamma` and moves by `beta` towards giving `v` for `k`; its answer to `q` is the output.",
      args: [
        array("q", "queries, `[b, t, h, d]`"),
        array("k", "keys, `[b, t, h, d]`"),
        array("v", "values, `[b, t, g, e]`, where `h` divides `g`"),
        array("gamma", "decay, `[b, t, g]`"),
        array("beta", "strength of the update, `[b, t, g]`"),
        arrayOrNull("initialState", "`[b, g, e, d]`; `null` starts at 0", none),
        arrayOrNull("mask", "`[b, t]`, false for steps that leave the state as it is", none),
      ],
      returns: "the output `[b, t, g, e]` and the last state `[b, g, e, d]`",
      throws: "RangeError for shapes that do not fit, dtypes that are no floats, or no steps",
      result: ["output", "state"],
      examples: [
        [
          "mx.fast.gatedDeltaUpdate(mx.ones([1, 1, 1, 2]), mx.ones([1, 1, 1, 2]), mx.ones([1, 1, 1, 1]), mx.ones([1, 1, 1]), mx.ones([1, 1, 1])).map((part) => part.tolist())",
          "[[[[[2]]]],[[[[1,1]]]]]",
        ],
      ],
      cpp: "mlx_ts::gated_delta_update(q, k, v, gamma, beta, initialState, mask, s)",
    },
  ],
};
