// Convolutions. As in MLX, channels come last: input `[N, H, W, C]`, weight `[O, kH, kW, C]`.

import { array, type Family, int, pair } from "./schema.js";

const refused =
  "RangeError for shapes that do not fit, empty kernels, zero strides, or channels that `groups` does not divide";

export const conv: Family = {
  name: "conv",
  doc: "convolutions, with channels last",
  ops: [
    {
      name: "conv1d",
      tier: "composed",
      doc: "Convolution over one axis.",
      args: [
        array("input", "`[N, L, C]`"),
        array("weight", "`[O, k, C / groups]`"),
        int("stride", "step of the kernel", { default: "1" }),
        int("padding", "zeros added at both ends", { default: "0" }),
        int("dilation", "distance of the kernel's elements", { default: "1" }),
        int("groups", "how many separate groups of channels", { default: "1" }),
      ],
      returns: "`[N, L', O]`",
      throws: refused,
      examples: [["mx.conv1d(mx.ones([1, 4, 1]), mx.ones([1, 2, 1])).shape", "[1,3,1]"]],
      cpp: "mx::conv1d(convolvable(input, weight, {stride}, {padding}, {dilation}, groups), weight, stride, padding, dilation, groups, s)",
    },
    {
      name: "conv2d",
      tier: "composed",
      doc: "Convolution over two axes.",
      args: [
        array("input", "`[N, H, W, C]`"),
        array("weight", "`[O, kH, kW, C / groups]`"),
        pair("stride", "step of the kernel", { default: "1" }),
        pair("padding", "zeros added around", { default: "0" }),
        pair("dilation", "distance of the kernel's elements", { default: "1" }),
        int("groups", "how many separate groups of channels", { default: "1" }),
      ],
      returns: "`[N, H', W', O]`",
      throws: refused,
      examples: [
        [
          "mx.conv2d(mx.ones([1, 4, 4, 1]), mx.ones([2, 3, 3, 1]), 1, { padding: 1 }).shape",
          "[1,4,4,2]",
        ],
      ],
      cpp: "mx::conv2d(convolvable(input, weight, listed(stride), listed(padding), listed(dilation), groups), weight, stride, padding, dilation, groups, s)",
    },
  ],
};
