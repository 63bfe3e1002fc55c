// Convolutions. As in MLX, channels come last: input `[N, H, W, C]`, weight `[O, kH, kW, C]`.

import {
  type Arg,
  array,
  axes,
  bool,
  choice,
  type Example,
  type Family,
  int,
  ints,
  type Op,
  pair,
  triple,
} from "./schema.js";

const refused =
  "RangeError for shapes that do not fit, empty kernels, zero strides, or channels that `groups` does not divide";

const groups = int("groups", "how many separate groups of channels", { default: "1" });

/** What differs between one, two and three axes. */
const spaces = [
  { axes: "L", taps: "k", size: int, spread: (name: string) => `{${name}}` },
  { axes: "H, W", taps: "kH, kW", size: pair, spread: (name: string) => `listed(${name})` },
  {
    axes: "D, H, W",
    taps: "kD, kH, kW",
    size: triple,
    spread: (name: string) => `listed(${name})`,
  },
] as const;
const counts = ["one axis", "two axes", "three axes"];

function convolution(dims: 1 | 2 | 3, example: Example): Op {
  const { axes: sizes, taps, size, spread } = spaces[dims - 1] as (typeof spaces)[number];
  const walk = ["stride", "padding", "dilation"].map(spread).join(", ");
  return {
    name: `conv${dims}d`,
    tier: "composed",
    doc: `Convolution over ${counts[dims - 1]}.`,
    args: [
      array("input", `\`[N, ${sizes}, C]\``),
      array("weight", `\`[O, ${taps}, C${dims === 3 ? "" : " / groups"}]\``),
      size("stride", "step of the kernel", { default: "1" }),
      size("padding", "zeros added around; a negative one cuts off", { default: "0" }),
      size("dilation", "distance of the kernel's elements", { default: "1" }),
      dims === 3 ? { ...groups, doc: "groups of channels; must be 1" } : groups,
    ],
    returns: `\`[N, ${sizes
      .split(", ")
      .map((n) => `${n}'`)
      .join(", ")}, O]\``,
    throws: refused,
    examples: [example],
    cpp: `mx::conv${dims}d(convolvable(input, weight, ${walk}, groups), weight, stride, padding, dilation, groups, s)`,
  };
}

function transposed(dims: 1 | 2 | 3, example: Example): Op {
  const { axes: sizes, taps, size, spread } = spaces[dims - 1] as (typeof spaces)[number];
  const walk = ["stride", "padding", "dilation", "outputPadding"].map(spread).join(", ");
  return {
    name: `convTranspose${dims}d`,
    python: `conv_transpose${dims}d`,
    tier: "composed",
    doc: `Transposed convolution over ${counts[dims - 1]}: the gradient of a convolution by its input.`,
    args: [
      array("input", `\`[N, ${sizes}, C]\``),
      array("weight", `\`[O, ${taps}, C${dims === 3 ? "" : " / groups"}]\``),
      size("stride", "distance of the input's elements in the output", { default: "1" }),
      size("padding", "cut off around", { default: "0" }),
      size("dilation", "distance of the kernel's elements", { default: "1" }),
      size("outputPadding", "added at the ends of the output's axes", { default: "0" }),
      dims === 3 ? { ...groups, doc: "groups of channels; must be 1" } : groups,
    ],
    returns: `\`[N, ${sizes
      .split(", ")
      .map((n) => `${n}'`)
      .join(", ")}, O]\``,
    throws: refused,
    examples: [example],
    cpp: `transposed(input, weight, ${walk}, groups, s)`,
  };
}

const perAxis = (name: string, doc: string): Arg =>
  axes(name, `${doc}; one for all axes, or one for each`, { default: "1" });

export const conv: Family = {
  name: "conv",
  doc: "convolutions, with channels last",
  ops: [
    convolution(1, ["mx.conv1d(mx.ones([1, 4, 1]), mx.ones([1, 2, 1])).shape", "[1,3,1]"]),
    convolution(2, [
      "mx.conv2d(mx.ones([1, 4, 4, 1]), mx.ones([2, 3, 3, 1]), 1, { padding: 1 }).shape",
      "[1,4,4,2]",
    ]),
    convolution(3, [
      "mx.conv3d(mx.ones([1, 4, 4, 4, 1]), mx.ones([2, 3, 3, 3, 1])).shape",
      "[1,2,2,2,2]",
    ]),
    transposed(1, [
      "mx.convTranspose1d(mx.ones([1, 2, 1]), mx.ones([1, 2, 1]), 2).shape",
      "[1,4,1]",
    ]),
    transposed(2, [
      "mx.convTranspose2d(mx.ones([1, 2, 2, 1]), mx.ones([1, 3, 3, 1])).shape",
      "[1,4,4,1]",
    ]),
    transposed(3, [
      "mx.convTranspose3d(mx.ones([1, 2, 2, 2, 1]), mx.ones([1, 2, 2, 2, 1])).shape",
      "[1,3,3,3,1]",
    ]),
    {
      name: "convGeneral",
      tier: "composed",
      doc: "Convolution over one to three axes, with all that can be set.",
      args: [
        array("input", "`[N, ..., C]`"),
        array("weight", "`[O, ..., C / groups]`"),
        perAxis("stride", "step of the kernel"),
        ints("paddingLow", "zeros added at the beginnings; negative ones cut off"),
        ints("paddingHigh", "zeros added at the ends; negative ones cut off"),
        perAxis("kernelDilation", "distance of the kernel's elements"),
        perAxis("inputDilation", "distance of the input's elements"),
        groups,
        bool("flip", "whether the kernel is turned round, as mathematics does", {
          default: "false",
        }),
      ],
      returns: "`[N, ..., O]`",
      throws: refused,
      examples: [["mx.convGeneral(mx.ones([1, 4, 1]), mx.ones([1, 2, 1])).shape", "[1,3,1]"]],
      handmade: "conv-general",
      cpp: "convolved(input, weight, {stride, paddingLow, paddingHigh, kernelDilation, inputDilation}, groups, flip, s)",
    },
    {
      name: "convolve",
      tier: "composed",
      doc: "Convolution of two vectors, as numpy defines it.",
      args: [
        array("a", "`[m]`"),
        array("v", "`[n]`"),
        choice(
          "mode",
          ["full", "valid", "same"],
          "all of it, the part where both overlap wholly, or as many elements as the longer one",
          { default: '"full"' },
        ),
      ],
      returns: "a vector; `[m + n - 1]` in mode `full`",
      throws:
        "RangeError for other than vectors, for empty ones, and for dtypes that are not floating",
      examples: [["mx.convolve(mx.array([1, 2, 3]), mx.array([0, 1]))", "[0,1,2,3]"]],
      cpp: "convolved(a, v, mode, s)",
    },
  ],
};
