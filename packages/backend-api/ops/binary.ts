// Ops on two or three operands, element by element, with broadcasting. A number next to an array is a
// weak scalar: it takes the array's dtype where it can.

import {
  array,
  bool,
  type Example,
  type Family,
  float,
  keyword,
  type Op,
  operand,
  operandOrNull,
} from "./schema.js";

const a = operand("a", "`[...]`, broadcast against `b`");
const b = operand("b", "`[...]`, broadcast against `a`");

function pairwise(name: string, doc: string, example: Example, more: Partial<Op> = {}): Op {
  return {
    name,
    tier: "required",
    doc,
    args: [a, b],
    returns: "an array of the broadcast shape, of the operands' common dtype",
    throws: "RangeError for shapes that do not broadcast",
    examples: [example],
    ...more,
  };
}

const method = { method: true } as const;
const comparison = { returns: "a bool array of the broadcast shape" };
const integral = { throws: "RangeError for shapes that do not broadcast and for floating dtypes" };

export const binary: Family = {
  name: "binary",
  doc: "ops on two or three operands, element by element, with broadcasting",
  ops: [
    pairwise("add", "Sum: $a + b$.", ["mx.add(mx.array([1, 2]), 3)", "[4,5]"], method),
    pairwise(
      "subtract",
      "Difference: $a - b$.",
      ["mx.subtract(mx.array([1, 2]), 3)", "[-2,-1]"],
      method,
    ),
    pairwise(
      "multiply",
      "Product: $a \\cdot b$.",
      ["mx.multiply(mx.array([1, 2]), 3)", "[3,6]"],
      method,
    ),
    pairwise("divide", "Quotient: $a / b$.", ["mx.divide(mx.array([1, 2]), 4)", "[0.25,0.5]"], {
      ...method,
      returns: "an array of the broadcast shape; integers become float32",
    }),
    pairwise(
      "floorDivide",
      "Quotient rounded down: $\\lfloor a / b \\rfloor$.",
      ["mx.floorDivide(mx.array([7, -7]), 2)", "[3,-4]"],
      { ...method, cpp: "whole_quotient(a, b, s)" },
    ),
    pairwise(
      "remainder",
      "Remainder with the sign of the divisor, as Python's `%`.",
      ["mx.remainder(mx.array([7, -7]), 3)", "[1,2]"],
      { ...method, cpp: "whole_remainder(a, b, s)" },
    ),
    {
      name: "divmod",
      tier: "composed",
      doc: "Quotient rounded down and remainder, in one: {@link floorDivide} and {@link remainder}.",
      args: [a, b],
      returns:
        "the quotient and the remainder, of the broadcast shape and the operands' common dtype",
      throws: "RangeError for shapes that do not broadcast; TypeError for complex64",
      examples: [
        ["mx.divmod(mx.array([7, -7]), 2).map((part) => part.tolist())", "[[3,-4],[1,1]]"],
      ],
      result: ["quotient", "remainder"],
      cpp: "quotient_and_remainder(a, b, s)",
    },
    pairwise("power", "Power: $a^b$.", ["mx.power(mx.array([2, 3]), 2)", "[4,9]"], {
      ...method,
      aliases: ["pow"],
    }),
    pairwise(
      "maximum",
      "The larger of two; NaN where either is NaN.",
      ["mx.maximum(mx.array([1, 5]), 3)", "[3,5]"],
      method,
    ),
    pairwise(
      "minimum",
      "The smaller of two; NaN where either is NaN.",
      ["mx.minimum(mx.array([1, 5]), 3)", "[1,3]"],
      method,
    ),
    pairwise(
      "arctan2",
      "Angle of the point (b, a), in radians, with the quadrant.",
      ["mx.arctan2(mx.array([0]), mx.array([1]))", "[0]"],
      {
        returns: "a float array of the broadcast shape",
        aliases: ["atan2"],
      },
    ),
    pairwise(
      "logaddexp",
      "$\\log(e^a + e^b)$ without overflow.",
      ["mx.logaddexp(mx.array([1000]), -1000)", "[1000]"],
      {
        tier: "composed",
        returns: "a float array of the broadcast shape",
      },
    ),
    pairwise("equal", "Whether $a = b$.", ["mx.equal(mx.array([1, 2]), 2)", "[false,true]"], {
      ...comparison,
      ...method,
    }),
    pairwise(
      "notEqual",
      "Whether $a \\ne b$.",
      ["mx.notEqual(mx.array([1, 2]), 2)", "[true,false]"],
      { ...comparison, ...method },
    ),
    pairwise("less", "Whether $a < b$.", ["mx.less(mx.array([1, 2]), 2)", "[true,false]"], {
      ...comparison,
      ...method,
    }),
    pairwise(
      "lessEqual",
      "Whether $a \\le b$.",
      ["mx.lessEqual(mx.array([1, 3]), 2)", "[true,false]"],
      { ...comparison, ...method },
    ),
    pairwise("greater", "Whether $a > b$.", ["mx.greater(mx.array([1, 3]), 2)", "[false,true]"], {
      ...comparison,
      ...method,
    }),
    pairwise(
      "greaterEqual",
      "Whether $a \\ge b$.",
      ["mx.greaterEqual(mx.array([1, 2]), 2)", "[false,true]"],
      { ...comparison, ...method },
    ),
    pairwise(
      "logicalAnd",
      "Whether both are nonzero.",
      ["mx.logicalAnd(mx.array([0, 2]), true)", "[false,true]"],
      { ...comparison, ...method },
    ),
    pairwise(
      "logicalOr",
      "Whether either is nonzero.",
      ["mx.logicalOr(mx.array([0, 2]), false)", "[false,true]"],
      { ...comparison, ...method },
    ),
    pairwise(
      "logicalXor",
      "Whether exactly one is nonzero.",
      ["mx.logicalXor(mx.array([0, 2]), true)", "[true,false]"],
      { ...comparison, tier: "composed" },
    ),
    pairwise(
      "bitwiseAnd",
      "Bits set in both.",
      ['mx.bitwiseAnd(mx.array([6], "int32"), 3)', "[2]"],
      { ...integral, ...method },
    ),
    pairwise(
      "bitwiseOr",
      "Bits set in either.",
      ['mx.bitwiseOr(mx.array([6], "int32"), 3)', "[7]"],
      { ...integral, ...method },
    ),
    pairwise(
      "bitwiseXor",
      "Bits set in exactly one.",
      ['mx.bitwiseXor(mx.array([6], "int32"), 3)', "[5]"],
      { ...integral, ...method },
    ),
    pairwise(
      "leftShift",
      "Bits of `a` moved up by `b`.",
      ['mx.leftShift(mx.array([3], "int32"), 2)', "[12]"],
      {
        ...integral,
        ...method,
        aliases: ["bitwiseLeftShift"],
      },
    ),
    pairwise(
      "rightShift",
      "Bits of `a` moved down by `b`; the sign stays.",
      ['mx.rightShift(mx.array([-8], "int32"), 1)', "[-4]"],
      {
        ...integral,
        ...method,
        aliases: ["bitwiseRightShift"],
      },
    ),
    {
      name: "where",
      tier: "required",
      doc: "Takes from `x` where the condition holds, from `y` elsewhere.",
      args: [
        array("condition", "`[...]`, bool or anything that is compared with zero"),
        operand("x", "`[...]`, broadcast"),
        operand("y", "`[...]`, broadcast"),
      ],
      returns: "an array of the broadcast shape, of `x` and `y`'s common dtype",
      throws: "RangeError for shapes that do not broadcast",
      examples: [["mx.where(mx.array([true, false]), 1, mx.array([5, 6]))", "[1,6]"]],
    },
    {
      name: "clip",
      tier: "composed",
      doc: "Limits elements to an interval.",
      args: [
        operand("a", "`[...]`"),
        operandOrNull("aMin", "the lower limit, or `null` for none; broadcast"),
        operandOrNull("aMax", "the upper limit, or `null` for none; broadcast"),
      ],
      returns: "an array of the broadcast shape",
      throws: "RangeError when both limits are `null`",
      examples: [["mx.clip(mx.array([-5, 0.5, 5]), 0, 1)", "[0,0.5,1]"]],
      cpp: "mx::clip(a, aMin.as_optional(), aMax.as_optional(), s)",
    },
    {
      name: "isclose",
      tier: "composed",
      doc: "Whether $|a - b| \\le atol + rtol \\cdot |b|$, element by element.",
      args: [
        a,
        b,
        float("rtol", "relative tolerance", { default: "1e-5" }),
        float("atol", "absolute tolerance", { default: "1e-8" }),
        keyword(bool("equalNan", "whether NaN is close to NaN", { default: "false" })),
      ],
      returns: "a bool array of the broadcast shape",
      throws: "RangeError for shapes that do not broadcast",
      examples: [["mx.isclose(mx.array([1, 2]), mx.array([1.0000001, 3]))", "[true,false]"]],
    },
    {
      name: "allclose",
      tier: "composed",
      doc: "Whether all elements are close; see {@link isclose}.",
      args: [
        a,
        b,
        float("rtol", "relative tolerance", { default: "1e-5" }),
        float("atol", "absolute tolerance", { default: "1e-8" }),
        keyword(bool("equalNan", "whether NaN is close to NaN", { default: "false" })),
      ],
      returns: "a bool scalar",
      throws: "RangeError for shapes that do not broadcast",
      examples: [["mx.allclose(mx.array([1, 2]), mx.array([1, 2]))", "true"]],
    },
    {
      name: "arrayEqual",
      tier: "composed",
      doc: "Whether two arrays have the same shape and elements.",
      args: [a, b, bool("equalNan", "whether NaN equals NaN", { default: "false" })],
      returns: "a bool scalar",
      examples: [["mx.arrayEqual(mx.array([1, 2]), mx.array([1, 2]))", "true"]],
    },
  ],
};
