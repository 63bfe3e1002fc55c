// Ops on each element by itself. Integer and bool input becomes float32 in those that need it.

import {
  array,
  dtype,
  type Example,
  type Family,
  float,
  floatOrNull,
  int,
  type Op,
} from "./schema.js";

const anyShape = "`[...]`";

/** A row that differs from its neighbours only in name, words and example. */
function elementwise(
  name: string,
  doc: string,
  example: Example,
  more: Partial<Op> & { readonly dtypes?: string } = {},
): Op {
  const { dtypes = "any dtype; integers and bools become float32", ...row } = more;
  return {
    name,
    tier: "composed",
    doc,
    args: [array("a", `${anyShape}, ${dtypes}`)],
    returns: "an array of `a`'s shape",
    examples: [example],
    ...row,
  };
}

const required = { tier: "required" } as const;
const keeps = { dtypes: "any dtype, which is kept" };
const method = { method: true } as const;
const toBool = { returns: "a bool array of `a`'s shape", dtypes: "any dtype" };

export const unary: Family = {
  name: "unary",
  doc: "ops on each element by itself",
  ops: [
    elementwise("abs", "Absolute value: $|a|$.", ["mx.abs(mx.array([-1, 2]))", "[1,2]"], {
      ...method,
      ...required,
      ...keeps,
    }),
    elementwise("negative", "Negation: $-a$.", ["mx.negative(mx.array([1, -2]))", "[-1,2]"], {
      ...required,
      ...method,
      dtypes: "any dtype but bool, which is kept",
      throws: "RangeError for bool",
    }),
    elementwise(
      "positive",
      "The array itself: $+a$.",
      ["mx.positive(mx.array([1, -2]))", "[1,-2]"],
      {
        ...keeps,
      },
    ),
    elementwise("sign", "Sign: -1, 0 or 1.", ["mx.sign(mx.array([-3, 0, 5]))", "[-1,0,1]"], {
      ...required,
      ...keeps,
    }),
    elementwise(
      "floor",
      "Largest integer not above.",
      ["mx.floor(mx.array([1.5, -1.5]))", "[1,-2]"],
      {
        ...required,
        dtypes: "any real dtype, which is kept",
      },
    ),
    elementwise(
      "ceil",
      "Smallest integer not below.",
      ["mx.ceil(mx.array([1.5, -1.5]))", "[2,-1]"],
      {
        ...required,
        dtypes: "any real dtype, which is kept",
      },
    ),
    elementwise(
      "trunc",
      "The integer part, towards zero.",
      ["mx.trunc(mx.array([1.5, -1.5]))", "[1,-1]"],
      {
        dtypes: "any real dtype, which is kept",
      },
    ),
    elementwise(
      "conj",
      "Complex conjugate; real numbers stay.",
      ["mx.conj(mx.array([1, -2]))", "[1,-2]"],
      { ...keeps, ...method, aliases: ["conjugate"], cpp: "mx::conjugate(a, s)" },
    ),
    elementwise("real", "Real part.", ["mx.real(mx.array([1, -2]))", "[1,-2]"], {
      dtypes: "any dtype",
      returns: "an array of `a`'s shape; float32 for complex64, else of `a`'s dtype",
    }),
    elementwise(
      "imag",
      "Imaginary part; 0 for real numbers.",
      ["mx.imag(mx.array([1, -2]))", "[0,0]"],
      {
        dtypes: "any dtype",
        returns: "an array of `a`'s shape; float32 for complex64, else of `a`'s dtype",
      },
    ),
    {
      name: "round",
      tier: "required",
      doc: "Rounds to a number of decimals, halves to the even neighbour.",
      args: [
        array("a", "`[...]`, any dtype, which is kept"),
        int("decimals", "how many digits behind the point; negative rounds before it", {
          default: "0",
        }),
      ],
      returns: "an array of `a`'s shape",
      examples: [
        ["mx.round(mx.array([0.5, 1.5, 2.25]))", "[0,2,2]"],
        ["mx.round(mx.array([1234]), -2)", "[1200]"],
      ],
      method: true,
    },
    elementwise("square", "Square: $a^2$.", ["mx.square(mx.array([1, -2]))", "[1,4]"], {
      ...keeps,
      ...method,
    }),
    elementwise("sqrt", "Square root: $\\sqrt{a}$.", ["mx.sqrt(mx.array([1, 4]))", "[1,2]"], {
      ...required,
      ...method,
    }),
    elementwise(
      "rsqrt",
      "Reciprocal square root: $1/\\sqrt{a}$.",
      ["mx.rsqrt(mx.array([1, 4]))", "[1,0.5]"],
      method,
    ),
    elementwise(
      "reciprocal",
      "Reciprocal: $1/a$.",
      ["mx.reciprocal(mx.array([1, 4]))", "[1,0.25]"],
      method,
    ),
    elementwise("exp", "Exponential: $e^a$.", ["mx.exp(mx.array([0]))", "[1]"], {
      ...required,
      ...method,
    }),
    elementwise("expm1", "$e^a - 1$, exact near zero.", ["mx.expm1(mx.array([0]))", "[0]"], {
      ...required,
    }),
    elementwise("log", "Natural logarithm.", ["mx.log(mx.array([1]))", "[0]"], {
      ...required,
      ...method,
    }),
    elementwise("log2", "Logarithm to base 2.", ["mx.log2(mx.array([1, 8]))", "[0,3]"], method),
    elementwise("log10", "Logarithm to base 10.", ["mx.log10(mx.array([1]))", "[0]"], method),
    elementwise("log1p", "$\\log(1 + a)$, exact near zero.", ["mx.log1p(mx.array([0]))", "[0]"], {
      ...required,
      ...method,
    }),
    elementwise("sin", "Sine; radians.", ["mx.sin(mx.array([0]))", "[0]"], {
      ...required,
      ...method,
    }),
    elementwise("cos", "Cosine; radians.", ["mx.cos(mx.array([0]))", "[1]"], {
      ...required,
      ...method,
    }),
    elementwise("tan", "Tangent; radians.", ["mx.tan(mx.array([0]))", "[0]"]),
    elementwise("arcsin", "Inverse sine, in radians.", ["mx.arcsin(mx.array([0]))", "[0]"], {
      ...required,
      aliases: ["asin"],
    }),
    elementwise("arccos", "Inverse cosine, in radians.", ["mx.arccos(mx.array([1]))", "[0]"], {
      aliases: ["acos"],
    }),
    elementwise("arctan", "Inverse tangent, in radians.", ["mx.arctan(mx.array([0]))", "[0]"], {
      ...required,
      aliases: ["atan"],
    }),
    elementwise("sinh", "Hyperbolic sine.", ["mx.sinh(mx.array([0]))", "[0]"]),
    elementwise("cosh", "Hyperbolic cosine.", ["mx.cosh(mx.array([0]))", "[1]"]),
    elementwise("tanh", "Hyperbolic tangent.", ["mx.tanh(mx.array([0]))", "[0]"], {
      ...required,
    }),
    elementwise("arcsinh", "Inverse hyperbolic sine.", ["mx.arcsinh(mx.array([0]))", "[0]"], {
      aliases: ["asinh"],
    }),
    elementwise("arccosh", "Inverse hyperbolic cosine.", ["mx.arccosh(mx.array([1]))", "[0]"], {
      aliases: ["acosh"],
    }),
    elementwise("arctanh", "Inverse hyperbolic tangent.", ["mx.arctanh(mx.array([0]))", "[0]"], {
      aliases: ["atanh"],
    }),
    elementwise("sigmoid", "Logistic function: $1/(1 + e^{-a})$.", [
      "mx.sigmoid(mx.array([0]))",
      "[0.5]",
    ]),
    elementwise(
      "erf",
      "Error function: $\\frac{2}{\\sqrt\\pi}\\int_0^a e^{-t^2}dt$.",
      ["mx.erf(mx.array([Infinity]))", "[1]"],
      {
        ...required,
      },
    ),
    elementwise("erfinv", "Inverse of {@link erf}.", ["mx.erfinv(mx.array([0]))", "[0]"]),
    elementwise("degrees", "Radians to degrees.", ["mx.degrees(mx.array([0]))", "[0]"]),
    elementwise("radians", "Degrees to radians.", ["mx.radians(mx.array([0]))", "[0]"]),
    elementwise(
      "logicalNot",
      "Whether an element is zero or false.",
      ["mx.logicalNot(mx.array([0, 2]))", "[true,false]"],
      {
        ...required,
        ...toBool,
      },
    ),
    elementwise(
      "bitwiseInvert",
      "Flips every bit.",
      ['mx.bitwiseInvert(mx.array([0, 5], "int32"))', "[-1,-6]"],
      {
        ...required,
        ...method,
        dtypes: "integer or bool, which is kept",
        throws: "RangeError for floating dtypes",
      },
    ),
    elementwise(
      "isnan",
      "Whether an element is NaN.",
      ["mx.isnan(mx.array([NaN, 1]))", "[true,false]"],
      {
        ...toBool,
      },
    ),
    elementwise(
      "isinf",
      "Whether an element is infinite.",
      ["mx.isinf(mx.array([Infinity, 1]))", "[true,false]"],
      {
        ...toBool,
      },
    ),
    elementwise(
      "isposinf",
      "Whether an element is positive infinity.",
      ["mx.isposinf(mx.array([Infinity, -Infinity]))", "[true,false]"],
      { ...toBool },
    ),
    elementwise(
      "isneginf",
      "Whether an element is negative infinity.",
      ["mx.isneginf(mx.array([Infinity, -Infinity]))", "[false,true]"],
      { ...toBool },
    ),
    {
      name: "nanToNum",
      tier: "composed",
      doc: "Replaces NaN and infinities by finite numbers.",
      args: [
        array("a", "`[...]`, any dtype but float64 and complex64"),
        float("nan", "stands for NaN", { default: "0" }),
        floatOrNull(
          "posinf",
          "stands for positive infinity; `null` takes the dtype's largest number",
          {
            default: "null",
          },
        ),
        floatOrNull(
          "neginf",
          "stands for negative infinity; `null` takes the dtype's lowest number",
          {
            default: "null",
          },
        ),
      ],
      returns: "an array of `a`'s shape and dtype; integers as they are",
      throws: "RangeError for float64 and complex64",
      examples: [["mx.nanToNum(mx.array([NaN, 2, Infinity]), 0, 9)", "[0,2,9]"]],
    },
    {
      name: "toFp8",
      tier: "composed",
      doc: "Converts to 8-bit floats of 4 exponent and 3 mantissa bits (e4m3).",
      args: [array("x", "`[...]`, a floating dtype")],
      returns: "a uint8 array of `x`'s shape, which holds the bits",
      throws: "RangeError for integers and complex64",
      examples: [["mx.toFp8(mx.array([1, 2]))", "[56,64]"]],
      // MLX 0.32.4 reads a double's first bytes.
      cpp: "mx::to_fp8(x.dtype() == mx::float64 ? mx::astype(x, mx::float32, s) : x, s)",
    },
    {
      name: "fromFp8",
      tier: "composed",
      doc: "Converts the bits of 8-bit floats (e4m3), which {@link toFp8} gives, to numbers.",
      args: [
        array("x", "`[...]`, uint8"),
        dtype("dtype", "a floating dtype", { default: '"bfloat16"' }),
      ],
      returns: "an array of `x`'s shape",
      throws: "RangeError for other than uint8, and for a dtype that is not floating",
      examples: [["mx.fromFp8(mx.toFp8(mx.array([1, 2])))", "[1,2]"]],
      // MLX 0.32.4 writes a double's first bytes.
      cpp: "dtype == mx::float64 ? mx::astype(mx::from_fp8(x, mx::float32, s), dtype, s) : mx::from_fp8(x, dtype, s)",
    },
    {
      name: "hadamardTransform",
      tier: "composed",
      doc: "Walsh-Hadamard transform along the last axis: $scale \\cdot H a$.",
      args: [
        array(
          "a",
          "`[..., n]`, n of the form $m 2^k$ with m of 1, 12, 20, 28; integers become float32",
        ),
        floatOrNull(
          "scale",
          "factor of the result; `null` takes $1/\\sqrt n$, so that lengths stay",
          {
            default: "null",
          },
        ),
      ],
      returns: "a floating array of `a`'s shape",
      throws: "RangeError for other sizes and for no elements; TypeError for float64 and complex64",
      examples: [["mx.hadamardTransform(mx.array([1, 2]), 1)", "[3,-1]"]],
      cpp: "mx::hadamard_transform(hadamard_input(a), scale, s)",
    },
    elementwise(
      "isfinite",
      "Whether an element is neither NaN nor infinite.",
      ["mx.isfinite(mx.array([NaN, 1]))", "[false,true]"],
      {
        ...toBool,
      },
    ),
    elementwise(
      "stopGradient",
      "The array itself, but gradients do not flow through it.",
      ["mx.stopGradient(mx.array([1]))", "[1]"],
      {
        ...keeps,
      },
    ),
  ],
};
